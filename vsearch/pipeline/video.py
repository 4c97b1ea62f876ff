"""Path -> Video, its pictures, its sound and its subtitles: the only file that decodes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np

from vsearch.errors import VideoError
from vsearch.types import SAMPLE_RATE, Picture, Samples, TimeSpan, Video

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

SUFFIXES = frozenset(
    {".3gp", ".asf", ".avi", ".divx", ".f4v", ".flv", ".gif", ".m2ts", ".m4v", ".mkv", ".mov"}
    | {".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".ogv", ".ts", ".vob", ".webm", ".wmv"}
)
SUBTITLE_SUFFIXES = (".srt", ".vtt", ".ass")
READ_BYTES = 1 << 20
MAX_BAD_PACKETS = 50

av.logging.set_level(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A subtitle: when it is shown and what it says."""

    span: TimeSpan
    text: str


@dataclass(slots=True, eq=False)
class Shot:
    """A decoded frame held by reference until somebody wants its pixels."""

    pts_s: float
    frame: VideoFrame
    pixel_aspect: float

    def small(self, size_px: tuple[int, int]) -> Picture:
        """The frame as a small picture of exactly this width and height."""
        frame = self.frame.reformat(*size_px, format="rgb24", interpolation="FAST_BILINEAR")
        return _pixels(frame)

    def picture(self, short_px: int) -> Picture:
        """The frame upright, with square pixels, its shorter side at most short_px."""
        width = self.frame.width * self.pixel_aspect
        scale = min(1.0, short_px / min(width, self.frame.height))
        size = (max(1, round(width * scale)), max(1, round(self.frame.height * scale)))
        frame = self.frame.reformat(*size, format="rgb24", interpolation="AREA")
        turns = round(self.frame.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(_pixels(frame), turns))


def content_id(path: Path) -> str:
    """The identity of a file: a hash of all its bytes, the same wherever it lies."""
    digest = blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while chunk := file.read(READ_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise VideoError(f"{path} cannot be read: {error.strerror}") from error
    return digest.hexdigest()


class VideoReader:
    """One decode pass over a video; `damage` tells afterwards what could not be read."""

    def __init__(self, container: InputContainer, video: Video) -> None:
        self.video = video
        self.damage = ""
        self.end_s = 0.0
        self._container = container
        self._stream = container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._start_s = _stream_start_s(self._stream)

    def shots(self) -> Iterator[Shot]:
        """Every frame in the order shown, its time counted from the start of the video."""
        aspect = float(self._stream.sample_aspect_ratio or 1) or 1.0
        step_s = 1 / float(self.video.frame_rate)
        last_s = -step_s
        for frame in self._frames():
            own_s = last_s + step_s if frame.time is None else frame.time - self._start_s
            last_s = max(own_s, last_s + 1e-6)
            self.end_s = last_s + _shown_s(frame, step_s)
            yield Shot(last_s, frame, aspect)
        if last_s < 0:
            raise VideoError(f"{self.video.path} holds no picture that can be decoded")
        self._check_complete(step_s)

    def _frames(self) -> Iterator[VideoFrame]:
        bad = 0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.FFmpegError as error:
                self.damage = f"is damaged: {_reason(error)}"
                return
            try:
                yield from packet.decode()
            except av.FFmpegError as error:
                bad += 1
                self.damage = f"has parts that cannot be decoded: {_reason(error)}"
                if bad > MAX_BAD_PACKETS:
                    return

    def _check_complete(self, step_s: float) -> None:
        promised_s = self.video.duration_s
        if promised_s - self.end_s > max(1.0, 5 * step_s, 0.05 * promised_s) and not self.damage:
            self.damage = f"ends after {self.end_s:.1f} s of {promised_s:.1f} s: it is cut short"


@contextmanager
def open_video(path: Path, video_id: str) -> Iterator[VideoReader]:
    """Open a video for one decode pass."""
    with _open(path) as container:
        if not container.streams.video or _is_cover(container.streams.video[0]):
            kind = "sound only" if container.streams.audio else "no video"
            raise VideoError(f"{path} has no picture to index ({kind})")
        yield VideoReader(container, _describe(path, video_id, container))


def read_sound(path: Path, block_s: float = 240.0) -> Iterator[tuple[float, Samples]]:
    """The sound as mono blocks of at most block_s at SAMPLE_RATE, each with its start time."""
    with _open(path) as container:
        if not container.streams.audio:
            return
        origin_s = _stream_start_s(container.streams.video[0]) if container.streams.video else 0.0
        pending: list[Samples] = []
        start_s: float | None = None
        size = 0
        for frame_s, samples in _resampled(container):
            if start_s is None:
                start_s = max(0.0, frame_s - origin_s)
            pending.append(samples)
            size += len(samples)
            if size >= block_s * SAMPLE_RATE:
                block = np.concatenate(pending)
                cut = _quiet_place(block)
                yield start_s, block[:cut]
                pending, size = [block[cut:]], len(block) - cut
                start_s += cut / SAMPLE_RATE
        if size and start_s is not None:
            yield start_s, np.concatenate(pending)


def embedded_subtitles(path: Path) -> tuple[list[Cue], str]:
    """The cues of the first text track inside a video, and its language."""
    with _open(path) as container:
        for stream in container.streams.subtitles:
            cues = _cues(container, stream)
            if cues:
                return cues, str(stream.metadata.get("language", ""))
            break  # picture subtitles hold no text, and demuxing has used up the file
    return [], ""


def subtitle_file(path: Path) -> list[Cue]:
    """The cues of an .srt, .vtt or .ass file in UTF-8, UTF-16 or Latin letters."""
    data = _as_utf8(path.read_bytes())
    form = {".vtt": "webvtt"}.get(path.suffix.lower(), path.suffix.lower().lstrip("."))
    try:
        with av.open(io.BytesIO(data), format=form) as container:
            return _cues(container, container.streams.subtitles[0])
    except (av.FFmpegError, IndexError) as error:
        raise VideoError(f"{path} cannot be read as subtitles: {_reason(error)}") from error


@contextmanager
def _open(path: Path) -> Iterator[InputContainer]:
    try:
        if path.stat().st_size == 0:
            raise VideoError(f"{path} is empty")
        container = av.open(str(path), metadata_errors="replace")
    except av.FFmpegError as error:
        raise VideoError(f"{path} cannot be read as a video: {_reason(error)}") from error
    except OSError as error:
        raise VideoError(f"{path} cannot be read: {error.strerror}") from error
    with container:
        yield container


def _describe(path: Path, video_id: str, container: InputContainer) -> Video:
    stream = container.streams.video[0]
    if stream.codec_context is None or not stream.width:
        raise VideoError(f"{path} has a picture in a format that cannot be decoded")
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    duration_s = 0.0
    if stream.duration and stream.time_base:
        duration_s = float(stream.duration * stream.time_base)
    elif container.duration:
        duration_s = container.duration / av.time_base
    return Video(
        id=video_id,
        path=path,
        duration_s=max(0.0, duration_s),
        frame_rate=Fraction(rate) if rate > 0 else Fraction(25),
        width_px=stream.width,
        height_px=stream.height,
        has_audio=bool(container.streams.audio),
    )


def _resampled(container: InputContainer) -> Iterator[tuple[float, Samples]]:
    stream = container.streams.audio[0]
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
    last_s = 0.0
    for packet in _packets(container, stream):
        try:
            frames: list[Any] = [*packet.decode()]
        except av.FFmpegError:
            continue  # a damaged packet costs a moment of sound, not the video
        for frame in frames:
            last_s = last_s if frame.time is None else frame.time
            for part in resampler.resample(frame):
                yield last_s, part.to_ndarray()[0]
    for part in resampler.resample(None):
        yield last_s, part.to_ndarray()[0]


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    try:
        yield from container.demux(stream)
    except av.FFmpegError:
        return  # the file is cut short: what came before is still good


def _cues(container: Any, stream: Any) -> list[Cue]:
    found: list[Cue] = []
    for packet in _packets(container, stream):
        if packet.pts is None or not packet.size:
            continue
        start_s = max(0.0, float(packet.pts * packet.time_base))
        length_s = max(0.0, float((packet.duration or 0) * packet.time_base))
        text = " ".join(_plain(part) for part in packet.decode() if part.type == b"ass")
        if text.strip():
            span = TimeSpan(start_s=start_s, end_s=start_s + length_s)
            found.append(Cue(span=span, text=text.strip()))
    return found


def _plain(subtitle: Any) -> str:
    dialogue = subtitle.dialogue.decode("utf-8", "replace")
    text = re.sub(r"\{[^}]*\}|<[^>]*>", "", dialogue).replace("\\N", " ").replace("\\n", " ")
    return " ".join(text.replace("\\h", " ").split())


def _as_utf8(data: bytes) -> bytes:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace").encode()
    try:
        return data.decode("utf-8-sig").encode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").encode()


def _quiet_place(block: Samples, search_s: float = 20.0) -> int:
    """Where to cut a block so that no word is split: the quietest 0.1 s near its end."""
    step = SAMPLE_RATE // 10
    first = max(0, len(block) - int(search_s * SAMPLE_RATE))
    tail = block[first:][: (len(block) - first) // step * step].reshape(-1, step)
    return first + int(np.square(tail).mean(axis=1).argmin()) * step + step // 2


def _pixels(frame: VideoFrame) -> Picture:
    return cast("Picture", frame.to_ndarray())


def _stream_start_s(stream: VideoStream) -> float:
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def _shown_s(frame: VideoFrame, step_s: float) -> float:
    if frame.duration and frame.time_base:
        return float(frame.duration * frame.time_base)
    return step_s


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & stream.disposition.__class__.attached_pic)


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".").lower() or type(error).__name__
