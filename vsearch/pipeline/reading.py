"""The stage that reads text off keyframes, beside the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vsearch.errors import VsearchError
from vsearch.pipeline.events import Event, Job, Page, Pages, Read, Screen
from vsearch.pipeline.screen import ScreenTexts
from vsearch.pipeline.stages import Channel, StageClock, Stopped
from vsearch.pipeline.workers import tell_crash
from vsearch.protocols import ScreenReader

READ = "read screen"
PAGES_AHEAD = 8


@dataclass(slots=True)
class _Reading:
    """A video that is being read."""

    job: Job
    texts: ScreenTexts
    failed: int = 0
    reason: str = ""
    pages: int = field(default=0)


class ReadWorker:
    """Reads the keyframes of one video after the other, as they are taken."""

    def __init__(
        self,
        reader: Callable[[], ScreenReader],
        events: Channel[Event],
        pages: Pages,
        clock: StageClock,
    ) -> None:
        self._reader = reader
        self._events = events
        self._pages = pages
        self._clock = clock
        self._reading: _Reading | None = None

    def run(self) -> None:
        """Take pages until there are no more."""
        try:
            while (item := self._pages.get(READ)) is not None:
                if isinstance(item, Job):
                    self._events.put(Read(item, self._finished(item)), READ)
                elif not item.job.failed:
                    self._read(item)
        except Stopped:
            return
        except BaseException as error:  # noqa: BLE001 - raised again where the run waits for it
            tell_crash(self._events, error, READ)

    def _read(self, page: Page) -> None:
        """Read one page; one that cannot be read stops neither its video nor the others."""
        if self._reading is None or self._reading.job is not page.job:
            texts = ScreenTexts(page.job.video.id, self._reader(), self._clock)
            self._reading = _Reading(page.job, texts)
        reading = self._reading
        reading.pages += 1
        try:
            with self._clock.busy(READ):
                reading.texts.add(page.picture, page.span)
        except (Stopped, VsearchError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a reader does, the video is indexed
            reading.failed += 1
            lines = str(error).strip().splitlines() or ["no reason given"]
            reading.reason = f"{type(error).__name__}: {lines[-1]}"

    def _finished(self, job: Job) -> Screen:
        reading, self._reading = self._reading, None
        if reading is None or reading.job is not job:
            return Screen()
        problem = ""
        if reading.failed:
            problem = (
                f"text on the screen: {reading.failed} of {reading.pages} pictures could not be "
                f"read: {reading.reason}"
            )
        return Screen(shown=tuple(reading.texts.finish()), problem=problem)
