"""Asks a library the queries of a truth: all that an evaluation does with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vsearch.evaluate.metrics import DEPTH, Spans
from vsearch.evaluate.report import FUSED
from vsearch.types import SCREEN, SPEECH, VISUAL, WORDS, Moment, Video

if TYPE_CHECKING:
    from vsearch.library import Library
    from vsearch.query.asked import Asked
    from vsearch.query.search import GroupBy

NAMES = {VISUAL: "picture", SPEECH: "speech", SCREEN: "screen", WORDS: "words"}
FIRST_LOOK = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A way of searching: by one part of the score alone, or as usual (no weights)."""

    name: str
    weights: Mapping[str, float] | None = None


def rankings_of(library: Library) -> tuple[list[Ranking], list[str]]:
    """Fused, and by each part alone that has anything to say; and what to say of the others."""
    known = [*(block.name for block in library.blocks()), WORDS]
    counts = library.counts()
    silent = {
        part: notice
        for part, count, notice in (
            (SPEECH, counts.speech_segments, "speech: nothing is said in this library"),
            (SCREEN, counts.shown_texts, "screen: no text was read in this library"),
        )
        if part in known and not count
    }
    alone = [
        Ranking(
            name=NAMES.get(part, part), weights={other: float(other == part) for other in known}
        )
        for part in known
        if part not in silent
    ]
    return [Ranking(name=FUSED), *alone], list(silent.values())


class Searcher:
    """A library that is asked one query after the other."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._videos = library.counts().videos

    def places(self, text: str, ranking: Ranking, right: Collection[str]) -> list[int]:
        """The places of the right videos among all videos, as far as they are found."""
        for limit in _looks(self._videos):
            found = self._search(text, ranking, limit, by="video")
            places = [moment.rank for moment in _spoken_for(found) if moment.video.id in right]
            if len(places) == len(right) or len(found) < limit:
                break
        return places

    def best(self, text: str, ranking: Ranking) -> Moment | None:
        """The moment that a person sees first, if anything speaks for it."""
        return next(_spoken_for(self._search(text, ranking, 1)), None)

    def spans(self, text: str, ranking: Ranking, video: Video) -> Spans:
        """The best spans inside one video, best first."""
        found = _spoken_for(self._search(text, ranking, DEPTH, inside=video))
        return np.array(
            [(moment.span.start_s, moment.span.end_s) for moment in found], dtype=np.float64
        ).reshape(-1, 2)

    def _search(
        self,
        text: str,
        ranking: Ranking,
        limit: int,
        *,
        by: GroupBy = "scene",
        inside: Video | None = None,
    ) -> tuple[Moment, ...]:
        only: Asked = {"video": inside.id} if inside else {}
        return self._library.search(
            text, limit=limit, by=by, weights=ranking.weights, plain=True, **only
        ).moments


def _spoken_for(moments: Iterable[Moment]) -> Iterator[Moment]:
    """Without those that score exactly 0: only the order of rows on the disk ranks them."""
    return (moment for moment in moments if moment.score != 0)


def _looks(count: int) -> list[int]:
    """Few results first, then all: most right answers are among the first."""
    return [FIRST_LOOK, count] if count > FIRST_LOOK else [max(1, count)]
