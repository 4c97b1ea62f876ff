"""The fewest pictures that show what there is to see (facility location, chosen greedily).

A picture covers another as much as their vectors are alike. Each step takes the picture that adds
most; as the gains only ever fall, no choice of so many pictures covers more than 1.6 times as much.
"""

from __future__ import annotations

import numpy as np

from vsearch.types import Matrix

ENOUGH = 0.95
"""Of all that there is to see; more pictures would show the same again."""

MOST_ROWS = 4000
"""Of more rows than this, an even part stands for all."""


def choose(vectors: Matrix, most: int, enough: float = ENOUGH) -> tuple[list[int], float]:
    """The places of at most so many rows that cover all, in order, and how much they cover."""
    if not len(vectors) or most < 1:
        return [], 0.0
    step = -(-len(vectors) // MOST_ROWS)
    sample = vectors[::step]
    alike = np.maximum(sample @ sample.T, 0.0)
    covered = np.zeros(len(sample), np.float32)
    chosen: list[int] = []
    while len(chosen) < min(most, len(sample)) and covered.mean() < enough:
        gains = np.maximum(alike, covered[:, None]).sum(axis=0) - covered.sum()
        best = int(gains.argmax())
        if gains[best] <= 0 and chosen:
            break
        chosen.append(best)
        covered = np.maximum(covered, alike[:, best])
    return [place * step for place in sorted(chosen)], float(covered.mean())
