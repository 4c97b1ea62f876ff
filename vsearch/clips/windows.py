"""Which part of a wide picture is kept where an upright one is wanted: where most happens.

What moves against its surroundings counts, then fine detail, then the middle. A window stays still
for a whole piece: one that follows would look like a camera that nobody held. So what counts is in
how many moments what moves lies in it as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vsearch.clips.edit import Piece, Window
from vsearch.clips.wishes import Shape
from vsearch.types import Picture

Map: TypeAlias = NDArray[np.float32]
"""A number for each pixel."""

SHORT_PX = 90
EVERY_S = 0.2
MOST_LOOKS = 60
"""Of a longer piece as many pictures are looked at, evenly."""

STILL = 6.0
"""Grey levels: smaller changes are noise of the camera, or of coding."""

DETAIL, MIDDLE = 0.25, 0.1
"""What detail and the middle count, against what moves."""

WHOLE = 3
"""A window that always holds most of what moves is better than one that holds all half the time."""

BLACK, LEAST_LIT = 24.0, 0.3
"""Bars are darker, and leave at least so much of a side; what is darker altogether is night."""

STEPS = 64
WHOLE_PICTURE = Window(left=0.0, top=0.0, width=1.0, height=1.0)


def ratio_of(shape: Shape) -> Fraction:
    """Width over height."""
    width, height = shape.split(":")
    return Fraction(int(width), int(height))


def size_of(size_px: tuple[int, int], shape: Shape) -> tuple[int, int]:
    """The largest size of a shape in a picture of a size, in even numbers."""
    width, height = size_px
    ratio = ratio_of(shape)
    if Fraction(width, height) > ratio:
        return _even(height * ratio), _even(height)
    return _even(width), _even(width / ratio)


def _even(length: Fraction | int) -> int:
    return max(2, 2 * round(length / 2))


def window_of(pictures: Sequence[Picture], shape: Shape) -> Window:
    """The part of a piece's pictures, in order of time, that is kept; without black bars."""
    if not pictures:
        return WHOLE_PICTURE
    grey = [picture.astype(np.float32).mean(axis=2) for picture in pictures]
    rows, columns = _lit(grey, 1), _lit(grey, 0)
    window = _placed([picture[rows, columns] for picture in grey], float(ratio_of(shape)))
    height, width = grey[0].shape
    wide, high = (columns.stop - columns.start) / width, (rows.stop - rows.start) / height
    return Window(
        left=columns.start / width + window.left * wide,
        top=rows.start / height + window.top * high,
        width=window.width * wide,
        height=window.height * high,
    )


def _placed(grey: Sequence[Map], ratio: float) -> Window:
    """The window of a ratio, as a share of these pictures."""
    height, width = grey[0].shape
    if width / height > ratio:
        share = min(1.0, ratio * height / width)
        return Window(left=_best(grey, 1, share), top=0.0, width=share, height=1.0)
    share = min(1.0, width / ratio / height)
    return Window(left=0.0, top=_best(grey, 0, share), width=1.0, height=share)


def _lit(grey: Sequence[Map], across: int) -> slice:
    """From where to where anything is to be seen between black bars; all where little is."""
    brightest = np.max([picture.max(axis=across) for picture in grey], axis=0)
    places = np.flatnonzero(brightest > BLACK)
    whole = slice(0, len(brightest))
    if not len(places) or places[-1] + 1 - places[0] < LEAST_LIT * len(brightest):
        return whole
    # Of a bar's edge half a line may be lit.
    first = 0 if places[0] == 0 else int(places[0]) + 1
    last = len(brightest) if places[-1] == len(brightest) - 1 else int(places[-1])
    return slice(first, last)


def looks(piece: Piece) -> list[Picture]:
    """Small pictures of a piece, a few in each second."""
    from vsearch.clips.read import shown

    every_s = max(EVERY_S, piece.span.duration_s / MOST_LOOKS)
    found: list[Picture] = []
    for frame in shown(piece):
        if frame.at_s >= len(found) * every_s:
            found.append(frame.shot.picture(SHORT_PX))
    return found


def _best(grey: Sequence[Map], axis: int, share: float) -> float:
    """Where the window begins along an axis (1: from the left), as a share of the whole side."""
    length = grey[0].shape[axis]
    inside = max(1, round(share * length))
    starts = np.unique(np.linspace(0, length - inside, STEPS).round().astype(int))
    other = 1 - axis
    worth = DETAIL * _held(
        np.mean([_detail(x).sum(axis=other) for x in grey], axis=0), starts, inside
    )
    moving = [moved.sum(axis=other) for moved in _movements(grey)]
    held = [_held(line, starts, inside) ** WHOLE for line in moving if line.any()]
    if held:
        # Where hardly ever anything moves, what does is chance.
        worth = worth + np.mean(held, axis=0) * min(1.0, 4 * len(held) / len(moving))
    off = np.abs(starts + inside / 2 - length / 2) / length
    return float(starts[int((worth - MIDDLE * off).argmax())] / length)


def _held(line: Map, starts: NDArray[np.int64], inside: int) -> Map:
    """The share of what lies along a line that a window holds, for each of its starts."""
    sums = np.concatenate([[0.0], np.cumsum(line, dtype=np.float64)])
    held: Map = ((sums[starts + inside] - sums[starts]) / max(sums[-1], 1e-9)).astype(np.float32)
    return held


def _detail(grey: Map) -> Map:
    """How fine the drawing is at each pixel, against its surroundings."""
    found = np.zeros_like(grey)
    found[:-1, :-1] = np.abs(np.diff(grey, axis=0)[:, :-1]) + np.abs(np.diff(grey, axis=1)[:-1])
    fine: Map = np.maximum(found - found.mean(), 0.0)
    return fine


def _movements(grey: Sequence[Map]) -> Iterator[Map]:
    """What changed between pictures, once the whole has been moved as the camera moved."""
    for first, second in pairwise(grey):
        down, right = _shift(first, second)
        moved = np.roll(first, (down, right), axis=(0, 1))
        changed = np.abs(second - moved)
        _clear_edges(changed, down, right)
        yield np.where(changed > STILL, changed, 0.0).astype(np.float32)


def _shift(first: Map, second: Map) -> tuple[int, int]:
    """How far most of a picture has moved, by the phases of its waves; no farther than a tenth."""
    window = np.outer(np.hanning(first.shape[0]), np.hanning(first.shape[1]))
    spectrum = np.fft.rfft2(second * window) * np.conj(np.fft.rfft2(first * window))
    phases = np.fft.irfft2(spectrum / np.maximum(np.abs(spectrum), 1e-6), first.shape)
    most = max(1, round(0.1 * min(first.shape)))
    near = np.zeros_like(phases)
    for rows in (slice(None, most + 1), slice(-most, None)):
        for columns in (slice(None, most + 1), slice(-most, None)):
            near[rows, columns] = phases[rows, columns]
    peak = divmod(int(near.argmax()), near.shape[1])
    down, right = (
        at - length if at > length // 2 else at for at, length in zip(peak, near.shape, strict=True)
    )
    moved = np.roll(first, (down, right), axis=(0, 1))
    better = np.abs(second - moved).mean() < np.abs(second - first).mean()
    return (down, right) if better else (0, 0)


def _clear_edges(changed: Map, down: int, right: int) -> None:
    """Forget what came in from beyond the edges."""
    if down:
        changed[slice(None, down) if down > 0 else slice(down, None)] = 0
    if right:
        changed[:, slice(None, right) if right > 0 else slice(right, None)] = 0
