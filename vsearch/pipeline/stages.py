"""Bounded queues between the stages of a run, and a clock that knows who worked and who waited."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
POLL_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """How long one stage of a run worked, how long it waited for others, and how often it ran."""

    name: str
    busy_s: float
    waited_s: float
    calls: int


class StageClock:
    """Adds up the seconds of every stage, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, list[float]] = {}

    @contextmanager
    def busy(self, name: str) -> Iterator[None]:
        """Time a piece of work of a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._add(name, 0, time.perf_counter() - start, 1)

    @contextmanager
    def waiting(self, name: str) -> Iterator[None]:
        """Time a wait of a stage for another one."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._add(name, 1, time.perf_counter() - start, 0)

    def times(self) -> tuple[StageTime, ...]:
        """The times of all stages in the order in which they first ran."""
        with self._lock:
            return tuple(
                StageTime(name=name, busy_s=busy, waited_s=waited, calls=int(calls))
                for name, (busy, waited, calls) in self._times.items()
            )

    def _add(self, name: str, column: int, seconds: float, calls: int) -> None:
        with self._lock:
            row = self._times.setdefault(name, [0.0, 0.0, 0.0])
            row[column] += seconds
            row[2] += calls


class Stopped(Exception):  # noqa: N818 - not an error: a way out of a worker
    """Raised in a worker when the run is being stopped."""


class Stop:
    """Whether a run is to end: because it is over, or because somebody asks for it."""

    def __init__(self, asked: threading.Event | None = None) -> None:
        self._over = threading.Event()
        self._asked = asked or self._over

    def set(self) -> None:
        """End the run; who asks for other runs to end is not touched."""
        self._over.set()

    def is_set(self) -> bool:
        """Whether the run is to end."""
        return self._over.is_set() or self._asked.is_set()


class Channel(Generic[T]):
    """A bounded queue between two stages; both ends give up when the run stops."""

    def __init__(self, size: int, clock: StageClock, stop: Stop) -> None:
        self._queue: queue.Queue[T] = queue.Queue(size)
        self._clock = clock
        self._stop = stop

    def put(self, item: T, sender: str) -> None:
        """Hand over an item, waiting for room."""
        with self._clock.waiting(sender):
            while not self._stop.is_set():
                try:
                    self._queue.put(item, timeout=POLL_S)
                    return
                except queue.Full:
                    continue
        raise Stopped

    def get(self, receiver: str) -> T:
        """Take the next item, waiting for one."""
        with self._clock.waiting(receiver):
            while not self._stop.is_set():
                try:
                    return self._queue.get(timeout=POLL_S)
                except queue.Empty:
                    continue
        raise Stopped
