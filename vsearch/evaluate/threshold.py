"""What it is worth to say "no good match" where the best score is below a threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vsearch.evaluate.metrics import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A threshold, and how right and how complete the answers are that it lets through."""

    threshold: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


NOTHING = Point(threshold=0.0, precision=1.0, recall=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """All thresholds that make a difference, the highest first."""

    points: tuple[Point, ...]
    average_precision: float
    best: Point
    scores: tuple[float, ...]
    right: tuple[bool, ...]
    answerable: int

    def at(self, threshold: float) -> Point:
        """The point of any threshold."""
        shown = np.asarray(self.scores) >= threshold
        good = int((np.asarray(self.right) & shown).sum())
        precision = good / int(shown.sum()) if shown.any() else 1.0
        return Point(threshold=threshold, precision=precision, recall=good / self.answerable)


def make_curve(scores: Figures, right: NDArray[np.bool_], answerable: int) -> Curve:
    """The curve of the best scores of all queries; of so many of them there is an answer."""
    order = np.argsort(-scores, kind="stable")
    falling, good = scores[order], right[order].cumsum()
    # Equal scores are shown or left out together.
    last = np.flatnonzero(np.append(falling[1:] != falling[:-1], True)[: len(falling)])
    # Halfway to the next lower score, so that rounding does not decide.
    below = np.append((falling[last[:-1]] + falling[last[:-1] + 1]) / 2, falling[-1:])
    points = tuple(
        Point(
            threshold=float(value), precision=float(good[place] / (place + 1)), recall=float(part)
        )
        for value, place, part in zip(below, last, good[last] / answerable, strict=True)
    )
    gained = np.diff([point.recall for point in points], prepend=0.0)
    return Curve(
        points=points,
        average_precision=float(sum(gained * [point.precision for point in points])),
        best=max(points, key=lambda point: point.f1, default=NOTHING),
        scores=tuple(scores.tolist()),
        right=tuple(right.tolist()),
        answerable=answerable,
    )
