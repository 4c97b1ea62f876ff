"""Clause -> what the rows must score on, hold and not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Protocol

import numpy as np

from vsearch.errors import QueryError
from vsearch.query.question import Clause, Field, Like, Term
from vsearch.storage import FrameContext, Positions, Rows
from vsearch.types import SCREEN, SPEECH, VISUAL, WORDS, Block, Matrix, Video

SAMPLE_ROWS = 1000
UNWANTED = 2.0
"""A picture that scores this much for an unwanted word is taken to show it."""

COLUMNS: Mapping[Field, tuple[str, ...]] = {
    "any": ("said", "shown", "name"),
    "said": ("said",),
    "text": ("shown",),
}
NOTHING = np.zeros(0, np.int64)


class Encoders(Protocol):
    """Turns what is asked into vectors of a block."""

    def text(self, block: Block, text: str) -> Matrix:
        """A text as one unit vector."""

    def picture(self, block: Block, path: Path) -> Matrix:
        """A picture as one unit vector."""

    def video(self, name: str) -> Video:
        """The video of the library that a question names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words to be found as they are, and the columns in which they count."""

    text: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wanted:
    """What a clause asks of rows: a vector for each block, words, and which rows may be found."""

    vectors: Mapping[str, Matrix]
    words: tuple[Words, ...] = ()
    among: Positions | None = None
    without: Positions = field(default_factory=lambda: NOTHING)
    against: Matrix | None = None
    asked: frozenset[str] = frozenset()

    @property
    def parts(self) -> frozenset[str]:
        """The blocks, and the words, that the clause says anything about."""
        return frozenset(self.vectors) | ({WORDS} if self.words else frozenset())


def wanted_of(
    clause: Clause, rows: Rows, encoders: Encoders, among: Positions | None = None
) -> Wanted:
    """What a clause asks, among rows that the filters let through."""
    if any(term.field == "text" for term in clause.terms):
        _require_text(rows)
    texts = {block: _text(clause.terms, field) for field, block in _BLOCKS.items()}
    if not rows.shows_text:
        del texts[SCREEN]  # an empty block would only make every row a candidate
    vectors = _text_vectors(rows, encoders, texts)
    without = [
        _holding(rows, term) for term in clause.terms if term.without and term.field != "saw"
    ]
    if clause.image is not None:
        _add(vectors, {VISUAL: _picture_vector(rows, encoders, clause.image)})
    if clause.like is not None:
        similar, itself = _like(rows, encoders.video(clause.like.video), clause.like)
        _add(vectors, similar)
        without.append(itself)
    return Wanted(
        vectors=vectors,
        words=tuple(_words(clause.terms)),
        among=_exact(rows, clause.terms, among),
        without=reduce(np.union1d, without, NOTHING),
        against=_against(rows, encoders, clause.terms),
        asked=frozenset(
            _BLOCKS[term.field]
            for term in clause.terms
            if term.field in _BLOCKS and not term.without
        ),
    )


_BLOCKS: Mapping[Field, str] = {"saw": VISUAL, "said": SPEECH, "text": SCREEN}


def _require_text(rows: Rows) -> None:
    """Asking for text where none was ever read is a mistake that no result would tell of."""
    if not rows.shows_text:
        raise QueryError(
            "text: finds nothing: no text was read off the pictures of this library. Videos are "
            "read when they are indexed with index.screen_text on; for those that are here "
            "already, `vsearch remove` and index them again"
        )


def _text(terms: Iterable[Term], field: Field) -> str:
    """What a block is asked: the words for it and those for any."""
    return " ".join(
        term.text for term in terms if not term.without and term.field in {"any", field}
    )


def _words(terms: Iterable[Term]) -> Iterator[Words]:
    """What is looked for as words: said or anywhere, and on the screen alone."""
    wanted = [term for term in terms if not term.without]
    if said := " ".join(term.text for term in wanted if term.field in {"any", "said"}):
        anywhere = any(term.field == "any" for term in wanted)
        yield Words(text=said, columns=COLUMNS["any" if anywhere else "said"])
    if shown := " ".join(term.text for term in wanted if term.field == "text"):
        yield Words(text=shown, columns=COLUMNS["text"])


def _text_vectors(rows: Rows, encoders: Encoders, texts: Mapping[str, str]) -> dict[str, Matrix]:
    return {
        block.name: encoders.text(block, texts[block.name])
        for block in rows.space.blocks
        if texts.get(block.name)
    }


def _add(vectors: dict[str, Matrix], more: Mapping[str, Matrix]) -> None:
    for name, vector in more.items():
        known = vectors.get(name, vector)
        vectors[name] = (known + vector) / np.float32(2)


def _exact(rows: Rows, terms: Iterable[Term], among: Positions | None) -> Positions | None:
    """The rows that hold every phrase of the question; None if there is no phrase."""
    for term in terms:
        if term.exact and not term.without and term.field != "saw":
            found = _holding(rows, term)
            among = found if among is None else np.intersect1d(among, found, assume_unique=True)
    return among


def _holding(rows: Rows, term: Term) -> Positions:
    return rows.holding(term.text, COLUMNS[term.field])


def _against(rows: Rows, encoders: Encoders, terms: Iterable[Term]) -> Matrix | None:
    """The joint vectors of the pictures that are not wanted, one a row.

    Exact words are said or written: a dog may be seen where -"guide dog" must not be said.
    """
    unwanted = [
        term.text
        for term in terms
        if term.without and (term.field == "saw" or (term.field == "any" and not term.exact))
    ]
    if not unwanted:
        return None
    found = [_text_vectors(rows, encoders, {VISUAL: text}) for text in unwanted]
    return np.concatenate([rows.space.query(vectors, {}) for vectors in found])


def _picture_vector(rows: Rows, encoders: Encoders, path: Path) -> Matrix:
    block = next(block for block in rows.space.blocks if block.name == VISUAL)
    centred = encoders.picture(block, path) - rows.space.stats[VISUAL].mean
    return _in_units(rows, {VISUAL: centred})[VISUAL]


def _like(rows: Rows, video: Video, like: Like) -> tuple[dict[str, Matrix], Positions]:
    """The vectors of a moment, or of a whole video on average, and the rows that are itself."""
    contexts = rows.around_video(video.id)
    if not contexts:
        raise QueryError(f"{video.path} has no keyframe to compare with")
    positions = np.array(list(contexts), np.int64)
    itself = positions
    if like.at_s is not None:
        if like.at_s > video.duration_s:
            raise QueryError(
                f"{video.path.name} is {video.duration_s:.1f} s long: it has no moment at "
                f"{like.at_s:g} s to compare with"
            )
        best = _at(contexts, like.at_s)
        scene = contexts[best].scene.id
        itself = np.array([row for row, item in contexts.items() if item.scene.id == scene])
        positions = np.array([best], np.int64)
    joint = rows.vectors(positions).mean(axis=0, keepdims=True)
    parts = {name: joint[:, part] for name, part in rows.space.slices().items()}
    return _in_units(rows, {name: part for name, part in parts.items() if part.any()}), itself


def _at(contexts: Mapping[int, FrameContext], at_s: float) -> int:
    """The row that stands for a time of its video."""

    def distance(row: int) -> tuple[float, float]:
        frame = contexts[row].frame
        outside = max(frame.span.start_s - at_s, at_s - frame.span.end_s, 0.0)
        return outside, abs(frame.pts_s - at_s)

    return min(contexts, key=distance)


def _in_units(rows: Rows, vectors: Mapping[str, Matrix]) -> dict[str, Matrix]:
    """Vectors that score as widely as ordinary questions do: pictures resemble pictures more."""
    if not len(rows):  # every video has been removed
        return dict(vectors)
    sample = np.unique(np.linspace(0, len(rows) - 1, SAMPLE_ROWS).astype(np.int64))
    stored = rows.vectors(sample)
    found = {}
    for name, part in rows.space.slices().items():
        if name in vectors:
            spread = float(np.sqrt(np.square(stored[:, part] @ vectors[name][0]).mean()))
            found[name] = vectors[name] / np.float32(spread or 1.0)
    return found
