"""Filters -> the rows that may be found: SQL says which videos, the frame table which rows."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.config import from_home, plain_path
from vsearch.errors import QueryError
from vsearch.query.question import Filters
from vsearch_index.frames import FrameTable
from vsearch_index.rows import Connection
from vsearch_index.tags import scenes_with

Condition = tuple[str, list[Any]]
NS_PER_S = 1_000_000_000
LAST_NS = (1 << 63) - 1
KEPT_PATH = "nfc_normalize(replace(path, '\\', '/'))"


def read_allowed(connection: Connection, frames: FrameTable, filters: Filters) -> NDArray[np.int64]:
    """The positions of the keyframes that every filter lets through."""
    allowed = np.ones(len(frames.ids), dtype=bool)
    if conditions := _of_videos(connection, filters):
        where = " AND ".join(f"({sql})" for sql, _ in conditions)
        values = [value for _, several in conditions for value in several]
        found = connection.execute(f"SELECT id FROM videos WHERE {where}", values).fetchall()
        allowed &= frames.of_videos([video_id for (video_id,) in found])
    if filters.sounds:
        allowed &= _sounding(connection, frames, filters.sounds)
    if filters.after_s is not None:
        allowed &= frames.places["end_s"] > filters.after_s
    if filters.before_s is not None:
        allowed &= frames.places["start_s"] < filters.before_s
    if filters.tags:
        allowed &= np.isin(frames.places["scene_id"], scenes_with(connection, filters.tags))
    return np.flatnonzero(allowed)


def _of_videos(connection: Connection, filters: Filters) -> list[Condition]:
    """What holds for whole videos."""
    return [
        *([_inside(connection, filters.inside)] if filters.inside else []),
        *([_videos(connection, filters.videos)] if filters.videos else []),
        *([_speaking(connection, filters.languages)] if filters.languages else []),
        *_lengths(filters),
        *_dates(filters),
    ]


def _inside(connection: Connection, patterns: tuple[str, ...]) -> Condition:
    """Files in a folder (by its whole path or the end of it), or whose path fits a glob."""
    return _by_files(
        connection, "in", "lies in", {text: _path_condition(text) for text in patterns}
    )


def _path_condition(pattern: str) -> Condition:
    text = _as_kept(pattern).rstrip("/")
    path = KEPT_PATH
    sql = f"{path} = ? OR starts_with({path}, ?) OR contains(lower({path}), lower(?))"
    globs = _globs(text, text, f"*/{text}")
    sql += f" OR {path} GLOB ?" * len(globs)
    return sql, [text, f"{text}/", f"/{text.strip('/')}/", *globs]


def _videos(connection: Connection, names: tuple[str, ...]) -> Condition:
    """Videos by the name of a file with or without its ending, the end of a path, or an id."""
    return _by_files(
        connection, "video", "is called", {text: _name_condition(text) for text in names}
    )


def _name_condition(name: str) -> Condition:
    text = _as_kept(name)
    path = f"'/' || {KEPT_PATH}"
    sql = f"ends_with({path}, ?) OR ends_with(regexp_replace({path}, '\\.[^./]+$', ''), ?)"
    values = [f"/{text}", f"/{text}", *_globs(text, f"*/{text}")]
    sql += f" OR {path} GLOB ?" * (len(values) - 2)
    if len(text) >= 6 and set(text) <= set("0123456789abcdef"):
        return f"{sql} OR starts_with(video_id, ?)", [*values, text]
    return sql, values


def _as_kept(text: str) -> str:
    """A path as it is written, as paths are compared: ., .. and ~ mean what they do in a shell."""
    relative = text in {".", ".."} or text.startswith(("./", "../", f".{os.sep}", f"..{os.sep}"))
    if relative or (text.startswith("~") and from_home(text) != text):
        text = str(plain_path(text))
    return unicodedata.normalize("NFC", text.replace("\\", "/"))


def _globs(text: str, *patterns: str) -> list[str]:
    """The patterns if a text is a glob; one with brackets may also be meant as it stands."""
    return [*patterns] if any(letter in text for letter in "*?[") else []


def _by_files(
    connection: Connection, name: str, verb: str, conditions: Mapping[str, Condition]
) -> Condition:
    """The videos that any of the conditions on files names; one that names none is a mistake."""
    found: set[str] = set()
    for text, (sql, values) in conditions.items():
        ids = connection.execute(
            f"SELECT DISTINCT video_id FROM files WHERE {sql}", values
        ).fetchall()
        if not ids:
            raise QueryError(f"{name}: no video of the library {verb} {text!r}")
        found.update(video_id for (video_id,) in ids)
    return "id IN (SELECT unnest(?))", [sorted(found)]


def _lengths(filters: Filters) -> list[Condition]:
    limits = ((">", filters.longer_s), ("<", filters.shorter_s))
    return [(f"duration_s {sign} ?", [limit]) for sign, limit in limits if limit is not None]


def _dates(filters: Filters) -> list[Condition]:
    """Both limits hold for the same file: a video may have an old and a new copy."""
    limits = ((">=", filters.since), ("<", filters.until))
    given = [(sign, _ns(limit)) for sign, limit in limits if limit is not None]
    if not given:
        return []
    where = " AND ".join(f"mtime_ns {sign} ?" for sign, _ in given)
    return [(f"id IN (SELECT video_id FROM files WHERE {where})", [ns for _, ns in given])]


def _ns(moment: datetime) -> int:
    """Nanoseconds as files have them, or the nearest that a file can have."""
    try:
        ns = int(moment.astimezone(UTC).timestamp()) * NS_PER_S
    except (OverflowError, ValueError):  # in UTC it is before the first year or after the last one
        ns = LAST_NS if moment.year > 1970 else -LAST_NS
    return max(-LAST_NS, min(ns, LAST_NS))


def _speaking(connection: Connection, languages: tuple[str, ...]) -> Condition:
    """Videos in which one of the languages is spoken; en stands for en-GB too."""
    spoken = "SELECT DISTINCT split_part(lower(language), '-', 1) FROM speech"
    known = sorted(language for (language,) in connection.execute(spoken).fetchall())
    wanted = [language.casefold().split("-")[0] for language in languages]
    if unknown := [language for language in wanted if language not in known]:
        there = f"there are: {', '.join(known)}" if known else "nothing is said in it"
        raise QueryError(f"lang: no video of the library has {unknown[0]!r}; {there}")
    where = "split_part(lower(language), '-', 1) IN (SELECT unnest(?))"
    return f"id IN (SELECT video_id FROM speech WHERE {where})", [wanted]


SOUNDING = {
    "speech": "speech >= 0.5",
    "music": "music >= 0.5",
    "silence": "silence >= 0.5",
    "other": "speech + music + silence < 0.5",
}
"""What is so for at least half of a scene; speech and music may be heard at once."""


def _sounding(
    connection: Connection, frames: FrameTable, sounds: tuple[str, ...]
) -> NDArray[np.bool_]:
    """The rows of scenes that mostly sound like any of these."""
    if connection.execute("SELECT 1 FROM sounds LIMIT 1").fetchone() is None:
        raise QueryError(
            "sound: finds nothing: no video of the library was listened to for its kinds of sound. "
            "An older vsearch may have indexed them, or index.sound is off: `vsearch remove` them "
            "and index them again with index.sound on"
        )
    where = " OR ".join(SOUNDING[sound] for sound in sounds)
    found = connection.execute(f"SELECT scene_id FROM sounds WHERE {where}").fetchnumpy()
    return np.isin(frames.places["scene_id"], found["scene_id"])
