"""How much may be asked: so many requests of each client, so many at once, so long each."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from vsearch.serve.problems import Trouble, busy

T = TypeVar("T")
MOST_CLIENTS = 10_000


class Rate:
    """A bucket of tokens for each client, which fills by so many a second."""

    def __init__(
        self, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s = per_s
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str, tokens: float = 1.0) -> float:
        """Take tokens; 0, or the seconds after which there will be enough."""
        if not self._per_s:
            return 0.0
        now = self._clock()
        with self._lock:
            left, since = self._buckets.pop(client, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._per_s)
            short = min(tokens, self._burst) - left
            self._buckets[client] = (left if short > 0 else left - tokens, now)
            while len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
        return max(0.0, short / self._per_s)


class Work:
    """Threads that answer: so many at once, so many waiting, the others are to come again."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=f"serve-{name}")
        self._most = threads + waiting
        self._under_way = 0
        self._lock = threading.Lock()

    def start(self, work: Callable[[], T]) -> Future[T]:
        """Begin, or wait in line; Trouble where the line is full."""
        with self._lock:
            if self._under_way >= self._most:
                raise busy("more is being asked than can be answered; try again", 1)
            self._under_way += 1
        try:
            future = self._pool.submit(work)
        except RuntimeError:
            self._leave()
            raise busy("the server is being stopped") from None
        future.add_done_callback(self._leave)
        return future

    async def run(self, work: Callable[[], T], limit_s: float) -> T:
        """The result of work, or Trouble where it takes too long; its thread ends by itself."""
        future = self.start(work)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), limit_s)
        except TimeoutError:
            if future.done() and not future.cancelled():
                raise
            raise Trouble(504, f"this takes longer than {limit_s:g} s: ask for less") from None

    def stop(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _leave(self, done: Future[Any] | None = None) -> None:
        with self._lock:
            self._under_way -= 1


class Places:
    """A number of places, each taken by one stream for as long as it lasts."""

    def __init__(self, number: int) -> None:
        self._free = number

    def enter(self) -> None:
        """Take a place, or say that there is none."""
        if not self._free:
            raise busy("too many streams are open; try again")
        self._free -= 1

    def leave(self) -> None:
        """Give the place back."""
        self._free += 1
