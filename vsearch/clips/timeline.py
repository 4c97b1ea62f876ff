"""Pieces -> the frames of an edit: in order, each with its time, two where they dissolve."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count

from vsearch.clips.form import NEAR_S, Form, Moving, Shown
from vsearch.pipeline.video import Shot
from vsearch.types import TimeSpan

Reads = Callable[[int], Iterator[Shown]]
"""The frames of a piece, given its number."""


def timeline(reads: Reads, places: Sequence[TimeSpan], form: Form) -> Iterator[Moving]:
    """All frames of an edit; the pieces are read one after the other, two where they dissolve."""
    tail: Iterator[Shown] = iter(())
    for number, place in enumerate(places):
        own = reads(number)
        frames = regular(own, float(form.frame_rate), place.duration_s) if form.regular else own
        below = Latest(tail, place.start_s - places[number - 1].start_s if number else 0.0)
        dissolve_s = places[number - 1].end_s - place.start_s if number else 0.0
        handover_s = _handover_s(places, number)
        tail = iter(())
        for frame in frames:
            if handover_s is not None and frame.at_s >= handover_s - NEAR_S:
                tail = chain([frame], frames)
                break
            under = below.at(frame.at_s) if frame.at_s < dissolve_s - NEAR_S else None
            share = 1.0 if under is None else frame.at_s / dissolve_s
            yield Moving(
                at_s=place.start_s + frame.at_s,
                piece=number,
                shot=frame.shot,
                under=under,
                share=share,
            )
            last = frame
        tail = chain([last], tail)


def _handover_s(places: Sequence[TimeSpan], number: int) -> float | None:
    """When the next piece takes over, counted from the start of a piece."""
    if number + 1 == len(places):
        return None
    return places[number + 1].start_s - places[number].start_s


class Latest:
    """What is shown of a piece at ever later times."""

    def __init__(self, frames: Iterator[Shown], shift_s: float) -> None:
        self._frames = frames
        self._shift_s = shift_s
        self._now: Shown | None = next(frames, None)
        self._next: Shown | None = next(frames, None)

    def at(self, at_s: float) -> Shot | None:
        """The frame that is shown at a time."""
        while self._next is not None and self._next.at_s <= at_s + self._shift_s + NEAR_S:
            self._now, self._next = self._next, next(self._frames, None)
        return None if self._now is None else self._now.shot


def regular(frames: Iterator[Shown], rate: float, length_s: float) -> Iterator[Shown]:
    """Frames at a steady rate from the first on: each the one shown in the middle of its time."""
    first = next(frames, None)
    if first is None:
        return
    latest = Latest(chain([first], frames), 0.5 / rate)
    for number in count():
        at_s = first.at_s + number / rate
        if at_s >= length_s - NEAR_S:
            return
        if (shot := latest.at(at_s)) is not None:
            yield Shown(at_s, shot)
