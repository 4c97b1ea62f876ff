"""Matches -> matches worth a place each: copies fold into one, and no video takes all the room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from vsearch.query.group import Match
from vsearch.storage import Rows
from vsearch.types import Matrix

SAME = 0.97
"""Two moments whose joint vectors have this cosine look the same and say the same."""


def distinct(rows: Rows, matches: Sequence[Match], wanted: int, per_video: int = 0) -> list[Match]:
    """The first matches that are no copies of a better one, each with its copies.

    Of one video there may be a limit; copies take none of its room.
    """
    kept: list[Match] = []
    seen: Counter[str] = Counter()
    vectors = np.zeros((min(wanted, len(matches)), 0), np.float32)
    for match, vector in _with_vectors(rows, matches):
        if not kept:
            vectors = np.zeros((len(vectors), len(vector)), np.float32)
        closeness = vectors[: len(kept)] @ vector
        if closeness.max(initial=0) >= SAME:
            original = int(closeness.argmax())
            place = (match.context.scene.video_id, match.span)
            kept[original] = replace(kept[original], copies=(*kept[original].copies, place))
        elif per_video and seen[match.context.scene.video_id] == per_video:
            continue
        elif len(kept) == wanted:
            break
        else:
            vectors[len(kept)] = vector
            seen[match.context.scene.video_id] += 1
            kept.append(match)
    return kept


def _with_vectors(
    rows: Rows, matches: Sequence[Match], step: int = 64
) -> Iterator[tuple[Match, Matrix]]:
    for start in range(0, len(matches), step):
        part = matches[start : start + step]
        # Of an `A then B` both must look alike: each match has as many rows as there are clauses.
        several = np.array([match.rows for match in part], np.int64)
        found = rows.vectors(several.ravel()).reshape(len(part), -1)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        yield from zip(part, found / np.maximum(lengths, 1e-9), strict=True)


def first_of_each(matches: Sequence[Match]) -> list[Match]:
    """The first match of each video."""
    found: dict[str, Match] = {}
    for match in matches:
        found.setdefault(match.context.scene.video_id, match)
    return list(found.values())
