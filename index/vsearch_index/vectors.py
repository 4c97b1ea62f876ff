"""The FAISS index of one generation: built from joint rows, written, read and searched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from vsearch.types import Matrix

EXACT_ROWS = 50_000
"""Up to here rows are kept in full; beyond, as float16: half the memory and faster to scan."""

GPU_MOST = 2048
"""FAISS finds no more rows than this in one search on a GPU."""


@dataclass(frozen=True, slots=True, eq=False)
class VectorIndex:
    """Joint vectors with the ids of their frames."""

    ids: NDArray[np.int64]
    rows: Any
    gpu: Any = None

    @classmethod
    def build(cls, ids: NDArray[np.int64], dim: int, chunks: Iterable[Matrix]) -> VectorIndex:
        """Index the rows, given in chunks so that they need not be in memory at once."""
        kind = "Flat" if len(ids) <= EXACT_ROWS else "SQfp16"
        index = faiss.index_factory(dim, kind, faiss.METRIC_INNER_PRODUCT)
        for rows in chunks:
            index.add(rows)
        return cls(ids, index)

    def write(self, path: Path) -> None:
        """Write the rows to a file; whoever calls keeps the ids."""
        faiss.write_index(self.rows, str(path))

    @classmethod
    def read(cls, path: Path, ids: NDArray[np.int64]) -> VectorIndex:
        """Read the rows that write() wrote."""
        rows = faiss.read_index(str(path))
        if rows.ntotal != len(ids):
            raise ValueError(f"{path} holds {rows.ntotal} rows for {len(ids)} ids")
        return cls(ids, rows)

    def on_gpu(self) -> VectorIndex:
        """The same index with a copy on the first GPU, if there is one with room for it."""
        if not gpu_count():
            return self
        try:
            resources = faiss.StandardGpuResources()
            copy = faiss.index_cpu_to_gpu(resources, 0, self.rows)
        except RuntimeError:  # out of GPU memory, or rows of a kind that GPUs do not search
            return self
        return VectorIndex(self.ids, self.rows, (copy, resources))

    def __len__(self) -> int:
        return len(self.ids)

    def search(
        self, query: Matrix, limit: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The positions of the nearest rows, best first, and their scores."""
        if among is not None:
            every = self.vectors(among) @ query[0]
            best = np.argsort(-every, kind="stable")[:limit]
            return among[best], every[best]
        limit = min(limit, len(self))
        if not limit:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        rows = self.gpu[0] if self.gpu and limit <= GPU_MOST else self.rows
        scores, positions = rows.search(query, limit)
        return positions[0], scores[0]

    def vectors(self, positions: NDArray[np.int64]) -> Matrix:
        """The rows at these positions as they are stored."""
        if not len(positions):
            return np.zeros((0, self.rows.d), np.float32)
        found: Matrix = self.rows.reconstruct_batch(positions)
        return found


def gpu_count() -> int:
    """How many GPUs FAISS can use."""
    return int(faiss.get_num_gpus()) if hasattr(faiss, "get_num_gpus") else 0
