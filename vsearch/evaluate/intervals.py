"""How far figures would move with other queries: the bootstrap over queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vsearch.evaluate.metrics import Figures

SHARE = 0.95
CHUNK = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A figure with its 95 % interval, if it has one."""

    value: float
    low: float | None = None
    high: float | None = None


def mean_scores(figures: Figures, draws: int, seed: int) -> list[Score]:
    """The mean of each column over queries (rows), with its interval."""
    means = figures.mean(axis=0)
    if not draws:
        return [Score(value=float(mean)) for mean in means]
    count, width = figures.shape
    found = [figures[sample].mean(axis=1) for sample in _samples(count, width, draws, seed)]
    drawn = np.concatenate(found).T
    return [_between(mean, column) for mean, column in zip(means, drawn, strict=True)]


def median_score(ranks: Figures, draws: int, seed: int) -> Score:
    """The median over queries, with its interval."""
    if not draws:
        return Score(value=float(np.median(ranks)))
    found = [np.median(ranks[sample], axis=1) for sample in _samples(len(ranks), 1, draws, seed)]
    return _between(np.median(ranks), np.concatenate(found))


def _between(value: np.floating, drawn: Figures) -> Score:
    low, high = np.quantile(drawn, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return Score(value=float(value), low=float(low), high=float(high))


def _samples(count: int, width: int, draws: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Queries drawn with replacement, a row each time; as many rows at once as memory allows."""
    random = np.random.default_rng(seed)
    chunk = max(1, CHUNK // (count * width))
    for start in range(0, draws, chunk):
        yield random.integers(0, count, (min(chunk, draws - start), count))
