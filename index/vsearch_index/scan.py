"""Scans of a FAISS index for the candidates of one query, shared out among threads.

FAISS runs one query in one thread, and its OpenMP teams wait busily: on a machine that does other
work as well that costs tens of milliseconds. So each thread here runs FAISS alone, on a part.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray

from vsearch.types import Matrix

T = TypeVar("T")
R = TypeVar("R")
Found: TypeAlias = tuple[NDArray[np.int64], NDArray[np.float32]]
Mask: TypeAlias = NDArray[np.bool_]

THREADS = max(1, min(8, os.cpu_count() or 1))
PART_ROWS = 20_000
"""Fewer rows than this are not worth a thread of their own."""


def scan(rows: Any, vector: Matrix, count: int, allowed: Mask | None = None) -> Found:
    """The positions of the best rows by the scan's own scores, and those, best first."""
    parts = max(1, min(THREADS, rows.ntotal // PART_ROWS))
    bounds = np.linspace(0, rows.ntotal, parts + 1).astype(int).tolist()

    def search(part: tuple[int, int]) -> tuple[Any, Any]:
        chosen = faiss.SearchParameters(sel=_between(*part, allowed))
        found: tuple[Any, Any] = rows.search(vector, min(count, rows.ntotal), params=chosen)
        return found

    return _merged(shared_out(search, pairwise(bounds)), count)


def scan_lists(
    rows: Any, vector: Matrix, count: int, probes: int, allowed: Mask | None = None
) -> Found:
    """The same among the rows of the lists that are nearest to the query; may find fewer."""
    selector = None if allowed is None else _selector(allowed)
    (nearest,) = shared_out(lambda vector: rows.quantizer.search(vector, probes), [vector])
    closeness, lists = nearest
    parts = max(1, min(THREADS, probes // 4))

    def search(part: int) -> tuple[Any, Any]:
        some, close = lists[:, part::parts].copy(), closeness[:, part::parts].copy()
        chosen = faiss.SearchParametersIVF(nprobe=some.shape[1], sel=selector)
        scores = np.empty((1, min(count, rows.ntotal)), np.float32)
        positions = np.empty(scores.shape, np.int64)
        into = [faiss.swig_ptr(array) for array in (some, close, scores, positions)]
        # The method that FAISS wraps around this one takes no parameters.
        rows.search_preassigned_c(1, faiss.swig_ptr(vector), scores.size, *into, False, chosen)
        return scores, positions

    return _merged(shared_out(search, range(parts)), count)


def stored_rows(rows: Any, positions: NDArray[np.int64]) -> Matrix:
    """The rows at these positions as they are stored."""
    parts = max(1, min(THREADS, len(positions) // 200))
    pieces = np.array_split(np.ascontiguousarray(positions, np.int64), parts)
    return np.concatenate(shared_out(rows.reconstruct_batch, pieces))


def shared_out(work: Callable[[T], R], parts: Iterable[T]) -> list[R]:
    """The work on each part, done by threads in which FAISS starts none of its own."""
    return list(_threads().map(work, parts))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(
        THREADS, "vsearch-scan", initializer=lambda: faiss.omp_set_num_threads(1)
    )


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)  # a fork has none of the threads


def _between(first: int, last: int, allowed: Mask | None) -> Any:
    if allowed is None:
        return faiss.IDSelectorRange(first, last)
    inside = np.zeros(last, dtype=bool)
    inside[first:] = allowed[first:last]
    return _selector(inside)


def _selector(allowed: Mask) -> Any:
    return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


def _merged(found: list[tuple[Any, Any]], count: int) -> Found:
    scores = np.concatenate([part[0][0] for part in found])
    positions = np.concatenate([part[1][0] for part in found])
    best = np.lexsort((positions, -scores))
    best = best[positions[best] >= 0][:count]
    return positions[best], scores[best]
