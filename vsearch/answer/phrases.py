"""Where the words of a phrase stand one after the other in what is said and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from vsearch.storage import Texts
from vsearch.types import ShownText, SpeechSegment, TimeSpan
from vsearch.words import terms_of

Source: TypeAlias = Literal["said", "shown", "seen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place where a phrase is said or shown, with the text around it."""

    video_id: str
    span: TimeSpan
    text: str
    source: Source


def spots_of(
    video_id: str,
    texts: Texts,
    phrase: str,
    sources: Sequence[Source],
    as_term: Callable[[str], str] = str,
) -> list[Spot]:
    """Every place of a phrase in a video, by time; what is said may go over several segments.

    Terms are the same if as_term makes the same of them: stem() finds other forms of a word too.
    """
    wanted = [as_term(term) for term in terms_of(phrase)]
    found: list[Spot] = []
    if "said" in sources:
        found += _spots(video_id, [texts.said], wanted, "said", as_term)
    if "shown" in sources:  # a text on the screen does not go on in the next one
        found += _spots(video_id, [[item] for item in texts.shown], wanted, "shown", as_term)
    return sorted(found, key=lambda spot: spot.span)


def _spots(
    video_id: str,
    runs: Sequence[Sequence[SpeechSegment | ShownText]],
    wanted: list[str],
    source: Source,
    as_term: Callable[[str], str],
) -> Iterator[Spot]:
    for run in runs:
        terms = [
            (as_term(term), place) for place, item in enumerate(run) for term in terms_of(item.text)
        ]
        for first, last in _matches(terms, wanted):
            several = run[first : last + 1]
            span = several[0].span.join(several[-1].span)
            text = " ".join(item.text for item in several)
            yield Spot(video_id=video_id, span=span, text=text, source=source)


def _matches(terms: list[tuple[str, int]], wanted: list[str]) -> Iterator[tuple[int, int]]:
    """The first and last segment of each match; matches do not overlap."""
    start, length = 0, len(wanted)
    while wanted and start + length <= len(terms):
        part = terms[start : start + length]
        if [term for term, _ in part] == wanted:
            yield part[0][1], part[-1][1]
            start += length
        else:
            start += 1
