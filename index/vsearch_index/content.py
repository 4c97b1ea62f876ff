"""What a video holds, written and read: its scenes and keyframes, what is said, shown and heard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from vsearch.storage import Texts, VideoRecord
from vsearch.types import Block, SceneSound, ShownText, SpeechSegment, TimeSpan, VectorBatch
from vsearch.vectors import VideoVectors
from vsearch_index.rows import Connection, insert, now


def write_video(connection: Connection, record: VideoRecord) -> None:
    """Insert every row of a video."""
    video = record.video
    rate = video.frame_rate
    row = [video.id, video.duration_s, rate.numerator, rate.denominator, video.width_px]
    row += [video.height_px, video.has_audio, record.speech_source, now()]
    connection.execute("INSERT INTO videos VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    _write_scenes(connection, record)
    _write_speech(connection, record)
    _write_shown(connection, record)
    _write_sounds(connection, record)
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


def read_vectors(
    connection: Connection, blocks: Iterable[Block], video_id: str
) -> dict[str, VideoVectors]:
    """The vectors of a video by block, those of a block in order of time."""
    found = {}
    for block in blocks:
        rows = connection.execute(
            "SELECT v.frame_id, f.start_s, f.end_s, v.vector FROM vectors v "
            "JOIN frames f ON f.id = v.frame_id WHERE v.video_id = ? AND v.block = ? "
            "ORDER BY f.position",
            [video_id, block.name],
        ).fetchall()
        data = np.frombuffer(b"".join(row[3] for row in rows), "<f2")
        matrix = data.reshape(len(rows), block.space.dim).astype(np.float32)
        found[block.name] = VideoVectors(
            batch=VectorBatch(space=block.space, matrix=matrix),
            spans=tuple(TimeSpan(start_s=row[1], end_s=row[2]) for row in rows),
            frame_ids=tuple(row[0] for row in rows),
        )
    return found


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


def _write_shown(connection: Connection, record: VideoRecord) -> None:
    shown = record.shown
    columns: dict[str, list[Any]] = {
        "video_id": [item.video_id for item in shown],
        "position": list(range(len(shown))),
        "start_s": [item.span.start_s for item in shown],
        "end_s": [item.span.end_s for item in shown],
        "text": [item.text for item in shown],
    }
    insert(connection, "shown", columns)


def _write_sounds(connection: Connection, record: VideoRecord) -> None:
    columns: dict[str, list[Any]] = {
        "video_id": [record.video.id] * len(record.sounds),
        "scene_id": [sound.scene_id for sound in record.sounds],
        "speech": [sound.speech for sound in record.sounds],
        "music": [sound.music for sound in record.sounds],
        "silence": [sound.silence for sound in record.sounds],
    }
    insert(connection, "sounds", columns)


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


def read_shown(connection: Connection, ids: Iterable[str]) -> dict[str, list[ShownText]]:
    """What is to be read on the screen in these videos, in order."""
    found = connection.execute(
        "SELECT video_id, start_s, end_s, text FROM shown "
        "WHERE video_id IN (SELECT unnest(?)) ORDER BY video_id, position",
        [list(ids)],
    ).fetchall()
    shown: dict[str, list[ShownText]] = {}
    for video_id, start_s, end_s, text in found:
        span = TimeSpan(start_s=start_s, end_s=end_s)
        shown.setdefault(video_id, []).append(ShownText(video_id=video_id, span=span, text=text))
    return shown


def read_texts(connection: Connection, ids: Iterable[str] | None, holding: str) -> dict[str, Texts]:
    """What is said and shown in these videos or all; holding leaves out those without a word."""
    found = connection.execute(
        "SELECT id FROM videos WHERE "
        + " AND ".join(
            [
                "true" if ids is None else "id IN (SELECT unnest(?))",
                _HOLDING if holding else "true",
            ]
        ),
        [*([] if ids is None else [list(ids)]), *([holding] if holding else [])],
    ).fetchall()
    kept = [video_id for (video_id,) in found]
    said, shown = read_speech(connection, kept), read_shown(connection, kept)
    return {
        video_id: Texts(said=said.get(video_id, ()), shown=shown.get(video_id, ()))
        for video_id in kept
        if video_id in said or video_id in shown
    }


_HOLDING = (
    "id IN (SELECT video_id FROM (SELECT video_id, text FROM speech UNION ALL "
    "SELECT video_id, text FROM shown) WHERE contains(lower(strip_accents(text)), ?) "
    "OR regexp_matches(strip_accents(text), '[^\\x00-\\x7f\\x{2000}-\\x{206f}]'))"
)
"""A text with other than plain letters is kept: ß is ss in a term, and wide letters are narrow."""


def read_sounds(connection: Connection, video_id: str) -> list[SceneSound]:
    """How the scenes of a video sound, in order."""
    found = connection.execute(
        "SELECT s.id, x.speech, x.music, x.silence "
        "FROM sounds x JOIN scenes s ON s.id = x.scene_id WHERE x.video_id = ? ORDER BY s.position",
        [video_id],
    ).fetchall()
    return [
        SceneSound(scene_id=scene_id, speech=speech, music=music, silence=silence)
        for scene_id, speech, music, silence in found
    ]


def read_languages(connection: Connection) -> dict[str, int]:
    """How many lines are said in each language."""
    sql = "SELECT language, count(*) FROM speech GROUP BY language"
    return dict(connection.execute(sql).fetchall())


def read_languages_of_videos(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The languages of what is said in each video, the one with the most lines first."""
    rows = connection.execute(
        "SELECT video_id, language FROM speech WHERE language <> '' "
        "GROUP BY video_id, language ORDER BY video_id, count(*) DESC, language"
    ).fetchall()
    found: dict[str, tuple[str, ...]] = {}
    for video_id, language in rows:
        found[video_id] = (*found.get(video_id, ()), language)
    return found
