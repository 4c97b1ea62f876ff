"""Text -> moments: one inner-product search, grouped into scenes or videos by their best row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from vsearch.errors import QueryError
from vsearch.joint import shares
from vsearch.query.group import Match, group_scenes, group_videos
from vsearch.storage import FrameContext, RowHits, Store
from vsearch.types import Block, Evidence, Matrix, Moment, words_in

GroupBy: TypeAlias = Literal["scene", "video"]
ROWS_PER_RESULT = 12
MOST_ROWS = 50_000


def find_moments(
    store: Store,
    encode: Callable[[Block], Matrix],
    weights: Mapping[str, float],
    *,
    limit: int,
    by: GroupBy = "scene",
) -> list[Moment]:
    """The best moments for a query, which encode() gives as a text vector for each block."""
    wanted = limit * ROWS_PER_RESULT
    while True:
        hits = store.search(encode, weights, wanted)
        contexts = store.frames(hits.frame_ids.tolist())
        matches = _matches(store, hits, contexts, by)
        enough = len(matches) >= limit and all(match.exact for match in matches[:limit])
        if enough or len(hits.frame_ids) >= min(hits.total_rows, MOST_ROWS):
            return _moments(store, hits, contexts, matches[:limit])
        wanted *= 4


def check_text(text: str) -> str:
    """The text of a query without what does not matter."""
    cleaned = " ".join(text.split())
    if not any(letter.isalnum() for letter in cleaned):
        raise QueryError("the query is empty: say in a few words what to look for")
    return cleaned


def _matches(
    store: Store, hits: RowHits, contexts: Mapping[int, FrameContext], by: GroupBy
) -> list[Match]:
    if by == "scene":
        return group_scenes(hits, contexts)
    counts = store.frame_counts({context.video.id for context in contexts.values()})
    return group_videos(hits, contexts, counts)


def _moments(
    store: Store,
    hits: RowHits,
    contexts: Mapping[int, FrameContext],
    matches: list[Match],
) -> list[Moment]:
    speech = store.speech({contexts[match.frame_id].video.id for match in matches})
    found = []
    for rank, match in enumerate(matches, start=1):
        context = contexts[match.frame_id]
        found.append(
            Moment(
                rank=rank,
                video=context.video,
                scene=context.scene,
                frame=context.frame,
                span=match.span,
                score=match.score,
                evidence=_evidence(hits, match.row),
                said=words_in(speech.get(context.video.id, []), match.span),
                thumbnail=context.thumbnail,
            )
        )
    return found


def _evidence(hits: RowHits, row: int) -> tuple[Evidence, ...]:
    parts = hits.contributions[row].tolist()
    return tuple(
        Evidence(block=name, score=score, share=share)
        for name, score, share in zip(hits.blocks, parts, shares(parts), strict=True)
    )
