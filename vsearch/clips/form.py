"""What an edit is made of and what it becomes: sizes, rates and colours, chosen once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vsearch.pipeline.video import Shot

NEAR_S = 1e-6
BT709, BT601 = 1, 5
STILL_S = 0.25
"""Where no frame starts so soon after a cut, a still is shown that started before it."""


@dataclass(frozen=True, slots=True)
class Colour:
    """How colours are coded: the scaler's number for the matrix, whether black is 0, and HDR."""

    matrix: int
    full_range: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class SoundForm:
    """How sound is sampled."""

    rate: int
    channels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a file holds: its size as it is to be seen, and when it ends (0: it does not say)."""

    path: Path
    size_px: tuple[int, int]
    frame_rate: Fraction
    time_base: Fraction
    end_s: float
    colour: Colour
    sound: SoundForm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the file to be made is like; without a rate every frame keeps the time that it has."""

    size_px: tuple[int, int]
    frame_rate: Fraction
    regular: bool
    ticks: int
    colour: Colour
    sound: SoundForm | None


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A frame, and since when it is shown, counted from the start of its piece."""

    at_s: float
    shot: Shot


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Moving:
    """A frame of the edit: the piece that it is from, and what still shows of the piece before."""

    at_s: float
    piece: int
    shot: Shot
    under: Shot | None = None
    share: float = 1.0
