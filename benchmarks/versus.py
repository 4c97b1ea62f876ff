"""The index of vsearch beside LanceDB and DuckDB's own scan: the same rows, questions and minute.

    python -m pip install lancedb
    python benchmarks/versus.py --library /tmp/thirty --rows 30000

The library is one of benchmarks/scale.py, written if it is not there. All hold the same joint
vectors and is asked for the same 20 rows, one question at a time and all systems in turn; LanceDB's
parameters are those of its documentation, once as they are and once set for recall.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from scale import WEIGHTS, library_of, show

from vsearch.types import Matrix
from vsearch_index.catalog import Catalog
from vsearch_index.derive import derive, joint_rows
from vsearch_index.vectors import VectorIndex

LIMIT = 20
CHUNK_ROWS = 16_384
Search = Callable[[Matrix], NDArray[np.int64]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=40)
    options = parser.parse_args()
    questions = library_of(options.library, options.rows)[: options.questions]
    with Catalog(options.library / "catalog.duckdb").reading() as connection:
        frames, space, take, _ = joint_rows(connection)
        made = {kind: derive(connection, kind).index for kind in ("fp16", "sq8", "ivf")}
    rows = [
        take(np.arange(start, min(start + CHUNK_ROWS, len(frames.ids))))
        for start in range(0, len(frames.ids), CHUNK_ROWS)
    ]
    queries = [space.query(question, WEIGHTS) for question in questions]
    with tempfile.TemporaryDirectory(dir=options.library) as scratch:
        searches = {
            **{f"vsearch {kind}": ours(index, Path(scratch)) for kind, index in made.items()},
            **lance(rows, Path(scratch)),
            "DuckDB array_inner_product": duck(rows, Path(scratch)),
        }
        compare(searches, queries, np.vstack(rows))


def compare(searches: dict[str, tuple[Search, int]], queries: list[Matrix], rows: Matrix) -> None:
    """Ask everybody everything in turn, and print times, recall and size."""
    times: dict[str, list[float]] = {name: [] for name in searches}
    recall: dict[str, list[float]] = {name: [] for name in searches}
    for query in [queries[0], *queries]:
        best = np.argpartition(-(rows @ query[0]), LIMIT)[:LIMIT]
        for name, (search, _) in searches.items():
            start = time.perf_counter()
            found = search(query)
            times[name].append((time.perf_counter() - start) * 1000)
            recall[name].append(float(np.isin(best, found).mean()))
    for name, (_, size) in searches.items():
        show(name, times[name][1:])
        print(f"    recall@{LIMIT} {np.mean(recall[name][1:]):.3f}, {size / 1e6:.0f} MB on disk")


def ours(index: VectorIndex, folder: Path) -> tuple[Search, int]:
    """An index of vsearch, written and mapped as a library's is."""
    path = folder / f"{index.kind}.faiss"
    index.write(path)
    opened = VectorIndex.read(path, index.kind, index.ids, index.arrays())
    return lambda query: opened.search(query, LIMIT)[0], path.stat().st_size


def arrow(rows: list[Matrix]) -> Any:
    """The rows as a table that both LanceDB and DuckDB read."""
    import pyarrow

    vectors = [pyarrow.array(part.reshape(-1)) for part in rows]
    dim = rows[0].shape[1]
    lists = [pyarrow.FixedSizeListArray.from_arrays(flat, dim) for flat in vectors]
    ids = pyarrow.chunked_array([np.arange(sum(len(part) for part in rows))])
    return pyarrow.table({"id": ids, "vector": pyarrow.chunked_array(lists)})


def lance(rows: list[Matrix], folder: Path) -> dict[str, tuple[Search, int]]:
    """LanceDB without an index, and with IVF_PQ as it is set and set for recall."""
    import lancedb
    from lancedb.index import IvfPq

    table = lancedb.connect(folder / "lance").create_table("rows", arrow(rows))
    flat = disk(folder / "lance")
    table.create_index("vector", config=IvfPq(distance_type="dot"))
    indexed = disk(folder / "lance")

    def asked(query: Matrix) -> Any:
        return table.search(query[0]).distance_type("dot").limit(LIMIT).select(["id"])

    def ids(asking: Any) -> NDArray[np.int64]:
        found: NDArray[np.int64] = asking.to_arrow()["id"].to_numpy()
        return found

    return {
        "LanceDB scan": (lambda query: ids(asked(query).bypass_vector_index()), flat),
        "LanceDB IVF_PQ": (lambda query: ids(asked(query)), indexed),
        "LanceDB IVF_PQ, wide and refined": (
            lambda query: ids(asked(query).nprobes(200).refine_factor(20)),
            indexed,
        ),
    }


def duck(rows: list[Matrix], folder: Path) -> tuple[Search, int]:
    """DuckDB's scan of fixed-size arrays."""
    dim = rows[0].shape[1]
    path = folder / "rows.duckdb"
    connection = duckdb.connect(str(path))
    connection.register("given", arrow(rows))
    connection.execute(f"CREATE TABLE rows AS SELECT id, vector::FLOAT[{dim}] AS vector FROM given")
    connection.execute("CHECKPOINT")

    def search(query: Matrix) -> NDArray[np.int64]:
        found = connection.execute(
            f"SELECT id FROM rows ORDER BY array_inner_product(vector, ?::FLOAT[{dim}]) DESC "
            f"LIMIT {LIMIT}",
            [query[0]],
        ).fetchnumpy()
        return np.asarray(found["id"], np.int64)

    return search, path.stat().st_size


def disk(folder: Path) -> int:
    """How many bytes lie in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
