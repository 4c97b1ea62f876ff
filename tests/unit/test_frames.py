from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from vsearch.pipeline.frames import Keyframe, KeyframePicker, SceneClosed, quality
from vsearch.types import Picture


@dataclass
class Shown:
    """A frame that needs no video: level 0 is black, detail makes it sharp."""

    pts_s: float
    level: int = 120
    detail: int = 10

    def small(self, size_px: tuple[int, int]) -> Picture:
        return self.picture(size_px[1])

    def picture(self, short_px: int) -> Picture:
        picture = np.full((short_px, short_px * 2, 3), self.level, np.uint8)
        picture[::2, ::2] = np.clip(self.level + self.detail * 5, 0, 255)
        return picture


class Cuts:
    """Reports known cuts, as late as a real detector does."""

    def __init__(self, cuts: Sequence[float], lag_frames: int = 3) -> None:
        self.lag_frames = lag_frames
        self._cuts = list(cuts)
        self._shown: list[float] = []

    def push(self, pts_s: float, picture: Picture) -> Sequence[float]:
        self._shown.append(pts_s)
        settled = self._shown[max(0, len(self._shown) - 1 - self.lag_frames)]
        found = [cut for cut in self._cuts if cut <= settled + 1e-6]
        self._cuts = [cut for cut in self._cuts if cut > settled + 1e-6]
        return found


def run(shots: Sequence[Shown], cuts: Sequence[float] = ()) -> tuple[list, list]:
    picker = KeyframePicker(Cuts(cuts), (16, 9), 4.0, 32)
    items = list(picker.run(shots, lambda: shots[-1].pts_s + 0.1))  # type: ignore[arg-type]
    return (
        [item for item in items if isinstance(item, Keyframe)],
        [item for item in items if isinstance(item, SceneClosed)],
    )


def even(seconds: float, rate: int = 10) -> list[Shown]:
    return [Shown(n / rate) for n in range(int(seconds * rate))]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.1, 1), (1, 1), (3.9, 1), (4.1, 2), (11.9, 3), (60, 15), (61, 16)]
)
def test_a_keyframe_for_each_scene_and_one_more_for_every_4_s(
    seconds: float, expected: int
) -> None:
    frames, scenes = run(even(seconds))
    assert len(scenes) == 1
    assert len(frames) == expected


def test_parts_cover_each_scene_without_gap_or_overlap() -> None:
    frames, scenes = run(even(30), cuts=[3.0, 3.5, 17.2])
    assert [round(scene.span.start_s, 2) for scene in scenes] == [0, 3.0, 3.5, 17.2]
    for scene in scenes:
        parts = [frame.span for frame in frames if frame.scene == scene.scene]
        assert parts[0].start_s == scene.span.start_s
        assert parts[-1].end_s == pytest.approx(scene.span.end_s)
        for before, after in pairwise(parts):
            assert before.end_s == pytest.approx(after.start_s)
    assert all(frame.span.start_s <= frame.pts_s < frame.span.end_s for frame in frames)


def test_the_sharp_frame_is_taken_and_the_black_one_never() -> None:
    shots = even(4)
    for shot in shots:
        shot.detail = 1
    for shot in shots[27:34]:
        shot.detail = 20
    assert 2.7 <= run(shots)[0][0].pts_s <= 3.3
    for shot in shots[5:]:
        shot.level = shot.detail = 0
    assert run(shots)[0][0].pts_s < 0.5


def test_an_all_black_video_still_has_a_keyframe() -> None:
    assert len(run([Shown(n / 10, level=0, detail=0) for n in range(30)])[0]) == 1


def test_one_frame_shown_for_long_stands_for_all_of_it() -> None:
    frames, scenes = run([Shown(0), Shown(0.1), Shown(30.0), Shown(30.1)])
    assert len(scenes) == 1
    assert frames[0].span.start_s == 0
    assert frames[-1].span.end_s == pytest.approx(scenes[0].span.end_s)
    assert frames[0].span.end_s == pytest.approx(frames[1].span.start_s)


def test_a_scene_begins_with_its_own_first_frame_however_its_time_is_rounded() -> None:
    """24000/1001 frames a second have times that no detector gives back to the last digit."""
    shots = [Shown(n * 1001 / 24000, detail=1) for n in range(160)]
    for shot in shots[80:]:
        shot.detail = 20
    cut_s = shots[80].pts_s
    for shift_s in (-4e-7, 0.0, 4e-7):
        frames, scenes = run(shots, cuts=[cut_s + shift_s])
        assert scenes[0].span.end_s == scenes[1].span.start_s == cut_s
        assert all(frame.pts_s < cut_s for frame in frames if frame.scene == 0)
        assert all(frame.pts_s >= cut_s for frame in frames if frame.scene == 1)


def test_what_goes_on_under_the_last_picture_is_part_of_the_last_scene() -> None:
    picker = KeyframePicker(Cuts([]), (16, 9), 4.0, 32)
    items = list(picker.run(even(4), lambda: 100.0))  # type: ignore[arg-type]
    frames = [item for item in items if isinstance(item, Keyframe)]
    assert frames[-1].span.end_s == 100.0
    assert max(frame.span.duration_s for frame in frames) <= 30.0
    assert items[-1].span.end_s == 100.0


def test_memory_does_not_grow_with_the_scene() -> None:
    picker = KeyframePicker(Cuts([]), (16, 9), 4.0, 32)
    most = 0
    for _ in picker.run(even(600), lambda: 600.0):  # type: ignore[arg-type]
        most = max(most, len(picker._candidates))
    assert most < 30


def test_quality_prefers_detail_to_blur_and_anything_to_black() -> None:
    sharp, soft, black = (Shown(0, 120, 20), Shown(0, 120, 2), Shown(0, 0, 0))
    values = [quality(shot.picture(32)) for shot in (sharp, soft, black)]
    assert values == sorted(values, reverse=True)
    assert values[2] < 0.1
