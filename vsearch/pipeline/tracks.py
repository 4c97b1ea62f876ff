"""The other tracks of a video file: its sound, and the subtitles inside or beside it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from vsearch.cues import Cue
from vsearch.errors import VideoError
from vsearch.pipeline.video import RESET_S, open_container, reason_of, start_of
from vsearch.types import SAMPLE_RATE, Samples, TimeSpan

if TYPE_CHECKING:
    from av.container import InputContainer

SUBTITLE_SUFFIXES = (".srt", ".vtt", ".ass")
SHORT_GAP_S, LONG_GAP_S = 0.1, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What the tracks of a file say of themselves; what they do not say is empty, or 0.

    The timecode is that of the first picture, as a camera wrote it.
    """

    timecode: str = ""
    sound_hz: int = 0
    channels: int = 0


def carried_by(path: Path) -> Carried:
    """What the tracks of a file say of themselves; nothing is decoded."""
    with open_container(path) as container:
        places = [container.metadata, *(stream.metadata for stream in container.streams)]
        sound = container.streams.audio[0].codec_context if container.streams.audio else None
        return Carried(
            timecode=next((str(tags["timecode"]) for tags in places if "timecode" in tags), ""),
            sound_hz=sound.sample_rate if sound else 0,
            channels=sound.channels if sound else 0,
        )


def read_sound(path: Path, block_s: float = 240.0) -> Iterator[tuple[float, Samples]]:
    """The sound as mono blocks of at most block_s at SAMPLE_RATE, each with its start time."""
    with open_container(path) as container:
        if not container.streams.audio:
            return
        origin_s = start_of(container.streams.video[0]) if container.streams.video else 0.0
        pending: list[Samples] = []
        start_s = expected_s = 0.0
        size = 0
        for frame_s, samples in _resampled(container):
            at_s = max(0.0, frame_s - origin_s)
            gap_s = at_s - expected_s if pending else 0.0
            if gap_s > LONG_GAP_S:
                yield start_s, np.concatenate(pending)
                pending, size = [], 0
            elif gap_s > SHORT_GAP_S:
                pending.append(np.zeros(int(gap_s * SAMPLE_RATE), np.float32))
                size += len(pending[-1])
            if not pending:
                start_s = at_s
            pending.append(samples)
            size += len(samples)
            expected_s = start_s + size / SAMPLE_RATE
            if size >= block_s * SAMPLE_RATE:
                block = np.concatenate(pending)
                cut = _quiet_place(block)
                yield start_s, block[:cut]
                pending, size = [block[cut:]], len(block) - cut
                start_s += cut / SAMPLE_RATE
        if size:
            yield start_s, np.concatenate(pending)


def embedded_subtitles(path: Path) -> tuple[list[Cue], str]:
    """The cues of the first text track inside a video, and its language."""
    with open_container(path) as container:
        origin_s = start_of(container.streams.video[0]) if container.streams.video else 0.0
        for stream in container.streams.subtitles:
            cues = _cues(container, stream, origin_s)
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
        raise VideoError(f"{path} cannot be read as subtitles: {reason_of(error)}") from error


def _resampled(container: InputContainer) -> Iterator[tuple[float, Samples]]:
    """Mono sound with the time of each piece; a clock that starts again goes on instead."""
    stream = container.streams.audio[0]
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
    next_s = shift_s = 0.0
    for packet in _packets(container, stream):
        try:
            frames: list[Any] = [*packet.decode()]
        except av.FFmpegError:
            continue  # a damaged packet costs a moment of sound, not the video
        for frame in frames:
            at_s = next_s if frame.time is None else frame.time + shift_s
            if next_s - at_s > RESET_S:
                shift_s += next_s - at_s
                at_s = next_s
            next_s = at_s + frame.samples / frame.sample_rate
            for part in resampler.resample(frame):
                yield at_s, part.to_ndarray()[0]
    for part in resampler.resample(None):
        yield next_s, part.to_ndarray()[0]


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    try:
        yield from container.demux(stream)
    except av.FFmpegError:
        return  # the file is cut short: what came before is still good


def _cues(container: Any, stream: Any, origin_s: float = 0.0) -> list[Cue]:
    found: list[Cue] = []
    for packet in _packets(container, stream):
        if packet.pts is None or not packet.size:
            continue
        start_s = max(0.0, float(packet.pts * packet.time_base) - origin_s)
        length_s = max(0.0, float((packet.duration or 0) * packet.time_base))
        try:
            parts = [part for part in packet.decode() if part.type == b"ass"]
        except av.FFmpegError:
            return found  # no decoder for this kind of subtitles, or nothing left of them
        text = " ".join(_plain(part) for part in parts)
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
    first = max(len(block) // 2, len(block) - int(search_s * SAMPLE_RATE))
    tail = block[first:][: (len(block) - first) // step * step].reshape(-1, step)
    return first + int(np.square(tail).mean(axis=1).argmin()) * step + step // 2
