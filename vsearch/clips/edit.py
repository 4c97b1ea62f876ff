"""An edit: stretches of videos one after the other, and how they are put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from vsearch.cues import Cue
from vsearch.types import Picture, TimeSpan

Paint: TypeAlias = Callable[[Picture, float], Picture]
"""Draws onto a picture of the edit, given its time in it, and gives back the whole picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a file: the frames that are shown from its start until before its end."""

    path: Path
    span: TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of upright pictures with square pixels that is kept, in shares of both sides."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an edit looks and sounds; as it stands, it is as like its first piece as can be.

    Windows are one for each piece. Sound fades out and in for fade_s at every end and hard cut, and
    crosses over where pictures dissolve. Cues are in the edit's own time, and can be switched off.
    """

    size_px: tuple[int, int] | None = None
    frame_rate: Fraction | None = None
    windows: Sequence[Window] = ()
    paint: Paint | None = None
    dissolve_s: float = 0.0
    fade_s: float = 0.02
    cues: Sequence[Cue] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file that was made: where each piece lies in it, and how much was copied as it was."""

    path: Path
    duration_s: float
    places: tuple[TimeSpan, ...]
    frames: int
    copied_frames: int


def places(pieces: Sequence[Piece], dissolve_s: float = 0.0) -> tuple[TimeSpan, ...]:
    """Where each piece lies in the edit; two that dissolve lie over each other for so long.

    No dissolve is longer than half of the shorter of its two pieces.
    """
    found: list[TimeSpan] = []
    at_s = 0.0
    for number, piece in enumerate(pieces):
        length_s = piece.span.duration_s
        if number:
            shorter_s = min(length_s, pieces[number - 1].span.duration_s)
            at_s -= min(dissolve_s, shorter_s / 2)
        found.append(TimeSpan(start_s=at_s, end_s=at_s + length_s))
        at_s += length_s
    return tuple(found)
