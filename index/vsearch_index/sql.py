"""Answers SQL over views of a library: what is asked can read the views and change nothing."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import duckdb

from vsearch.errors import QueryError
from vsearch.types import Moment, SqlResult
from vsearch_index.catalog import PAUSE_S, Catalog
from vsearch_index.rows import insert

VIEWS: dict[str, dict[str, str]] = {
    "videos": {
        "id": "v.id",
        "path": "(SELECT arg_min(path, (seen_at, path)) FROM {at}.files WHERE video_id = v.id)",
        "duration_s": "duration_s",
        "frame_rate": "rate_num / rate_den",
        "width_px": "width_px",
        "height_px": "height_px",
        "has_audio": "has_audio",
        "speech_source": "speech_source",
        "indexed_at": "indexed_at",
    },
    "files": {
        "path": "path",
        "video_id": "video_id",
        "size_bytes": "size_bytes",
        "modified_at": "make_timestamp(mtime_ns // 1000)",
        "seen_at": "seen_at",
    },
    "scenes": {name: name for name in ("id", "video_id", "start_s", "end_s")},
    "frames": {name: name for name in ("id", "scene_id", "video_id", "pts_s", "start_s", "end_s")},
    "speech": {name: name for name in ("video_id", "start_s", "end_s", "text", "language")},
    "shown": {name: name for name in ("video_id", "start_s", "end_s", "text")},
    "sounds": {name: name for name in ("video_id", "scene_id", "speech", "music", "silence")},
    "tags": {name: name for name in ("video_id", "scene_id", "label_set", "label", "score")},
}
"""The columns of each view, and what each is in the catalog."""

HITS = {
    "rank": "INTEGER",
    "score": "DOUBLE",
    "video_id": "TEXT",
    "scene_id": "BIGINT",
    "frame_id": "BIGINT",
    "start_s": "DOUBLE",
    "end_s": "DOUBLE",
    "said": "TEXT",
}
"""The columns of the table that the moments of a search are put into."""

LOCKED_DOWN = (
    "SET temp_directory = ''",  # nothing is spilled into the folder that somebody happens to be in
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    # The line above still lets a query write over the attached catalog itself.
    "SET disabled_filesystems = 'LocalFileSystem'",
    "SET lock_configuration = true",
)


UNSHOWN = "the answer holds a value that cannot be shown"


class SqlViews:
    """The views of one library."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def answer(
        self,
        query: str,
        hits: Sequence[Moment] | None = None,
        limit: int | None = None,
        timeout_s: float | None = None,
    ) -> SqlResult:
        """The rows that a SELECT gives, at most limit of them; hits become a table to join."""
        _check_text(query)
        if timeout_s is not None and not 0 < timeout_s <= threading.TIMEOUT_MAX:
            raise QueryError(f"timeout_s must be more than 0 seconds, not {timeout_s}")
        with self._connected(hits) as connection:
            try:
                _check_reads(connection, query)
                columns, rows = _interruptible(connection, query, limit, timeout_s)
            except duckdb.Error as error:
                raise QueryError(_said(error)) from error
            except (OverflowError, ValueError) as error:
                raise QueryError(f"{UNSHOWN}: {error}; cast it, as in value::VARCHAR") from error
        shown = tuple(rows[:limit])
        return SqlResult(columns=_distinct(columns), rows=shown, cut=len(shown) < len(rows))

    def described(self) -> dict[str, dict[str, str]]:
        """The columns of every view and of hits, each with its type."""
        with self._connected(()) as connection:
            found = connection.execute(
                "SELECT table_name, column_name, data_type FROM duckdb_columns() "
                "WHERE schema_name = 'main' AND NOT internal AND database_name = 'memory' "
                "ORDER BY column_index"
            ).fetchall()
        return {
            name: {column: kind for table, column, kind in found if table == name}
            for name in (*VIEWS, "hits")
        }

    @contextmanager
    def _connected(self, hits: Sequence[Moment] | None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that sees the views and reaches no file."""
        # A name that nobody can come to rely on: the tables may change, the views do not.
        name = f"catalog_{uuid.uuid4().hex[:8]}"
        with self._catalog.attached(name) as connection:
            for view, columns in VIEWS.items():
                listed = ", ".join(
                    f"{source.format(at=name)} AS {column}" for column, source in columns.items()
                )
                connection.execute(f"CREATE VIEW {view} AS SELECT {listed} FROM {name}.{view} AS v")
            if hits is not None:
                listed = ", ".join(f"{column} {kind}" for column, kind in HITS.items())
                connection.execute(f"CREATE TABLE hits ({listed})")
                insert(connection, "hits", _columns(hits))
            for statement in LOCKED_DOWN:
                connection.execute(statement)
            yield connection


def _interruptible(
    connection: duckdb.DuckDBPyConnection, query: str, limit: int | None, timeout_s: float | None
) -> tuple[list[str], list[Any]]:
    """The columns and rows of a query, asked in a thread: DuckDB itself may not hear Ctrl-C."""

    def ask() -> tuple[list[str], list[Any]]:
        found = connection.execute(query)
        rows = found.fetchall() if limit is None else found.fetchmany(limit + 1)
        return [column[0] for column in found.description or ()], rows

    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(ask)
        try:
            return asked.result(timeout_s)
        except BaseException as reason:
            late = not asked.done()
            while not asked.done():  # an interrupt before the query has begun is not heard
                connection.interrupt()
                time.sleep(PAUSE_S)
            if late and isinstance(reason, TimeoutError):
                raise QueryError(
                    f"the query was stopped after {timeout_s:g} s: ask for less, or give it longer "
                    "(--timeout SECONDS, in Python timeout_s)"
                ) from None
            raise


def _columns(moments: Sequence[Moment]) -> dict[str, list[Any]]:
    rows = [
        (
            moment.rank,
            float(moment.score),
            moment.video.id,
            moment.scene.id,
            moment.frame.id,
            moment.span.start_s,
            moment.span.end_s,
            moment.said,
        )
        for moment in moments
    ]
    return {name: [row[place] for row in rows] for place, name in enumerate(HITS)}


def _check_text(query: str) -> None:
    """Refuse what cannot be written as UTF-8: DuckDB stumbles over it."""
    try:
        query.encode()
    except UnicodeEncodeError as error:
        raise QueryError(f"character {error.start + 1} of the query is not UTF-8") from None


def _check_reads(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Refuse all but one statement that reads."""
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise QueryError(f"one SELECT can be answered at a time, not {len(statements)} statements")
    if statements[0].type != duckdb.StatementType.SELECT:
        kind = statements[0].type.name
        raise QueryError(
            f"only SELECT is answered here, not {kind}: a library is read, not changed"
        )


def _said(error: duckdb.Error) -> str:
    """The first line of DuckDB's message, and what to do where we know."""
    line = str(error).splitlines()[0]
    if "'pytz'" in line:
        return f"{UNSHOWN}: a time with a time zone; cast it, as in now()::TIMESTAMP"
    if "Table with name hits does not exist" in line:
        return f'{line} A search given as hits (--hits "QUERY") makes one'
    return line


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names of columns, numbered where one comes again."""
    found: list[str] = []
    for name in names:
        number, free = 2, name
        while free in found:
            number, free = number + 1, f"{name}_{number}"
        found.append(free)
    return tuple(found)
