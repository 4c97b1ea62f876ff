"""A copy of an index on a GPU, which finds candidates; their scores come from the rows on disk."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from vsearch.types import Matrix

GPU_MOST = 2048
"""FAISS finds no more rows, and looks into no more lists, than this in one search on a GPU."""

CHUNK_ROWS = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class OnGpu:
    """Rows on the first GPU, with the memory that they lie in.

    rounding is how far a GPU is off, as a part of the vectors' lengths: queries for float16 rows
    are themselves made float16.
    """

    rows: Any
    resources: Any
    rounding: float
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, rows: Any, kind: str) -> OnGpu | None:
        """A copy of the rows, or None where there is no GPU with room for it."""
        if not gpu_count():
            return None
        try:
            resources = faiss.StandardGpuResources()
            return cls(_COPIES[kind](resources, rows), resources, _ROUNDING[kind])
        except (AttributeError, RuntimeError):  # too little memory, or a FAISS that cannot
            return None

    def search(self, vector: Matrix, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The positions of the best rows by the scan's own scores, and those, best first."""
        with self.lock:  # GPU indexes are not made for several threads
            scores, positions = self.rows.search(vector, count)
        found = positions[0] >= 0
        return positions[0][found], scores[0][found]


def gpu_count() -> int:
    """How many GPUs FAISS can use."""
    return int(faiss.get_num_gpus()) if hasattr(faiss, "get_num_gpus") else 0


def _as_is(resources: Any, rows: Any) -> Any:
    return faiss.index_cpu_to_gpu(resources, 0, rows)


def _as_half(resources: Any, rows: Any) -> Any:
    """Whole numbers up to 127 are exact in float16, which GPUs scan faster than 8 bits."""
    config = faiss.GpuIndexFlatConfig()
    config.useFloat16 = True
    copy = faiss.GpuIndexFlatIP(resources, rows.d, config)
    for start in range(0, rows.ntotal, CHUNK_ROWS):
        copy.add(rows.reconstruct_n(start, min(CHUNK_ROWS, rows.ntotal - start)))
    return copy


def _as_lists(resources: Any, rows: Any) -> Any:
    """The same lists read as numbers from 0 up, which GPUs know: that moves all scores alike."""
    if rows.nprobe > GPU_MOST:
        raise RuntimeError("more lists than a GPU looks into")
    direct = faiss.ScalarQuantizer.QT_8bit_direct
    product = faiss.METRIC_INNER_PRODUCT
    twin = faiss.IndexIVFScalarQuantizer(rows.quantizer, rows.d, rows.nlist, direct, product, False)
    twin.is_trained = True
    twin.replace_invlists(rows.invlists, False)
    twin.ntotal, twin.nprobe = rows.ntotal, rows.nprobe
    return faiss.index_cpu_to_gpu(resources, 0, twin)


_COPIES = {"flat": _as_is, "fp16": _as_is, "sq8": _as_half, "ivf": _as_lists}
_ROUNDING = {"flat": 1e-3, "fp16": 1e-3, "sq8": 0.0, "ivf": 0.0}
