"""How probable it is that a label fits a scene, worked out from vectors alone.

A label's vector is compared with those of ordinary questions (joint.PROBES), not with the rest of
the library: where every video shows a kitchen, `kitchen` must still be found. Labels compete with
one another and with "none of these".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vsearch.types import SPEECH, VISUAL, Matrix

Scores: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How many times a label is likelier for each unit, and the units at which none is as likely.

    A unit is how widely the scores of ordinary questions spread on the library's rows.
    """

    slope: float
    none_at: float


CALIBRATIONS: Mapping[str, Calibration] = {
    VISUAL: Calibration(slope=1.8, none_at=2.4),
    SPEECH: Calibration(slope=2.3, none_at=1.9),
}
"""Fitted by benchmarks/labels.py --fit on one half of its photos and sentences."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judge:
    """Scores the rows of one block: labels and neutral texts in its space, and its unit."""

    labels: Matrix
    neutral: Matrix
    unit: float
    calibration: Calibration

    @classmethod
    def fit(cls, labels: Matrix, probes: Matrix, sample: Matrix, calibration: Calibration) -> Judge:
        """Measure the unit on rows of a library, given as unit vectors."""
        spread = float(np.sqrt((sample @ probes.T).var(axis=1).mean())) if len(sample) else 0.0
        return cls(
            labels=labels,
            neutral=probes.mean(axis=0),
            unit=spread or 1.0,
            calibration=calibration,
        )

    def logits(self, rows: Matrix) -> Scores:
        """How far each label (a column) is likelier for each row than none, as a logarithm."""
        units = (rows @ (self.labels - self.neutral).T).astype(np.float64) / self.unit
        found: Scores = self.calibration.slope * (units - self.calibration.none_at)
        return found


def label_vectors(texts: Sequence[Sequence[str]], vectors: Matrix) -> Matrix:
    """A unit vector for each label, from those of all its phrases in a row."""
    ends = np.cumsum([len(phrases) for phrases in texts])[:-1]
    means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends)])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    unit: Matrix = (means / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def probabilities(logits: Scores) -> Scores:
    """What each label has of the whole, of which "none of these" takes the rest."""
    top = np.maximum(logits.max(axis=1, keepdims=True, initial=0.0), 0.0)
    likely = np.exp(logits - top)
    shares: Scores = likely / (likely.sum(axis=1, keepdims=True) + np.exp(-top))
    return shares


def chosen(probable: Scores, least: float, most: int) -> list[tuple[int, float]]:
    """The labels of one scene that are probable enough, the best first."""
    best = np.lexsort((np.arange(len(probable)), -probable))[:most]
    return [(int(place), float(probable[place])) for place in best if probable[place] >= least]
