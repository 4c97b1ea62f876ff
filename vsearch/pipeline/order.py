"""When frames are shown in containers that say only when they are decoded, such as AVI."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

DECODED_ONLY = ("avi",)
"""Containers without presentation times: those of reordered frames are guessed, and often wrong."""

REORDERED_MOST = 16
"""No codec shows a frame so many places later than it is decoded."""


class Timed(Protocol):
    """What has times, as packets and frames have."""

    pts: int | None
    dts: int | None


SomeFrame = TypeVar("SomeFrame", bound=Timed)


def shown_at(packet: Timed, container: str) -> int | None:
    """When some frame is shown by the word of a packet; in AVI perhaps not its own."""
    given, spare = packet.pts, packet.dts
    if container in DECODED_ONLY:
        given, spare = spare, given
    return spare if given is None else given


class InOrder:
    """Gives each frame that comes out the earliest of the times of packets that went in."""

    def __init__(self) -> None:
        self._times: list[int] = []

    def put(self, packet: Timed) -> None:
        """Note the time of a packet that is to be decoded."""
        if packet.dts is not None:
            heapq.heappush(self._times, packet.dts)

    def lost(self, packet: Timed) -> None:
        """Forget the time of a packet of which nothing came."""
        if packet.dts in self._times:
            self._times.remove(packet.dts)
            heapq.heapify(self._times)

    def timed(self, frames: Iterable[SomeFrame]) -> Iterator[SomeFrame]:
        """The frames with their times."""
        for frame in frames:
            own = frame.pts
            # Frames that were lost without a word must not make all later ones early.
            while own is not None and sum(at <= own for at in self._times) > REORDERED_MOST + 1:
                heapq.heappop(self._times)
            if self._times:
                frame.pts = heapq.heappop(self._times)
            yield frame
