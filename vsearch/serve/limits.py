"""How much may be asked: so many requests of each client, so many at once, so long each."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, OrderedDict
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

    def take(self, client: str) -> float:
        """Take a token; 0, or the seconds after which there will be one."""
        if not self._per_s:
            return 0.0
        with self._lock:
            left = self._left(client)
            if left >= 1.0:
                self._keep(client, left - 1.0)
        return max(0.0, (1.0 - left) / self._per_s)

    def fine(self, client: str, tokens: float) -> None:
        """Take tokens, whether there are so many or not: the next ones are waited for longer."""
        if self._per_s:
            with self._lock:
                self._keep(client, max(-self._burst, self._left(client) - tokens))

    def _left(self, client: str) -> float:
        left, since = self._buckets.get(client, (self._burst, 0.0))
        return min(self._burst, left + (self._clock() - since) * self._per_s)

    def _keep(self, client: str, left: float) -> None:
        self._buckets[client] = (left, self._clock())
        self._buckets.move_to_end(client)
        while len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)


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
    """A number of places, so many of them for each client, each for as long as a stream lasts."""

    def __init__(self, number: int, each: int | None = None) -> None:
        self._free = number
        self._each = number if each is None else each
        self._taken: Counter[str] = Counter()

    def enter(self, client: str = "") -> None:
        """Take a place, or say that there is none."""
        if not self._free or self._taken[client] >= self._each:
            raise busy("too many streams or downloads are open; try again")
        self._free -= 1
        self._taken[client] += 1

    def leave(self, client: str = "") -> None:
        """Give the place back."""
        self._free += 1
        self._taken[client] -= 1
        if not self._taken[client]:
            del self._taken[client]
