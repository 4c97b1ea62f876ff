"""Text as files hold it: clean, in lines as subtitles show them, and in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from unicodedata import category, combining, east_asian_width

LINE = 42
"""So wide is a line at most; wide letters count twice."""

LINES = 2

SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u0964][\"'\u201d\u2019)\]\u300d]*$")
CLAUSE = re.compile(r"[,;:\u2013\u2014\u3001\uff0c\u060c-][\"'\u201d\u2019)\]]*$")
BREAKS_ANYWHERE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
NEVER_FIRST = "\u3001\u3002\uff0c\uff0e\uff01\uff1f\uff09\u300d\u300f\u3011\u2026\u30fc"
TOKEN = re.compile(
    rf"\s*(?:[{BREAKS_ANYWHERE}][{NEVER_FIRST}]*|[^\s{BREAKS_ANYWHERE}]{{1,{LINE}}})"
)
"""A word, or a part of one that is wider than a line, or a letter of a script without blanks."""


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
    return TOKEN.findall(text)


def break_cost(text: str) -> float:
    """How much a reader minds that a text ends here: not after a sentence, little after a part."""
    return 0.0 if SENTENCE.search(text) else 0.3 if CLAUSE.search(text) else 1.0


def fits(text: str) -> bool:
    """Whether a text has room in one subtitle."""
    return len(lines_of(text)) <= LINES


def lines_of(text: str, line: int = LINE) -> list[str]:
    """A text in lines: in two about as long as each other, if one is too short and two are not."""
    if width(text) <= line:
        return [text]
    parts = tokens(text)
    pairs: list[tuple[str, str]] = [
        (first, second)
        for place in range(1, len(parts))
        if width(first := "".join(parts[:place]).strip()) <= line
        and width(second := "".join(parts[place:]).strip()) <= line
    ]
    if pairs:
        first, second = min(pairs, key=_uneven)
        return [first, second]
    return _filled(parts, line)


def _uneven(pair: tuple[str, str]) -> float:
    first, second = pair
    return abs(width(first) - width(second)) + 8 * break_cost(first)


def _filled(parts: Sequence[str], longest: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for part in parts:
        if line and width((line + part).strip()) > longest:
            lines.append(line.strip())
            line = ""
        line += part
    return [*lines, line.strip()]
