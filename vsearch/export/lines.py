"""Text as files hold it: clean, in lines as subtitles show them, and in JSON."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any
from unicodedata import category, combining, east_asian_width

LINE = 42
"""So wide is a line at most; wide letters count twice."""

LINES = 2

SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u0964][\"'\u201d\u2019)\]\u300d]*$")
CLAUSE = re.compile(r"[,;:\u2013\u2014\u3001\uff0c\u060c-][\"'\u201d\u2019)\]]*$")
BREAKS_ANYWHERE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
NEVER_FIRST = "\u3001\u3002\uff0c\uff0e\uff01\uff1f\uff09\u300d\u300f\u3011\u2026\u30fc"
TOKEN = re.compile(rf"\s*(?:[{BREAKS_ANYWHERE}][{NEVER_FIRST}]*|[^\s{BREAKS_ANYWHERE}]+)")
"""A word, or a letter of a script without blanks."""


def clean(text: str) -> str:
    """A text in one line, without signs that are none; those that join letters are kept."""
    kept = (x if x.isprintable() or (category(x) == "Cf" and x != "\ufeff") else " " for x in text)
    return " ".join("".join(kept).split())


def as_json(document: Any) -> str:
    """A document that can be written: half letters of broken file names are escaped."""
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str)
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def width(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(x) or category(x) == "Cf" else 2 if east_asian_width(x) in "WF" else 1
        for x in text
    )


def tokens(text: str) -> list[str]:
    """The pieces between which a text may be broken, each with the blanks before it."""
    return Words(text).parts


class Words:
    """A text in the pieces between which it may be broken, with how wide each run of them is."""

    def __init__(self, text: str, line: int = LINE) -> None:
        self.parts = [part for token in TOKEN.findall(text) for part in _narrow(token, line)]
        self.costs = [break_cost(part) for part in self.parts]
        self.letters = [0, *accumulate(len(part) for part in self.parts)]
        self._line = line
        self._ends = [0, *accumulate(width(part) for part in self.parts)]
        self._leads = [len(part) - len(part.lstrip()) for part in self.parts]

    def __len__(self) -> int:
        return len(self.parts)

    def text(self, first: int, last: int) -> str:
        """A run of pieces."""
        return "".join(self.parts[first:last]).strip()

    def width(self, first: int, last: int) -> int:
        """How wide a run of pieces is, without the blanks before it."""
        return self._ends[last] - self._ends[first] - self._leads[first]

    def fits(self, first: int, last: int) -> bool:
        """Whether a run has room in one subtitle."""
        middle = self._filled(first, last)
        return middle == last or self._filled(middle, last) == last

    def lines(self) -> list[str]:
        """The text in lines: in two about as long as each other, if it needs more than one."""
        last = len(self)
        if self._filled(0, last) == last:
            return [self.text(0, last)]
        middles = [place for place in range(1, last) if self._splits(place)]
        if middles:
            best = min(middles, key=self._uneven)
            return [self.text(0, best), self.text(best, last)]
        return list(self._many())

    def _filled(self, first: int, last: int) -> int:
        """Where a line that begins at a piece is full."""
        if first >= last:
            return last
        room = self._ends[first] + self._leads[first] + self._line
        return min(last, max(first + 1, bisect_right(self._ends, room) - 1))

    def _splits(self, place: int) -> bool:
        return max(self.width(0, place), self.width(place, len(self))) <= self._line

    def _uneven(self, place: int) -> float:
        uneven = abs(self.width(0, place) - self.width(place, len(self)))
        return uneven + 8 * self.costs[place - 1]

    def _many(self) -> Iterator[str]:
        first = 0
        while first < len(self):
            last = self._filled(first, len(self))
            yield self.text(first, last)
            first = last


def lines_of(text: str, line: int = LINE) -> list[str]:
    """A text in lines of at most so many columns."""
    return Words(text, line).lines()


def break_cost(text: str) -> float:
    """How much a reader minds that a text ends here: not after a sentence, little after a part."""
    return 0.0 if SENTENCE.search(text) else 0.3 if CLAUSE.search(text) else 1.0


def _narrow(token: str, line: int) -> Iterator[str]:
    """A piece, in parts if it is wider than a line; marks stay on their letters."""
    if width(token.strip()) <= line:
        yield token
        return
    part, wide = "", 0
    for letter in token:
        own = width(letter)
        if own and wide + own > line:
            yield part
            part, wide = "", 0
        part += letter
        wide += own if not part.isspace() else 0
    yield part
