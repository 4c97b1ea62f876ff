"""Filters -> the rows that may be found: SQL says which videos, the frame table which rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.errors import QueryError
from vsearch.query.question import Filters
from vsearch_index.frames import FrameTable
from vsearch_index.rows import Connection

Condition = tuple[str, list[Any]]
NS_PER_S = 1_000_000_000


def read_allowed(connection: Connection, frames: FrameTable, filters: Filters) -> NDArray[np.int64]:
    """The positions of the keyframes that every filter lets through."""
    if filters.tags:
        raise QueryError("tag: finds nothing: nothing has put tags on the videos of this library")
    allowed = np.ones(len(frames.ids), dtype=bool)
    if conditions := _of_videos(connection, filters):
        where = " AND ".join(f"({sql})" for sql, _ in conditions)
        values = [value for _, several in conditions for value in several]
        found = connection.execute(f"SELECT id FROM videos WHERE {where}", values).fetchall()
        allowed &= frames.of_videos([video_id for (video_id,) in found])
    if filters.after_s is not None:
        allowed &= frames.places["end_s"] > filters.after_s
    if filters.before_s is not None:
        allowed &= frames.places["start_s"] < filters.before_s
    if filters.languages:
        allowed &= np.isin(frames.ids, _speaking(connection, filters.languages))
    return np.flatnonzero(allowed)


def _of_videos(connection: Connection, filters: Filters) -> list[Condition]:
    """What holds for whole videos."""
    return [
        *([_inside(connection, filters.inside)] if filters.inside else []),
        *([_videos(connection, filters.videos)] if filters.videos else []),
        *_lengths(filters),
        *_dates(filters),
    ]


def _inside(connection: Connection, patterns: tuple[str, ...]) -> Condition:
    """Files in a folder (by its whole path or the end of it), or whose path fits a glob."""
    return _by_files(connection, "in", "lies in", [_path_condition(text) for text in patterns])


def _path_condition(pattern: str) -> Condition:
    text = pattern.replace("\\", "/").rstrip("/")
    path = "replace(path, '\\', '/')"
    if any(letter in text for letter in "*?["):
        return f"{path} GLOB ? OR {path} GLOB ?", [text, f"*/{text}"]
    return (
        f"{path} = ? OR starts_with({path}, ?) OR contains(lower({path}), ?)",
        [text, f"{text}/", f"/{text.strip('/').casefold()}/"],
    )


def _videos(connection: Connection, names: tuple[str, ...]) -> Condition:
    """Videos by the name of a file with or without its ending, the end of a path, or an id."""
    return _by_files(connection, "video", "is called", [_name_condition(text) for text in names])


def _name_condition(name: str) -> Condition:
    text = name.replace("\\", "/")
    path = "'/' || replace(path, '\\', '/')"
    if any(letter in text for letter in "*?["):
        return f"{path} GLOB ?", [f"*/{text}"]
    by_name = f"ends_with({path}, ?) OR ends_with(regexp_replace({path}, '\\.[^./]+$', ''), ?)"
    values = [f"/{text}", f"/{text}"]
    if len(text) >= 6 and set(text) <= set("0123456789abcdef"):
        return f"{by_name} OR starts_with(video_id, ?)", [*values, text]
    return by_name, values


def _by_files(
    connection: Connection, name: str, verb: str, conditions: list[Condition]
) -> Condition:
    """The videos that any of the conditions on files names; one that names none is a mistake."""
    found: set[str] = set()
    for sql, values in conditions:
        ids = connection.execute(
            f"SELECT DISTINCT video_id FROM files WHERE {sql}", values
        ).fetchall()
        if not ids:
            raise QueryError(f"{name}: no video of the library {verb} {values[0].strip('/')!r}")
        found.update(video_id for (video_id,) in ids)
    return "id IN (SELECT unnest(?))", [sorted(found)]


def _lengths(filters: Filters) -> list[Condition]:
    limits = ((">", filters.longer_s), ("<", filters.shorter_s))
    return [(f"duration_s {sign} ?", [limit]) for sign, limit in limits if limit is not None]


def _dates(filters: Filters) -> list[Condition]:
    limits = ((">=", filters.since), ("<", filters.until))
    return [
        (f"id IN (SELECT video_id FROM files WHERE mtime_ns {sign} ?)", [_ns(limit)])
        for sign, limit in limits
        if limit is not None
    ]


def _ns(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp()) * NS_PER_S


def _speaking(connection: Connection, languages: tuple[str, ...]) -> NDArray[np.int64]:
    """The ids of keyframes while one of the languages is spoken; en stands for en-GB too."""
    found = connection.execute(
        "SELECT DISTINCT f.id FROM frames f JOIN speech s ON s.video_id = f.video_id "
        "AND s.start_s < f.end_s AND f.start_s < s.end_s "
        "WHERE split_part(lower(s.language), '-', 1) IN (SELECT unnest(?))",
        [[language.casefold().split("-")[0] for language in languages]],
    ).fetchnumpy()
    return np.asarray(found["id"], dtype=np.int64)
