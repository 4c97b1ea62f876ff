"""Documents as a language model gets them: no unseen signs, nothing endless."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vsearch.lines import clean

LONGEST = 1_500
"""So many letters of one text: what is said in a whole chapter is asked for as a transcript."""

SHORT = 300
"""The same where many texts stand beside each other, as those of chapters."""

FEW = {"copies": 10, "tags": 20, "chapters": 200}

LEFT_OUT = frozenset({"thumbnail", "library"})
"""Pictures are sent themselves, and the folder of the library is nobody's business."""


def fit(value: Any, longest: int = LONGEST) -> Any:
    """A document with clean texts of a bearable length."""
    if isinstance(value, str):
        return shorten(clean(value), longest)
    if isinstance(value, Mapping):
        kept = {name: item for name, item in value.items() if name not in LEFT_OUT}
        return {clean(name): fit(_few(name, item), longest) for name, item in kept.items()}
    if isinstance(value, Sequence):
        return [fit(item, longest) for item in value]
    return value


def _few(name: str, value: Any) -> Any:
    """The beginning of a list that may have no end."""
    return value[: FEW[name]] if name in FEW and isinstance(value, Sequence) else value


def shorten(text: str, longest: int) -> str:
    """The beginning of a text, which says so where it is not all."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def reason(error: Exception, folder: Path) -> str:
    """What an error says, but for where the library lies."""
    return shorten(clean(str(error).replace(str(folder), "the library")), LONGEST)


def paged(lines: Sequence[Mapping[str, Any]], most: int) -> Iterator[list[dict[str, Any]]]:
    """Lines with a text in pages of so many letters; one that is longer is cut in parts."""
    page: list[dict[str, Any]] = []
    used = 0
    for line in lines:
        text = clean(line["text"])
        for start in range(0, max(1, len(text)), most // 4):
            part = text[start : start + most // 4]
            if page and used + len(part) > most:
                yield page
                page, used = [], 0
            page.append({**line, "text": part})
            used += len(part) + ROOM
    yield page


ROOM = 40
"""What a line takes beside its text: times, names, marks."""
