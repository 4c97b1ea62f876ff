"""Opens the DuckDB file for as short as can be: it lets no process in while another one writes."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import duckdb

from vsearch.errors import StoreError
from vsearch_index.door import WRITE_PATIENCE_S, Door
from vsearch_index.flush import logs_of, swap_in
from vsearch_index.schema import MIGRATIONS, migrate, schema_version

READ_PATIENCE_S = 20.0
PAUSE_S = 0.01
ENGINE: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "temp_directory": ""}
"""One thread answers small questions sooner than several."""

Stamp: TypeAlias = tuple[tuple[int, int, int], ...]
"""Place, size and time of the files of a catalog."""

MISTAKES = (
    duckdb.DataError,
    duckdb.BinderException,
    duckdb.InvalidInputException,
    duckdb.InvalidTypeException,
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.NotSupportedError,
    duckdb.InterruptException,
)
"""What DuckDB says of a wrong question; for a damaged file it has many other words."""

LOCKED = ("Could not set lock", "being used by another process")

_numbers = itertools.count()
_doors: dict[Path, Door] = {}
_reading: dict[Path, duckdb.DuckDBPyConnection] = {}
_engines: dict[int, duckdb.DuckDBPyConnection] = {}
_shared = threading.Lock()


class Catalog:
    """The DuckDB file of a library."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # DuckDB refuses a second connection of another mode within one process as well.
        with _shared:
            self._door = _doors.setdefault(path, Door())
        self._lock = self._door.lock

    def exists(self) -> bool:
        """Whether anything has been written."""
        return os.path.isfile(self.path)  # noqa: PTH113 - it answers where is_file() would raise

    def stamp(self) -> Stamp:
        """What changes with every commit, without opening anything."""
        found = []
        for path in (self.path, self.path.with_name(self.path.name + ".wal")):
            with suppress(FileNotFoundError):
                stat = path.stat()
                found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
        return tuple(found)

    def is_old(self) -> bool:
        """Whether the tables are those of an older version."""
        with self._lock, _interruptible(), self._attach() as connection:
            try:
                return schema_version(connection) < len(MIGRATIONS)
            except duckdb.Error as error:
                raise self._damaged(error) from error

    def create(self) -> None:
        """Make the tables, or bring those of an older version up to date."""
        if not self.exists():
            self._create_beside()
        with self._lock, _interruptible(), self._connect() as connection:
            migrate(connection)

    def _create_beside(self) -> None:
        """Make the file under another name, so that nobody ever opens one without its tables."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half_made = self._half_made()
        with duckdb.connect(str(half_made)) as connection:
            migrate(connection)
        half_made.replace(self.path)

    def _half_made(self) -> Path:
        """Where a new file is made; what a killed process left there is gone."""
        half_made = self.path.with_suffix(".new")
        for leftover in (half_made, *logs_of(half_made)):
            leftover.unlink(missing_ok=True)
        return half_made

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that sees one consistent state and changes nothing."""
        with self._lock, _interruptible(), self._attach() as connection:
            try:
                self._check_schema(connection)
                yield connection
            except MISTAKES:
                raise
            except duckdb.Error as error:
                raise self._damaged(error) from error

    @contextmanager
    def writing(self, *, renews_index: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection in one transaction: all of it is stored, or nothing if anything fails.

        What changes vectors raises the revision, so that the index is known to be behind.
        """
        with self._lock, _interruptible(), self._connect() as connection:
            try:
                connection.execute("BEGIN")
                yield connection
                if renews_index:
                    connection.execute(
                        "UPDATE meta SET value = (value::BIGINT + 1)::TEXT WHERE key = 'revision'"
                    )
                connection.execute("COMMIT")
            except duckdb.Error as error:
                # Closing an open transaction rolls it back.
                reason = str(error).splitlines()[0]
                raise StoreError(f"{self.path} could not be written: {reason}") from error

    def renew(self) -> None:
        """Put a copy of what the catalog holds now in its place; the caller holds the lock.

        DuckDB leaves what was deleted in the free blocks of its file; the copy never had it.
        """
        copy = self._half_made()
        name = f"catalog_{next(_numbers)}"
        with self.writing(renews_index=False):
            pass  # what another process left in the log goes into the file
        with self.attached(name) as connection:
            try:
                connection.execute("SET temp_directory = ''")
                connection.execute(f"ATTACH '{_quoted(copy)}' AS renewed")
                connection.execute(f"COPY FROM DATABASE {name} TO renewed")
                connection.execute("CHECKPOINT renewed")
                connection.execute("DETACH renewed")
            except duckdb.Error as error:
                reason = str(error).splitlines()[0]
                raise StoreError(f"{self.path} could not be copied: {reason}") from error
        with self._lock:
            self._wait_for_queries()
            if logs := logs_of(self.path):  # of the old file: read into the new one, they harm it
                raise StoreError(f"{self.path} was not copied: {logs[0].name} is not yet in it")
            swap_in(copy, self.path)

    @contextmanager
    def _connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        self._wait_for_queries()
        connection = self._patiently(lambda: duckdb.connect(str(self.path)), WRITE_PATIENCE_S)
        try:
            yield connection
        finally:
            connection.close()

    def _wait_for_queries(self) -> None:
        if not self._door.wait_for_queries():
            raise StoreError(f"{self.path} is locked by a query of this process")

    @contextmanager
    def attached(self, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """An engine of its own with the catalog attached under a name, for reading.

        Searches go on meanwhile.
        """
        with _interruptible(), self._attached(name) as connection:
            yield connection

    @contextmanager
    def _attached(self, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = duckdb.connect(":memory:")
        with self._lock:
            self._door.queries += 1
            self._door.at_last(connection.close)
        try:
            with self._lock:
                self._attach_to(connection, name)
                self._check_schema(connection)
                connection.execute("USE memory")
            yield connection
        finally:
            with self._lock:
                self._door.queries -= 1
                self._door.leave()

    @contextmanager
    def _attach(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file in an engine that is there already: starting one takes twenty times longer.

        The file is let go at the end, so that a writer can come in.
        """
        if self.path in _reading:  # by this thread, as it holds the lock
            yield _reading[self.path]
            return
        if self._door.kept is None:
            self._door.kept = self._opened()
        connection = _reading[self.path] = self._door.kept
        try:
            yield connection
        finally:
            del _reading[self.path]
            self._door.leave()

    def _opened(self) -> duckdb.DuckDBPyConnection:
        """A connection to the file, which the door closes."""
        connection = _engine().cursor()
        name = f"catalog_{next(_numbers)}"

        def close() -> None:
            connection.close()
            with _engine().cursor() as other:
                other.execute(f"DETACH DATABASE IF EXISTS {name}")

        self._door.at_last(close)
        try:
            self._attach_to(connection, name)
        except BaseException:
            self._door.leave()
            raise
        return connection

    def _attach_to(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        attach = f"ATTACH '{_quoted(self.path)}' AS {name} (READ_ONLY)"
        self._patiently(lambda: connection.execute(attach), READ_PATIENCE_S)
        connection.execute(f"USE {name}")

    def _patiently(
        self, attempt: Callable[[], duckdb.DuckDBPyConnection], patience_s: float
    ) -> duckdb.DuckDBPyConnection:
        deadline = time.monotonic() + patience_s
        while True:
            try:
                return attempt()
            except duckdb.Error as error:
                if not _is_lock(error):
                    raise self._damaged(error) from error
                if time.monotonic() > deadline:
                    raise StoreError(
                        f"{self.path} is locked by another process: {error}"
                    ) from error
            time.sleep(PAUSE_S)

    def _damaged(self, error: duckdb.Error) -> StoreError:
        reason = str(error).splitlines()[0]
        advice = (
            "check who may read it"
            if "ermission denied" in reason
            else "restore it from a copy, or move the library folder away and index again"
        )
        return StoreError(
            f"the catalog {self.path} cannot be opened: {reason}; nothing was changed; {advice}"
        )

    def _check_schema(self, connection: duckdb.DuckDBPyConnection) -> None:
        version = schema_version(connection)
        if version != len(MIGRATIONS):
            raise StoreError(
                f"the library {self.path.parent} has schema {version}, this vsearch needs "
                f"{len(MIGRATIONS)}; `vsearch index` brings an older one up to date"
            )


def _engine() -> duckdb.DuckDBPyConnection:
    """DuckDB without a file, in which this process opens catalogs; a fork has one of its own."""
    with _shared:
        if os.getpid() not in _engines:
            _engines[os.getpid()] = duckdb.connect(":memory:", config=ENGINE)
        return _engines[os.getpid()]


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C as Python knows it, whatever DuckDB was about, be it opening or closing a file."""
    try:
        yield
    except RuntimeError as error:  # DuckDB's own word for Ctrl-C
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _is_lock(error: duckdb.Error) -> bool:
    return any(words in str(error) for words in LOCKED)
