"""The FAISS index of one generation: built from joint rows, written, mapped and searched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from vsearch.types import Matrix
from vsearch_index.gpu import GPU_MOST, OnGpu
from vsearch_index.kinds import (
    Asked,
    Coder,
    Kind,
    add_rows,
    empty_rows,
    kind_for,
    sample_size,
    tune,
)
from vsearch_index.scan import Found, Mask, scan, scan_lists, stored_rows

Take: TypeAlias = Callable[[NDArray[np.int64]], Matrix]
"""Gives the joint rows at some positions."""

CHUNK_ROWS = 65_536
MAPPED_BYTES = 64 << 20
"""From this size on a file is mapped: opening it reads next to nothing."""

FEW_ROWS = 2_000
"""So few allowed rows are compared one by one faster than an index is scanned for them."""

MOSTLY = 16
"""Where at least one row in so many is allowed, all are scanned, and the others left out after."""

MORE_CANDIDATES = 300
MOST_CANDIDATES = 100_000
"""Where so many rows are equally good, which of them come first is left to FAISS."""

BLOCK_ROWS = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class VectorIndex:
    """Joint vectors with the ids of their frames.

    longest is the length of the longest row as it is stored: no row that a scan left out can be
    better than the scan's last one by more than that times the error of the query.
    """

    ids: NDArray[np.int64]
    rows: Any
    kind: Kind
    coder: Coder
    longest: float
    gpu: OnGpu | None = None

    @classmethod
    def build(
        cls,
        ids: NDArray[np.int64],
        dim: int,
        take: Take,
        kind: str = "auto",
        probes: Matrix | None = None,
    ) -> VectorIndex:
        """Index the rows that take() gives; the probes, ordinary queries, tune an ivf index."""
        chosen = kind_for(len(ids), kind)
        sample = _sample(take, len(ids), sample_size(chosen, len(ids)), dim)
        coder = Coder.fit(chosen, sample)
        rows = empty_rows(chosen, dim, len(ids), sample, coder)
        queries = probes
        if queries is None or not len(queries):
            queries = sample[: len(sample) // 2 : 500]
        del sample
        longest = 0.0
        for start in range(0, len(ids), CHUNK_ROWS):
            part = np.arange(start, min(start + CHUNK_ROWS, len(ids)))
            longest = max(longest, add_rows(rows, take(part), coder))
        if chosen == "ivf":
            tune(rows, queries, coder)
        return cls(ids, rows, chosen, coder, longest)

    def write(self, path: Path) -> None:
        """Write the rows to a file; whoever calls keeps the ids and arrays()."""
        faiss.write_index(self.rows, str(path))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What read() needs besides the file and the ids."""
        steps = np.zeros(0, np.float32) if self.coder.steps is None else self.coder.steps
        return {"steps": steps, "longest": np.array([self.longest])}

    @classmethod
    def read(
        cls, path: Path, kind: str, ids: NDArray[np.int64], arrays: Mapping[str, NDArray[Any]]
    ) -> VectorIndex:
        """Open the rows that write() wrote."""
        rows = _opened(path, kind)
        if rows.ntotal != len(ids):
            raise ValueError(f"{path} holds {rows.ntotal} rows for {len(ids)} ids")
        steps = arrays["steps"]
        coder = Coder(steps if len(steps) else None)
        return cls(ids, rows, kind_for(len(ids), kind), coder, float(arrays["longest"][0]))

    def on_gpu(self) -> VectorIndex:
        """The same index with a copy on the first GPU, if there is one with room for it."""
        return replace(self, gpu=OnGpu.of(self.rows, self.kind))

    def __len__(self) -> int:
        return len(self.ids)

    def search(
        self, query: Matrix, limit: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The positions of the nearest rows and their scores, best first, equal ones by position.

        among are the positions, in order, of the only rows that may be found; as many as the limit
        says are found whenever there are so many.
        """
        allowed = len(self) if among is None else len(among)
        limit = min(limit, allowed)
        if limit <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if among is not None and allowed <= FEW_ROWS:
            return self._ranked(query, np.asarray(among, np.int64), limit)
        mask = None
        if among is not None:
            mask = np.zeros(len(self), dtype=bool)
            mask[among] = True
        if self.kind == "ivf":
            return self._probed(query, limit, allowed, mask)
        return self._scanned(query, limit, allowed, mask)

    def vectors(self, positions: NDArray[np.int64]) -> Matrix:
        """The rows at these positions as they are stored."""
        if not len(positions):
            return np.zeros((0, self.rows.d), np.float32)
        return self.coder.decode(stored_rows(self.rows, positions))

    def _scanned(self, query: Matrix, limit: int, allowed: int, mask: Mask | None) -> Found:
        """Scan for candidates until no other row can be as good as the last that is returned."""
        asked = self.coder.ask(query)
        count, most = 2 * limit + MORE_CANDIDATES, max(4 * limit, MOST_CANDIDATES)
        while True:
            count = min(count, allowed)
            found, rough = self._candidates(asked.vector, count, mask)
            if len(found) < limit:
                found, rough = scan(self.rows, asked.vector, count, mask)
            positions, scores = self._ranked(query, found, limit)
            unseen = float(rough[-1]) * asked.unit + self._margin(asked) * self.longest
            if count == allowed or count >= most or scores[-1] > unseen:
                return positions, scores
            count *= 4

    def _margin(self, asked: Asked) -> float:
        rounding = self.gpu.rounding if self.gpu else 0.0
        return asked.margin + rounding * float(np.linalg.norm(asked.vector))

    def _candidates(self, vector: Matrix, count: int, mask: Mask | None) -> Found:
        """Rows that may be among the best, and the scores of a scan down to the last it saw."""
        if mask is not None:
            wide = _unfiltered(count, mask)
            if not wide:
                return scan(self.rows, vector, count, mask)
            found, rough = self._candidates(vector, wide, None)
            return found[mask[found]], rough
        if self.gpu and count <= GPU_MOST:
            return self.gpu.search(vector, count)
        return scan(self.rows, vector, count)

    def _probed(self, query: Matrix, limit: int, allowed: int, mask: Mask | None) -> Found:
        """Look into the nearest lists, the more the fewer rows are allowed, until it is enough."""
        vector = self.coder.ask(query).vector
        count = min(2 * limit + MORE_CANDIDATES // 4, allowed)
        if self.gpu and mask is None and count <= GPU_MOST:
            found, _ = self.gpu.search(vector, count)
            if len(found) >= limit:
                return self._ranked(query, found, limit)
        lists = self.rows.nlist
        share = allowed / len(self)
        probes = lists
        if share * MOSTLY >= 1:
            probes = min(lists, round(self.rows.nprobe * share**-0.2))
        while True:
            wide = 0 if mask is None or probes == lists else _unfiltered(count, mask)
            found, _ = scan_lists(self.rows, vector, wide or count, probes, None if wide else mask)
            if mask is not None:
                found = found[mask[found]]
            if len(found) >= limit or probes == lists:
                return self._ranked(query, found, limit)
            probes = min(lists, probes * 4)

    def _ranked(self, query: Matrix, candidates: NDArray[np.int64], limit: int) -> Found:
        """The best candidates by their exact scores."""
        weighed = self.coder.weigh(query)[0]
        scores = np.empty(len(candidates), np.float32)
        for start in range(0, len(candidates), BLOCK_ROWS):
            part = slice(start, start + BLOCK_ROWS)
            # Each row is summed by itself, so that equal rows have equal scores.
            stored = stored_rows(self.rows, candidates[part])
            scores[part] = np.einsum("ij,j->i", stored, weighed)
        best = np.lexsort((candidates, -scores))[:limit]
        return candidates[best], scores[best]


def _unfiltered(count: int, mask: Mask) -> int:
    """How many of all rows hold so many allowed ones, if enough are allowed; 0 if not.

    A scan that asks of each row whether it is allowed takes two to three times as long.
    """
    allowed = int(np.count_nonzero(mask))
    return -(-count * len(mask) // allowed) if allowed * MOSTLY >= len(mask) else 0


def _sample(take: Take, count: int, size: int, dim: int) -> Matrix:
    """Rows from all over the index: neighbours are of one video."""
    if not size:
        return np.zeros((0, dim), np.float32)
    return take(np.linspace(0, count - 1, size).astype(np.int64))


def _opened(path: Path, kind: str) -> Any:
    """The rows of a file, mapped where the file is large and FAISS can."""
    if path.stat().st_size >= MAPPED_BYTES:
        try:
            return faiss.read_index(str(path), _mapping(kind))
        except (AttributeError, RuntimeError):  # an older FAISS, or a system without
            pass
    return faiss.read_index(str(path))


def _mapping(kind: str) -> int:
    if kind == "ivf":
        return int(faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    return int(faiss.IO_FLAG_MMAP_IFC)
