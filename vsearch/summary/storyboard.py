"""The fewest pictures that show what there is to see (facility location, chosen greedily).

A picture covers another as much as their vectors are alike. Each step takes the picture that adds
most; since what one adds only ever falls, that comes near the best choice of so many.
"""

from __future__ import annotations

import numpy as np

from vsearch.summary.material import unit
from vsearch.types import Matrix

ENOUGH = 0.95
"""Of all that there is to see; more pictures would show the same again."""

SAME = 0.95
"""Pictures so alike look the same: the second is not shown, whatever is said to it."""

SPEECH_COUNTS = 0.5
"""Of what pictures count: over pictures alone, topics that are only spoken of are left out."""

MOST_ROWS = 4000
"""Of more rows than this, an even part stands for all."""


def choose(
    pictures: Matrix, all_parts: Matrix, most: int, enough: float = ENOUGH
) -> tuple[list[int], float]:
    """The places of at most so many pictures that cover all, in order, and how much they cover.

    They are chosen by what is shown and said together, and are enough once they show enough.
    """
    if not len(pictures) or most < 1:
        return [], 0.0
    step = -(-len(pictures) // MOST_ROWS)
    seen = _alike(pictures[::step])
    alike = _alike(all_parts[::step])
    covered = np.zeros(len(alike), np.float32)
    shown = np.zeros(len(alike), np.float32)
    again = np.zeros(len(alike), bool)
    chosen: list[int] = []
    while len(chosen) < min(most, len(alike)) and shown.mean() < enough:
        gains = np.maximum(alike, covered[:, None]).sum(axis=0) - covered.sum()
        gains[again] = -1.0
        best = int(gains.argmax())
        if again[best]:
            break
        chosen.append(best)
        again |= seen[:, best] >= SAME
        covered = np.maximum(covered, alike[:, best])
        shown = np.maximum(shown, seen[:, best])
    return [place * step for place in sorted(chosen)], float(shown.mean())


def joined(pictures: Matrix, speech: Matrix) -> Matrix:
    """What is shown and said as one vector of length 1 for each row."""
    found: Matrix = unit(np.hstack([pictures, np.float32(np.sqrt(SPEECH_COUNTS)) * speech]))
    return found


def _alike(vectors: Matrix) -> Matrix:
    """How much each covers each other; itself wholly, even where nothing is known of it."""
    found: Matrix = np.maximum(vectors @ vectors.T, 0.0)
    np.fill_diagonal(found, 1.0)
    return found
