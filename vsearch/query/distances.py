"""How far each of many vectors lies from its nearest others, and how unusual such a distance is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vsearch.types import Matrix

Values = NDArray[np.float32]
Places = NDArray[np.int64]

NEIGHBOURS = 5
"""The distance to the fifth nearest: up to four copies of an unusual thing do not hide it."""

COMPARED = 1000
"""Among more than this many vectors a sample stands for all, until the farthest are known."""

MEASURED = 400
"""So many distances tell what is usual."""

CELLS_AT_ONCE = 8_000_000
LEAST_SPREAD = 0.05
"""Where all distances are nearly alike, less than this share of them is no difference."""

NORMAL = 1.4826
"""Median absolute deviations of a normal distribution in a standard deviation."""


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """The middle and the spread of distances, which a few very large ones do not move."""

    median: float
    spread: float

    @classmethod
    def of(cls, distances: Values) -> Usual:
        """Measure them."""
        median = float(np.median(distances))
        spread = NORMAL * float(np.median(np.abs(distances - median)))
        return cls(median, max(spread, LEAST_SPREAD * median, 1e-6))

    def deviations(self, distances: Values) -> Values:
        """How many spreads above the middle each distance lies."""
        found: Values = ((distances - self.median) / self.spread).astype(np.float32)
        return found


def unlikeness(vectors: Matrix, wanted: int) -> Values:
    """How unusually far each vector is from its neighbours, in robust standard deviations.

    Among many vectors that is known for the wanted farthest only; others count as usual.
    """
    count = len(vectors)
    random = np.random.default_rng(0)
    neighbours = neighbours_of(count)
    if count <= COMPARED:
        distances = nearest(vectors, np.arange(count), vectors, np.arange(count), neighbours)
        return Usual.of(distances).deviations(distances)
    some = np.sort(random.choice(count, COMPARED, replace=False))
    rough = nearest(vectors, np.arange(count), vectors[some], some, neighbours)
    farthest = np.argsort(-rough, kind="stable")[: min(count, wanted)]
    sample = np.sort(random.choice(count, MEASURED, replace=False))
    usual = Usual.of(nearest(vectors[sample], sample, vectors, np.arange(count), neighbours))
    found = np.zeros(count, np.float32)
    exact = nearest(vectors[farthest], farthest, vectors, np.arange(count), neighbours)
    found[farthest] = usual.deviations(exact)
    return found


def neighbours_of(count: int) -> int:
    """Which neighbour's distance counts among so many vectors."""
    return max(1, min(NEIGHBOURS, count // 4))


def nearest(
    vectors: Matrix, places: Places, others: Matrix, their_places: Places, neighbours: int
) -> Values:
    """The distance of each vector to its so-many-th nearest other one."""
    found = np.empty(len(vectors), np.float32)
    step = max(1, CELLS_AT_ONCE // len(others))
    for start in range(0, len(vectors), step):
        part = slice(start, start + step)
        squares = squared(vectors[part], others)
        squares[places[part, None] == their_places[None, :]] = np.inf
        kth = min(neighbours, squares.shape[1] - 1) - 1
        found[part] = np.sqrt(np.partition(squares, max(0, kth), axis=1)[:, max(0, kth)])
    return found


def squared(vectors: Matrix, others: Matrix) -> Matrix:
    """Squared distances of each vector (a row) to each of the others (a column)."""
    own = np.einsum("ij,ij->i", vectors, vectors)[:, None]
    theirs = np.einsum("ij,ij->i", others, others)[None, :]
    found: Matrix = np.maximum(own + theirs - 2 * (vectors @ others.T), 0)
    return found
