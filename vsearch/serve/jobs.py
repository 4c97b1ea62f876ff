"""Index runs that clients start, watch and cancel; one runs, the others wait in line."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from vsearch.errors import LibraryBusy, VsearchError
from vsearch.library import Library
from vsearch.pipeline.events import IndexReport, Progress
from vsearch.serve.problems import Trouble
from vsearch.serve.roots import named_within, videos_within

log = logging.getLogger("vsearch.serve")

State = Literal["waiting", "running", "done", "failed", "cancelled"]
KEPT = 100
LAST_WORDS_S = 15.0


@dataclass(slots=True, kw_only=True)
class Job:
    """One index run; version grows with whatever can be seen of it."""

    id: str
    names: tuple[str, ...]
    places: tuple[Path, ...]
    state: State = "waiting"
    started_at: float = field(default_factory=time.time)
    progress: Progress = field(default_factory=lambda: Progress(done=0, total=0))
    report: IndexReport | None = None
    reason: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    version: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in {"done", "failed", "cancelled"}

    def to(self, state: State, reason: str = "") -> None:
        """Go on to another state."""
        self.reason = reason
        self.state = state
        self.version += 1

    def follow(self, progress: Progress) -> None:
        """Note how far the run has come."""
        self.progress = progress
        self.version += 1


class Jobs:
    """The index runs since the server was started."""

    def __init__(self, library: Library, roots: Sequence[Path], most_waiting: int) -> None:
        self.roots = tuple(roots)
        self._library = library
        self._most = most_waiting
        self._jobs: dict[str, Job] = {}
        self._line: deque[Job] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._running: Job | None = None

    def start(self, names: Sequence[str]) -> Job:
        """Begin to index what is named, or put it in line."""
        places = tuple(named_within(self.roots, names))
        job = Job(id=secrets.token_hex(8), names=tuple(names), places=places)
        with self._changed:
            if len(self._line) >= self._most or self._closed:
                raise Trouble(409, f"{len(self._line)} jobs are waiting already: try again later")
            self._jobs[job.id] = job
            self._line.append(job)
            self._forget_old()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="serve-jobs", daemon=True)
                self._thread.start()
            self._changed.notify()
        return job

    def all(self) -> list[Job]:
        """Every job that is remembered, the newest first."""
        with self._changed:
            return list(self._jobs.values())[::-1]

    def get(self, job_id: str) -> Job:
        """The job with this id."""
        with self._changed:
            found = self._jobs.get(job_id)
        if found is None:
            raise Trouble(404, "there is no such job; a restart of the server forgets them")
        return found

    def cancel(self, job_id: str) -> Job:
        """Stop a job: what it has indexed stays. One that is over stays as it is."""
        job = self.get(job_id)
        job.stop.set()
        with self._changed:
            if job in self._line:
                self._line.remove(job)
                job.to("cancelled")
        return job

    def forget(self, job_id: str) -> Job:
        """Stop a job and leave it out of the list."""
        job = self.cancel(job_id)
        with self._changed:
            self._jobs.pop(job_id, None)
        return job

    def close(self) -> None:
        """Stop all jobs, and wait a while for the running one to keep what it has."""
        with self._changed:
            self._closed = True
            for job in (*self._jobs.values(), *filter(None, [self._running])):
                job.stop.set()
            while self._line:
                self._line.popleft().to("cancelled")
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(LAST_WORDS_S)

    def _forget_old(self) -> None:
        over = [job.id for job in self._jobs.values() if job.is_over]
        for job_id in over[: max(0, len(self._jobs) - KEPT)]:
            del self._jobs[job_id]

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._line or self._closed)
                if self._closed:
                    return
                job = self._running = self._line.popleft()
                job.to("running")
            self._run(job)

    def _run(self, job: Job) -> None:
        try:
            videos = videos_within(self.roots, job.places)
            job.report = self._library.index(videos, progress=job.follow, stop=job.stop)
        except LibraryBusy:
            job.to("failed", "the library is being written by another process")
        except VsearchError as error:
            log.error("job %s: %s", job.id, error)
            job.to("failed", "it cannot be indexed: the server's log says why")
        except Exception:
            log.exception("job %s", job.id)
            job.to("failed", "something broke: the server's log says what")
        else:
            job.to("cancelled" if job.report.interrupted else "done")
