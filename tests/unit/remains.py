"""Looks for what tells of a video in every byte of a library, and inside each of its files."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import faiss
import numpy as np

from vsearch.library import Library
from vsearch_index.store import LibraryStore

CODES = ("utf-8", "utf-16-le", "utf-16-be")


def needles(library: Library, video_id: str, words: Iterable[str]) -> dict[str, bytes]:
    """What would give a video away, by what it is: words, names, ids, vectors, pictures."""
    found = {f"{word} ({code})": word.encode(code) for word in words for code in CODES}
    found["id"], found["id as bytes"] = video_id.encode(), bytes.fromhex(video_id)
    details = library.show(video_id)
    numbers = {"frame": [item.id for item in details.frames]}
    numbers["scene"] = [item.id for item in details.scenes]
    for kind, ids in numbers.items():
        for number in ids:
            found[f"{kind} {number}"] = str(number).encode()
            found[f"{kind} {number} as bytes"] = np.int64(number).tobytes()
    for frame in details.frames:
        picture = library.picture(video_id, frame.id)
        found[f"picture {frame.id}"] = picture[-80:-16]
    return found | vectors(library, video_id)


def vectors(library: Library, video_id: str) -> dict[str, bytes]:
    """The vectors of a video as the catalog and as the index keep them, from their middle on."""
    found: dict[str, bytes] = {}
    with duckdb.connect(str(library.path / "catalog.duckdb"), read_only=True) as catalog:
        for table in ("vectors", "staged"):
            rows = catalog.execute(
                f"SELECT frame_id, block, vector FROM {table} "
                "WHERE video_id = ? AND vector IS NOT NULL",
                [video_id],
            ).fetchall()
            for frame_id, block, vector in rows:
                wide = np.frombuffer(vector, "<f2").astype("<f4").tobytes()
                found[f"{table} {block} {frame_id}"] = vector
                found[f"{table} {block} {frame_id} as float32"] = wide
    rows = LibraryStore(library.path).rows()
    for number, row in enumerate(rows.vectors(rows.of_videos([video_id]))):
        found[f"joint row {number}"] = row.tobytes()
    return found


def in_bytes(folder: Path, sought: dict[str, bytes]) -> dict[str, set[str]]:
    """In which files, or names of files, each needle is; those that are nowhere are left out."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        data = name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"")
        for what, needle in sought.items():
            if needle in data:
                found.setdefault(what, set()).add(name)
    return found


def inside(folder: Path, sought: dict[str, bytes], scratch: Path) -> dict[str, set[str]]:
    """The same in what the files say when they are opened: they may be compressed."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for number, path in enumerate(sorted(folder.rglob("*"))):
        opened = _opened(path)
        if opened:
            (scratch / f"{number}-{path.name}").write_bytes(opened)
    return in_bytes(scratch, sought)


def _opened(path: Path) -> bytes:
    if path.suffix in {".duckdb", ".new"}:
        return _dumped(_of_duckdb(path))
    if path.suffix == ".words":
        return _dumped(_of_sqlite(path))
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return b"\n".join(arrays[name].tobytes() for name in arrays)
    if path.suffix == ".faiss":
        index = faiss.read_index(str(path))
        return bytes(index.reconstruct_n(0, index.ntotal).tobytes()) if index.ntotal else b""
    return b""


def _of_duckdb(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as opened:
        tables = [
            name for (name,) in opened.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        ]
        return [row for table in tables for row in opened.execute(f"FROM {table}").fetchall()]


def _of_sqlite(path: Path) -> list[tuple[Any, ...]]:
    opened = sqlite3.connect(path)
    names = [
        row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    tables = [name for name in names if name != "rows"]  # without content it cannot be listed
    found = [row for table in tables for row in opened.execute(f"SELECT * FROM {table}")]
    opened.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, rows, 'row')")
    found += opened.execute("SELECT * FROM temp.vocabulary").fetchall()
    opened.close()
    return found


def _dumped(rows: list[tuple[Any, ...]]) -> bytes:
    return b"\n".join(
        value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
    )
