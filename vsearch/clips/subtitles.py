"""What is said in the pieces of an edit -> subtitles in its own time, to be read at ease."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vsearch.clips.edit import Piece, places
from vsearch.pipeline.tracks import Cue
from vsearch.types import SpeechSegment, TimeSpan

WIDTH, TALL_WIDTH = 42, 24
"""Letters in a line, and in one of an upright picture."""

MOST_LINES = 2
PACE = 17.0
"""Letters a second that are read at ease; a subtitle stays for so long where it can."""

LEAST_S, MOST_S = 1.0, 7.0
GAP_S = 0.08
"""Between two subtitles, so that a change is seen."""

TOO_SHORT_S = 0.3
"""What is shown for less is put together with the next."""

STOPS = (".", "!", "?", ",", ";", ":", "…", "。", "、", "！", "？", "،", "؟")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a letter of a script without blanks, and when it is said."""

    text: str
    span: TimeSpan
    joins: bool = False
    """Whether it stands without a blank behind the one before."""


def subtitles(
    pieces: Sequence[Piece],
    said: Sequence[Sequence[SpeechSegment]],
    dissolve_s: float = 0.0,
    width: int = WIDTH,
) -> list[Cue]:
    """The subtitles of an edit; of each piece it is given what is said in its video."""
    found: list[Cue] = []
    for piece, own, at in zip(pieces, said, places(pieces, dissolve_s), strict=True):
        cues = [cue for segment in own for cue in _cues(segment, piece.span, width)]
        found += _unhurried(cues, piece.span, at.start_s - piece.span.start_s)
    return _one_at_a_time(found)


def lines_of(text: str, width: int) -> list[str]:
    """A text in as few lines as it takes, those of two as even as they can be."""
    parts = _parts(text)
    if wide(text) <= width or len(parts) < 2:
        return [text]
    halves = [(_joined(parts[:at]), _joined(parts[at:])) for at in range(1, len(parts))]
    fitting = [pair for pair in halves if max(map(wide, pair)) <= width]
    if not fitting:
        first = max(1, sum(1 for head, _ in halves if wide(head) <= width))
        return [halves[first - 1][0], *lines_of(halves[first - 1][1], width)]
    return list(min(fitting, key=_unevenness))


def wide(text: str) -> int:
    """How many letters wide a text is; those of Chinese and Japanese are two wide."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _unevenness(pair: tuple[str, str]) -> float:
    """How uneven two lines are; a stop at the end of the first makes up for a good deal."""
    first, second = pair
    return abs(wide(first) - wide(second)) - (8 if first.endswith(STOPS) else 0)


def _cues(segment: SpeechSegment, span: TimeSpan, width: int) -> Iterator[Cue]:
    """What of a segment is said in a span, in subtitles of two lines, in the video's time."""
    words = [word for word in _words(segment) if _is_in(word.span, span)]
    for part in _portions(words, width):
        text = "\n".join(lines_of(_text(part), width))
        start_s, end_s = part[0].span.start_s, part[-1].span.end_s
        inside = TimeSpan(start_s=max(start_s, span.start_s), end_s=min(end_s, span.end_s))
        yield Cue(span=inside, text=text)


def _is_in(word: TimeSpan, span: TimeSpan) -> bool:
    return span.start_s <= word.middle_s < span.end_s


def _portions(words: Sequence[Word], width: int) -> Iterator[list[Word]]:
    """Words in portions of two lines and a few seconds, about as much in each."""
    if not words:
        return
    length = wide(_text(words))
    seconds = words[-1].span.end_s - words[0].span.start_s
    count = max(math.ceil(length / (MOST_LINES * width)), math.ceil(seconds / MOST_S))
    portion: list[Word] = []
    for word in words:
        over = len(lines_of(_text([*portion, word]), width)) > MOST_LINES
        if portion and (over or _is_enough(portion, length / count, seconds)):
            yield portion
            portion = []
        portion.append(word)
    yield portion


def _is_enough(portion: Sequence[Word], target: float, seconds: float) -> bool:
    """Whether a portion is as long as its share, or nearly so and ends with a stop."""
    text = _text(portion)
    share = wide(text) / max(1.0, target)
    lasts_s = portion[-1].span.end_s - portion[0].span.start_s
    return share >= 1 or (share >= 0.7 and text.endswith(STOPS)) or lasts_s > min(seconds, MOST_S)


def _words(segment: SpeechSegment) -> list[Word]:
    """The words of a segment; each letter is said in the same time."""
    parts = _parts(segment.text)
    letters = sum(len(part) for part, _ in parts)
    found, done = [], 0
    for part, joins in parts:
        start_s = segment.span.start_s + segment.span.duration_s * done / letters
        done += len(part)
        end_s = segment.span.start_s + segment.span.duration_s * done / letters
        found.append(Word(part, TimeSpan(start_s=start_s, end_s=max(start_s, end_s)), joins))
    return found


def _parts(text: str) -> list[tuple[str, bool]]:
    """The words of a text; where a script has no blanks, its letters, stops with those before."""
    found: list[tuple[str, bool]] = []
    for word in text.split():
        letter_by_letter = any(unicodedata.east_asian_width(letter) in "WF" for letter in word)
        for number, part in enumerate(word if letter_by_letter else [word]):
            is_stop = unicodedata.category(part[0])[0] == "P" and len(part) == 1
            if number and is_stop and found:
                found[-1] = (found[-1][0] + part, found[-1][1])
            else:
                found.append((part, bool(number)))
    return found


def _joined(parts: Sequence[tuple[str, bool]]) -> str:
    return "".join(("" if joins else " ") + part for part, joins in parts).strip()


def _text(words: Sequence[Word]) -> str:
    return _joined([(word.text, word.joins) for word in words])


def _unhurried(cues: Sequence[Cue], span: TimeSpan, shift_s: float) -> Iterator[Cue]:
    """Subtitles in the edit's time: each as long as reading takes, if the next leaves room."""
    ordered = _apart(sorted(cues, key=lambda cue: cue.span))
    ends = [after.span.start_s - GAP_S for _, after in pairwise(ordered)]
    for cue, latest_s in zip(ordered, [*ends, span.end_s], strict=False):
        wanted_s = cue.span.start_s + max(LEAST_S, len(cue.text) / PACE)
        end_s = max(cue.span.start_s, min(max(cue.span.end_s, wanted_s), latest_s))
        yield replace(cue, span=_moved(cue.span.start_s, end_s, shift_s))


def _moved(start_s: float, end_s: float, shift_s: float) -> TimeSpan:
    return TimeSpan(start_s=start_s + shift_s, end_s=end_s + shift_s)


def _apart(cues: Sequence[Cue]) -> list[Cue]:
    """Subtitles that begin at nearly the same time in one."""
    found: list[Cue] = []
    for cue in cues:
        if found and cue.span.start_s - found[-1].span.start_s < TOO_SHORT_S:
            text = f"{found[-1].text}\n{cue.text}"
            found[-1] = Cue(span=found[-1].span.join(cue.span), text=text)
        else:
            found.append(cue)
    return found


def _one_at_a_time(cues: Sequence[Cue]) -> list[Cue]:
    """Subtitles of pieces that dissolve: the one before goes when the next one comes."""
    found = list(cues)
    for number, (first, after) in enumerate(pairwise(cues)):
        end_s = min(first.span.end_s, max(first.span.start_s, after.span.start_s))
        found[number] = replace(first, span=replace(first.span, end_s=end_s))
    return [cue for cue in found if cue.span.duration_s > 0]
