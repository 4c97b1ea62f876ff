"""What is said in a query and as keyword arguments is the same question."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from vsearch.errors import QueryError
from vsearch.query.asked import Asked, question_of
from vsearch.query.grammar import parse
from vsearch.query.question import Clause, Like, Step, Term
from vsearch.query.write import write

SAME: list[tuple[str | None, dict[str, Any], str]] = [
    ("dog", {}, "dog"),
    (None, {"saw": "red car"}, 'saw:"red car"'),
    ("dog", {"saw": ["a", "b"]}, "dog saw:a saw:b"),
    ("dog", {"said": "the last train"}, "dog said:(the last train)"),
    ("dog", {"shown": "exit 12"}, "dog text:(exit 12)"),
    ("dog", {"exact": "last train"}, 'dog "last train"'),
    (None, {"exact": Term(text="last train", field="said")}, 'said:"last train"'),
    ("dog", {"without": "cat"}, "dog -cat"),
    ("dog", {"without": ["a cat", "#7"]}, 'dog -"a cat" -"#7"'),
    ("dog", {"without": Term(text="a cat", field="saw")}, 'dog -saw:"a cat"'),
    (None, {"image": "a.jpg"}, "image:a.jpg"),
    ("dog", {"image": Path("a b.jpg")}, 'dog image:"a b.jpg"'),
    (None, {"like": "a.mp4@1:30"}, "like:a.mp4@1:30"),
    (None, {"like": Like(video="a.mp4", at_s=90)}, "like:a.mp4@90"),
    ("dog", {"together": "said:goal"}, "dog WHILE said:goal"),
    ("dog", {"together": ["cat", Clause(terms=(Term(text="cow"),))]}, "dog WHILE cat WHILE cow"),
    ("dog WHILE cow", {"saw": "cat"}, "dog saw:cat WHILE cow"),
    ("dog", {"then": "cat"}, "dog THEN cat"),
    ("dog", {"then": ["a WHILE b", "c"], "within_s": 5}, "dog THEN a WHILE b THEN c WITHIN 5"),
    ("a", {"then": Step(clauses=(Clause(terms=(Term(text="b"),)),))}, "a THEN b"),
    ("dog THEN cat", {"within_s": 5}, "dog then cat within 5"),
    ("dog then cat within 5", {"then": "cow"}, "dog then cat then cow within 5"),
    ("dog in:x", {"inside": Path("/y")}, "dog in:x in:/y"),
    ("dog", {"video": ["a.mp4", "b.mp4"]}, "dog video:a.mp4 video:b.mp4"),
    ("dog", {"longer_s": 90, "shorter_s": 120.5}, "dog longer:90s shorter:120.5s"),
    ("dog", {"after_s": 1, "before_s": 2}, "dog after:1s before:2s"),
    ("dog", {"since": "2024", "until": date(2024, 5, 1)}, "dog after:2024 before:2024-05"),
    ("dog", {"since": datetime(2024, 5, 1, 7)}, "dog after:2024-05-01T07:00"),
    ("dog", {"since": datetime(2024, 5, 1, 7, tzinfo=UTC)}, "dog after:2024-05-01T07:00:00Z"),
    ("dog", {"lang": "EN", "tag": ["a", "b"]}, "dog lang:en tag:a tag:b"),
    ("dog", {"sound": ["Music", "speech"]}, "dog sound:music sound:speech"),
    ("dog", {"saw": None, "lang": None, "image": None}, "dog"),
    ("dog in:x", {"then": "cat in:y"}, "dog THEN cat in:x in:y"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "asked", "query"), SAME)
def test_a_query_and_arguments_say_the_same(
    text: str | None, asked: dict[str, Any], query: str
) -> None:
    made = question_of(text, **asked)
    assert made == parse(query)
    assert parse(made.asked) == made


def test_every_argument_is_tried() -> None:
    assert {name for _, asked, _ in SAME for name in asked} == set(Asked.__annotations__)


@pytest.mark.parametrize(
    "text",
    ['dog -cat "x', "saw:dog tags:x longer:abc", "A THEN B", "a while said:x within 3s", "THEN ("],
)
def test_a_plain_text_is_taken_as_it_stands(text: str) -> None:
    question = question_of(text, plain=True)
    assert question.steps[0].clauses == (Clause(terms=(Term(text=text),)),)
    assert question.asked == text
    assert parse(write(question)) == question
    longer = question_of(text, plain=True, together=text, then=text)
    assert [len(step.clauses) for step in longer.steps] == [2, 1]
    assert parse(longer.asked) == longer


@pytest.mark.parametrize(
    ("text", "asked", "message"),
    [
        (None, {}, "the query is empty"),
        ("", {"lang": "en"}, "only says where to look"),
        (None, {"without": "x"}, "only says what to leave out"),
        ("-cat", {}, "only says what to leave out"),
        ("?", {"plain": True}, "the query is empty"),
        ("dog", {"saw": "?"}, "saw needs a word to look for, not '?'"),
        ("dog", {"exact": Term(text="x", field="saw")}, "cannot be seen"),
        ("dog", {"like": "a@7x"}, "like takes a video, or VIDEO@TIME, not 'a@7x'"),
        ("dog like:a", {"like": "b"}, "like is given twice"),
        ("A THEN B", {"saw": "x"}, "saw cannot be told to one of several steps"),
        ("A THEN B", {"together": "x"}, "together cannot be told"),
        ("A", {"together": "-x"}, "only says what to leave out"),
        ("A", {"then": ""}, "the query is empty"),
        ("A", {"within_s": 5}, "within_s needs a second step"),
        ("A", {"longer_s": -1}, "longer_s takes seconds from 0 up, not -1"),
        ("A", {"longer_s": float("nan")}, "longer_s takes seconds"),
        ("A", {"longer_s": "90"}, "longer_s takes seconds from 0 up, not '90'"),
        ("A longer:1m", {"longer_s": 9}, "longer_s is given twice"),
        ("A", {"since": "soon"}, "since takes a date such as 2024"),
        ("A", {"since": 2024}, "since takes a date such as 2024"),
        ("A", {"tag": " "}, "tag needs a value"),
        ("A \udcff", {}, "not valid UTF-8\n  A \N{REPLACEMENT CHARACTER}\n    ^"),
        ("A \udcff", {"plain": True}, "not valid UTF-8"),
        ("A", {"inside": "\udcff"}, "not valid UTF-8"),
        ("A", {"without": "cat\ud800"}, "not valid UTF-8"),
        ("A", {"then": "B in:\udcff"}, "not valid UTF-8"),
    ],
)
def test_what_is_wrong_is_said(text: str | None, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(QueryError) as caught:
        question_of(text, **asked)
    assert message in str(caught.value)


def test_a_draft_becomes_whole_with_arguments() -> None:
    assert question_of("-cat in:x", saw="dog") == question_of("-cat saw:dog in:x")
    assert question_of(None, image="a.jpg").steps[0].clauses[0].image == Path("a.jpg")


def test_an_unknown_argument_is_refused() -> None:
    with pytest.raises(TypeError, match="no argument 'sawn'"):
        question_of("dog", sawn="x")  # type: ignore[call-arg]
