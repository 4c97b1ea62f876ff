"""Which packets of a piece can be copied as they are, and what is left to encode."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from vsearch.clips.form import NEAR_S, STILL_S
from vsearch.clips.h264 import Unusual
from vsearch.types import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a piece: its time in the file and in the edit, and its frames.

    Where it is copied, these are packets from one number to another, counted from the keyframe
    at or before from_s; shows_s is when the first of them is taken to be shown in the file.
    """

    span: TimeSpan
    at_s: float
    frames: int
    last_s: float
    packets: tuple[int, int] | None = None
    from_s: float = 0.0
    shows_s: float = 0.0

    @property
    def copied(self) -> bool:
        """Whether the packets are taken as they are."""
        return self.packets is not None


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """Packets as they follow one another: when each is shown, and whether decoding can start."""

    times: NDArray[np.int64]
    starts: NDArray[np.bool_]
    first: int
    tick: Fraction

    @property
    def times_s(self) -> NDArray[np.float64]:
        """When packets are shown, counted from the first picture of the file."""
        return np.asarray((self.times - self.first) * float(self.tick), np.float64)

    @property
    def depth(self) -> int:
        """How many packets at most are decoded before one that is shown before them."""
        ranks = np.argsort(np.argsort(self.times))
        return max(0, int((np.arange(len(ranks)) - ranks).max(initial=0)))

    def check(self, start_s: float) -> None:
        """Refuse packets of which none, or the wrong ones, can be left out."""
        early = len(self.times) and (
            self.times_s[0] <= start_s + NEAR_S or self.times[0] == self.first
        )
        if not early or not self.starts[0]:
            raise Unusual("there is no keyframe before it")
        if len(np.unique(self.times)) < len(self.times):
            raise Unusual("two of its frames are shown at once")
        before = np.maximum.accumulate(self.times)
        after = np.minimum.accumulate(self.times[::-1])[::-1]
        for number in np.flatnonzero(self.starts):
            if after[number] < self.times[number]:
                raise Unusual("frames are shown before the keyframe that they follow")
            if number and before[number - 1] > self.times[number]:
                raise Unusual("frames are shown after the keyframe that they come before")


def parts_of(scan: Scan, span: TimeSpan, at_s: float) -> list[Part]:
    """What is encoded at both ends of a piece, and what is copied between them."""
    scan.check(span.start_s)
    times_s = scan.times_s
    inside = (times_s >= span.start_s - NEAR_S) & (times_s < span.end_s - NEAR_S)
    copied = _copied(scan, span)
    if copied is None:
        return [_encoded(span, at_s, times_s[inside])]
    first, last = copied
    begin_s, latest_s = float(times_s[first]), float(times_s[first : last + 1].max())
    found = []
    ahead = times_s[inside & (times_s < begin_s - NEAR_S)]
    start_s = span.start_s
    if len(ahead) or begin_s - span.start_s > STILL_S:
        found.append(_encoded(TimeSpan(start_s=start_s, end_s=begin_s), at_s, ahead))
        start_s = begin_s
    found.append(
        Part(
            span=TimeSpan(start_s=start_s, end_s=latest_s),
            at_s=at_s + start_s - span.start_s,
            frames=last - first + 1,
            last_s=at_s + latest_s - span.start_s,
            packets=(first, last),
            from_s=span.start_s,
            shows_s=start_s,
        )
    )
    behind = times_s[inside & (times_s > latest_s + NEAR_S)]
    if len(behind):
        rest = TimeSpan(start_s=float(behind.min()), end_s=span.end_s)
        found.append(_encoded(rest, at_s + rest.start_s - span.start_s, behind))
    return found


def _copied(scan: Scan, span: TimeSpan) -> tuple[int, int] | None:
    """The packets from the first keyframe inside on, up to where no frame before is missing."""
    times_s = scan.times_s
    first = next(
        (int(n) for n in np.flatnonzero(scan.starts) if times_s[n] >= span.start_s - NEAR_S), None
    )
    if first is None or times_s[first] >= span.end_s - NEAR_S:
        return None
    before = np.maximum.accumulate(times_s[first:])
    after = np.append(np.minimum.accumulate(times_s[first:][::-1])[::-1][1:], np.inf)
    whole = np.flatnonzero((before < span.end_s - NEAR_S) & (before < after))
    return (first, first + int(whole[-1])) if len(whole) else None


def _encoded(span: TimeSpan, at_s: float, times_s: NDArray[np.float64]) -> Part:
    last_s = at_s + float(times_s.max()) - span.start_s if len(times_s) else at_s
    return Part(span=span, at_s=at_s, frames=max(1, len(times_s)), last_s=last_s)
