"""Who of this process is at a catalog: a file is closed, and written, only when nobody reads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

from duckdb import DuckDBPyConnection

WRITE_PATIENCE_S = 60.0


class Door:
    """Who of this process is at one catalog.

    Only one may come or go at a time. A query may take long, so it reads without the lock; but as a
    process that closes a file loses all of its locks on that file, nobody closes it before the last
    query has been answered, and nobody writes.
    """

    def __init__(self) -> None:
        self.lock = threading.Condition(threading.RLock())
        self.queries = 0
        self.kept: DuckDBPyConnection | None = None
        self._leaving: list[Callable[[], object]] = []

    def at_last(self, close: Callable[[], object]) -> None:
        """Close this when nobody reads any more."""
        self._leaving.append(close)

    def leave(self) -> None:
        """Close what is open, unless a query still runs."""
        if not self.queries:
            leaving, self._leaving, self.kept = self._leaving, [], None
            with ExitStack() as stack:
                for each in leaving:
                    stack.callback(each)
            self.lock.notify_all()

    def wait_for_queries(self) -> bool:
        """Whether all queries have been answered, be it after a while."""
        return self.lock.wait_for(lambda: not self.queries, WRITE_PATIENCE_S)
