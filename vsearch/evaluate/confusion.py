"""What labels are worth: counts of what was right and what was said, and the figures of them.

A row of a confusion is what is right, a column what was said. The last row is "no label fits", the
last column "nothing was said".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vsearch.evaluate.intervals import SHARE, Score
from vsearch.evaluate.metrics import Figures

MEASURES = (
    "accuracy",
    "macro_precision",
    "macro_recall",
    "macro_f1",
    "micro_precision",
    "micro_recall",
    "micro_f1",
    "abstained",
)
OF_LABEL = ("precision", "recall", "f1")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What was right and said of items, as numbers of labels; the number of labels is none.

    An item that has several right labels, and got none of them, is a part of each.
    """

    items: NDArray[np.int64]
    right: NDArray[np.int64]
    said: NDArray[np.int64]
    parts: Figures
    count: int
    labels: int

    @classmethod
    def of(cls, right: Sequence[Sequence[int]], said: Sequence[int], labels: int) -> Judged:
        """Judge what was said of each item by all that would have been right."""
        found = []
        for item, (several, answer) in enumerate(zip(right, said, strict=True)):
            counted = [answer] if answer in several else several or [labels]
            found += [(item, place, answer, 1 / len(counted)) for place in counted]
        numbers = np.array([row[:3] for row in found], np.int64).T
        parts = np.array([row[3] for row in found])
        return cls(numbers[0], numbers[1], numbers[2], parts, len(said), labels)

    def confusion(self, sample: NDArray[np.int64] | None = None) -> Figures:
        """The confusion of all items, or of a sample of them that may hold some repeatedly."""
        width = self.labels + 1
        weights = self.parts
        if sample is not None:
            weights = weights * np.bincount(sample, minlength=self.count)[self.items]
        cells = self.right * width + self.said
        sums = np.bincount(cells, weights=weights, minlength=width * width).astype(np.float64)
        return sums.reshape(width, width)


def by_label(confusion: Figures) -> Figures:
    """Precision, recall and F1 of each label, a row each; 0 where nothing was said or right."""
    good = np.diag(confusion)[:-1]
    said, right = confusion.sum(axis=0)[:-1], confusion.sum(axis=1)[:-1]
    found: Figures = np.stack(
        [_share(good, said), _share(good, right), _share(2 * good, said + right)], axis=1
    )
    return found


def overall(confusion: Figures) -> Figures:
    """The figures of MEASURES; macro ones are means over the labels that are right anywhere."""
    good = float(np.diag(confusion)[:-1].sum())
    said, right = float(confusion[:, :-1].sum()), float(confusion[:-1].sum())
    items = confusion.sum()
    present = confusion.sum(axis=1)[:-1] > 0
    macro = by_label(confusion)[present].mean(axis=0) if present.any() else np.zeros(3)
    micro = [_one(good, said), _one(good, right), _one(2 * good, said + right)]
    accuracy = _one(float(np.trace(confusion)), items)
    return np.array([accuracy, *macro, *micro, _one(float(confusion[:, -1].sum()), items)])


def scored(
    judged: Judged, draws: int, seed: int
) -> tuple[dict[str, Score], list[dict[str, Score]]]:
    """The figures of all items and those of each label, with intervals over other items."""
    confusion = judged.confusion()
    whole, each = overall(confusion), by_label(confusion)
    random = np.random.default_rng(seed)
    samples = (random.integers(0, judged.count, judged.count) for _ in range(draws))
    drawn = [judged.confusion(sample) for sample in samples]
    wholes = np.array([overall(one) for one in drawn])
    eaches = np.array([by_label(one) for one in drawn])
    of_labels = [
        dict(
            zip(OF_LABEL, _between(each[place], eaches[:, place] if draws else eaches), strict=True)
        )
        for place in range(judged.labels)
    ]
    return dict(zip(MEASURES, _between(whole, wholes), strict=True)), of_labels


def unscored(confusion: Figures) -> dict[str, Score]:
    """The figures of a confusion that is expected rather than counted."""
    return {
        name: Score(value=float(value))
        for name, value in zip(MEASURES, overall(confusion), strict=True)
    }


def by_chance(right: Sequence[Sequence[int]], labels: int) -> Figures:
    """The confusion that is expected of labels drawn at random."""
    found = np.zeros((labels + 1, labels + 1))
    for answer in range(labels):
        found += Judged.of(right, [answer] * len(right), labels).confusion() / labels
    return found


def confusions(confusion: Figures, names: Sequence[str]) -> Mapping[tuple[str, str], float]:
    """What was taken for what, the most frequent first."""
    wrong = confusion[:-1, :-1] * (1 - np.eye(len(names)))
    order = np.argsort(-wrong, axis=None, kind="stable")
    pairs = (divmod(int(place), len(names)) for place in order)
    return {
        (names[right], names[said]): float(wrong[right, said])
        for right, said in pairs
        if wrong[right, said]
    }


def _between(values: Figures, drawn: Figures) -> list[Score]:
    if not len(drawn):
        return [Score(value=float(value)) for value in values]
    low, high = np.quantile(drawn, [(1 - SHARE) / 2, (1 + SHARE) / 2], axis=0)
    return [
        Score(value=float(value), low=float(first), high=float(last))
        for value, first, last in zip(values, low, high, strict=True)
    ]


def _share(part: Figures, whole: Figures) -> Figures:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _one(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
