"""How stretches fit into the length of a reel: in order, on whole frames, with their dissolves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from vsearch.clips.edit import Piece, places
from vsearch.clips.stretch import merged
from vsearch.clips.wishes import Order
from vsearch.types import Place, TimeSpan

NEAR = 1e-6
"""What is nearer to a whole frame than this is one."""


SMOOTH = 20
"""Slower pictures are seen to jerk: they set the rate only where there are no others."""


def common_rate(shown: Iterable[tuple[Fraction, float]]) -> Fraction:
    """The frame rate that most of the time has, given the rate and the length of each stretch."""
    seconds: dict[Fraction, float] = {}
    for rate, length_s in shown:
        seconds[rate] = seconds.get(rate, 0.0) + length_s
    return max(
        seconds, key=lambda rate: (rate >= SMOOTH, seconds[rate], rate), default=Fraction(25)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a reel may be: how long, at how many frames a second, dissolved how, in which order."""

    length_s: float
    rate: Fraction
    dissolve_s: float = 0.0
    order: Order = "time"

    def arranged(self, stretches: Sequence[Place]) -> list[Place]:
        """Stretches, best first, as they are shown: on whole frames, those in one that meet."""
        ordered = list(stretches)
        if self.order == "time":
            ordered.sort(key=lambda place: (str(place.video.path), place.video.id, place.span))
        # Less than a frame between two is nothing that anybody left out.
        joined = merged(ordered, float(1 / self.rate))
        return [self._on_frames(place) for place in joined]

    def length_of(self, stretches: Sequence[Place]) -> float:
        """How long a reel of these stretches is."""
        pieces = [Piece(path=item.video.path, span=item.span) for item in self.arranged(stretches)]
        return places(pieces, self.dissolve_s)[-1].end_s if pieces else 0.0

    def room_s(self, stretches: Sequence[Place]) -> float:
        """How much longer a reel of these stretches may be; less than 0 if it is too long."""
        return math.floor((self.length_s - self.length_of(stretches)) * self.rate + NEAR) / float(
            self.rate
        )

    def _on_frames(self, place: Place) -> Place:
        """A stretch that begins with a frame of its video and lasts for whole frames of the reel.

        It becomes shorter by less than a frame at each end, so that none shows what another does.
        """
        own = place.video.frame_rate
        start_s = math.ceil(place.span.start_s * own - NEAR) / float(own)
        frames = math.floor((place.span.end_s - start_s) * self.rate + NEAR)
        end_s = start_s + max(0, frames) / float(self.rate)
        return replace(place, span=TimeSpan(start_s=start_s, end_s=end_s))
