"""How the rows of an index are kept: which kind at which size, and how each is trained.

flat keeps float32, fp16 half of that. sq8 keeps whole numbers of -127 to 127, each dimension in
steps of its own. ivf keeps the same in lists, of which a search looks only into the nearest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from vsearch.types import Matrix

Kind: TypeAlias = Literal["flat", "fp16", "sq8", "ivf"]

KINDS: tuple[Kind, ...] = ("flat", "fp16", "sq8", "ivf")

MOST_ROWS: dict[Kind, int] = {"flat": 50_000, "fp16": 200_000, "sq8": 1_000_000}
"""Up to how many rows each kind is chosen; beyond all of them it is ivf."""

MOST = 127
"""The largest number that a component of a row or a query becomes."""

SAMPLE_ROWS = 50_000
ROWS_PER_LIST = 50
"""A list is placed by about so many rows of the sample."""

ROUNDING = 4e-6
"""How far sums of float32 differ with their order, as a part of the vectors' lengths."""

RECALL_WANTED = 0.965
RECALL_AT = 20


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A query as the rows' scan takes it.

    A row scores unit times what the scan says, give or take margin times the longest row.
    """

    vector: Matrix
    unit: float
    margin: float


@dataclass(frozen=True, slots=True, eq=False)
class Coder:
    """What a component of a stored row stands for: itself, or a number of steps."""

    steps: NDArray[np.float32] | None = None

    @classmethod
    def fit(cls, kind: Kind, sample: Matrix) -> Coder:
        """Steps by which the widest of the sampled rows just fits."""
        if kind not in {"sq8", "ivf"}:
            return cls()
        widest = np.abs(sample).max(axis=0, initial=0.0)
        return cls(np.where(widest > 0, widest / MOST, 1.0).astype(np.float32))

    def encode(self, rows: Matrix) -> Matrix:
        """Rows as they are stored."""
        scaled = self.scale(rows)
        if self.steps is not None:
            np.clip(np.rint(scaled, out=scaled), -MOST, MOST, out=scaled)
        return scaled

    def scale(self, vectors: Matrix) -> Matrix:
        """Vectors counted in steps."""
        scaled = vectors if self.steps is None else vectors / self.steps
        return np.ascontiguousarray(scaled, np.float32)

    def decode(self, stored: Matrix) -> Matrix:
        """Stored rows as vectors."""
        return stored if self.steps is None else stored * self.steps

    def weigh(self, query: Matrix) -> Matrix:
        """A query whose inner product with stored rows is that of the query with the vectors."""
        return query if self.steps is None else query * self.steps

    def ask(self, query: Matrix) -> Asked:
        """The query in whole numbers where rows are, and how far off that can make a score."""
        weighed = np.ascontiguousarray(self.weigh(query), np.float32)
        slack = ROUNDING * float(np.linalg.norm(weighed))
        if self.steps is None:
            return Asked(weighed, 1.0, slack)
        unit = float(np.abs(weighed).max()) / MOST or 1.0
        whole: Matrix = np.rint(weighed / unit)
        return Asked(whole, unit, float(np.linalg.norm(weighed - whole * unit)) + slack)


def kind_for(count: int, wanted: str = "auto") -> Kind:
    """The kind that is wanted, or the most exact one that is still quick for so many rows."""
    if not count:
        return "flat"
    for kind in KINDS:
        if wanted == kind or (wanted == "auto" and count <= MOST_ROWS.get(kind, count)):
            return kind
    raise ValueError(f"{wanted} is no kind of index")


def sample_size(kind: Kind, count: int) -> int:
    """How many rows a kind is trained with."""
    if kind == "ivf":
        return min(count, max(SAMPLE_ROWS, ROWS_PER_LIST * list_count(count)))
    return min(count, SAMPLE_ROWS) if kind == "sq8" else 0


def list_count(count: int) -> int:
    """How many lists an ivf index of so many rows has."""
    return max(1, min(int(2 * count**0.5), count // 40))


def empty_rows(kind: Kind, dim: int, count: int, sample: Matrix, coder: Coder) -> Any:
    """A trained FAISS index without rows."""
    product = faiss.METRIC_INNER_PRODUCT
    if kind == "flat":
        return faiss.IndexFlatIP(dim)
    if kind == "fp16":
        return faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, product)
    whole = faiss.ScalarQuantizer.QT_8bit_direct_signed
    if kind == "sq8":
        return faiss.IndexScalarQuantizer(dim, whole, product)
    centroids = _centroids(sample, list_count(count))
    coarse = faiss.IndexFlatIP(dim)
    coarse.add(coder.scale(centroids))
    rows = faiss.IndexIVFScalarQuantizer(coarse, dim, len(centroids), whole, product, False)
    rows.is_trained = True  # whole numbers need no training, and the centroids are there
    rows.set_direct_map_type(faiss.DirectMap.Array)
    return rows


def add_rows(rows: Any, vectors: Matrix, coder: Coder) -> float:
    """Add vectors to an index, and say how long the longest is as it is stored."""
    stored = coder.encode(vectors)
    if isinstance(rows, faiss.IndexIVF):
        nearest = faiss.IndexFlatL2(rows.d)  # rows belong to the list they are near, long or short
        nearest.add(coder.decode(rows.quantizer.reconstruct_n()))
        lists = np.ascontiguousarray(nearest.search(vectors, 1)[1][:, 0])
        pointers = faiss.swig_ptr(stored), None, faiss.swig_ptr(lists)
        rows.add_core(len(stored), *pointers)
    else:
        rows.add(stored)
    return float(np.linalg.norm(stored, axis=1).max(initial=0.0))


def tune(rows: Any, queries: Matrix, coder: Coder) -> None:
    """Look into as many lists as it takes to find nearly all that a full scan finds."""
    if not len(queries):
        rows.nprobe = rows.nlist
        return
    asked = np.vstack([coder.ask(query[None]).vector for query in queries])
    limit = min(RECALL_AT, rows.ntotal)
    truth = _found(rows, asked, limit, rows.nlist)
    probes = min(4, rows.nlist)
    while probes < rows.nlist:
        pairs = zip(truth, _found(rows, asked, limit, probes), strict=True)
        if np.mean([np.isin(all_best, found).mean() for all_best, found in pairs]) >= RECALL_WANTED:
            break
        probes = min(rows.nlist, probes + max(1, probes // 5))
    rows.nprobe = probes


def _found(rows: Any, asked: Matrix, limit: int, probes: int) -> NDArray[np.int64]:
    parameters = faiss.SearchParametersIVF(nprobe=probes)
    found: NDArray[np.int64] = rows.search(asked, limit, params=parameters)[1]
    return found


def _centroids(sample: Matrix, count: int) -> Matrix:
    clustering = faiss.Kmeans(
        sample.shape[1],
        count,
        niter=10,
        seed=1,
        min_points_per_centroid=1,
        max_points_per_centroid=ROWS_PER_LIST,
    )
    clustering.train(np.ascontiguousarray(sample, np.float32))
    centroids: Matrix = clustering.centroids
    return centroids
