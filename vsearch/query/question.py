"""What is asked, as the grammar and the keyword arguments of a search both make it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

Field: TypeAlias = Literal["any", "saw", "said", "text"]
"""Where a term is looked for: anywhere, in pictures, in speech, in text on the screen."""

SOUNDS = ("speech", "music", "silence", "other")
"""What most of a scene can sound like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words to look for; exact ones must stand there one after the other, without ones must not."""

    text: str
    field: Field = "any"
    exact: bool = False
    without: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """A moment of a video in the library, or the whole video where no time is given."""

    video: str
    at_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What one moment must match: words, pictures to resemble, or both."""

    terms: tuple[Term, ...] = ()
    image: Path | None = None
    like: Like | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Clauses that hold at the same time: `A while B`."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which moments may be found at all; what is left empty leaves out nothing.

    inside takes folders, paths and globs; videos takes names, ends of paths and ids. since and
    until are of the file's date, after_s and before_s of the time within a video.
    """

    inside: tuple[str, ...] = ()
    videos: tuple[str, ...] = ()
    longer_s: float | None = None
    shorter_s: float | None = None
    after_s: float | None = None
    before_s: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Steps that each follow the one before within a time, and filters that hold for all of them.

    asked is the text that it was made from; questions that ask the same are equal without it.
    """

    steps: tuple[Step, ...]
    filters: Filters = Filters()
    within_s: float | None = None
    asked: str = field(default="", compare=False)

    @property
    def is_one_text(self) -> bool:
        """Whether one moment is looked for, by words alone: only such scores can be compared."""
        if len(self.steps) > 1 or len(self.steps[0].clauses) > 1:
            return False
        (clause,) = self.steps[0].clauses
        return clause.image is None and clause.like is None
