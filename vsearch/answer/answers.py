"""What a question is answered with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vsearch.types import TimeSpan, Video


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A place in a video that an answer rests on, under the number by which its text names it.

    The quote is what is said or shown there; a place that is only seen has none.
    """

    number: int
    video: Video
    span: TimeSpan
    quote: str
    source: Literal["said", "shown", "seen"]
    score: float
    thumbnail: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a question, or that there is none: then citations are the nearest places.

    It tells who answered, the host that was asked, and in a note what went otherwise than wanted.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    refused: bool
    by: str
    where: str
    took_ms: float
    note: str = ""
