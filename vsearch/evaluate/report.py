"""What an evaluation found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from vsearch.evaluate.intervals import Score
from vsearch.evaluate.threshold import Curve, Point

Subject: TypeAlias = Literal["videos", "moments"]

FUSED = "fused"
BLIND = "query-blind"
CHANCE = "chance"

MEASURES: dict[Subject, tuple[str, ...]] = {
    "videos": ("recall@1", "recall@5", "recall@10", "median_rank", "ndcg@10", "mrr"),
    "moments": ("r1@0.5", "r1@0.7", "miou", "map", "map@0.5", "map@0.75"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One ranking and its scores by measure."""

    name: str
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """All rankings over the queries of one kind (or over all: the kind is empty)."""

    subject: Subject
    kind: str
    queries: int
    rows: tuple[Row, ...]

    def row(self, name: str) -> Row:
        """The row of this name."""
        return next(row for row in self.rows if row.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One query: where the fused search ranks its first right video, and its best result.

    The rank is None if no right video was found, the score if nothing was found at all.
    """

    query: str
    kind: str
    line: int
    rank: int | None
    score: float | None
    found: str
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of one evaluation."""

    library: Path
    truth: Path
    form: str
    videos: int
    queries: int
    unanswerable: int
    absent: tuple[str, ...]
    absent_queries: int
    absent_counted: bool
    sections: tuple[Section, ...]
    curve: Curve
    answered: tuple[Answered, ...]
    notices: tuple[str, ...]
    bootstrap: int
    seed: int
    took_s: float

    def section(self, subject: Subject, kind: str = "") -> Section | None:
        """The section of a subject, if there is one."""
        found = [part for part in self.sections if (part.subject, part.kind) == (subject, kind)]
        return found[0] if found else None

    def threshold(self, value: float | None = None) -> Point:
        """The point of a threshold, or of the one with the best F1."""
        return self.curve.best if value is None else self.curve.at(value)
