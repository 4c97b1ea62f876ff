"""The two stages that run beside the model: decoding pictures, and listening."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from vsearch.errors import VideoError, VsearchError
from vsearch.files import FileStamp
from vsearch.pipeline.events import (
    AllDecoded,
    Closed,
    Crashed,
    Decoded,
    Event,
    Failed,
    Heard,
    Job,
    Known,
    Opened,
    Page,
    Pages,
    Screen,
    Taken,
)
from vsearch.pipeline.frames import Keyframe, KeyframePicker
from vsearch.pipeline.speech import Ears, Speech, listen, read_subtitles
from vsearch.pipeline.stages import Channel, StageClock, Stop, Stopped
from vsearch.pipeline.vectors import encode_thumbnail
from vsearch.pipeline.video import VideoReader, content_id, open_video
from vsearch.protocols import SceneSplitter, SoundListener, Transcriber
from vsearch.settings import IndexSettings

DECODE = "decode"
PAGE_PX = 720
"""Text is looked for in keyframes of at most this shorter side."""

LISTEN = "transcribe"


class DecodeWorker:
    """Goes through files: recognises what is known, decodes the rest once each."""

    def __init__(
        self,
        settings: IndexSettings,
        splitter: SceneSplitter,
        known_ids: Iterable[str],
        events: Channel[Event],
        jobs: Channel[Job | None],
        pages: Pages | None,
        clock: StageClock,
    ) -> None:
        self._settings = settings
        self._splitter = splitter
        self._seen = set(known_ids)
        self._events = events
        self._jobs = jobs
        self._pages = pages
        self._clock = clock

    def run(self, paths: Iterable[Path]) -> None:
        """Decode every file; a file that fails is reported and stops no other."""
        try:
            for path in paths:
                self._take(path)
            self._jobs.put(None, DECODE)
            self._turn(None)
            self._events.put(AllDecoded(), DECODE)
        except Stopped:
            return
        except BaseException as error:  # noqa: BLE001 - raised again where the run waits for it
            tell_crash(self._events, error, DECODE)

    def _take(self, path: Path) -> None:
        try:
            _check_file(path)
            stamp = FileStamp.of(path)
            with self._clock.busy("hash"):
                video_id = content_id(path)
        except (VideoError, OSError) as error:
            self._events.put(Failed(path, _about(path, error), content_known=False), DECODE)
            return
        if video_id in self._seen:
            self._events.put(Known(stamp, video_id), DECODE)
            return
        job: Job | None = None
        try:
            with open_video(path, video_id) as reader:
                job = Job(stamp=stamp, video=reader.video)
                job.screen = Screen() if self._pages is None else None
                self._seen.add(video_id)
                self._events.put(Opened(job), DECODE)
                self._jobs.put(job, DECODE)
                self._decode(job, reader)
        except (VideoError, OSError) as error:
            self._fail(path, video_id, _about(path, error), job)
        except (Stopped, VsearchError):
            raise
        except Exception as error:  # noqa: BLE001 - one odd file must not stop the others
            self._fail(path, video_id, _unexpected(error), job)

    def _fail(self, path: Path, video_id: str, reason: str, job: Job | None) -> None:
        self._seen.discard(video_id)
        self._events.put(Failed(path, reason, job), DECODE)

    def _decode(self, job: Job, reader: VideoReader) -> None:
        splitter, settings = self._splitter, self._settings
        picker = KeyframePicker(
            splitter.start(float(reader.video.frame_rate)),
            splitter.picture_px,
            settings.keyframe_every_s,
            settings.keyframe_short_px,
            0 if self._pages is None else PAGE_PX,
        )
        found = picker.run(reader.shots(), reader.full_end_s)
        while True:
            with self._clock.busy(DECODE):
                item = next(found, None)
                picture = item.picture if isinstance(item, Keyframe) else None
                thumbnail = b"" if picture is None else encode_thumbnail(picture)
            if item is None:
                break
            if isinstance(item, Keyframe):
                if item.page is not None:
                    self._turn(Page(job, item.span, item.page))
                self._events.put(Taken(job, replace(item, page=None), thumbnail), DECODE)
            else:
                self._events.put(Closed(job, item), DECODE)
        job.video = replace(job.video, duration_s=reader.full_end_s())
        job.damage = reader.damage
        self._events.put(Decoded(job), DECODE)
        self._turn(job)

    def _turn(self, item: Page | Job | None) -> None:
        if self._pages is not None:
            self._pages.put(item, DECODE)


class ListenWorker:
    """Finds out what is said in each video, by subtitles or by listening, and how it sounds."""

    def __init__(
        self,
        transcriber: Callable[[], Transcriber],
        listener: Callable[[], SoundListener | None],
        use_subtitles: bool,
        events: Channel[Event],
        jobs: Channel[Job | None],
        clock: StageClock,
        stop: Stop,
    ) -> None:
        self._transcriber = transcriber
        self._listener = listener
        self._use_subtitles = use_subtitles
        self._events = events
        self._jobs = jobs
        self._clock = clock
        self._stop = stop

    def run(self) -> None:
        """Take videos until there are no more."""
        try:
            while (job := self._jobs.get(LISTEN)) is not None:
                speech = Speech(source="none") if job.failed else self._speech(job)
                self._events.put(Heard(job, speech), LISTEN)
        except Stopped:
            return
        except BaseException as error:  # noqa: BLE001 - raised again where the run waits for it
            tell_crash(self._events, error, LISTEN)

    def _speech(self, job: Job) -> Speech:
        """What was read stays, whatever comes of listening."""
        read: Speech | None = None
        try:
            if self._use_subtitles:
                with self._clock.busy("read subtitles"):
                    read = read_subtitles(job.video)
            heard = self._heard(job, read is None)
        except (VideoError, OSError) as error:
            heard = Speech(source="none", problem=f"sound: {_about(job.video.path, error)}")
        except (Stopped, VsearchError):
            raise
        except Exception as error:  # noqa: BLE001 - one odd file must not stop the others
            heard = Speech(source="none", problem=f"sound: {_unexpected(error)}")
        return heard if read is None else replace(read, sound=heard.sound, problem=heard.problem)

    def _heard(self, job: Job, in_words: bool) -> Speech:
        if not job.video.has_audio:
            return Speech(source="none")
        listener = self._listener()
        if listener is None and not in_words:
            return Speech(source="none")
        ears = Ears(transcriber=self._transcriber() if in_words else None, listener=listener)
        return listen(job.video, ears, self._clock, self._stop.is_set)


def _check_file(path: Path) -> None:
    """Refuse what would never end or could never be stored."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        os.scandir(path).close()  # a folder is here only if it could not be listed: let it say why
    if not stat.S_ISREG(mode):
        raise VideoError(f"{path} is no regular file")
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise VideoError(f"{path} has a name that is not Unicode; rename it") from None


def tell_crash(events: Channel[Event], error: BaseException, sender: str) -> None:
    """Hand an error over to whoever waits for the run, who raises it again."""
    try:
        events.put(Crashed(error), sender)
    except Stopped:
        return


def _unexpected(error: Exception) -> str:
    lines = str(error).strip().splitlines() or ["no reason given"]
    return f"cannot be decoded: {type(error).__name__}: {lines[0]}"


def _about(path: Path, error: VideoError | OSError) -> str:
    """The reason alone: the path is printed beside it."""
    text = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return text.removeprefix(str(path)).strip()
