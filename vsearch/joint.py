"""The joint vector: blocks of different encoders side by side, so that one inner product fuses them.

A block of a row holds (e - mean) / scale, so that blocks weigh alike whatever encoder fills them,
and 0 means "exactly average": what a scene without speech has to say about speech.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vsearch.types import Block, Matrix

PRIOR_ROWS = 16.0
"""Weight of the prior (mean 0, length 1), in rows: it keeps the first few videos comparable."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlockStats:
    """The centre and the spread of one block's vectors over a library."""

    mean: NDArray[np.float32]
    scale: float

    @classmethod
    def fit(cls, vectors: Matrix) -> BlockStats:
        """Measure the centre and the spread, drawn towards the prior when there are few rows."""
        rows = len(vectors)
        mean = vectors.sum(axis=0, dtype=np.float64) / (rows + PRIOR_ROWS)
        spread = float(np.square(vectors - mean, dtype=np.float64).sum())
        scale = float(np.sqrt((spread + PRIOR_ROWS) / (rows + PRIOR_ROWS)))
        return cls(mean=mean.astype(np.float32), scale=scale)


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
        """Put blocks together: parts maps a block to the positions of its rows and their vectors."""
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
        parts = [rows[:, part] @ query[0, part] for part in self.slices().values()]
        return np.stack(parts, axis=1).astype(np.float32)


def shares(contributions: Sequence[float]) -> list[float]:
    """The share of each block in all that speaks for a row; blocks that speak against it have 0."""
    support = [max(0.0, float(value)) for value in contributions]
    total = sum(support)
    return [value / total if total else 0.0 for value in support]
