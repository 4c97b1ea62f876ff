"""The names and numbers that a question is about: a video that has none of them is about others."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vsearch.answer.numbers import numbers_of
from vsearch.answer.terms import PLAIN, stem
from vsearch.words import terms_of

NAME = re.compile(r"(?<=[^\s.!?:] )[A-Z][^\W\d_]{2,}")
"""A word with a capital letter that begins no sentence."""

ENGLISH = 0.25
"""A question with such a share of plain English words is English: in other languages things may
have capital letters, and are called otherwise in the video."""


def foreign_share(question: str, texts: Iterable[str]) -> float:
    """How many of the names and numbers of a question are in none of the texts, from 0 to 1."""
    wanted = _subjects(question)
    if not wanted:
        return 0.0
    left = set(wanted)
    for text in texts:
        left -= {stem(term) for term in terms_of(text)}
        left -= {str(number) for number in numbers_of(text)}
    return len(left) / len(wanted)


def _subjects(question: str) -> frozenset[str]:
    """The stems of names, and numbers in figures; one and none are in every text."""
    terms = {term for name in _names(question) for term in terms_of(name)}
    names = {stem(term) for term in terms - PLAIN}
    return frozenset(names | {str(number) for number in numbers_of(question) if number > 1})


def _names(question: str) -> list[str]:
    terms = terms_of(question)
    plain = 0 if question.isupper() else sum(term in PLAIN for term in terms)
    return NAME.findall(question) if terms and plain >= ENGLISH * len(terms) else []
