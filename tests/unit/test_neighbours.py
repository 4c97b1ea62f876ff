"""Scenes side by side that match alike are one moment, as long as one can watch it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from vsearch.query.group import LONGEST_S, NEARLY_AS_GOOD, group_scenes
from vsearch.query.pool import Pool
from vsearch.storage import FrameContext
from vsearch.types import Frame, Scene, TimeSpan, Video


def chain(scores: list[float], length_s: float, gap_s: float = 0.0) -> tuple[Pool, dict]:
    """A video of scenes in a row, each with one keyframe of this score."""
    contexts: dict[int, FrameContext] = {}
    order = np.argsort(-np.array(scores), kind="stable")
    video = make_video(len(scores) * (length_s + gap_s))
    for row, place in enumerate(order.tolist()):
        start_s = place * (length_s + gap_s)
        span = TimeSpan(start_s=start_s, end_s=start_s + length_s)
        contexts[row] = FrameContext(
            frame=Frame(id=place, scene_id=place, pts_s=start_s, span=span),
            scene=Scene(id=place, video_id=video.id, span=span),
        )
    column = np.array(scores, np.float32)[order][:, None]
    pool = Pool(
        names=("visual",),
        positions=np.arange(len(scores), dtype=np.int64),
        scores=column[:, 0],
        contributions=column,
        floor=0.0,
        whole=True,
    )
    return pool, contexts


def make_video(duration_s: float) -> Video:
    return Video(
        id="v",
        path=Path("v.mp4"),
        duration_s=duration_s,
        frame_rate=Fraction(25),
        width_px=1,
        height_px=1,
        has_audio=False,
    )


def test_neighbours_nearly_as_good_are_one_moment() -> None:
    found = group_scenes(*chain([1.0, 3.0, 4.0, 3.5, 1.0, 3.9], 5.0))
    assert [(match.span.start_s, match.span.end_s) for match in found] == [
        (5, 20),
        (25, 30),
        (0, 5),
        (20, 25),
    ]
    assert found[0].score == 4.0
    assert len(group_scenes(*chain([3.0, 4.0], 5.0), join=False)) == 2
    assert len(group_scenes(*chain([3.9, 4.0], 5.0, gap_s=0.5))) == 2
    assert len(group_scenes(*chain([-1.0, -1.0], 5.0))) == 2, "nothing speaks for either"


@pytest.mark.parametrize("seed", range(6))
def test_moments_never_overlap_nor_grow_too_long(seed: int) -> None:
    scores = np.random.default_rng(seed).uniform(1, 4, 60).tolist()
    found = group_scenes(*chain(scores, 7.0))
    spans = sorted(match.span for match in found)
    assert all(one.end_s <= other.start_s for one, other in pairwise(spans))
    assert sum(span.duration_s for span in spans) == pytest.approx(60 * 7.0)
    assert max(span.duration_s for span in spans) <= LONGEST_S
    for match in found:
        inside = scores[round(match.span.start_s / 7) : round(match.span.end_s / 7)]
        assert max(inside) == pytest.approx(match.score)
        assert min(inside) >= NEARLY_AS_GOOD * match.score - 1e-6


def test_alike_scenes_for_minutes_are_cut_into_watchable_parts() -> None:
    found = group_scenes(*chain([2.0] * 40, 7.0))
    assert all(match.span.duration_s <= LONGEST_S for match in found)
    assert 5 <= len(found) <= 10
