"""What the grammar says in a query, said as keyword arguments in Python."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeAlias, TypedDict, TypeVar, Unpack

from vsearch.config import from_home
from vsearch.errors import QueryError
from vsearch.query import times
from vsearch.query.grammar import (
    DATE,
    THEN_WITHIN_S,
    check_characters,
    complete,
    draft,
    filter_text,
    like_of,
    worded,
)
from vsearch.query.question import Clause, Field, Filters, Like, Question, Step, Term
from vsearch.query.write import write

T = TypeVar("T")
OneOrMore: TypeAlias = T | Sequence[T]
PathText: TypeAlias = str | os.PathLike[str]


class Asked(TypedDict, total=False):
    """The keyword arguments of a search that say what is asked; each has its like in a query.

    saw, said and shown are looked for in pictures, in speech and in text on the screen. exact and
    without take words, or a Term that also says in which field. together takes queries that must
    hold at the same time, then queries that follow, each at most within_s after the one before.
    """

    saw: OneOrMore[str]
    said: OneOrMore[str]
    shown: OneOrMore[str]
    exact: OneOrMore[str | Term]
    without: OneOrMore[str | Term]
    image: PathText
    like: str | Like
    together: OneOrMore[str | Clause]
    then: OneOrMore[str | Step]
    within_s: float
    inside: OneOrMore[PathText]
    video: OneOrMore[PathText]
    longer_s: float
    shorter_s: float
    after_s: float
    before_s: float
    since: date | str
    until: date | str
    lang: OneOrMore[str]
    tag: OneOrMore[str]
    sound: OneOrMore[str]


WORDS: dict[str, Field] = {"saw": "saw", "said": "said", "shown": "text"}
SEVERAL = {"inside": ("in", "inside"), "video": ("video", "videos")} | {
    "lang": ("lang", "languages"),
    "tag": ("tag", "tags"),
    "sound": ("sound", "sounds"),
}
LENGTHS = ("longer_s", "shorter_s", "after_s", "before_s")
DATES = ("since", "until")
PICTURES = ("image", "like")
SINGLE = (str, os.PathLike, Term, Clause, Step)


def question_of(text: str | None, plain: bool = False, **asked: Unpack[Asked]) -> Question:
    """The question of a query and of keyword arguments together.

    A plain text is taken as it stands: nothing in it is an operator, a quote or a field.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    if unknown := sorted(set(given) - set(Asked.__annotations__)):
        raise TypeError(f"a search has no argument {unknown[0]!r}")
    question = _with_clause(_plain(text or "") if plain else draft(text or ""), given)
    question = _with_parts(question, given, plain)
    question = complete(replace(question, filters=_joined(question.filters, _filters(given))))
    question = replace(question, asked=write(question)) if given else question
    check_characters(question.asked)
    return question


def _plain(text: str) -> Question:
    cleaned = " ".join(text.split())
    found = (Term(text=cleaned),) if any(letter.isalnum() for letter in cleaned) else ()
    return Question(steps=(Step(clauses=(Clause(terms=found),)),), asked=cleaned)


def _with_clause(question: Question, given: Mapping[str, Any]) -> Question:
    """The question with words and pictures added to its first clause."""
    names = [name for name in (*WORDS, "exact", "without", *PICTURES) if name in given]
    if not names:
        return question
    if len(question.steps) > 1:
        raise QueryError(f"{names[0]} cannot be told to one of several steps: say it in the query")
    (step,) = question.steps
    first, *others = step.clauses
    pictures: dict[str, Any] = {
        name: _picture(name, given[name]) for name in PICTURES if name in given
    }
    if twice := [name for name in pictures if getattr(first, name) is not None]:
        raise QueryError(f"{twice[0]} is given twice: in the query and as an argument")
    first = replace(first, terms=(*first.terms, *_terms(given)), **pictures)
    return replace(question, steps=(Step(clauses=(first, *others)),))


def _terms(given: Mapping[str, Any]) -> Iterator[Term]:
    for name, field in WORDS.items():
        for text in _several(given, name):
            yield Term(text=_worded(name, text), field=field)
    for term in _several(given, "exact"):
        found = _as_term("exact", term)
        if found.field == "saw":
            raise QueryError("exact words are said or shown as text: they cannot be seen")
        yield replace(found, exact=True, without=False)
    for term in _several(given, "without"):
        found = _as_term("without", term)
        several = found.field == "any" and (" " in found.text or not found.text[0].isalnum())
        yield replace(found, exact=found.exact or several, without=True)


def _as_term(name: str, term: str | Term) -> Term:
    if not isinstance(term, Term):
        return Term(text=_worded(name, term))
    return replace(term, text=_worded(name, term.text))


def _worded(name: str, text: str) -> str:
    try:
        return worded(text)
    except ValueError:
        raise QueryError(f"{name} needs a word to look for, not {text!r}") from None


def _picture(name: str, value: Any) -> Path | Like:
    if name == "image":
        return Path(from_home(value))
    if isinstance(value, Like):
        return value
    try:
        return like_of(value)
    except ValueError:
        raise QueryError(f"like takes a video, or VIDEO@TIME, not {value!r}") from None


def _with_parts(question: Question, given: Mapping[str, Any], plain: bool) -> Question:
    """The question with clauses that hold at the same time, and steps that follow."""
    steps, filters = question.steps, question.filters
    for part in _several(given, "together"):
        more = _part(part, plain)
        if len(steps) > 1 or len(more.steps) > 1:
            raise QueryError("together cannot be told to one of several steps: say it in the query")
        steps = (Step(clauses=(*steps[0].clauses, *more.steps[0].clauses)),)
        filters = _joined(filters, more.filters)
    for part in _several(given, "then"):
        more = _part(part, plain)
        steps, filters = (*steps, *more.steps), _joined(filters, more.filters)
    within_s = given.get("within_s", question.within_s)
    if len(steps) == 1 and within_s is not None:
        raise QueryError("within_s needs a second step: say it with then")
    if len(steps) > 1 and within_s is None:
        within_s = THEN_WITHIN_S
    within_s = None if within_s is None else _length("within_s", within_s)
    return replace(question, steps=steps, filters=filters, within_s=within_s)


def _part(part: str | Clause | Step, plain: bool) -> Question:
    if isinstance(part, str):
        return complete(_plain(part) if plain else draft(part))
    step = part if isinstance(part, Step) else Step(clauses=(part,))
    return complete(Question(steps=(step,)))


def _filters(given: Mapping[str, Any]) -> Filters:
    found: dict[str, Any] = {}
    for name, (field, key) in SEVERAL.items():
        values = [os.fspath(value) for value in _several(given, name)]
        if not all(value.strip() for value in values):
            raise QueryError(f"{name} needs a value that is not empty")
        found[key] = tuple(filter_text(field, value) for value in values)
    found |= {name: _length(name, given[name]) for name in LENGTHS if name in given}
    found |= {name: _date(name, given[name]) for name in DATES if name in given}
    return Filters(**found)


def _length(name: str, value: float) -> float:
    try:
        return times.checked(value)
    except (TypeError, ValueError):
        raise QueryError(f"{name} takes seconds from 0 up, not {value!r}") from None


def _date(name: str, value: date | str) -> datetime:
    try:
        return times.local(value) if isinstance(value, date) else times.day(value)
    except (TypeError, ValueError):
        raise QueryError(f"{name} takes {DATE}, not {value!r}") from None


def _joined(one: Filters, other: Filters) -> Filters:
    """Both filters as one: values of which any may hold are added, others may be given once."""
    joined: dict[str, Any] = {}
    for name in (item.name for item in fields(Filters)):
        mine, more = getattr(one, name), getattr(other, name)
        if isinstance(mine, tuple):
            joined[name] = mine + more
        elif mine is not None and more is not None:
            raise QueryError(f"{name} is given twice: in the query and as an argument")
        else:
            joined[name] = more if mine is None else mine
    return Filters(**joined)


def _several(given: Mapping[str, Any], name: str) -> Sequence[Any]:
    """The values of an argument that takes one or several."""
    value = given.get(name, ())
    return [value] if isinstance(value, SINGLE) else list(value)
