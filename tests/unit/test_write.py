"""Random questions survive being written as a query and read again."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest

from vsearch.errors import QueryError
from vsearch.query.grammar import parse
from vsearch.query.question import SOUNDS, Clause, Filters, Like, Question, Step, Term
from vsearch.query.times import MOST_S, seconds, write_seconds
from vsearch.query.write import write

LETTERS = [
    *(
        "a",
        "Z",
        "é",
        "犬",
        "7",
        "🎬",
        "e\u0301",
        ":",
        "-",
        "\\",
        '"',
        "“",
        "'",
        "(",
        ")",
        "@",
        "/",
        "*",
    ),
    *("THEN", "then", "while", "WITHIN", "within", "saw:", "tags:", "http://", "30s"),
]


def some_text(chance: random.Random, words: int = 4) -> str:
    """Words of awkward parts; one of them holds a letter."""
    made = ["".join(chance.choices(LETTERS, k=chance.randint(1, 3))) for _ in range(words)]
    return " ".join([*made, "dog"][:: chance.choice((1, -1))])


def some_term(chance: random.Random) -> Term:
    field = chance.choice(("any", "saw", "said", "text"))
    if field == "saw":
        return Term(text=some_text(chance), field="saw", without=chance.random() < 0.3)
    if field == "any":
        text, without = some_text(chance), chance.random() < 0.5
        if without and chance.random() < 0.5:
            return Term(text="x" + text.split()[0], without=True)
        return Term(text=text, exact=True, without=without)
    bits = chance.random() < 0.5, chance.random() < 0.3
    return Term(text=some_text(chance), field=field, exact=bits[0], without=bits[1])  # type: ignore[arg-type]


def some_clause(chance: random.Random) -> Clause:
    terms = [some_term(chance) for _ in range(chance.randint(0, 3))]
    like = Like(video=some_text(chance), at_s=chance.choice((None, chance.uniform(0, 9000))))
    return Clause(
        terms=(Term(text=some_text(chance)), *terms),
        image=chance.choice((None, Path(some_text(chance)))),
        like=chance.choice((None, like)),
    )


def some_question(chance: random.Random) -> Question:
    def maybe(value: object) -> object:
        return chance.choice((None, value))

    def several() -> tuple[str, ...]:
        return tuple(some_text(chance) for _ in range(chance.randint(0, 2)))

    steps = tuple(
        Step(clauses=tuple(some_clause(chance) for _ in range(chance.randint(1, 3))))
        for _ in range(chance.randint(1, 3))
    )
    lengths = {
        name: maybe(chance.choice((chance.uniform(0, 1e-4), chance.uniform(0, MOST_S), 90.0)))
        for name in ("longer_s", "shorter_s", "after_s", "before_s")
    }
    days = {
        name: maybe(datetime(chance.randint(1, 9999), 12, 31, chance.choice((0, 7))))
        for name in ("since", "until")
    }
    filters = Filters(
        inside=several(), videos=several(), languages=tuple(t.lower() for t in several()),
        tags=several(), sounds=tuple(chance.sample(SOUNDS, chance.randint(0, 2))),
        **lengths, **days,  # type: ignore[arg-type]
    )  # fmt: skip
    within_s = chance.uniform(0, 600) if len(steps) > 1 else None
    return Question(steps=steps, filters=filters, within_s=within_s)


@pytest.mark.parametrize("seed", range(10))
def test_a_written_question_parses_to_the_same(seed: int) -> None:
    chance = random.Random(seed)
    for question in (some_question(chance) for _ in range(100)):
        text = write(question)
        assert parse(text) == question, text
        assert parse(text).asked == text


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_typed_is_understood_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    pieces = [*LETTERS, " ", " ", "in:x ", "longer:", "like:", "-", '"', "\n", "lang:en", "WHILE "]
    for _ in range(200):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 14)))
        try:
            question = parse(text)
        except QueryError as error:
            assert str(error).endswith("^") or not text.strip()
        else:
            assert parse(write(question)) == question, text


def test_lengths_survive_writing() -> None:
    for value in (0.0, 1e-7, 0.1, 90.0, 3723.5, 123456789.125):
        assert seconds(write_seconds(value)) == value
