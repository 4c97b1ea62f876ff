"""Matches -> matches worth a place each: copies fold into one, and no video takes all the room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from vsearch.query.group import Match
from vsearch.storage import Rows
from vsearch.types import Matrix, Place

SAME = 0.97
"""Two moments whose joint vectors have this cosine look the same and say the same."""


def distinct(rows: Rows, matches: Sequence[Match], wanted: int) -> list[Match]:
    """The first matches that are no copies of a better one, each with its copies."""
    kept: list[Match] = []
    vectors: list[Matrix] = []
    for match, vector in _with_vectors(rows, matches):
        closeness = np.array(vectors) @ vector if vectors else np.zeros(1, np.float32)
        if closeness.max() >= SAME:
            original = int(closeness.argmax())
            place = Place(video=match.context.video, span=match.span)
            kept[original] = replace(kept[original], copies=(*kept[original].copies, place))
        elif len(kept) == wanted:
            break
        else:
            kept.append(match)
            vectors.append(vector)
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


def at_most(matches: Sequence[Match], per_video: int) -> list[Match]:
    """The first matches of each video, as many as are wanted of one."""
    seen: Counter[str] = Counter()
    kept = []
    for match in matches:
        seen[match.context.video.id] += 1
        if seen[match.context.video.id] <= per_video:
            kept.append(match)
    return kept
