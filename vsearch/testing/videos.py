"""Videos made on the spot: stretches of colour with something moving, and tones for sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from vsearch.pipeline.encode import write_video
from vsearch.testing.fakes import COLOURS, SIGNS
from vsearch.types import SAMPLE_RATE, Picture, Samples

SIZE_PX = (160, 96)
RATE = 10


def write_colours(
    path: Path,
    colours: Sequence[str],
    *,
    seconds_each: float = 2.0,
    samples: Samples | None = None,
    size_px: tuple[int, int] = SIZE_PX,
    signs: Mapping[int, str] = MappingProxyType({}),
) -> Path:
    """A video that shows one colour after the other; the first frame carries the file's name.

    The signs, by the number of the colour, are boards that the fake reader can read.
    """
    pictures = _pictures(colours, seconds_each, size_px, path.stem)
    each = int(seconds_each * RATE)
    signed = (
        with_sign(picture, signs[number // each]) if number // each in signs else picture
        for number, picture in enumerate(pictures)
    )
    write_video(path, signed, RATE, samples)
    return path


def with_sign(picture: Picture, word: str) -> Picture:
    """A picture with a white board whose bars stand for a word of SIGNS."""
    height, width = picture.shape[:2]
    board = picture.copy()
    top, bottom, bar = height // 2 - height // 6, height // 2 + height // 6, width // 16
    board[top:bottom, bar : width - bar] = 255
    for number in range(SIGNS.index(word) + 1):
        left = 2 * bar + number * 2 * bar
        board[top:bottom, left : left + bar] = 0
    return board


def plain(red: int, green: int, blue: int, size_px: tuple[int, int] = (64, 48)) -> Picture:
    """A picture of one colour with a little texture."""
    picture = np.zeros((size_px[1], size_px[0], 3), np.uint8)
    picture[:] = (red, green, blue)
    picture[::4, ::4] ^= 8
    return picture


def tone(pitch_hz: float, seconds: float) -> Samples:
    """A steady tone."""
    times = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.3 * np.sin(2 * np.pi * pitch_hz * times)).astype(np.float32)


def silence(seconds: float) -> Samples:
    """No sound at all."""
    return np.zeros(int(seconds * SAMPLE_RATE), np.float32)


def _pictures(
    colours: Sequence[str], seconds_each: float, size_px: tuple[int, int], name: str
) -> Iterator[Picture]:
    # Seeded by the name, so that two files of the same colours are still two different videos.
    noise = np.random.default_rng(list(name.encode())).integers(0, 24, (8, 8, 3), np.uint8)
    width, height = size_px
    for colour in colours:
        for number in range(int(seconds_each * RATE)):
            picture = np.empty((height, width, 3), np.uint8)
            picture[:] = COLOURS[colour]
            picture[:8, :8] = noise
            left = (number * 3) % (width - 16)
            picture[height // 2 : height // 2 + 12, left : left + 12] ^= 0x30
            yield picture
