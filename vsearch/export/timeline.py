"""CutList -> frames: which ones of each file, and where they lie one after the other."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from vsearch.errors import QueryError
from vsearch.export.cuts import Cut, CutList
from vsearch.types import TimeSpan

NTSC = Fraction(1000, 1001)
RATES = (24 * NTSC, 24, 25, 30 * NTSC, 30, 48 * NTSC, 48, 50, 60 * NTSC, 60)
STANDARD = tuple(Fraction(rate) for rate in RATES)
DROPPING = (30 * NTSC, 60 * NTSC)

SAME = Fraction(4, 10_000)
"""23.976 and 24 differ by ten in 10,000."""

TOLERANCE = Fraction(1, 10)
"""A time that is so little of a frame later is still that of the frame: files round their times."""

TIMECODE = re.compile(r"(\d\d)[:;](\d\d)[:;](\d\d)([:;.,])(\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A cut in frames: of the file, counted from its first, and of the edit.

    The rate is that of the file's frames; clock is the number that its first frame has.
    """

    cut: Cut
    rate: Fraction
    first: int
    frames: int
    available: int
    clock: int
    at: int
    length: int

    @property
    def span(self) -> TimeSpan:
        """The stretch of the file, to the frame."""
        end = self.first + self.frames
        return TimeSpan(start_s=float(self.first / self.rate), end_s=float(end / self.rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Cuts one after the other, at the frame rate that most of them have."""

    rate: Fraction
    drop: bool
    pieces: tuple[Laid, ...]

    @property
    def length(self) -> int:
        """How many frames it has."""
        return self.pieces[-1].at + self.pieces[-1].length


def laid_out(found: CutList) -> Edit:
    """The edit that a list makes."""
    rates = [standard_rate(cut.video.frame_rate) for cut in found.cuts]
    rate = Counter(rates).most_common(1)[0][0]
    pieces: list[Laid] = []
    at = 0
    for cut, own in zip(found.cuts, rates, strict=True):
        pieces.append(_laid(cut, own, at, rate))
        at += pieces[-1].length
    own_clocks = {_drops(cut.timecode) for cut in found.cuts if cut.timecode}
    drop = rate in DROPPING and False not in own_clocks
    return Edit(rate=rate, drop=drop, pieces=tuple(pieces))


def standard_rate(rate: Fraction) -> Fraction:
    """The frame rate that editing programs take a file's for: they know a few, and no others.

    One that is no rate of theirs becomes a multiple, else a part, else the nearest.
    """
    for known in STANDARD:
        if abs(rate / known - 1) < SAME:
            return known
    multiples = [(known, known / rate) for known in STANDARD if known > rate]
    parts = [(known, rate / known) for known in reversed(STANDARD) if known < rate]
    for known, times in (*multiples, *parts):
        if abs(times / round(times) - 1) < SAME:
            return known
    return min(STANDARD, key=lambda known: abs(math.log(rate / known)))


def frame_at(seconds: float, rate: Fraction) -> int:
    """The first frame that is shown at a time or after it."""
    return max(0, math.ceil(Fraction(seconds) * rate - TOLERANCE))


def timecode(frame: int, rate: Fraction, *, drop: bool = False) -> str:
    """The number of a frame as hours:minutes:seconds:frames; drop-frame has a semicolon."""
    base = round(rate)
    if drop:
        frame += _dropped(frame, base)
    seconds, frames = divmod(frame, base)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours > 23:
        raise QueryError("a timecode ends at 24 hours, and this goes on for longer")
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{';' if drop else ':'}{frames:02d}"


def frame_of(text: str, rate: Fraction) -> int:
    """The number of the frame that a timecode stands for; 0 if it is none."""
    found = TIMECODE.fullmatch(text.strip())
    if found is None:
        return 0
    hours, minutes, seconds, frames = (int(found[part]) for part in (1, 2, 3, 5))
    base = round(rate)
    frame = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    if not _drops(text) or rate not in DROPPING:
        return frame
    whole = hours * 60 + minutes
    return frame - base // 15 * (whole - whole // 10)


def _laid(cut: Cut, own: Fraction, at: int, rate: Fraction) -> Laid:
    first, end = frame_at(cut.span.start_s, own), frame_at(cut.span.end_s, own)
    if end <= first:  # none begins in so short a span: the one that is shown then
        first = math.floor(Fraction(cut.span.start_s) * own + TOLERANCE)
        end = first + 1
    available = round(Fraction(cut.video.duration_s) * own) or end
    first = min(first, available - 1)
    end = min(max(end, first + 1), available)
    frames = end - first
    return Laid(
        cut=cut,
        rate=own,
        first=first,
        frames=frames,
        available=available,
        clock=frame_of(cut.timecode, own),
        at=at,
        length=frames if own == rate else max(1, round(frames * rate / own)),
    )


def _drops(text: str) -> bool:
    found = TIMECODE.fullmatch(text.strip())
    return found is not None and found[4] != ":"


def _dropped(frame: int, base: int) -> int:
    """How many numbers are left out before a frame: two, or four, in nine of ten minutes."""
    each = base // 15
    tens, rest = divmod(frame, base * 600 - each * 9)
    minutes = 0 if rest < base * 60 else 1 + (rest - base * 60) // (base * 60 - each)
    return each * (tens * 9 + minutes)
