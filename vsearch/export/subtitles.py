"""SpeechSegment -> Cue -> .srt and .vtt: what is said, as it can be read while it is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from vsearch.cues import Cue
from vsearch.export.lines import Words, clean, width
from vsearch.types import SpeechSegment, TimeSpan

LONGEST_S = 7.0
SHORTEST_S = 1.0
LETTERS_A_SECOND = 17.0
"""So fast can be read; what is said faster stays for longer, if nothing follows at once."""

LEAST_S = 0.1
"""What begins closer to what is before it is said together with it."""

PAUSE_S = 0.3
HEARD_S = 0.3
"""So much of a subtitle, or half of it, lies in a span that it is shown in."""

ROOM = 84
MARK = "\u2060"
"""Shows nothing, and keeps players from taking words for tags: .srt has no other way."""

TAG = re.compile(r"<(?=[A-Za-z/!])|\{(?=\\)|\\(?=[Nnh])|--(?=>)")


def cues_of(segments: Iterable[SpeechSegment], span: TimeSpan | None = None) -> list[Cue]:
    """What is said as subtitles of at most two lines, of a whole video or of a span of it.

    They are in order, and none overlaps another; those of a span count their time from its start.
    Long ones are divided where sentences end, or else their parts; the times inside are estimated.
    """
    cues = [piece for cue in _apart(_written(segments)) for piece in _pieces(cue)]
    if span is not None:
        cues = list(_within(cues, span))
    until_s = float("inf") if span is None else span.duration_s
    starts = [*(cue.span.start_s for cue in cues), until_s]
    return [
        Cue(span=_held(cue, next_s), text="\n".join(Words(cue.text).lines()))
        for cue, next_s in zip(cues, starts[1:], strict=True)
    ]


def as_srt(cues: Sequence[Cue]) -> str:
    """SubRip: what most players and all editing programs read."""
    return "\n".join(
        f"{number}\n{_clock(cue.span.start_s, ',')} --> {_clock(cue.span.end_s, ',')}\n"
        f"{TAG.sub(lambda found: found[0] + MARK, _lines(cue.text))}\n"
        for number, cue in enumerate(cues, start=1)
    )


def as_vtt(cues: Sequence[Cue], language: str = "") -> str:
    """WebVTT: what browsers read."""
    header = "WEBVTT\nKind: captions\n" + (f"Language: {language}\n" if language else "")
    parts = [
        f"{number}\n{_clock(cue.span.start_s, '.')} --> {_clock(cue.span.end_s, '.')}\n"
        f"{_escaped(_lines(cue.text))}\n"
        for number, cue in enumerate(cues, start=1)
    ]
    return "\n".join([header, *parts])


def _written(segments: Iterable[SpeechSegment]) -> Iterator[Cue]:
    """The segments that say anything, in order; those without a length get one."""
    for segment in sorted(segments, key=lambda segment: segment.span):
        if text := clean(segment.text):
            start_s, end_s = segment.span.start_s, segment.span.end_s
            if end_s - start_s < LEAST_S:
                end_s = start_s + _reading_s(text)
            yield Cue(span=TimeSpan(start_s=start_s, end_s=end_s), text=text)


def _apart(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Cues that do not overlap; those that are too short to be read alone go with the next."""
    last: Cue | None = None
    for cue in cues:
        if last is None:
            last = cue
        elif _belong_together(last, cue):
            last = Cue(span=last.span.join(cue.span), text=f"{last.text} {cue.text}")
        else:
            yield _until(last, cue.span.start_s)
            last = cue
    if last is not None:
        yield last


def _belong_together(last: Cue, cue: Cue) -> bool:
    if cue.span.start_s - last.span.start_s < LEAST_S:
        return True
    at_once = cue.span.start_s - last.span.end_s < PAUSE_S
    return last.span.duration_s < SHORTEST_S and at_once and _fits(f"{last.text} {cue.text}")


def _fits(text: str) -> bool:
    words = Words(text)
    return words.fits(0, len(words))


def _until(cue: Cue, end_s: float) -> Cue:
    span = TimeSpan(start_s=cue.span.start_s, end_s=min(cue.span.end_s, end_s))
    return Cue(span=span, text=cue.text)


def _pieces(cue: Cue) -> list[Cue]:
    """A cue, divided if it is too long to be read at once; its time goes by letters."""
    words = Words(cue.text)
    if words.fits(0, len(words)) and cue.span.duration_s <= LONGEST_S:
        return [cue]
    letter_s = cue.span.duration_s / words.letters[-1]
    places = _divided(words, letter_s)
    if len(places) * LEAST_S * 2 > cue.span.duration_s:
        return [cue]
    at_s = [cue.span.start_s + letter_s * words.letters[place] for place in places]
    return [
        Cue(span=TimeSpan(start_s=start_s, end_s=end_s), text=words.text(first, last))
        for (first, last), (start_s, end_s) in zip(
            pairwise([*places, len(words)]), pairwise([*at_s, cue.span.end_s]), strict=True
        )
    ]


def _divided(words: Words, letter_s: float) -> list[int]:
    """Where to begin anew, so that readers mind least of all."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        choices: list[tuple[float, int]] = []
        for first in range(end - 1, -1, -1):
            if end - first > 1 and not words.fits(first, end):
                break
            choices.append((best[first][0] + _cost(words, first, end, letter_s), first))
        best.append(min(choices))
    places = [best[-1][1]]
    while places[-1]:
        places.append(best[places[-1]][1])
    return places[::-1]


def _cost(words: Words, first: int, end: int, letter_s: float) -> float:
    lasts_s = (words.letters[end] - words.letters[first]) * letter_s
    room = max(0.0, 1 - words.width(first, end) / ROOM)
    return 1 + words.costs[end - 1] + room * room / 2 + (2.0 if lasts_s > LONGEST_S else 0.0)


def _within(cues: Iterable[Cue], span: TimeSpan) -> Iterator[Cue]:
    """The cues that are heard in a span, in its own time."""
    for cue in cues:
        start_s = max(cue.span.start_s, span.start_s)
        end_s = min(cue.span.end_s, span.end_s)
        if end_s - start_s >= min(HEARD_S, cue.span.duration_s / 2):
            inside = TimeSpan(start_s=start_s - span.start_s, end_s=end_s - span.start_s)
            yield Cue(span=inside, text=cue.text)


def _held(cue: Cue, next_s: float) -> TimeSpan:
    """When a cue is shown: for as long as it takes to be read, if the next one lets it."""
    wanted_s = max(cue.span.end_s, cue.span.start_s + _reading_s(cue.text))
    return TimeSpan(start_s=cue.span.start_s, end_s=max(cue.span.end_s, min(wanted_s, next_s)))


def _reading_s(text: str) -> float:
    return max(SHORTEST_S, width(text) / LETTERS_A_SECOND)


def _lines(text: str) -> str:
    """The text of a cue without empty lines, which would end it."""
    return "\n".join(line for part in text.splitlines() if (line := clean(part)))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, point: str) -> str:
    thousandths = max(0, round(seconds * 1000))
    minutes, rest = divmod(thousandths, 60_000)
    whole, part = divmod(rest, 1000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{whole:02d}{point}{part:03d}"
