"""What is said in the pieces of an edit -> subtitles in its own time, in lines that fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from vsearch.clips.edit import Piece, places
from vsearch.cues import Cue
from vsearch.export.lines import LINE, LINES, break_cost, lines_of, tokens, width
from vsearch.export.subtitles import PAUSE_S, cues_of
from vsearch.types import SpeechSegment, TimeSpan

FLASH_S = 0.3
"""What is shown for less than that cannot be read."""

NARROW = 24
"""Columns of a line on upright pictures."""


def subtitles(
    pieces: Sequence[Piece],
    said: Sequence[Sequence[SpeechSegment]],
    dissolve_s: float = 0.0,
    line: int = LINE,
) -> list[Cue]:
    """The subtitles of an edit; of each piece it is given what is said in its video."""
    found: list[Cue] = []
    for piece, own, at in zip(pieces, said, places(pieces, dissolve_s), strict=True):
        heard = [part for segment in own for part in heard_of(segment, piece.span)]
        cues = [part for cue in cues_of(heard, piece.span) for part in _fitting(cue, line)]
        cues = _steady(cues, line)
        found += [replace(cue, span=_later(cue.span, at.start_s)) for cue in cues]
    return _one_at_a_time(found)


def heard_of(segment: SpeechSegment, span: TimeSpan) -> Iterator[SpeechSegment]:
    """The words of a segment that are said in a span, if any: a cut leaves no other ones."""
    if not segment.span.overlaps(span):
        return
    parts = tokens(segment.text)
    inside = [
        (part, said)
        for part, said in zip(parts, _times(parts, segment.span), strict=True)
        if span.start_s <= said.middle_s < span.end_s
    ]
    if inside:
        text = "".join(part for part, _ in inside).strip()
        start_s = max(span.start_s, inside[0][1].start_s)
        end_s = min(span.end_s, inside[-1][1].end_s)
        heard = TimeSpan(start_s=start_s, end_s=max(start_s, end_s))
        yield replace(segment, span=heard, text=text)


def _times(parts: Sequence[str], span: TimeSpan) -> list[TimeSpan]:
    """When each part of a text is said, if all of it is spoken evenly."""
    ends = [0, *accumulate(len(part) for part in parts)]
    at_s = [span.start_s + span.duration_s * end / max(1, ends[-1]) for end in ends]
    return [TimeSpan(start_s=first, end_s=max(first, last)) for first, last in pairwise(at_s)]


def _fitting(cue: Cue, line: int) -> Iterator[Cue]:
    """A cue as it is where its lines fit, or else one after the other in portions that do."""
    text = " ".join(cue.text.split("\n"))
    if line >= LINE or width(text) <= line:
        yield cue
        return
    parts = tokens(text)
    portions = _portions(parts, line)
    texts = ["".join(parts[first:last]).strip() for first, last in pairwise(portions)]
    for part, span in zip(texts, _times(texts, cue.span), strict=True):
        yield Cue(span=span, text="\n".join(lines_of(part, line)))


def _portions(parts: Sequence[str], line: int) -> list[int]:
    """Where portions of two lines begin and end: about as long as each other, at stops if near."""
    whole = width("".join(parts).strip())
    count = math.ceil(whole / (LINES * line))
    while True:
        places = _divided(parts, whole / count)
        texts = ["".join(parts[first:last]).strip() for first, last in pairwise(places)]
        if all(len(lines_of(text, line)) <= LINES for text in texts) or count >= len(parts):
            return places
        count += 1


def _divided(parts: Sequence[str], target: float) -> list[int]:
    """Parts in portions that are as near to a length as whole parts can be."""
    places, length = [0], 0
    for place, part in enumerate(parts[:-1], start=1):
        length += width(part)
        after = width(parts[place])
        # A portion may end a little early where a sentence or a part of one does.
        early = 0.25 * target * (1 - break_cost("".join(parts[:place]).rstrip()))
        if length + after / 2 > target - early:
            places.append(place)
            length = 0
    return [*places, len(parts)]


def _steady(cues: Sequence[Cue], line: int) -> list[Cue]:
    """Cues of which none only flashes, as words at a cut do: it joins one beside it."""
    found: list[Cue] = []
    for cue in cues:
        last = found[-1] if found else cue
        shorter_s = min(last.span.duration_s, cue.span.duration_s)
        if not found or shorter_s >= FLASH_S or cue.span.start_s - last.span.end_s >= PAUSE_S:
            found.append(cue)
            continue
        lines = lines_of(" ".join(f"{last.text} {cue.text}".split()), line)
        joined = replace(last, span=last.span.join(cue.span), text="\n".join(lines))
        found[-1:] = [joined] if len(lines) <= LINES else _shared(last, cue)
    if found and found[-1].span.duration_s < FLASH_S:  # the cut lets it not last, so it comes early
        *before, last = found
        after_s = before[-1].span.end_s if before else 0.0
        start_s = min(last.span.start_s, max(after_s, last.span.end_s - FLASH_S))
        found[-1] = replace(last, span=replace(last.span, start_s=start_s))
    return found


def _shared(last: Cue, cue: Cue) -> list[Cue]:
    """Two cues of which the longer one gives of its time to the other."""
    least_s = min(FLASH_S, last.span.join(cue.span).duration_s / 2)
    border_s = max(min(cue.span.start_s, cue.span.end_s - least_s), last.span.start_s + least_s)
    return [
        replace(last, span=replace(last.span, end_s=border_s)),
        replace(cue, span=replace(cue.span, start_s=border_s)),
    ]


def _later(span: TimeSpan, shift_s: float) -> TimeSpan:
    return TimeSpan(start_s=span.start_s + shift_s, end_s=span.end_s + shift_s)


def _one_at_a_time(cues: Sequence[Cue]) -> list[Cue]:
    """Where pieces dissolve, the subtitle before goes when the next one comes."""
    found: list[Cue] = []
    next_s = math.inf
    for cue in reversed(cues):
        next_s, end_s = min(next_s, cue.span.start_s), min(cue.span.end_s, next_s)
        if end_s > cue.span.start_s:
            found.append(replace(cue, span=replace(cue.span, end_s=end_s)))
    return found[::-1]
