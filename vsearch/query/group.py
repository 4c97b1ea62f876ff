"""Rows -> matches: each scene (or video) once, by its best rows, with the span that matches."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from vsearch.query.pool import Pool
from vsearch.storage import FrameContext
from vsearch.types import TimeSpan

K = TypeVar("K", bound=Hashable)

WHOLE_SCENE_S = 12.0
"""A scene up to this long is a moment of its own; of a longer one, only the part that matches."""

NEARLY_AS_GOOD = 0.75
"""Rows of the same scene with at least this share of the best score belong to its moment, and so
do the scenes beside it."""

TOUCHING_S = 0.1
LONGEST_S = 60.0
"""Neighbours are joined up to this length: a moment is something that one can watch."""

VIDEO_ROWS = 3
"""A video is ranked by the mean of this many of its best rows: one lucky frame is not enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A stretch of a video that matches, with its best row and the score of the whole.

    The score is not exact, but an upper bound, while rows that count for it may be unseen. Where
    several clauses meet it is their mean, and also holds the best rows of the others.
    """

    row: int
    context: FrameContext
    span: TimeSpan
    score: float
    contributions: tuple[float, ...]
    exact: bool = True
    also: tuple[int, ...] = ()
    steps: tuple[TimeSpan, ...] = ()
    copies: tuple[tuple[str, TimeSpan], ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """The best row of each clause."""
        return self.row, *self.also


def best_first(matches: Iterable[Match]) -> list[Match]:
    """Matches by score; those that score the same by video and time, so that pages hold still."""
    return sorted(
        matches,
        key=lambda match: (-match.score, match.context.scene.video_id, match.span.start_s),
    )


def group_scenes(
    pool: Pool, contexts: Mapping[int, FrameContext], *, join: bool = True
) -> list[Match]:
    """One match for each scene by its best row, best first; neighbours as good may be joined."""
    groups = _grouped(pool, contexts, lambda context: context.scene.id)
    found = [_match(pool, contexts, rows, float(pool.scores[rows[0]])) for rows in groups.values()]
    found = best_first(found)
    return best_first(_joined(found)) if join else found


def group_videos(pool: Pool, contexts: Mapping[int, FrameContext]) -> list[Match]:
    """One match for each video by the mean of its best rows, which the pool holds; best first."""
    found = []
    for rows in _grouped(pool, contexts, lambda context: context.scene.video_id).values():
        scores = pool.scores[rows[:VIDEO_ROWS]].tolist()
        scene = contexts[int(pool.positions[rows[0]])].scene.id
        inside = [row for row in rows if contexts[int(pool.positions[row])].scene.id == scene]
        found.append(_match(pool, contexts, inside, sum(scores) / len(scores)))
    return best_first(found)


def _grouped(
    pool: Pool, contexts: Mapping[int, FrameContext], key: Callable[[FrameContext], K]
) -> dict[K, list[int]]:
    """Rows by group, best first in both; rows of videos removed meanwhile are left out."""
    groups: dict[K, list[int]] = {}
    for row, position in enumerate(pool.positions.tolist()):
        if position in contexts:
            groups.setdefault(key(contexts[position]), []).append(row)
    return groups


def _match(
    pool: Pool, contexts: Mapping[int, FrameContext], rows: list[int], score: float
) -> Match:
    """The match whose best row comes first among rows of one scene."""
    position = int(pool.positions[rows[0]])
    return Match(
        row=position,
        context=contexts[position],
        span=_span(pool, contexts, rows),
        score=score,
        contributions=tuple(pool.contributions[rows[0]].tolist()),
    )


def _span(pool: Pool, contexts: Mapping[int, FrameContext], rows: list[int]) -> TimeSpan:
    """The whole of a short scene; of a long one the best part and its neighbours nearly as good."""
    context = contexts[int(pool.positions[rows[0]])]
    if context.scene.span.duration_s <= WHOLE_SCENE_S:
        return context.scene.span
    enough = float(pool.scores[rows[0]]) * NEARLY_AS_GOOD
    good = [row for row in rows if float(pool.scores[row]) >= enough]
    spans = [contexts[int(pool.positions[row])].frame.span for row in good]
    return _grown(context.frame.span, spans)


def _grown(span: TimeSpan, others: Iterable[TimeSpan]) -> TimeSpan:
    """A span with all that touch it, or touch one that does."""
    spans = sorted(others)
    for later in spans:
        if later.start_s >= span.start_s and later.start_s <= span.end_s + TOUCHING_S:
            span = span.join(later)
    for earlier in reversed(spans):
        if earlier.end_s <= span.end_s and earlier.end_s >= span.start_s - TOUCHING_S:
            span = span.join(earlier)
    return span


def _joined(matches: Sequence[Match]) -> list[Match]:
    """Join to each match, best first, the neighbours that are nearly as good."""
    by_video: dict[str, list[Match]] = {}
    for match in matches:
        by_video.setdefault(match.context.scene.video_id, []).append(match)
    return [match for several in by_video.values() for match in _joined_in_video(several)]


def _joined_in_video(matches: list[Match]) -> list[Match]:
    """The same for the matches of one video."""
    in_time = sorted(matches, key=lambda match: match.span.start_s)
    place = {match.row: number for number, match in enumerate(in_time)}
    taken: set[int] = set()
    found = []
    for match in matches:
        if place[match.row] in taken:
            continue
        taken.add(place[match.row])
        span = match.span
        for step in (1, -1):
            span = _walk(in_time, place[match.row], step, span, match.score, taken)
        found.append(replace(match, span=span))
    return found


def _walk(
    in_time: Sequence[Match], start: int, step: int, span: TimeSpan, score: float, taken: set[int]
) -> TimeSpan:
    """Go on in one direction of time while the next match touches and is nearly as good."""
    at = start + step
    while 0 <= at < len(in_time) and at not in taken:
        other = in_time[at]
        gap_s = max(other.span.start_s - span.end_s, span.start_s - other.span.end_s)
        longer = span.join(other.span)
        fits = gap_s <= TOUCHING_S and longer.duration_s <= LONGEST_S
        if not (fits and other.score >= score * NEARLY_AS_GOOD > 0):
            break
        taken.add(at)
        span = longer
        at += step
    return span
