"""Rows into scenes and videos."""

from __future__ import annotations

import numpy as np
import pytest

from vsearch.query.group import group_scenes, group_videos
from vsearch.query.pool import Pool
from vsearch.storage import FrameContext
from vsearch.types import Frame, Scene, TimeSpan


def context(frame_id: int, scene: int, video: str, part: tuple[float, float]) -> FrameContext:
    return FrameContext(
        frame=Frame(
            id=frame_id,
            scene_id=scene,
            pts_s=part[0],
            span=TimeSpan(start_s=part[0], end_s=part[1]),
        ),
        scene=Scene(id=scene, video_id=video, span=TimeSpan(start_s=0, end_s=40)),
    )


def pool(scores: list[float], *, whole: bool = False) -> Pool:
    column = np.array(scores, np.float32)[:, None]
    return Pool(
        names=("visual",),
        positions=np.arange(len(scores), dtype=np.int64),
        scores=column[:, 0],
        contributions=column,
        floor=scores[-1],
        whole=whole,
    )


def test_a_long_scene_gives_the_part_that_matches_with_its_neighbours() -> None:
    parts = [(8, 12), (4, 8), (12, 16), (20, 24), (0, 4)]
    contexts = {n: context(n, 1, "v", part) for n, part in enumerate(parts)}
    (match,) = group_scenes(pool([1.0, 0.9, 0.8, 0.95, 0.2]), contexts)
    assert (match.span.start_s, match.span.end_s) == (4, 16)
    assert match.row == 0


def test_rows_of_removed_videos_are_left_out() -> None:
    contexts = {1: context(1, 1, "v", (0, 4))}
    (match,) = group_scenes(pool([1.0, 0.5]), contexts)
    assert match.row == 1


def test_a_video_is_ranked_by_its_best_three_rows() -> None:
    """One lucky frame of a long video does not beat a video that matches throughout."""
    owners = ["lucky", "steady", "steady", "steady", "lucky", "lucky"]
    contexts = {n: context(n, n, owner, (0, 4)) for n, owner in enumerate(owners)}
    found = group_videos(pool([1.0, 0.9, 0.9, 0.8, 0.1, 0.1]), contexts)
    assert [match.row for match in found] == [1, 0]
    assert found[0].score == pytest.approx((0.9 + 0.9 + 0.8) / 3)
