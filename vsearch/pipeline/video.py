"""Path -> Video and its pictures, in one decode pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from vsearch.errors import VideoError
from vsearch.pipeline.order import DECODED_ONLY, InOrder
from vsearch.pipeline.upright import turned_of
from vsearch.types import Picture, Video

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

SUFFIXES = frozenset(
    {".3gp", ".asf", ".avi", ".divx", ".f4v", ".flv", ".gif", ".m2ts", ".m4v", ".mkv", ".mov"}
    | {".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".ogv", ".ts", ".vob", ".webm", ".wmv"}
)
READ_BYTES = 1 << 20
MAX_BAD_PACKETS = 50
RESET_S = 1.0
LEAP_S = 2.0
HELD_MOST = 8
INDEXED = ("mov,", "matroska,")
"""Formats whose index says where each picture lies; in others one counts from the start."""

av.logging.set_level(None)


class Scaler:
    """Scales frames to RGB; setting up a scaler costs far more than using it, so each is kept."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, str], VideoReformatter] = {}

    def scale(self, frame: VideoFrame, size_px: tuple[int, int], method: str) -> Picture:
        """The frame as RGB pixels of exactly this width and height."""
        scaler = self._kept.setdefault((*size_px, method), VideoReformatter())
        scaled = scaler.reformat(frame, *size_px, "rgb24", interpolation=method)
        return cast("Picture", scaled.to_ndarray())


@dataclass(slots=True, eq=False)
class Shot:
    """A decoded frame held by reference until somebody wants its pixels."""

    pts_s: float
    frame: VideoFrame
    pixel_aspect: float
    scaler: Scaler

    def small(self, size_px: tuple[int, int]) -> Picture:
        """The frame as a small picture of exactly this width and height."""
        return self.scaler.scale(self.frame, size_px, "FAST_BILINEAR")

    def picture(self, short_px: int) -> Picture:
        """The frame upright, with square pixels, its shorter side at most short_px."""
        width = self.frame.width * self.pixel_aspect
        scale = min(1.0, short_px / min(width, self.frame.height))
        size = (max(1, round(width * scale)), max(1, round(self.frame.height * scale)))
        pixels = self.scaler.scale(self.frame, size, "AREA")
        return np.ascontiguousarray(turned_of(self.frame).upright(pixels))


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
        self._sound_end_s = 0.0
        self.container = container
        self._stream = container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._start_s = start_of(self._stream)

    def seek(self, at_s: float) -> bool:
        """Go to the last keyframe before a time, where the file says for certain where that is."""
        if at_s <= 0 or not self.container.format.name.startswith(INDEXED):
            return False
        base = self._stream.time_base
        if base is None:
            return False
        # Decoders must know who encoded: old x264 wrote 4:4:4 its own way, and says so only once.
        with suppress(av.FFmpegError):
            next(self.container.decode(self._stream), None)
        try:
            self.container.seek(int((at_s + self._start_s) / base), stream=self._stream)
        except av.FFmpegError:
            self.container.seek(0)
            return False
        return True

    def shots(self) -> Iterator[Shot]:
        """Every frame in the order shown, its time counted from the start of the video."""
        aspect = float(self._stream.sample_aspect_ratio or 1) or 1.0
        step_s = 1 / float(self.video.frame_rate)
        scaler = Scaler()
        last_s = -step_s
        for frame in steady(self._frames()):
            own_s = last_s + step_s if frame.time is None else frame.time - self._start_s
            if last_s - own_s > RESET_S and frame.time is not None:
                # Joined recordings start their clock again: what follows is shown next.
                self._start_s = frame.time - last_s - step_s
                own_s = last_s + step_s
            last_s = max(own_s, last_s + 1e-6)
            self.end_s = last_s + _shown_s(frame, step_s)
            yield Shot(last_s, frame, aspect, scaler)
        if last_s < 0:
            raise VideoError(f"{self.video.path} holds no picture that can be decoded")
        self._check_complete(step_s)

    def full_end_s(self) -> float:
        """When the video ends, once all frames are read: sound may go on under the last picture."""
        return max(self.end_s, self._sound_end_s)

    def _frames(self) -> Iterator[VideoFrame]:
        bad = 0
        order = InOrder() if self.container.format.name in DECODED_ONLY else None
        packets = self.container.demux(self._stream, *self.container.streams.audio[:1])
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.FFmpegError as error:
                self.damage = f"is damaged: {reason_of(error)}"
                return
            if packet.stream is not self._stream:
                self._note_sound(packet)
                continue
            if order is not None:
                order.put(packet)
            try:
                frames = cast("list[VideoFrame]", packet.decode())
                yield from frames if order is None else order.timed(frames)
                bad = 0
            except av.FFmpegError as error:
                bad += 1
                if order is not None:
                    order.lost(packet)
                self.damage = f"has parts that cannot be decoded: {reason_of(error)}"
                if bad > MAX_BAD_PACKETS:
                    return

    def _note_sound(self, packet: Packet[Any]) -> None:
        if packet.pts is not None and packet.time_base:
            end = packet.pts + (packet.duration or 0)
            end_s = float(end * packet.time_base) - start_of(self._stream)
            self._sound_end_s = max(self._sound_end_s, end_s)

    def _check_complete(self, step_s: float) -> None:
        # A promise about the picture alone is held to the picture, one about the file to all of it.
        promised_s = self.video.duration_s or (self.container.duration or 0) / av.time_base
        reached_s = self.end_s if self.video.duration_s else self.full_end_s()
        if promised_s - reached_s > max(1.0, 5 * step_s, 0.05 * promised_s) and not self.damage:
            self.damage = f"ends after {self.end_s:.1f} s of {promised_s:.1f} s: it is cut short"


def steady(frames: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
    """Leave out the few frames that damage gave a time far ahead of those around them.

    After a leap frames are held back until it is clear that the clock does not return at once.
    """
    held: list[VideoFrame] = []
    last_s = -RESET_S
    for frame in frames:
        at_s = last_s if frame.time is None else frame.time
        if held and last_s - RESET_S <= at_s < (held[0].time or 0.0) - RESET_S:
            held.clear()
        elif held or (at_s - last_s > LEAP_S and last_s >= 0):
            held.append(frame)
            if len(held) < HELD_MOST:
                continue
            frame = held.pop()  # noqa: PLW2901 - the clock has really moved on
            yield from held
            held.clear()
        yield frame
        last_s = at_s
    yield from held


@contextmanager
def open_video(path: Path, video_id: str) -> Iterator[VideoReader]:
    """Open a video for one decode pass."""
    with open_container(path) as container:
        if not container.streams.video or _is_cover(container.streams.video[0]):
            kind = "sound only" if container.streams.audio else "no video"
            raise VideoError(f"{path} has no picture to index ({kind})")
        yield VideoReader(container, _describe(path, video_id, container))


@contextmanager
def open_container(path: Path) -> Iterator[InputContainer]:
    """Open a file for decoding, or say why it cannot be."""
    try:
        if path.stat().st_size == 0:
            raise VideoError(f"{path} is empty")
        container = av.open(str(path), metadata_errors="replace")
    except av.FFmpegError as error:
        raise VideoError(f"{path} cannot be read as a video: {reason_of(error)}") from error
    except OSError as error:
        raise VideoError(f"{path} cannot be read: {error.strerror}") from error
    with container:
        yield container


def _describe(path: Path, video_id: str, container: InputContainer) -> Video:
    stream = container.streams.video[0]
    if stream.codec_context is None or not stream.width:
        raise VideoError(f"{path} has a picture in a format that cannot be decoded")
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return Video(
        id=video_id,
        path=path,
        duration_s=max(0.0, _promised_s(container, stream)),
        frame_rate=Fraction(rate) if rate > 0 else Fraction(25),
        width_px=stream.width,
        height_px=stream.height,
        has_audio=bool(container.streams.audio),
    )


def _promised_s(container: InputContainer, stream: VideoStream) -> float:
    """How long the picture lasts by the file's own word; 0 where it does not say."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if tag := re.fullmatch(r"(\d+):(\d+):([\d.]+)", str(stream.metadata.get("DURATION", ""))):
        hours, minutes, seconds = (float(part) for part in tag.groups())
        return hours * 3600 + minutes * 60 + seconds - start_of(stream)
    return 0.0


def start_of(stream: VideoStream) -> float:
    """When the first frame of a stream is shown, by the file's own clock."""
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def _shown_s(frame: VideoFrame, step_s: float) -> float:
    if frame.duration and frame.time_base:
        return float(frame.duration * frame.time_base)
    return step_s


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & stream.disposition.__class__.attached_pic)


def reason_of(error: BaseException) -> str:
    """What a decoder says is wrong, in a few words."""
    if isinstance(error, av.InvalidDataError):
        return "it is something else, or damaged"
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".").lower() or type(error).__name__
