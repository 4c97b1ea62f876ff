"""SpeechSegment -> Sentence: what is said, in sentences, whatever pieces it was written down in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

from vsearch.types import ShownText, SpeechSegment, TimeSpan

Source: TypeAlias = Literal["said", "shown"]

PAUSE_S = 2.0
"""After such a pause somebody begins anew, whether a full stop was written or not."""

LONGEST = 240
"""Speech that is written without full stops ends with the segment that makes it this long."""

END = re.compile(
    r"(?:(?<=[.!?\u2026\u061f\u0964])[\"'\u201d\u2019)\]]*\s+)|(?<=[\u3002\uff01\uff1f])"
)
ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|no|fig|approx|e\.g|i\.e|[a-z])\.)$", re.IGNORECASE
)
LONGEST_ABBREVIATION = 12
"""With its point, and marks of quotation after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence that is said in a video, or one text that it shows."""

    video_id: str
    span: TimeSpan
    text: str
    source: Source = "said"


def sentences_said(segments: Sequence[SpeechSegment]) -> list[Sentence]:
    """What the segments of one video say, sentence by sentence; times inside one are estimated."""
    return [sentence for run in _runs(segments) for sentence in _split(run)]


def sentences_shown(texts: Iterable[ShownText]) -> list[Sentence]:
    """The texts that one video shows, each as it stands."""
    return [
        Sentence(video_id=item.video_id, span=item.span, text=item.text, source="shown")
        for item in texts
    ]


def _runs(segments: Sequence[SpeechSegment]) -> Iterator[list[SpeechSegment]]:
    """Segments that may share sentences: they follow one another without a pause."""
    run: list[SpeechSegment] = []
    length = 0
    for segment in segments:
        paused = bool(run) and segment.span.start_s - run[-1].span.end_s > PAUSE_S
        if paused or length >= LONGEST:
            yield run
            run, length = [], 0
        run.append(segment)
        length = 0 if _ends(segment.text) else length + len(segment.text)
    if run:
        yield run


def _split(run: Sequence[SpeechSegment]) -> Iterator[Sentence]:
    text = " ".join(segment.text for segment in run)
    starts = [0, *accumulate(len(segment.text) + 1 for segment in run)]
    first = 0
    for end in [*_ends_of(text), len(text)]:
        if said := text[first:end].strip():
            span = TimeSpan(
                start_s=_time(run, starts, first), end_s=_time(run, starts, end, of_end=True)
            )
            yield Sentence(video_id=run[0].video_id, span=span, text=said)
        first = end


def _ends_of(text: str) -> Iterator[int]:
    """Where sentences end; the point of an abbreviation ends none."""
    for found in END.finditer(text):
        before = text[max(0, found.start() - LONGEST_ABBREVIATION) : found.start()]
        if not ABBREVIATION.search(before.rstrip("\"'")):
            yield found.end()


def _time(
    run: Sequence[SpeechSegment], starts: Sequence[int], place: int, *, of_end: bool = False
) -> float:
    """When the letter at a place is said, if each segment is spoken evenly."""
    inside = place - 1 if of_end else place
    number = min(len(run), bisect_right(starts, max(0, inside))) - 1
    span = run[number].span
    share = (place - starts[number]) / max(1, len(run[number].text))
    return span.start_s + span.duration_s * min(1.0, max(0.0, share))


def _ends(text: str) -> bool:
    return bool(END.search(f"{text} "))
