"""Wanted -> the rows that come into question, with what each part says about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from vsearch.protocols import Fuser
from vsearch.query.wanted import UNWANTED, Wanted
from vsearch.storage import Positions, Ranked, Rows
from vsearch.types import SCREEN, VISUAL, WORDS, Matrix

WORD_UNITS = 4.0
"""A row that holds every word of a question scores like a picture four times as fit as usual."""

OVERSAMPLED = 8
"""The nearest joint vectors are not quite the best rows by a fusion that does not add the parts up:
so many times as many are fetched and scored again."""

FAINT = 2.0
"""Text on the screen counts by what it scores beyond this, unless it is asked for: of a few signs
and half-read words some are always near to any question."""

NEAR = 4.0
"""Text that is asked for counts from here on, or where it holds a word: signs that have nothing to
do with the question score up to nearly so much."""

DECIMALS = 4
"""Equal rows differ in the last digits, by how many are multiplied at once: they must tie, or their
order would change from page to page."""

SEPARATE_ROWS = 200_000
"""Up to so many rows each part is searched for itself where a fusion wants that; beyond, one search
of the joint vectors gives the candidates of all: half the time, for nearly the same results."""

MANY = 1000
"""More unwanted rows than this are left out before the search, fewer after it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Rows best first. Rows that are not here score about floor at most, if there are any.

    That is sure where each part has named its own best rows, or where the parts are added up.
    """

    names: tuple[str, ...]
    positions: Positions
    scores: NDArray[np.float32]
    contributions: Matrix
    floor: float
    whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Rows near a question, what others score at most by part, and whether these are all."""

    positions: Positions
    lasts: Mapping[str, float]
    whole: bool


def pool_of(
    rows: Rows, wanted: Wanted, weights: Mapping[str, float], fuser: Fuser, limit: int
) -> Pool:
    """At least the best rows for what is wanted, fused into one score."""
    names = (*(block.name for block in rows.space.blocks), WORDS)
    used = {name: weights.get(name, 1.0) if name in wanted.parts else 0.0 for name in names}
    # Who names a part in so many words wants it to count.
    used |= {name: max(1.0, used[name]) for name in wanted.asked if used.get(name)}
    among = _allowed(rows, wanted)
    worded = _worded(rows, wanted, used[WORDS], among)
    separate = fuser.separate and len(rows) <= SEPARATE_ROWS
    candidates = limit * (OVERSAMPLED if fuser.separate else 1)
    dense = _dense(rows, wanted, used, among, candidates, separate=separate)
    best_worded = worded.positions[: _cut(worded.scores, candidates)]
    positions = np.union1d(dense.positions, best_worded)
    positions = positions[~np.isin(positions, wanted.without)]
    stored = rows.vectors(positions)
    parts = _parts(rows, wanted, positions, stored, worded)
    weighed = np.array([[used[name] for name in names]], np.float32)
    contributions = fuser.fuse(names, parts, weighed)
    keep = np.ones(len(positions), bool)
    if wanted.against is not None:
        unwanted = np.maximum(stored @ wanted.against.T, 0).max(axis=1, initial=0)
        keep = unwanted < UNWANTED
        contributions[:, names.index(VISUAL)] -= unwanted
    scores = contributions.sum(axis=1).round(DECIMALS)
    order = np.lexsort((positions, -scores))
    order = order[keep[order]]
    lasts = np.array([[dense.lasts.get(name, 0.0) for name in names]], np.float32)
    floor = float(fuser.fuse(names, lasts, weighed).sum())
    end = _cut(scores[order], limit)
    whole = dense.whole and end == len(order)
    if end < len(order):
        floor = max(floor, float(scores[order[end]]))
    return Pool(
        names=names,
        positions=positions[order[:end]],
        scores=scores[order[:end]],
        contributions=contributions[order[:end]],
        floor=floor,
        whole=whole,
    )


def _cut(scores: NDArray[np.float32], limit: int) -> int:
    """How many of the best scores are kept: those that tie with the last one as well."""
    if len(scores) <= limit:
        return len(scores)
    return int(np.searchsorted(-scores, -scores[limit - 1], side="right"))


def _allowed(rows: Rows, wanted: Wanted) -> Positions | None:
    if len(wanted.without) <= MANY:
        return wanted.among
    everything = np.arange(len(rows), dtype=np.int64)
    return np.setdiff1d(everything if wanted.among is None else wanted.among, wanted.without)


def _worded(rows: Rows, wanted: Wanted, weight: float, among: Positions | None) -> Ranked:
    if not weight:
        return Ranked(positions=np.zeros(0, np.int64), scores=np.zeros(0, np.float32))
    found = _added([rows.worded(words.text, words.columns) for words in wanted.words])
    if among is None:
        return found
    inside = np.isin(found.positions, among)
    return Ranked(positions=found.positions[inside], scores=found.scores[inside])


def _added(several: Sequence[Ranked]) -> Ranked:
    """What several searches for words find together, best first."""
    if len(several) == 1:
        return several[0]
    positions = reduce(np.union1d, [ranked.positions for ranked in several])
    scores = np.zeros(len(positions), np.float32)
    for ranked in several:
        scores[np.searchsorted(positions, ranked.positions)] += ranked.scores
    order = np.lexsort((positions, -scores))
    return Ranked(positions=positions[order], scores=scores[order])


def _dense(
    rows: Rows,
    wanted: Wanted,
    weights: Mapping[str, float],
    among: Positions | None,
    limit: int,
    *,
    separate: bool,
) -> Candidates:
    """The nearest rows of each part, or of all together."""
    count = len(rows) if among is None else len(among)
    asked = [name for name in wanted.vectors if weights[name]]
    if not asked:  # words alone rank, or nothing does
        every = among if among is not None else np.zeros(0, np.int64)
        return Candidates(every[:limit], {}, len(every) <= limit)
    vectors = {name: wanted.vectors[name] for name in asked}
    if not separate:
        found = rows.nearest(rows.space.query(vectors, weights), limit, among)
        lasts = {asked[0]: float(found.scores[-1]) / weights[asked[0]]} if count else {}
        return Candidates(found.positions, lasts, limit >= count)
    parts = {
        name: rows.nearest(rows.space.query({name: vector}, {}), limit, among)
        for name, vector in vectors.items()
    }
    lasts = {name: float(ranked.scores[-1]) for name, ranked in parts.items() if count}
    positions = np.unique(np.concatenate([ranked.positions for ranked in parts.values()]))
    return Candidates(positions, lasts, limit >= count)


def _parts(
    rows: Rows, wanted: Wanted, positions: Positions, stored: Matrix, worded: Ranked
) -> Matrix:
    """What each block and the words say about rows: a row each, a column for each part."""
    dense = rows.space.contributions(rows.space.query(wanted.vectors, {}), stored)
    names = [block.name for block in rows.space.blocks]
    words = np.zeros((len(positions), 1), np.float32)
    order = np.argsort(worded.positions)
    place = np.searchsorted(positions, worded.positions[order])
    known = place < len(positions)
    known[known] = positions[place[known]] == worded.positions[order][known]
    words[place[known], 0] = worded.scores[order][known] * WORD_UNITS
    if SCREEN in names:
        column = names.index(SCREEN)
        dense[:, column] = certain(dense[:, column], words[:, 0], asked=SCREEN in wanted.asked)
    return np.concatenate([dense, words], axis=1)


def certain(
    screen: NDArray[np.float32], words: NDArray[np.float32], *, asked: bool
) -> NDArray[np.float32]:
    """What text on the screen scores, without what a few signs score for any question."""
    counts: NDArray[np.float32] = np.maximum(screen - FAINT, 0)
    if asked:
        counts = np.where((words > 0) | (screen >= NEAR), screen, np.minimum(screen, 0))
    return counts
