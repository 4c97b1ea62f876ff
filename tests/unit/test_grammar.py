"""What a query means, what is left alone, what is refused and where the caret points."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from vsearch.errors import QueryError
from vsearch.query.grammar import THEN_WITHIN_S, parse
from vsearch.query.question import Clause, Filters, Like, Question, Step, Term
from vsearch.query.times import seconds
from vsearch.query.tokens import error_at

SAID_A = Term(text="a", field="said", without=True)


def clause_of(text: str) -> Clause:
    (step,) = parse(text).steps
    (clause,) = step.clauses
    return clause


def terms_of(text: str) -> tuple[Term, ...]:
    return clause_of(text).terms


@pytest.mark.parametrize(
    "text",
    [
        "a man sings while a dog barks",
        "first he sits then he stands up",
        "don't stop 'til you drop",
        "jean-luc picard - the next generation",
        "the 12:30 train",
        "https://example.org/watch?v=1 seen",
        "Terminator: Dark Fate",
        'a 19" monitor',
        "a smile :-) (brown)",
        "the key is within reach",
        "find it within 5 minutes",
        "C:\\videos\\dog",
        "while you were sleeping",
        "a b --limit",
        "100% of -- what?",
        "who won while \u2018fighting\u2019",
        "日本語の犬",
        "a:b re:zero x:y",
    ],
)
def test_ordinary_sentences_are_left_alone(text: str) -> None:
    assert terms_of(text) == (Term(text=text),)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("  red \n car ", [Term(text="red car")]),
        ('"last  train"', [Term(text="last train", exact=True)]),
        ("“last train”", [Term(text="last train", exact=True)]),
        ("„last train“", [Term(text="last train", exact=True)]),
        ('he "last train" left', [Term(text="he left"), Term(text="last train", exact=True)]),
        ('"last train"?', [Term(text="last train", exact=True)]),
        ("dog -cat", [Term(text="dog"), Term(text="cat", without=True)]),
        ('dog -"a cat"', [Term(text="dog"), Term(text="a cat", without=True, exact=True)]),
        ("saw:dog", [Term(text="dog", field="saw")]),
        ("SAW:dog", [Term(text="dog", field="saw")]),
        ('saw:"red car"', [Term(text="red car", field="saw")]),
        ("saw:(red car)", [Term(text="red car", field="saw")]),
        ("said:goal", [Term(text="goal", field="said")]),
        ('said:"last train"', [Term(text="last train", field="said", exact=True)]),
        ("said:(the last train)", [Term(text="the last train", field="said")]),
        ("text:“exit 12”", [Term(text="exit 12", field="text", exact=True)]),
        ("x -saw:dog", [Term(text="x"), Term(text="dog", field="saw", without=True)]),
        ('saw:x -said:"a"', [Term(text="x", field="saw"), replace(SAID_A, exact=True)]),
        ("saw:x -said:a", [Term(text="x", field="saw"), SAID_A]),
        ("saw:x -said:(a)", [Term(text="x", field="saw"), SAID_A]),
        (r"\-5 \"x said\:y \then \THEN \\o/", [Term(text='-5 "x said:y then THEN \\o/')]),
        (r"said:(a \(b\) \"c)", [Term(text='a (b) "c', field="said")]),
        (r'"a \"b\" c"', [Term(text='a "b" c', exact=True)]),
        ("x -http://a", [Term(text="x"), Term(text="http://a", without=True)]),
    ],
)  # fmt: skip
def test_terms(text: str, terms: list[Term]) -> None:
    assert terms_of(text) == tuple(terms)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("in:holiday", Filters(inside=("holiday",))),
        ('in:"my videos" in:/a/*.mp4', Filters(inside=("my videos", "/a/*.mp4"))),
        ("in:C:\\videos", Filters(inside=("C:\\videos",))),
        ("video:a.mp4 video:3b26", Filters(videos=("a.mp4", "3b26"))),
        ("longer:90s shorter:1h30m", Filters(longer_s=90, shorter_s=5400)),
        ("longer:1:30 shorter:1:02:03.5", Filters(longer_s=90, shorter_s=3723.5)),
        ("longer:90 shorter:1.5m", Filters(longer_s=90, shorter_s=90)),
        ("longer:2min shorter:150sec", Filters(longer_s=120, shorter_s=150)),
        ("after:2024", Filters(since=datetime(2024, 1, 1))),
        ("before:2024-5", Filters(until=datetime(2024, 5, 1))),
        ("after:2024-05-09", Filters(since=datetime(2024, 5, 9))),
        ("after:2024-05-09T13:30", Filters(since=datetime(2024, 5, 9, 13, 30))),
        ("after:1:30 before:2m", Filters(after_s=90, before_s=120)),
        ("after:90 before:3600", Filters(after_s=90, before_s=3600)),
        ("after:2024s", Filters(after_s=2024)),
        ("after:2024 after:1:30", Filters(since=datetime(2024, 1, 1), after_s=90)),
        ("lang:EN lang:de tag:beach", Filters(languages=("en", "de"), tags=("beach",))),
        ("sound:Speech sound:music", Filters(sounds=("speech", "music"))),
    ],
)  # fmt: skip
def test_filters_may_stand_anywhere(text: str, filters: Filters) -> None:
    for query in (f"dog {text}", f"{text} dog", f"{text} dog THEN cat", f"dog THEN {text} cat"):
        assert parse(query).filters == filters
    assert terms_of(f"dog {text}") == (Term(text="dog"),)


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("like:a.mp4", Like(video="a.mp4")),
        ("like:a.mp4@1:30", Like(video="a.mp4", at_s=90)),
        ('like:"my a.mp4@1.5m"', Like(video="my a.mp4", at_s=90)),
        ("like:me@home.mp4", Like(video="me@home.mp4")),
        ("like:me@2024.mp4", Like(video="me@2024.mp4")),
        ("like:me@2024.mp4@7", Like(video="me@2024.mp4", at_s=7)),
        ("like:me@7@", Like(video="me@7")),
    ],
)
def test_pictures_to_resemble(text: str, like: Like) -> None:
    assert clause_of(f"{text} image:b.jpg") == Clause(like=like, image=Path("b.jpg"))
    assert clause_of("image:~/b.jpg").image == Path("~/b.jpg").expanduser()


def test_steps_and_clauses() -> None:
    def step(*words: str) -> Step:
        return Step(clauses=tuple(Clause(terms=(Term(text=word),)) for word in words))

    said = Clause(terms=(Term(text="goal", field="said"),))
    assert parse("A then B within 30s") == Question(steps=(step("A"), step("B")), within_s=30)
    assert parse("A then B then C within 5").within_s == 5
    assert len(parse("A then B then C within 5").steps) == 3
    assert parse("A THEN B") == Question(steps=(step("A"), step("B")), within_s=THEN_WITHIN_S)
    assert parse("A then B within 1:30 in:x lang:en").within_s == 90
    assert parse("A WHILE B") == Question(steps=(step("A", "B"),))
    assert parse("A while said:goal").steps[0].clauses[1] == said
    assert parse('A while "goal"').steps[0].clauses[1].terms[0].exact
    assert [len(s.clauses) for s in parse("A WHILE B THEN C WHILE D WHILE E").steps] == [2, 3]
    assert parse("A").within_s is None


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("dog longer:abc", "longer: takes a length such as 90s, 1:30 or 2m, not 'abc'", "abc"),
        ("dog shorter:1:75", "shorter: takes a length", "1:75"),
        ("dog after:2024-13", "after: takes a date such as 2024", "2024-13"),
        ("dog before:2024-02-30", "before: takes a date", "2024-02-30"),
        ("dog after:0001-01-01T00:00+14:00", "after: takes a date", "0001-01-01T00:00+14:00"),
        ("dog after:soon", "or a length such as", "soon"),
        ('he said "last train', "quote is never closed", '"last'),
        ("said:(the last train", "parenthesis is never closed", "(the"),
        ('dog ""', "nothing stands in this quote", '""'),
        ("dog said:()", "nothing stands in this parenthesis", "()"),
        ('dog "?!"', "no word to look for", '"?!"'),
        ("dog in:", "in: needs a value right after it; for the word itself write in", "in:"),
        ("dog said:", "said: needs a value", "said:"),
        ("dog tags:beach", "there is no field tags: here, did you mean tag:?", "tags"),
        ("dog -siad:x", "did you mean said:?", "siad"),
        ("dog -in:x", "in: cannot be negated", "-in"),
        ("dog -like:x", "like: cannot be negated", "-like"),
        ("dog longer:1m longer:2m", "only once", "longer:2m"),
        ("like:a dog like:b", "only once here", "like:b"),
        ("like:a@9x dog", "VIDEO@TIME", "a@9x"),
        ('in:"a b"/c dog', "a blank must follow the value of in:", "/c"),
        ('dog -"a b"c', "a blank must follow the quote", "c"),
        ("said:(a (b)) dog", "( cannot stand within parentheses", "(b"),
        ("dog THEN", "nothing stands after THEN; for the word itself write \\THEN", "THEN"),
        ("then dog within 30s", "nothing stands before then", "then"),
        ("dog THEN THEN cat", "nothing stands after THEN", "THEN"),
        ("dog WHILE", "nothing stands after WHILE", "WHILE"),
        ("dog THEN in:x", "nothing stands after THEN", "THEN"),
        ("dog THEN -cat", "this part does not say what to look for", "-cat"),
        ("dog while -saw:cat", "this part does not say what to look for", "-saw"),
        ("dog within 30s", "within needs two steps before it", "within"),
        ("dog WITHIN 5", "WITHIN needs two steps", "WITHIN"),
        ("dog then cat within 3x", "within takes a length", "3x"),
        ("dog THEN cat WITHIN", "WITHIN needs a length", "WITHIN"),
        ("dog THEN cat WITHIN 5 red", "nothing but filters may follow", "red"),
        ("-dog -cat", "only says what to leave out", "-dog"),
        ("in:x longer:1m", "only says where to look", "in:"),
        ("?!", "the query is empty", "?!"),
    ],
)
def test_what_is_wrong_is_said_and_pointed_at(text: str, message: str, at: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    said, shown, caret = str(caught.value).split("\n")
    assert message in said
    assert shown == f"  {text}"
    assert text.startswith(at, len(caret) - 3)
    assert caret.strip() == "^"


def test_an_empty_query_has_no_place() -> None:
    with pytest.raises(QueryError, match="^the query is empty: say in a few words.*for$"):
        parse(" \n")


@pytest.mark.parametrize(
    ("text", "column"), [("犬 x", 3), ("e\u0301 x", 2), ("a\tx", 2), ("\0 x", 2)]
)
def test_the_caret_counts_columns(text: str, column: int) -> None:
    _, shown, caret = str(error_at("no", text, text.index("x"))).split("\n")
    assert caret == " " * (column + 2) + "^"
    assert shown.isprintable()


def test_a_long_query_is_shown_around_the_place() -> None:
    long = "x" * 5000 + " here " + "y" * 5000
    _, shown, caret = str(error_at("no", long, long.index("here"))).split("\n")
    assert shown.startswith("  …x")
    assert shown.endswith("y…")
    assert shown.startswith("here", caret.index("^"))
    assert len(shown) < 80


@pytest.mark.parametrize("text", ["", "-1", "1:2", "s", "1s1h", "nan", "inf", "1e3", "1e400h", "٣"])
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        seconds(text)


def test_a_very_long_query_is_read_at_once() -> None:
    words = " THEN ".join(["a WHILE b"] * 20_000)
    started = time.process_time()
    assert len(parse(words).steps) == 20_000
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "text", ["he said: hello", "words (on-screen text: echo)", "tag: you are it"]
)
def test_a_field_before_a_blank_is_what_people_write(text: str) -> None:
    ((clause,),) = (step.clauses for step in parse(text).steps)
    assert [(term.text, term.field) for term in clause.terms] == [(text, "any")]
