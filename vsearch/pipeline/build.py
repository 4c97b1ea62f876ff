"""The run that fills a library: the only file that names every stage.

decode (thread) --keyframes--> embed (here, the one model consumer) --> commit --> publish
   \\--videos--> listen (thread) --speech--/
   \\--pages--> read (thread) --text on the screen--/
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from vsearch.files import FileStamp
from vsearch.pipeline.events import (
    AllDecoded,
    Closed,
    Crashed,
    Decoded,
    Event,
    Failed,
    FileProblem,
    Heard,
    IndexReport,
    Job,
    Known,
    Opened,
    Pages,
    Progress,
    ProgressCallback,
    Read,
    Taken,
)
from vsearch.pipeline.reading import PAGES_AHEAD, ReadWorker
from vsearch.pipeline.record import Stages, record_of
from vsearch.pipeline.stages import Channel, StageClock, Stop, Stopped
from vsearch.pipeline.workers import DecodeWorker, ListenWorker
from vsearch.settings import IndexSettings
from vsearch.storage import Store, Writer
from vsearch.types import Picture, Video

EMBED = "embed"
EVENTS_AHEAD = 48
VIDEOS_AHEAD = 3
PUBLISH_EVERY_S = 20.0
PUBLISH_SHARE = 0.05


@dataclass(slots=True)
class _Tally:
    indexed: list[Path] = field(default_factory=list)
    moved: list[tuple[Path, Path]] = field(default_factory=list)
    duplicates: list[Path] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    video_s: float = 0.0


class IndexRun:
    """One run over a list of files."""

    def __init__(
        self,
        store: Store,
        stages: Stages,
        settings: IndexSettings,
        progress: ProgressCallback,
        stop: threading.Event | None = None,
    ) -> None:
        self._store = store
        self._stages = stages
        self._settings = settings
        self._progress = progress
        self._clock = StageClock()
        self._stop = Stop(stop)
        self._tally = _Tally()
        self._open: list[Job] = []
        self._batch: list[tuple[Job, Picture]] = []
        self._known: list[Known] = []
        self._done = self._total = 0
        self._published_at = time.monotonic()
        self._publish_took_s = 0.0
        self._dirty = False
        self._models_loaded = False
        self._all_known = True

    def run(self, paths: Sequence[Path]) -> IndexReport:
        """Index what is new among the files; what is committed stays, whatever happens later."""
        started = time.perf_counter()
        todo = self._changed(paths)
        interrupted = False
        if todo:
            with self._store.writer() as writer:
                todo = self._changed(paths)  # again: another run may have ended meanwhile
                self._done, self._total = len(paths) - len(todo), len(paths)
                interrupted = self._index(writer, todo)
        tally = self._tally
        return IndexReport(
            indexed=tuple(tally.indexed),
            unchanged=len(paths) - len(todo),
            moved=tuple(tally.moved),
            duplicates=tuple(tally.duplicates),
            problems=tuple(tally.problems),
            stages=self._clock.times(),
            seconds=time.perf_counter() - started,
            video_seconds=tally.video_s,
            interrupted=interrupted,
        )

    def _changed(self, paths: Sequence[Path]) -> list[Path]:
        stamps = self._store.stamps()
        return [path for path in paths if not _unchanged(path, stamps)]

    def _index(self, writer: Writer, todo: list[Path]) -> bool:
        known_ids = self._store.video_ids()
        events: Channel[Event] = Channel(EVENTS_AHEAD, self._clock, self._stop)
        jobs: Channel[Job | None] = Channel(VIDEOS_AHEAD, self._clock, self._stop)
        stages, settings = self._stages, self._settings
        pages: Pages | None = None
        if settings.screen_text:
            pages = Channel(PAGES_AHEAD, self._clock, self._stop)
        decoder = DecodeWorker(
            settings, stages.splitter, known_ids, events, jobs, pages, self._clock
        )
        listener = ListenWorker(
            stages.transcriber,
            stages.listener,
            settings.subtitles,
            events,
            jobs,
            self._clock,
            self._stop,
        )
        threads = [
            threading.Thread(target=decoder.run, args=(todo,), name="decode", daemon=True),
            threading.Thread(target=listener.run, name="listen", daemon=True),
        ]
        if pages is not None:
            reader = ReadWorker(stages.reader, events, pages, self._clock)
            threads.append(threading.Thread(target=reader.run, name="read", daemon=True))
        for thread in threads:
            thread.start()
        try:
            self._consume(writer, events)
            return False
        except (KeyboardInterrupt, Stopped):
            return True
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(timeout=10)
            if self._dirty:
                self._publish(writer)

    def _consume(self, writer: Writer, events: Channel[Event]) -> None:
        all_decoded = False
        while not (all_decoded and not self._open):
            event = events.get(EMBED)
            if isinstance(event, Crashed):
                raise event.error
            if isinstance(event, AllDecoded):
                all_decoded = True
            self._handle(writer, event)
        self._link_known(writer)
        if self._all_known:  # a file that could not be read may hold what seems replaced
            self._dirty |= writer.drop_replaced()

    def _handle(self, writer: Writer, event: Event) -> None:
        match event:
            case Opened(job):
                self._open.append(job)
                self._load_models(job.video.path)
            case Taken(job, keyframe, thumbnail):
                job.keyframes.append(replace(keyframe, picture=_NO_PIXELS))
                job.thumbnails.append(thumbnail)
                self._batch.append((job, keyframe.picture))
                self._tell(job.video.path, _fraction(job.video, keyframe.pts_s))
                if len(self._batch) >= self._settings.batch:
                    self._embed()
            case Closed(job, scene):
                job.scenes.append(scene)
            case Decoded(job):
                job.decoded = True
                self._embed()
                self._finish(writer)
            case Heard(job, speech):
                job.speech = speech
                self._finish(writer)
            case Read(job, screen):
                job.screen = screen
                self._finish(writer)
            case Known():
                self._known.append(event)
                self._count(event.stamp.path)
            case Failed(path, reason, failed, content_known):
                self._all_known &= content_known
                self._fail(path, reason, failed)

    def _load_models(self, path: Path) -> None:
        """Load what embeds while the first video is being decoded already."""
        self._tell(path, message="" if self._models_loaded else "loading models")
        if not self._models_loaded:
            with self._clock.busy("load models"):
                self._stages.embedder()
                self._stages.encoder()
            self._models_loaded = True
            self._tell(path)

    def _embed(self) -> None:
        if not self._batch:
            return
        embedder = self._stages.embedder()
        batch, self._batch = self._batch, []
        with self._clock.busy(EMBED):
            vectors = embedder.embed_pictures([picture for _, picture in batch]).matrix
        for row, (job, _) in enumerate(batch):
            job.vectors.append(vectors[row : row + 1])

    def _finish(self, writer: Writer) -> None:
        for job in [job for job in self._open if job.complete]:
            record = record_of(job, self._stages, self._clock)
            with self._clock.busy("commit"):
                writer.commit(record)
            self._open.remove(job)
            self._dirty = True
            self._tally.indexed.append(job.video.path)
            self._tally.video_s += job.video.duration_s
            self._note_damage(job)
            self._count(job.video.path)
            self._publish_now_and_then(writer)

    def _publish_now_and_then(self, writer: Writer) -> None:
        """Let searches see what is new, at the cost of a small share of the run."""
        pause_s = max(PUBLISH_EVERY_S, self._publish_took_s / PUBLISH_SHARE)
        if time.monotonic() - self._published_at >= pause_s:
            self._publish(writer)

    def _publish(self, writer: Writer) -> None:
        start = time.monotonic()
        with self._clock.busy("publish"):
            writer.publish()
        self._published_at = time.monotonic()
        self._publish_took_s = self._published_at - start
        self._dirty = False

    def _link_known(self, writer: Writer) -> None:
        for known in self._known:
            linked = writer.link(known.stamp, known.video_id)
            self._dirty |= linked.renames
            if linked.moved_from is not None:
                self._tally.moved.append((linked.moved_from, known.stamp.path))
            elif linked.copy_of is not None:
                self._tally.duplicates.append(known.stamp.path)

    def _fail(self, path: Path, reason: str, job: Job | None) -> None:
        if job is not None:
            job.failed = True
            self._open.remove(job)
            self._batch = [(other, picture) for other, picture in self._batch if other is not job]
        self._tally.problems.append(FileProblem(path=path, reason=reason))
        self._count(path)

    def _note_damage(self, job: Job) -> None:
        reasons = [job.damage, job.speech.problem if job.speech else ""]
        reasons.append(job.screen.problem if job.screen else "")
        if reason := "; ".join(filter(None, reasons)):
            problem = FileProblem(path=job.video.path, reason=reason, partial=True)
            self._tally.problems.append(problem)

    def _count(self, path: Path) -> None:
        self._done += 1
        self._tell(path, 1.0)

    def _tell(self, path: Path, fraction: float = 0.0, message: str = "") -> None:
        self._progress(
            Progress(
                done=self._done, total=self._total, path=path, fraction=fraction, message=message
            )
        )


_NO_PIXELS: Picture = np.zeros((0, 0, 3), np.uint8)


def _unchanged(path: Path, stamps: dict[Path, tuple[FileStamp, str]]) -> bool:
    known = stamps.get(path)
    return known is not None and known[0].holds()


def _fraction(video: Video, pts_s: float) -> float:
    return min(1.0, pts_s / video.duration_s) if video.duration_s else 0.0
