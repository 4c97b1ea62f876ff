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
from vsearch.storage import Counts, FileStamp, VideoRecord, is_gone
from vsearch.types import (
    VISUAL,
    Block,
    Frame,
    Matrix,
    Scene,
    SpeechSegment,
    TimeSpan,
    VectorSpace,
    Video,
)
from vsearch_index.meta import Revision

Connection = duckdb.DuckDBPyConnection
NOWHERE = Path(os.devnull) / "replaced"
"""The path of a video whose every file holds another one now: nothing can ever be there."""

OF_ONE_VIDEO = ("staged", "vectors", "speech", "frames", "scenes", "files")


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
    """Remember the blocks of a new library; refuse others than it has."""
    known = read_blocks(connection)
    if known and known != tuple(blocks):
        pairs = zip(known, blocks, strict=False)
        old, new = next(((a, b) for a, b in pairs if a != b), (known[-1], blocks[-1]))
        raise StoreError(
            f"the library's {old.name} vectors are of {old.component}, {old.space}; those of "
            f"{new.component}, {new.space} cannot be mixed in. Use the same models or another "
            f"library with --library NAME"
            + (f", or run `vsearch models switch {new.component}`" * (old.name == VISUAL))
        )
    if not known:
        for position, block in enumerate(blocks):
            space = block.space
            row: list[Any] = [
                position,
                block.name,
                block.component,
                space.name,
                space.dim,
                space.revision,
            ]
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
    row = [str(stamp.path), video_id, stamp.size_bytes, stamp.mtime_ns, _now()]
    connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", row)


def write_video(connection: Connection, record: VideoRecord) -> None:
    """Insert every row of a video."""
    video = record.video
    rate = video.frame_rate
    row = [video.id, video.duration_s, rate.numerator, rate.denominator, video.width_px]
    row += [video.height_px, video.has_audio, record.speech_source, _now()]
    connection.execute("INSERT INTO videos VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    _write_scenes(connection, record)
    _write_speech(connection, record)
    frame_ids = [frame.id for frame in record.frames]
    for block, rows in record.rows.items():
        insert(
            connection,
            "vectors",
            {
                "frame_id": [frame_ids[position] for position in rows.positions],
                "video_id": [video.id] * len(rows.positions),
                "block": [block] * len(rows.positions),
                "vector": [vector.tobytes() for vector in rows.matrix.astype("<f2")],
            },
        )


def _write_scenes(connection: Connection, record: VideoRecord) -> None:
    scenes, frames = record.scenes, record.frames
    columns: dict[str, list[Any]] = {
        "id": [scene.id for scene in scenes],
        "video_id": [scene.video_id for scene in scenes],
        "position": list(range(len(scenes))),
        "start_s": [scene.span.start_s for scene in scenes],
        "end_s": [scene.span.end_s for scene in scenes],
    }
    insert(connection, "scenes", columns)
    columns = {
        "id": [frame.id for frame in frames],
        "scene_id": [frame.scene_id for frame in frames],
        "video_id": [record.video.id] * len(frames),
        "position": list(range(len(frames))),
        "pts_s": [frame.pts_s for frame in frames],
        "start_s": [frame.span.start_s for frame in frames],
        "end_s": [frame.span.end_s for frame in frames],
    }
    insert(connection, "frames", columns)


def _write_speech(connection: Connection, record: VideoRecord) -> None:
    speech = record.speech
    columns: dict[str, list[Any]] = {
        "video_id": [segment.video_id for segment in speech],
        "position": list(range(len(speech))),
        "start_s": [segment.span.start_s for segment in speech],
        "end_s": [segment.span.end_s for segment in speech],
        "text": [segment.text for segment in speech],
        "language": [segment.language for segment in speech],
    }
    insert(connection, "speech", columns)


def read_stamps(connection: Connection) -> dict[Path, tuple[FileStamp, str]]:
    """Every known file with the id of its video."""
    found = connection.execute("SELECT path, size_bytes, mtime_ns, video_id FROM files").fetchall()
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


def read_speech(connection: Connection, ids: Iterable[str]) -> dict[str, list[SpeechSegment]]:
    """What is said in these videos, in order."""
    found = connection.execute(
        "SELECT video_id, start_s, end_s, text, language FROM speech "
        "WHERE video_id IN (SELECT unnest(?)) ORDER BY video_id, position",
        [list(ids)],
    ).fetchall()
    speech: dict[str, list[SpeechSegment]] = {}
    for video_id, start_s, end_s, text, language in found:
        span = TimeSpan(start_s=start_s, end_s=end_s)
        segment = SpeechSegment(video_id=video_id, span=span, text=text, language=language)
        speech.setdefault(video_id, []).append(segment)
    return speech


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
        "(SELECT coalesce(sum(duration_s), 0) FROM videos)"
    ).fetchone()
    assert row is not None
    return Counts(
        videos=row[0], scenes=row[1], frames=row[2], speech_segments=row[3], duration_s=row[4]
    )


def _best_path(paths: list[Path]) -> Path:
    return next((path for path in paths if not is_gone(path)), paths[0] if paths else NOWHERE)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
