"""Writes a question as a query that asks the same."""

from __future__ import annotations

import re

from vsearch.query.grammar import SEVERAL, WORD_FIELD
from vsearch.query.question import Clause, Filters, Like, Question, Step, Term
from vsearch.query.times import write_day, write_seconds
from vsearch.query.tokens import QUOTES

OPERATORS = {"then", "while", "within"}
_QUOTED = re.compile(rf"[\\{QUOTES}]")
_GROUPED = re.compile(rf"[\\(){QUOTES}]")


def write(question: Question) -> str:
    """A query that parses to this question."""
    parts = [" THEN ".join(_step(step) for step in question.steps)]
    if question.within_s is not None:
        parts.append(f"WITHIN {write_seconds(question.within_s)}")
    return " ".join([*parts, *_filters(question.filters)])


def _step(step: Step) -> str:
    return " WHILE ".join(_clause(clause) for clause in step.clauses)


def _clause(clause: Clause) -> str:
    parts = [_term(term) for term in clause.terms]
    if clause.image is not None:
        parts.append(f"image:{_quoted(str(clause.image))}")
    if clause.like is not None:
        parts.append(f"like:{_quoted(write_like(clause.like))}")
    return " ".join(parts)


def _term(term: Term) -> str:
    name = next(name for name, field in WORD_FIELD.items() if field == term.field)
    prefix = ("-" if term.without else "") + (f"{name}:" if name else "")
    if term.exact or term.field == "saw":
        return prefix + _quoted(term.text)
    if name:
        grouped = _GROUPED.sub(r"\\\g<0>", term.text)
        return f"{prefix}({grouped})"
    escaped = term.text.replace("\\", "\\\\").replace(":", "\\:")
    return prefix + (escaped if term.without else " ".join(map(_plain, escaped.split())))


def _plain(word: str) -> str:
    """A word that is nothing but a word: no operator, no quote, no minus."""
    special = word.startswith(("-", *QUOTES)) or word.lower() in OPERATORS
    return f"\\{word}" if special else word


def _quoted(text: str) -> str:
    return '"' + _QUOTED.sub(r"\\\g<0>", text) + '"'


def write_like(like: Like) -> str:
    """VIDEO@TIME, or VIDEO; one that holds an @ itself gets an empty time."""
    if like.at_s is not None:
        return f"{like.video}@{write_seconds(like.at_s)}"
    return f"{like.video}@" if "@" in like.video else like.video


def _filters(filters: Filters) -> list[str]:
    several = [
        f"{name}:{_quoted(value)}"
        for name, key in SEVERAL.items()
        for value in getattr(filters, key)
    ]
    lengths = {
        "longer": filters.longer_s,
        "shorter": filters.shorter_s,
        "after": filters.after_s,
        "before": filters.before_s,
    }
    days = {"after": filters.since, "before": filters.until}
    return [
        *several,
        *(f"{name}:{write_seconds(value)}" for name, value in lengths.items() if value is not None),
        *(f"{name}:{write_day(day)}" for name, day in days.items() if day is not None),
    ]
