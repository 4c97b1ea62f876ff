"""Rows -> results: each scene (or video) once, by its best row, with the span that matches."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from vsearch.storage import FrameContext, RowHits
from vsearch.types import TimeSpan

K = TypeVar("K", bound=Hashable)

WHOLE_SCENE_S = 12.0
"""A scene up to this long is a moment of its own; of a longer one, only the part that matches."""

NEARLY_AS_GOOD = 0.75
"""Rows of the same scene with at least this share of the best score belong to its moment."""


VIDEO_ROWS = 3
"""A video is ranked by the mean of this many of its best rows: one lucky frame is not enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The best row of a scene or video, the time that it stands for, and the score of the whole.

    The score is not exact, but an upper bound, while rows that count for it may be unseen.
    """

    row: int
    frame_id: int
    span: TimeSpan
    score: float
    exact: bool = True


def group_scenes(hits: RowHits, contexts: Mapping[int, FrameContext]) -> list[Match]:
    """One match for each scene by its best row, best first."""
    groups = _grouped(hits, contexts, lambda context: context.scene.id)
    return [_match(hits, contexts, rows, float(hits.scores[rows[0]])) for rows in groups.values()]


def group_videos(
    hits: RowHits, contexts: Mapping[int, FrameContext], frame_counts: Mapping[str, int]
) -> list[Match]:
    """One match for each video by the mean of its best rows, best first."""
    found = []
    for video_id, rows in _grouped(hits, contexts, lambda context: context.video.id).items():
        scores = hits.scores[rows[:VIDEO_ROWS]].tolist()
        # Rows that were not among the hits score at most as much as the last one that was.
        unseen = min(VIDEO_ROWS, frame_counts.get(video_id, 0)) - len(scores)
        scores += [float(hits.scores[-1])] * unseen
        scene = contexts[int(hits.frame_ids[rows[0]])].scene.id
        inside = [row for row in rows if contexts[int(hits.frame_ids[row])].scene.id == scene]
        match = _match(hits, contexts, inside, sum(scores) / len(scores))
        found.append(replace(match, exact=unseen <= 0))
    return sorted(found, key=lambda match: -match.score)


def _grouped(
    hits: RowHits, contexts: Mapping[int, FrameContext], key: Callable[[FrameContext], K]
) -> dict[K, list[int]]:
    """Rows by group, best first in both; rows of videos removed meanwhile are left out."""
    groups: dict[K, list[int]] = {}
    for row, frame_id in enumerate(hits.frame_ids.tolist()):
        if frame_id in contexts:
            groups.setdefault(key(contexts[frame_id]), []).append(row)
    return groups


def _match(
    hits: RowHits, contexts: Mapping[int, FrameContext], rows: list[int], score: float
) -> Match:
    """The match whose best row comes first among rows of one scene."""
    span = _span(hits, contexts, rows[0], rows)
    return Match(row=rows[0], frame_id=int(hits.frame_ids[rows[0]]), span=span, score=score)


def _span(
    hits: RowHits, contexts: Mapping[int, FrameContext], row: int, siblings: list[int]
) -> TimeSpan:
    """The whole of a short scene; of a long one the best part and its neighbours nearly as good."""
    context = contexts[int(hits.frame_ids[row])]
    if context.scene.span.duration_s <= WHOLE_SCENE_S:
        return context.scene.span
    enough = float(hits.scores[row]) * NEARLY_AS_GOOD
    good = [other for other in siblings if float(hits.scores[other]) >= enough]
    spans = sorted(contexts[int(hits.frame_ids[other])].frame.span for other in good)
    span = context.frame.span
    for later in spans:
        if later.start_s >= span.start_s and later.start_s <= span.end_s + 1e-6:
            span = span.join(later)
    for earlier in reversed(spans):
        if earlier.end_s <= span.end_s and earlier.end_s >= span.start_s - 1e-6:
            span = span.join(earlier)
    return span
