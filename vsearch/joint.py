"""The joint vector: blocks of several encoders side by side, fused by one inner product.

A block of a row holds (e - mean) / scale, where scale is how widely the scores of ordinary
questions spread over the library. So a block's part of a score is counted in the same units,
whatever encoder fills it, and 0 means "exactly average": what a scene without speech has to say
about speech.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.types import Block, Matrix

PRIOR_ROWS = 16.0
"""Weight of the prior mean 0, in rows: it keeps the first few videos comparable."""

SAMPLE_ROWS = 20_000
"""Enough rows to know how widely scores spread."""

PROBES = (
    "a person talking to the camera",
    "a man and a woman at a table",
    "children playing outside",
    "a dog or a cat",
    "birds in the sky",
    "a car on the road",
    "a train at the station",
    "an aeroplane taking off",
    "boats on the water",
    "food on a plate",
    "cooking in a kitchen",
    "a computer on a desk",
    "people dancing to music",
    "playing the guitar",
    "a football match",
    "running and jumping",
    "mountains and snow",
    "trees in a forest",
    "the sea and the beach",
    "a city street at night",
    "a house with a garden",
    "the inside of a room",
    "text on a dark screen",
    "a cartoon animation",
    "an explosion in a film",
    "a doctor in a hospital",
    "a teacher explains a problem",
    "we talk about money and politics",
    "thank you for watching",
    "how to repair a machine",
    "he was born in the last century",
    "the weather will be fine tomorrow",
)
"""Ordinary questions and sentences: what they score on average is what a block's unit is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlockStats:
    """The centre of one block's vectors over a library, and the unit that its scores have."""

    mean: NDArray[np.float32]
    scale: float

    @classmethod
    def fit(cls, vectors: NDArray[np.floating[Any]], probes: Matrix) -> BlockStats:
        """Measure the vectors against the probes, which are unit vectors of the text encoder."""
        rows = len(vectors)
        mean = vectors.sum(axis=0, dtype=np.float64) / (rows + PRIOR_ROWS)
        mean = mean.astype(np.float32)
        sample = vectors[:: max(1, rows // SAMPLE_ROWS)].astype(np.float32) - mean
        scores = probes @ sample.T
        scale = float(np.sqrt(np.square(scores).mean())) if scores.size else 0.0
        return cls(mean=mean, scale=scale or 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointSpace:
    """The blocks in order, with the statistics that standardise them."""

    blocks: tuple[Block, ...]
    stats: Mapping[str, BlockStats]

    @property
    def dim(self) -> int:
        """The length of a joint vector."""
        return sum(block.space.dim for block in self.blocks)

    def slices(self) -> dict[str, slice]:
        """Where each block lies in a joint vector."""
        found: dict[str, slice] = {}
        start = 0
        for block in self.blocks:
            found[block.name] = slice(start, start + block.space.dim)
            start += block.space.dim
        return found

    def rows(self, count: int, parts: Mapping[str, tuple[NDArray[np.int64], Matrix]]) -> Matrix:
        """Put blocks together; parts maps each to the positions of its rows and their vectors."""
        joint = np.zeros((count, self.dim), dtype=np.float32)
        where = self.slices()
        for name, (positions, vectors) in parts.items():
            stats = self.stats[name]
            joint[positions, where[name]] = (vectors - stats.mean) / stats.scale
        return joint

    def query(self, vectors: Mapping[str, Matrix], weights: Mapping[str, float]) -> Matrix:
        """Put a query together: each block's own text vector times its weight."""
        joint = np.zeros((1, self.dim), dtype=np.float32)
        where = self.slices()
        for name, vector in vectors.items():
            joint[0, where[name]] = vector[0] * weights.get(name, 1.0)
        return joint

    def contributions(self, query: Matrix, rows: Matrix) -> Matrix:
        """Split each row's score into its blocks: one row a row, one column a block."""
        # Not a matrix product: for so few rows its threads cost more than they save.
        parts = [
            np.einsum("ij,j->i", rows[:, part], query[0, part]) for part in self.slices().values()
        ]
        return np.stack(parts, axis=1).astype(np.float32)


def shares(contributions: Sequence[float]) -> list[float]:
    """The share of each block in all that speaks for a row; blocks that speak against it have 0."""
    support = [max(0.0, float(value)) for value in contributions]
    total = sum(support)
    return [value / total if total else 0.0 for value in support]
