"""Queries with their right answers: what a truth file says, whatever its format."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from vsearch.errors import QueryError
from vsearch.types import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A right video as the truth names it, and the right spans in it, if they are known."""

    video: str
    spans: tuple[TimeSpan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthQuery:
    """A query and all that is right; nothing is if no video answers it."""

    text: str
    answers: tuple[Named, ...]
    kind: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The queries of a truth file."""

    path: Path
    form: str
    queries: tuple[TruthQuery, ...]

    def kinds(self) -> tuple[str, ...]:
        """The kinds of queries, in the order of the file."""
        return tuple(dict.fromkeys(query.kind for query in self.queries if query.kind))

    def only(self, *, kind: str | None = None, limit: int | None = None) -> Truth:
        """The first so many queries of a kind."""
        if kind is not None and kind not in self.kinds():
            known = ", ".join(self.kinds()) or "none"
            raise QueryError(f"{self.path} has no queries of the kind {kind!r}; there are: {known}")
        kept = [query for query in self.queries if kind is None or query.kind == kind]
        return replace(self, queries=tuple(kept[:limit]))


def read_truth(file: str | os.PathLike[str]) -> Truth:
    """Read a truth file; its content says which format it has."""
    from vsearch.evaluate.readers import parse

    path = Path(file)
    form, queries = parse(path, text_of(path))
    if not queries:
        raise QueryError(f"{path} holds no queries; docs/evaluate.md shows what it may hold")
    return Truth(path=path, form=form, queries=tuple(queries))


def text_of(path: Path) -> str:
    """The text of a truth file."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{path} is no text in UTF-8: save it as UTF-8") from error
    except OSError as error:
        raise QueryError(f"{path} cannot be read: {error.strerror}") from error


def merge(path: Path, queries: Iterable[TruthQuery]) -> list[TruthQuery]:
    """Make one query of all that ask the same: everything that any of them names is right."""
    merged: dict[tuple[str, str], TruthQuery] = {}
    for query in queries:
        key = (query.text, query.kind)
        first = merged.get(key)
        if first is None:
            merged[key] = query
        elif bool(first.answers) != bool(query.answers):
            raise QueryError(
                f"{path}, line {query.line}: {query.text!r} has an answer in one place and none "
                f"in line {first.line}; leave one of them out"
                if query.answers
                else f"{path}, line {query.line}: {query.text!r} has no answer here, but one in "
                f"line {first.line}; leave one of them out"
            )
        else:
            merged[key] = replace(first, answers=_joined((*first.answers, *query.answers)))
    return list(merged.values())


def _joined(answers: Iterable[Named]) -> tuple[Named, ...]:
    """Each video once, with all of its spans."""
    spans: dict[str, dict[TimeSpan, None]] = {}
    for answer in answers:
        spans.setdefault(answer.video, {}).update(dict.fromkeys(answer.spans))
    return tuple(Named(video=video, spans=tuple(found)) for video, found in spans.items())
