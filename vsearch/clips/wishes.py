"""What a person wishes a clip or reel to be like, and what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from vsearch.errors import QueryError
from vsearch.types import TimeSpan, Video

Subtitles: TypeAlias = Literal["none", "soft", "burnt"]
Order: TypeAlias = Literal["time", "best"]
Shape: TypeAlias = Literal["9:16", "1:1", "4:5"]

LONGEST_S = 60.0
"""No handle, dissolve or fade is longer."""

HIGHEST_PX = 4320


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a clip is to look and sound; as they stand, it is what was filmed and nothing else.

    Handles are what is kept before and after each stretch. A shape crops to where most happens; a
    height makes the whole picture larger or smaller, such as 1920 for what is looked at on a phone.
    Nothing is written over unless overwrite says so, and a video of the library not even then.
    """

    before_s: float = 0.0
    after_s: float = 0.0
    dissolve_s: float = 0.0
    fade_s: float = 0.02
    subtitles: Subtitles = "none"
    shape: Shape | None = None
    height_px: int | None = None
    order: Order = "time"
    overwrite: bool = False

    def __post_init__(self) -> None:
        for name in ("before_s", "after_s", "dissolve_s", "fade_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and 0 <= value <= LONGEST_S):
                raise QueryError(f"{name} must be 0 to {LONGEST_S:.0f} seconds, not {value}")
        if self.height_px is not None and not 16 <= self.height_px <= HIGHEST_PX:
            raise QueryError(f"a height is 16 to {HIGHEST_PX} pixels, not {self.height_px}")
        for name, known in (("subtitles", Subtitles), ("order", Order), ("shape", Shape)):
            value = getattr(self, name)
            if value not in get_args(known) and not (name == "shape" and value is None):
                raise QueryError(f"{name} is one of {', '.join(get_args(known))}, not {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPiece:
    """A stretch of a video in a clip; at_s is when it begins there."""

    video: Video
    span: TimeSpan
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A file that was made; copied is the share of its pictures that were not encoded anew.

    Left out are how many moments were not taken for which reason; notes are for the person.
    """

    path: Path
    duration_s: float
    pieces: tuple[ClipPiece, ...]
    copied: float
    left_out: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
