"""A library that is awaited: the same answers, streams, and cancelling that harms nothing."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from vsearch.asynchronous import AsyncLibrary, IndexJob
from vsearch.errors import LibraryBusy, QueryError, UnknownVideo
from vsearch.library import Library
from vsearch.pipeline.events import IndexReport
from vsearch.testing.videos import tone, write_colours


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    for number, colour in enumerate(("red", "green", "blue", "yellow")):
        path = tmp_path / "videos" / f"{number}.mp4"
        write_colours(path, [colour], seconds_each=1.0, samples=tone(660, 1))
    text = "1\n00:00:00,100 --> 00:00:00,900\nThe last train leaves at nine.\n"
    (tmp_path / "videos" / "0.srt").write_text(text)
    return tmp_path / "videos"


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def test_it_has_every_method_of_a_library() -> None:
    assert public(Library) <= public(AsyncLibrary)
    assert public(AsyncLibrary) - public(Library) == {"config", "path", "run"}
    for name in public(Library):
        assert inspect.getdoc(getattr(AsyncLibrary, name)), name


def test_it_answers_as_a_library_does(videos: Path, fake_library: Library) -> None:
    async def main() -> None:
        async with AsyncLibrary(fake_library) as library:
            report = await library.index(videos)
            assert len(report.indexed) == 4
            found = await asyncio.gather(*(library.search(word) for word in ("red", "blue") * 8))
            expected = [fake_library.search(word) for word in ("red", "blue") * 8]
            assert [item.moments for item in found] == [item.moments for item in expected]
            assert (await library.show("0.mp4")).speech == fake_library.show("0.mp4").speech
            assert library.path == fake_library.path
            with pytest.raises(UnknownVideo):
                await library.show("nothing.mp4")

    asyncio.run(main())


def test_progress_and_the_report_of_an_index_run(videos: Path, fake_library: Library) -> None:
    async def main() -> None:
        library = AsyncLibrary(fake_library)
        job = library.index(videos)
        told = [progress async for progress in job]
        assert {progress.total for progress in told} == {4}
        assert max(progress.done for progress in told) >= 3
        assert job.done
        assert len((await job).indexed) == 4
        assert len((await job).indexed) == 4  # it may be asked for twice
        await library.close()

    asyncio.run(main())


def test_a_run_is_stopped_or_cancelled_and_nothing_is_lost(
    videos: Path, fake_library: Library
) -> None:
    async def main() -> None:
        async with AsyncLibrary(fake_library) as library:
            job = library.index(videos)
            async for progress in job:
                if progress.done:
                    job.stop()
            report = await job
            assert report.interrupted
            waiting = asyncio.ensure_future(wait_for(library.index(videos)))
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        # Leaving waited for the cancelled run.
        assert not fake_library.is_being_written()
        async with AsyncLibrary(fake_library) as library:
            assert not (await library.index(videos)).interrupted
            assert len(await library.videos()) == 4

    async def wait_for(job: object) -> None:
        await job  # type: ignore[misc]

    asyncio.run(main())


def test_a_run_that_is_stopped_before_it_begins(videos: Path, fake_library: Library) -> None:
    """Whoever awaits it hears that it was interrupted, and is not cancelled."""
    may_go = threading.Event()

    async def main() -> None:
        async with AsyncLibrary(fake_library, workers=1) as library:
            held = asyncio.ensure_future(library.run(lambda: may_go.wait(20)))
            await asyncio.sleep(0)
            job = library.index(videos)
            job.stop()
            may_go.set()
            assert (await job).interrupted
            assert await held

    asyncio.run(main())


def test_a_run_that_waits_is_not_taken_from_others_by_who_gives_up(
    videos: Path, fake_library: Library
) -> None:
    """Being cancelled is the business of one task: all others hear how the run ended."""
    may_go = threading.Event()

    async def wait_for(job: IndexJob) -> IndexReport:
        return await job

    async def main() -> None:
        async with AsyncLibrary(fake_library, workers=1) as library:
            held = asyncio.ensure_future(library.run(lambda: may_go.wait(20)))
            await asyncio.sleep(0)
            job = library.index(videos)
            first, second = (asyncio.ensure_future(wait_for(job)) for _ in range(2))
            await asyncio.sleep(0)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            assert not job.done
            may_go.set()
            assert await held
            assert (await second).interrupted
            assert (await job).interrupted
            assert not [progress async for progress in job if progress.done]

    asyncio.run(main())


def test_what_goes_wrong_comes_to_who_waits(tmp_path: Path, fake_library: Library) -> None:
    async def main() -> None:
        library = AsyncLibrary(fake_library)
        job = library.index(tmp_path / "nowhere")
        with pytest.raises(QueryError):
            async for _ in job:
                pass
        with pytest.raises(QueryError):
            await job
        await library.close()

    asyncio.run(main())


def test_an_answer_comes_sentence_by_sentence(videos: Path, fake_library: Library) -> None:
    async def main() -> None:
        async with AsyncLibrary(fake_library) as library:
            await library.index(videos)
            stream = library.ask("when does the last train leave?")
            sentences = [sentence async for sentence in stream]
            answer = await stream
            assert answer == fake_library.ask("when does the last train leave?") or answer.text
            assert " ".join(sentences) == answer.text
            assert not answer.refused

    asyncio.run(main())


def test_cancelling_a_call_leaves_the_library_usable(videos: Path, fake_library: Library) -> None:
    entered, may_go = threading.Event(), threading.Event()

    def hold() -> str:
        entered.set()
        assert may_go.wait(20)
        return "unheard"

    async def main() -> None:
        async with AsyncLibrary(fake_library, workers=1) as library:
            await library.index(videos)
            held = asyncio.ensure_future(library.run(hold))
            await asyncio.to_thread(entered.wait)
            waiting = asyncio.ensure_future(library.search("red"))
            await asyncio.sleep(0)
            held.cancel()
            waiting.cancel()
            done = await asyncio.gather(held, waiting, return_exceptions=True)
            assert all(isinstance(item, asyncio.CancelledError) for item in done)
            may_go.set()
            assert (await library.search("red")).moments

    asyncio.run(main())


def test_no_more_calls_run_than_there_are_workers(fake_library: Library) -> None:
    most = running = 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal most, running
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.02)
        with lock:
            running -= 1

    async def main() -> None:
        async with AsyncLibrary(fake_library, workers=3) as library:
            await asyncio.gather(*(library.run(work) for _ in range(20)))

    asyncio.run(main())
    assert most == 3


def test_two_writers_are_told_apart(videos: Path, fake_library: Library) -> None:
    async def main() -> None:
        async with AsyncLibrary(fake_library) as library:
            with fake_library._store.writer(), pytest.raises(LibraryBusy):
                await library.index(videos)
            assert await library.index(videos)

    asyncio.run(main())


def test_a_loop_that_is_gone_is_no_error(videos: Path, fake_library: Library) -> None:
    """The run outlives the loop that began it; what it tells then is not heard."""
    library = AsyncLibrary(fake_library)
    ended: list[Callable[[], object]] = []

    async def main() -> None:
        job = library.index(videos)
        job.when_done(lambda: ended.append(job.stop))

    asyncio.run(main())
    asyncio.run(library.close())
    assert ended
