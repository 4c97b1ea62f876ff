"""A library for programs that wait for several things at once: asyncio around threads."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial, wraps
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Self,
    TypeVar,
    overload,
)

from vsearch.config import Config
from vsearch.contents import AnyVideo
from vsearch.library import Library, open_library
from vsearch.protocols import Notify

if TYPE_CHECKING:
    from vsearch.answer.answers import Answer
    from vsearch.pipeline.events import IndexReport, Progress

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
WORKERS = 4
MOST_WAITING = 1_000
"""What a run tells is kept for who is slow to listen, up to so much."""


def open_async_library(
    library: str | os.PathLike[str] | None = None,
    *,
    config: Config | None = None,
    notify: Notify = lambda line: None,
    workers: int = WORKERS,
) -> AsyncLibrary:
    """Open a library as open_library() does, to be used with await; at most so many calls run."""
    return AsyncLibrary(open_library(library, config=config, notify=notify), workers)


class Running(Generic[T, R]):
    """Work that goes on in a thread: iterate to hear what it tells, await it for its result.

    It begins as soon as a thread is free. Both may be done, or either; leaving the iteration stops
    nothing, being cancelled while waiting for the result stops it as stop() does.
    """

    def __init__(self, pool: ThreadPoolExecutor, work: Callable[[Callable[[T], None]], R]) -> None:
        self._stop = threading.Event()
        self._told: deque[T] = deque(maxlen=MOST_WAITING)
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        context = contextvars.copy_context()
        self._future: Future[R] = pool.submit(context.run, work, self._tell)
        self._future.add_done_callback(lambda future: self._wake())

    @property
    def done(self) -> bool:
        """Whether it is over."""
        return self._future.done()

    def __await__(self) -> Generator[Any, None, R]:
        return self._result().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        while True:
            self._news.clear()
            over = self._future.done()
            while self._told:
                yield self._told.popleft()
            if over:
                break
            await self._news.wait()
        self._future.result()  # what went wrong is told to who iterates, too

    async def _result(self) -> R:
        try:
            return await asyncio.shield(asyncio.wrap_future(self._future))
        except asyncio.CancelledError:
            self.stop()
            raise

    def stop(self) -> None:
        """End an index run as soon as can be, what was done stays; an answer just goes on."""
        self._stop.set()

    def when_done(self, call: Callable[[], object]) -> None:
        """Call this once it is over, in the thread that ends it."""
        self._future.add_done_callback(lambda future: call())

    def _tell(self, value: T) -> None:
        self._told.append(value)
        self._wake()

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self._news.set)


class IndexJob(Running["Progress", "IndexReport"]):
    """An index run: iterate for its progress, await it for the report, stop() it at any time."""

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        library: Library,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    ) -> None:
        def work(tell: Callable[[Progress], None]) -> IndexReport:
            return library.index(paths, progress=tell, stop=self._stop)

        super().__init__(pool, work)


class AskJob(Running[str, "Answer"]):
    """A question: iterate for the sentences of its answer, await it for the whole."""


class _InThread(Generic[P, R]):
    """A method of Library, called in a thread of the pool and awaited."""

    def __init__(self, method: Callable[Concatenate[Library, P], R]) -> None:
        self._method = method
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(
        self, instance: AsyncLibrary, owner: type
    ) -> Callable[P, Coroutine[Any, Any, R]]: ...

    def __get__(
        self, instance: AsyncLibrary | None, owner: type
    ) -> Self | Callable[P, Coroutine[Any, Any, R]]:
        if instance is None:
            return self
        library = instance

        @wraps(self._method)
        async def call(*args: P.args, **kwargs: P.kwargs) -> R:
            return await library.run(partial(self._method, library.library, *args, **kwargs))

        return call


class AsyncLibrary:
    """A Library whose methods are awaited; each runs in a thread of a small pool.

    Cancelling a call leaves it to end in its thread, unheard; nothing is left half done.
    """

    def __init__(self, library: Library, workers: int = WORKERS) -> None:
        self.library = library
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers, "vsearch-async")
        self._jobs: set[IndexJob] = set()

    @property
    def path(self) -> Path:
        """The folder of the library."""
        return self.library.path

    @property
    def config(self) -> Config:
        """The settings that the library was opened with."""
        return self.library.config

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop index runs, wait for all other calls, and let go of everything.

        It may be used again.
        """
        for job in list(self._jobs):
            job.stop()
        pool, self._pool = self._pool, ThreadPoolExecutor(self._workers, "vsearch-async")
        await asyncio.to_thread(pool.shutdown)
        await asyncio.to_thread(self.library.close)

    async def run(self, work: Callable[[], R]) -> R:
        """Do any work in a thread of the pool, such as several calls of self.library at once."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, context.run, work)

    def index(self, paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> IndexJob:
        """Begin to index every video under the paths that is not here yet."""
        job = IndexJob(self._pool, self.library, paths)
        self._jobs.add(job)
        job.when_done(lambda: self._jobs.discard(job))
        return job

    def ask(
        self,
        question: str,
        *,
        video: AnyVideo | None = None,
        limit: int | None = None,
        answerer: str | None = None,
    ) -> AskJob:
        """Begin to answer a question from what the videos say."""

        def work(tell: Callable[[str], None]) -> Answer:
            return self.library.ask(
                question, video=video, limit=limit, answerer=answerer, tell=tell
            )

        return AskJob(self._pool, work)

    search = _InThread(Library.search)
    blocks = _InThread(Library.blocks)
    chapters = _InThread(Library.chapters)
    check = _InThread(Library.check)
    check_export = _InThread(Library.check_export)
    clip = _InThread(Library.clip)
    counts = _InThread(Library.counts)
    embed = _InThread(Library.embed)
    exists = _InThread(Library.exists)
    export = _InThread(Library.export)
    file = _InThread(Library.file)
    files = _InThread(Library.files)
    find = _InThread(Library.find)
    forget = _InThread(Library.forget)
    has_traces = _InThread(Library.has_traces)
    is_being_written = _InThread(Library.is_being_written)
    keep_threshold = _InThread(Library.keep_threshold)
    languages = _InThread(Library.languages)
    lost_keyframes = _InThread(Library.lost_keyframes)
    missing = _InThread(Library.missing)
    named = _InThread(Library.named)
    paths = _InThread(Library.paths)
    picture = _InThread(Library.picture)
    picture_of = _InThread(Library.picture_of)
    reel = _InThread(Library.reel)
    remove = _InThread(Library.remove)
    show = _InThread(Library.show)
    sql = _InThread(Library.sql)
    sql_views = _InThread(Library.sql_views)
    summary = _InThread(Library.summary)
    switch = _InThread(Library.switch)
    tag = _InThread(Library.tag)
    tags = _InThread(Library.tags)
    threshold = _InThread(Library.threshold)
    thumbnail = _InThread(Library.thumbnail)
    transcript = _InThread(Library.transcript)
    untag = _InThread(Library.untag)
    unusual = _InThread(Library.unusual)
    vectors = _InThread(Library.vectors)
    video = _InThread(Library.video)
    videos = _InThread(Library.videos)
