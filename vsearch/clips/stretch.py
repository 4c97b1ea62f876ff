"""Stretches of videos: read from what a person types, given handles, merged where they meet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from vsearch.errors import QueryError
from vsearch.lines import clock
from vsearch.query.times import seconds
from vsearch.types import Place, TimeSpan

TIMES = "write times as 90, 1:30, 0:01:30.5 or 1m30s"
TOUCHING_S = 1e-3
"""Stretches that are no farther apart are one."""


def time_of(text: str) -> float:
    """The seconds of a time such as 90, 1:30, 0:01:30.5, 00:01:30,500 or 1m30s."""
    try:
        return seconds(text.strip().replace(",", "."))
    except ValueError:
        raise QueryError(f"{text!r} is no time: {TIMES}") from None


def span_of(start: str, end: str | None, length: str | None = None) -> TimeSpan:
    """The stretch from a start to an end, to +SECONDS after the start, or of a length."""
    start_s = time_of(start)
    if (end is None) == (length is None):
        raise QueryError("give either the END of the clip or its --length")
    if end is not None and not end.strip().startswith("+"):
        end_s = time_of(end)
    else:
        end_s = start_s + time_of((length or end or "").strip().removeprefix("+"))
    if end_s <= start_s:
        raise QueryError(f"a clip cannot end at {end_s:g} s and begin at {start_s:g} s")
    return TimeSpan(start_s=start_s, end_s=end_s)


def inside(place: Place) -> tuple[Place, str]:
    """A stretch without what lies beyond the end of its video, and what is to be said of that."""
    end_s, name = place.video.duration_s, place.video.path.name
    if end_s <= 0 or place.span.end_s <= end_s:  # a file need not say how long it is
        return place, ""
    if place.span.start_s >= end_s:
        raise QueryError(
            f"{name} is over at {clock(end_s)} ({end_s:.1f} s): "
            f"nothing can begin at {place.span.start_s:g} s"
        )
    # Half a second more is rounding, which nobody needs to hear of.
    note = f"{name} ends at {end_s:.1f} s, and so does the clip"
    span = TimeSpan(start_s=place.span.start_s, end_s=end_s)
    return Place(video=place.video, span=span), note if place.span.end_s - end_s > 0.5 else ""


def with_handles(places: Sequence[Place], before_s: float, after_s: float) -> list[Place]:
    """The stretches with handles, none of which shows what another stretch shows.

    Where handles of two meet each gets half of what lies between them; so two that follow one
    another become one.
    """
    spans = [place.span for place in places]
    blocks = _blocks(places)
    for first, last in blocks:
        wide, far = (_widened(places[n], before_s, after_s) for n in (first, last))
        spans[first] = replace(spans[first], start_s=wide.start_s)
        spans[last] = replace(spans[last], end_s=far.end_s)
    for (_, first), (second, _) in pairwise(blocks):
        if _video(places[first]) != _video(places[second]):
            continue
        if spans[first].end_s > spans[second].start_s:
            middle_s = (places[first].span.end_s + places[second].span.start_s) / 2
            meet_s = min(max(middle_s, spans[second].start_s), spans[first].end_s)
            spans[first] = replace(spans[first], end_s=meet_s)
            spans[second] = replace(spans[second], start_s=meet_s)
    return merged([replace(place, span=span) for place, span in zip(places, spans, strict=True)])


def _blocks(places: Sequence[Place]) -> list[tuple[int, int]]:
    """Where stretches overlap or touch: the one that begins and the one that ends all of it."""
    found: list[tuple[int, int]] = []
    for number in sorted(range(len(places)), key=lambda n: (_video(places[n]), places[n].span)):
        first, last = found[-1] if found else (number, number)
        same = bool(found) and _video(places[last]) == _video(places[number])
        if not same or places[number].span.start_s > places[last].span.end_s:
            found.append((number, number))
        elif places[number].span.end_s > places[last].span.end_s:
            found[-1] = (first, number)
    return found


def _video(place: Place) -> tuple[str, str]:
    """What tells a video from all others; a file that is in no library has no id."""
    return (place.video.id, "" if place.video.id else os.fspath(place.video.path))


def merged(places: Sequence[Place], gap_s: float = TOUCHING_S) -> list[Place]:
    """The stretches with those in one that follow one another without a gap worth the name."""
    found: list[Place] = []
    for place in places:
        last = found[-1] if found else None
        if last is not None and _goes_on(last, place, gap_s):
            found[-1] = replace(last, span=last.span.join(place.span))
        else:
            found.append(place)
    return found


def _goes_on(last: Place, place: Place, gap_s: float) -> bool:
    """Whether a stretch begins inside, or just behind, the one that is shown before it."""
    starts_s = place.span.start_s
    same = (last.video.id, last.video.path) == (place.video.id, place.video.path)
    return same and last.span.start_s <= starts_s <= last.span.end_s + gap_s


def _widened(place: Place, before_s: float, after_s: float) -> TimeSpan:
    end_s = place.video.duration_s or place.span.end_s + after_s
    return TimeSpan(
        start_s=max(0.0, place.span.start_s - before_s),
        end_s=max(place.span.end_s, min(place.span.end_s + after_s, end_s)),
    )
