"""What rankings and moments are worth: one figure for each query, on numpy alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Figures: TypeAlias = NDArray[np.float64]
Spans: TypeAlias = NDArray[np.float64]
"""One span a row: start and end."""

DEPTH = 10
"""How far down a list nDCG and average precision look."""

STRICTNESS: Figures = np.arange(10, 20) / 20
"""The overlaps that mAP averages over: .5, .55 ... .95."""


def hits(ranks: Figures, k: int) -> Figures:
    """1 for each query whose first right answer is among the first k."""
    return (ranks <= k).astype(np.float64)


def discounted_gain(places: Sequence[int], relevant: int) -> float:
    """nDCG of one list: the places of its right answers, of which there are so many in all."""
    gain = sum(1 / np.log2(place + 1) for place in places if place <= DEPTH)
    return float(gain / _ideal_gain(relevant))


def chance_of_first(total: int, relevant: int) -> Figures:
    """How likely each place is the one of the first right answer in a random order."""
    drawn = np.arange(total)
    all_wrong = np.clip((total - relevant - drawn) / (total - drawn), 0, 1).cumprod()
    likely: Figures = -np.diff(all_wrong, prepend=1.0)
    return likely


def chance_of_gain(total: int, relevant: int) -> float:
    """The nDCG that a random order is expected to have."""
    discounts = 1 / np.log2(np.arange(2, min(DEPTH, total) + 2))
    return float(relevant / total * discounts.sum() / _ideal_gain(relevant))


def median_of(likely: Figures) -> float:
    """The median place of a distribution over the places 1, 2, 3 ..."""
    reached = np.cumsum(likely) / likely.sum()
    # Exactly half is reached at one place: the median is halfway to the next possible one.
    lower = int(np.argmax(reached >= 0.5 - 1e-9))
    upper = int(np.argmax(reached > 0.5 + 1e-9))
    return (lower + upper) / 2 + 1


def overlaps(first: Spans, second: Spans) -> Figures:
    """Intersection over union of each of the first spans with each of the second."""
    start = np.maximum(first[:, None, 0], second[None, :, 0])
    end = np.minimum(first[:, None, 1], second[None, :, 1])
    shared = np.maximum(end - start, 0)
    together = (first[:, 1] - first[:, 0])[:, None] + (second[:, 1] - second[:, 0]) - shared
    figures: Figures = np.divide(shared, together, out=np.zeros_like(shared), where=together > 0)
    return figures


def average_precisions(found: Spans, right: Spans, strictness: Figures = STRICTNESS) -> Figures:
    """The average precision of spans, best first, at each overlap that may be asked for.

    As ActivityNet and QVHighlights define it: each span takes the right one that it overlaps most
    among those still free; precision counts as the best reached at that recall or beyond.
    """
    taken = np.zeros((len(strictness), len(found)))
    free = np.ones((len(strictness), len(right)), dtype=bool)
    every = np.arange(len(strictness))
    # Of right spans that overlap equally the last is taken, as the official evaluation does.
    for place, shared in enumerate(overlaps(found, right[::-1])):
        open_to = np.where(free & (shared >= strictness[:, None]), shared, -1.0)
        best = open_to.argmax(axis=1)
        fits = open_to[every, best] >= 0
        taken[fits, place] = 1
        free[every[fits], best[fits]] = False
    precision = taken.cumsum(axis=1) / np.arange(1, len(found) + 1)
    reached = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    figures: Figures = (reached * taken).sum(axis=1) / len(right)
    return figures


def moment_figures(found: Spans, right: Spans) -> Figures:
    """R1@.5, R1@.7, IoU, mAP, AP@.5 and AP@.75 of the spans found in one video, best first."""
    if not len(found):
        return np.zeros(6)
    best = float(overlaps(found[:1], right).max())
    precisions = average_precisions(found[:DEPTH], right)
    return np.array(
        [best >= 0.5, best >= 0.7, best, precisions.mean(), precisions[0], precisions[5]]
    )


def _ideal_gain(relevant: int) -> float:
    return float((1 / np.log2(np.arange(2, min(DEPTH, relevant) + 2))).sum())
