"""Reads the catalog's tables into the words of vsearch, and writes them back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from vsearch.errors import StoreError
from vsearch.files import FileStamp, is_gone
from vsearch.storage import Counts
from vsearch.types import (
    VISUAL,
    Block,
    Frame,
    Matrix,
    Scene,
    TimeSpan,
    VectorSpace,
    Video,
)
from vsearch_index.meta import Revision

Connection = duckdb.DuckDBPyConnection
NOWHERE = Path(os.devnull) / "replaced"
"""The path of a video whose every file holds another one now: nothing can ever be there."""

OF_ONE_VIDEO = (
    "staged",
    "vectors",
    "tags",
    "tagged",
    "sounds",
    "shown",
    "speech",
    "frames",
    "scenes",
    "files",
)


def insert(connection: Connection, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given as columns in one statement."""
    if any(len(values) == 0 for values in columns.values()):
        return
    names = ", ".join(columns)
    values = ", ".join("unnest(?)" for _ in columns)
    connection.execute(f"INSERT INTO {table} ({names}) SELECT {values}", list(columns.values()))


def revision(connection: Connection) -> Revision:
    """Which library a catalog is of, and the number of commits that it has had."""
    found = connection.execute("SELECT key, value FROM meta").fetchall()
    notes: dict[str, str] = dict(found)
    return Revision(notes.get("library_id", ""), int(notes.get("revision", 0)))


def read_blocks(connection: Connection) -> tuple[Block, ...]:
    """The blocks of the joint vector in order."""
    found = connection.execute(
        "SELECT name, component, space, dim, revision FROM blocks ORDER BY position"
    ).fetchall()
    return tuple(
        Block(name=name, component=component, space=VectorSpace(name=space, dim=dim, revision=rev))
        for name, component, space, dim, rev in found
    )


def keep_blocks(
    connection: Connection, blocks: Sequence[Block], probes: Mapping[str, Matrix]
) -> None:
    """Remember the blocks of a new library, or further ones; refuse others than it has."""
    known = read_blocks(connection)
    if other := [pair for pair in zip(known, blocks, strict=False) if pair[0] != pair[1]]:
        old, new = other[0]
        raise StoreError(
            f"the library's {old.name} vectors are of {old.component}, {old.space}; those of "
            f"{new.component}, {new.space} cannot be mixed in. Use the same models or another "
            f"library with --library NAME"
            + (f", or run `vsearch models switch {new.component}`" * (old.name == VISUAL))
        )
    for position, block in enumerate(blocks[len(known) :], start=len(known)):
        space = block.space
        row: list[Any] = [position, block.name, block.component]
        row += [space.name, space.dim, space.revision]
        row.append(probes[block.name].astype("<f2").tobytes())
        connection.execute("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def read_probes(connection: Connection, block: Block) -> Matrix:
    """The vectors of ordinary questions in the space of a block."""
    row = connection.execute("SELECT probes FROM blocks WHERE name = ?", [block.name]).fetchone()
    assert row is not None
    return np.frombuffer(row[0], "<f2").reshape(-1, block.space.dim).astype(np.float32)


def delete_video(connection: Connection, video_id: str) -> None:
    """Delete every row of a video."""
    for table in OF_ONE_VIDEO:
        connection.execute(f"DELETE FROM {table} WHERE video_id = ?", [video_id])
    connection.execute("DELETE FROM videos WHERE id = ?", [video_id])


def delete_strays(connection: Connection) -> None:
    """Delete rows of videos that there are not: none, unless something went wrong once."""
    for table in OF_ONE_VIDEO:
        connection.execute(f"DELETE FROM {table} WHERE video_id NOT IN (SELECT id FROM videos)")


def read_unfiled(connection: Connection) -> list[str]:
    """The videos that no file is known to hold."""
    found = connection.execute(
        "SELECT id FROM videos WHERE id NOT IN (SELECT video_id FROM files)"
    ).fetchall()
    return [row[0] for row in found]


def read_ids(connection: Connection) -> set[str]:
    """The ids of all videos."""
    return {row[0] for row in connection.execute("SELECT id FROM videos").fetchall()}


def write_file(connection: Connection, stamp: FileStamp, video_id: str) -> None:
    """Note which video a file holds."""
    row = [str(stamp.path), video_id, stamp.size_bytes, stamp.mtime_ns, now()]
    connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", row)


def read_stamps(
    connection: Connection, video_id: str | None = None
) -> dict[Path, tuple[FileStamp, str]]:
    """Every known file, or those of one video, with the id of its video."""
    found = connection.execute(
        "SELECT path, size_bytes, mtime_ns, video_id FROM files WHERE video_id = ? OR ?",
        [video_id or "", video_id is None],
    ).fetchall()
    return {
        Path(path): (FileStamp(path=Path(path), size_bytes=size, mtime_ns=mtime), video_id)
        for path, size, mtime, video_id in found
    }


def read_videos(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, Video]:
    """The videos with these ids (or all), each with a path that exists if there is one."""
    paths = read_paths(connection, ids)
    where = "" if ids is None else "WHERE id IN (SELECT unnest(?))"
    found = connection.execute(
        "SELECT id, duration_s, rate_num, rate_den, width_px, height_px, has_audio "
        f"FROM videos {where}",
        [] if ids is None else [list(ids)],
    ).fetchall()
    return {
        row[0]: Video(
            id=row[0],
            path=_best_path(paths.get(row[0], [])),
            duration_s=row[1],
            frame_rate=Fraction(row[2], row[3]),
            width_px=row[4],
            height_px=row[5],
            has_audio=row[6],
        )
        for row in found
    }


def read_paths(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, list[Path]]:
    """The files of each video, the one known longest first."""
    where = "" if ids is None else "WHERE video_id IN (SELECT unnest(?))"
    found = connection.execute(
        f"SELECT video_id, path FROM files {where} ORDER BY seen_at, path",
        [] if ids is None else [list(ids)],
    ).fetchall()
    paths: dict[str, list[Path]] = {}
    for video_id, path in found:
        paths.setdefault(video_id, []).append(Path(path))
    return paths


def read_frames(connection: Connection, where: str, value: object) -> list[tuple[Frame, Scene]]:
    """Keyframes with their scenes, by video and time."""
    found = connection.execute(
        "SELECT f.id, f.pts_s, f.start_s, f.end_s, s.id, s.video_id, s.start_s, s.end_s "
        f"FROM frames f JOIN scenes s ON s.id = f.scene_id WHERE {where} "
        "ORDER BY s.video_id, f.position",
        [value],
    ).fetchall()
    return [
        (
            Frame(
                id=row[0],
                scene_id=row[4],
                pts_s=row[1],
                span=TimeSpan(start_s=row[2], end_s=row[3]),
            ),
            Scene(id=row[4], video_id=row[5], span=TimeSpan(start_s=row[6], end_s=row[7])),
        )
        for row in found
    ]


def read_counts(connection: Connection) -> Counts:
    """How much the library holds."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM videos), (SELECT count(*) FROM scenes), "
        "(SELECT count(*) FROM frames), (SELECT count(*) FROM speech), "
        "(SELECT count(*) FROM shown), "
        "(SELECT coalesce(sum(duration_s), 0) FROM videos)"
    ).fetchone()
    assert row is not None
    return Counts(
        videos=row[0],
        scenes=row[1],
        frames=row[2],
        speech_segments=row[3],
        shown_texts=row[4],
        duration_s=row[5],
    )


def _best_path(paths: list[Path]) -> Path:
    return next((path for path in paths if not is_gone(path)), paths[0] if paths else NOWHERE)


def now() -> datetime:
    """The time as the catalog keeps it: UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
