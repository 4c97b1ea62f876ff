"""Videos whose frames say their own number, with sound that says its own time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from vsearch.types import Picture

BITS = 10
BLOCK = 16
SIZE_PX = (BLOCK * BITS, 96)
SOUND_RATE = 48_000
CLICK_S = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a test video is made."""

    frames: int = 60
    rate: Fraction = Fraction(25)
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    size_px: tuple[int, int] = SIZE_PX
    options: Mapping[str, str] = field(default_factory=lambda: {"g": "12", "crf": "10"})
    times: Sequence[int] | None = None
    time_base: Fraction | None = None
    sound_rate: int = 0
    sound_codec: str = "aac"
    sound_starts_s: float = 0.0
    channels: int = 1
    flash_every: int = 0
    tone_hz: float = 0.0
    colour: tuple[int, int, int] = (90, 60, 120)
    aspect: Fraction = Fraction(1)


def numbered(number: int, kind: Kind) -> Picture:
    """A picture that holds a number as black and white blocks, and a bright part on flashes."""
    width, height = kind.size_px
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = kind.colour
    wide = width // BITS
    for bit in range(BITS):
        picture[: height // 3, bit * wide : (bit + 1) * wide] = 235 if number >> bit & 1 else 16
    flash = kind.flash_every and number % kind.flash_every == 0
    picture[height * 2 // 3 :] = 235 if flash else 16
    return picture


def number_in(picture: Picture) -> int:
    """The number that a picture holds, or -1 where it is not clear."""
    height, width = picture.shape[:2]
    wide = width // BITS
    row = picture[height // 12 : height // 4].astype(float).mean(axis=(0, 2))
    levels = [
        row[bit * wide + wide // 4 : (bit + 1) * wide - wide // 4].mean() for bit in range(BITS)
    ]
    if any(70 < level < 180 for level in levels):
        return -1
    return sum(1 << bit for bit, level in enumerate(levels) if level > 128)


def flashes_in(picture: Picture) -> bool:
    """Whether a picture is a flash."""
    return float(picture[picture.shape[0] * 5 // 6 :].mean()) > 128


def write_numbered(path: Path, kind: Kind = Kind()) -> Path:
    """A video of numbered frames; with sound it clicks when it flashes, or holds a tone."""
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream(kind.codec, rate=kind.rate, options={**kind.options})
        video.width, video.height = kind.size_px
        video.pix_fmt = kind.pix_fmt
        base = kind.time_base or 1 / kind.rate
        video.codec_context.time_base = base
        video.codec_context.sample_aspect_ratio = kind.aspect
        sound: Any = None
        if kind.sound_rate:
            sound = container.add_stream(kind.sound_codec, rate=kind.sound_rate)
            sound.layout = "mono" if kind.channels == 1 else "stereo"
        times = kind.times or range(kind.frames)
        for number, pts in enumerate(times):
            frame = av.VideoFrame.from_ndarray(numbered(number, kind), format="rgb24")
            frame = frame.reformat(format=kind.pix_fmt)
            frame.pts, frame.time_base = pts, base
            container.mux(video.encode(frame))
        container.mux(video.encode())
        if sound is not None:
            _write_sound(container, sound, kind, [float(pts * base) for pts in times])
    return path


def _write_sound(container: Any, sound: Any, kind: Kind, times_s: Sequence[float]) -> None:
    rate = kind.sound_rate
    end_s = times_s[-1] + 1 / float(kind.rate)
    first = round(kind.sound_starts_s * rate)
    wave = clicks(kind, times_s, round(end_s * rate)) if not kind.tone_hz else tone(kind, end_s)
    wave = np.stack([wave[max(0, first) :]] * kind.channels)
    if first < 0:
        wave = np.concatenate([np.zeros((kind.channels, -first), np.float32), wave], axis=1)
    packed = kind.sound_codec == "libopus"
    size = 960 if packed else 1024
    for start in range(0, wave.shape[1] - size, size):
        block = wave[:, start : start + size]
        data = block.T.reshape(1, -1) if packed else block
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(data), format="flt" if packed else "fltp", layout=sound.layout.name
        )
        frame.sample_rate, frame.pts = rate, first + start
        frame.time_base = Fraction(1, rate)
        container.mux(sound.encode(frame))
    container.mux(sound.encode())


def clicks(kind: Kind, times_s: Sequence[float], count: int) -> np.ndarray[Any, Any]:
    """A short burst at the start of each flashing frame."""
    wave = np.zeros(count, np.float32)
    length = round(CLICK_S * kind.sound_rate)
    burst = np.sin(2 * np.pi * 2000 * np.arange(length) / kind.sound_rate).astype(np.float32)
    for number, at_s in enumerate(times_s):
        if kind.flash_every and number % kind.flash_every == 0:
            start = round(at_s * kind.sound_rate)
            wave[start : start + length] = (0.8 * burst)[: max(0, count - start)]
    return wave


def tone(kind: Kind, end_s: float) -> np.ndarray[Any, Any]:
    """A steady tone."""
    at = np.arange(round(end_s * kind.sound_rate)) / kind.sound_rate
    return (0.5 * np.sin(2 * np.pi * kind.tone_hz * at)).astype(np.float32)


def frames_in(path: Path) -> list[tuple[float, Picture]]:
    """All frames of a file as they are to be seen, with their times."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [
            (float(frame.time), np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90))
            for frame in container.decode(stream)
        ]


def numbers_in(path: Path) -> list[int]:
    """The numbers of all frames of a file."""
    return [number_in(picture) for _, picture in frames_in(path)]


def sound_in(path: Path) -> tuple[np.ndarray[Any, Any], int]:
    """The first channel of all of a file's sound as one wave that starts at time 0."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        found = np.zeros(0, np.float32)
        for frame in container.decode(stream):
            resampler = av.AudioResampler(
                format="fltp", layout=frame.layout, rate=frame.sample_rate
            )
            wave = np.concatenate([part.to_ndarray()[0] for part in resampler.resample(frame)])
            start = round(float(frame.time) * frame.sample_rate)
            if start > len(found) + 2:
                found = np.concatenate([found, np.zeros(start - len(found), np.float32)])
            found = np.concatenate([found, wave[max(0, -start) :]])
        return found, stream.rate


def packets_in(path: Path) -> list[bytes]:
    """The packets of a file's pictures."""
    with av.open(str(path)) as container:
        return [
            bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size
        ]


def drifts_s(path: Path) -> list[float]:
    """How much later than its flash each click of a file is heard."""
    wave, rate = sound_in(path)
    loud = np.flatnonzero(np.abs(wave) > 0.25)
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-rate) > rate // 20)] / rate
    lit = [(at_s, flashes_in(picture)) for at_s, picture in frames_in(path)]
    flashes = [
        at_s
        for (at_s, now), (_, was) in zip(lit, [(0.0, False), *lit], strict=False)
        if now and not was
    ]
    return [min((start - at_s for start in starts), key=abs) for at_s in flashes]
