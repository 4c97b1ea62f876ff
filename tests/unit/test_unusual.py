"""Unusual scenes among made-up ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vsearch.pipeline.scenes import make_scene
from vsearch.query.distances import COMPARED, Usual, nearest, neighbours_of, unlikeness
from vsearch.query.unusual import FEWEST, LEAST, find_unusual, fused
from vsearch.storage import BlockRows, VideoRecord
from vsearch.testing.records import DIM, fill, make_record
from vsearch.types import SpeechSegment, TimeSpan
from vsearch_index.store import LibraryStore


def crowd(count: int, seed: int = 0, spread: float = 0.1) -> np.ndarray:
    """Unit vectors about one direction."""
    random = np.random.default_rng(seed)
    found = spread * random.standard_normal((count, DIM))
    found[:, 0] += 1
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def stranger(axis: int = 5) -> np.ndarray:
    return np.eye(DIM, dtype=np.float32)[axis]


def video(folder: Path, name: str, seen: np.ndarray, said: np.ndarray | None = None) -> VideoRecord:
    """A video of one scene for each vector, a second each."""
    record = make_record(folder, name, frames=len(seen))
    scenes = [
        make_scene(record.video.id, place, TimeSpan(start_s=place, end_s=place + 1))
        for place in range(len(seen))
    ]
    frames = [
        replace(frame, scene_id=scene.id)
        for frame, scene in zip(record.frames, scenes, strict=True)
    ]
    rows = {"visual": BlockRows(positions=np.arange(len(seen)), matrix=seen)}
    speech = []
    if said is not None:
        rows["speech"] = BlockRows(positions=np.arange(len(said)), matrix=said)
        speech = [
            SpeechSegment(
                video_id=record.video.id,
                span=scene.span,
                text="zebras graze" if place == 4 else "the usual report",
                language="en",
            )
            for place, scene in enumerate(scenes)
        ]
    return replace(record, scenes=scenes, frames=frames, rows=rows, speech=speech)


def unusual(store: LibraryStore, limit: int = 10, name: str | None = None, empty=frozenset()):
    chosen = next((item for item in store.videos() if item.path.name == name), None)
    return find_unusual(store.rows(), chosen, limit, lambda path: int(path.stem) in empty)


def test_a_stranger_stands_out_with_its_reason(store: LibraryStore, tmp_path: Path) -> None:
    seen = np.concatenate([crowd(7), stranger()[None], crowd(12, 1)])
    fill(store, video(tmp_path, "a.mp4", seen))
    result = unusual(store)
    scene, *others = result.scenes  # of twenty that vary by chance another one may stand out a bit
    assert all(other.score < scene.score / 3 for other in others)
    assert (result.compared, result.empty, scene.rank) == (20, 0, 1)
    assert scene.span.start_s == 7
    (reason,) = scene.reasons
    assert (reason.block, reason.text) == ("visual", "looks unlike anything else")
    assert reason.score == pytest.approx(scene.score)
    assert len(reason.nearest) == 2
    assert scene.span not in [place.span for place in reason.nearest]


def test_what_is_said_can_be_the_reason_and_its_rare_words_are_shown(
    store: LibraryStore, tmp_path: Path
) -> None:
    said = crowd(20, 1)
    said[4] = stranger()
    fill(store, video(tmp_path, "a.mp4", crowd(20), said))
    scene = unusual(store).scenes[0]
    assert scene.span.start_s == 4
    assert scene.reasons[0].text == "talks about something else"
    assert scene.words == ("zebras", "graze")
    assert scene.said == "zebras graze"


def test_a_video_is_compared_with_itself_and_a_library_as_a_whole(
    store: LibraryStore, tmp_path: Path
) -> None:
    seen = crowd(20)
    seen[3] = stranger()
    others = np.tile(stranger(), (20, 1)) + crowd(20, 2, 0.05) * 0.2
    fill(store, video(tmp_path, "a.mp4", seen), video(tmp_path, "b.mp4", others))
    (inside,) = unusual(store, name="a.mp4").scenes
    assert inside.span.start_s == 3
    assert 3 not in [
        scene.span.start_s for scene in unusual(store).scenes if scene.video.path.name == "a.mp4"
    ]


def test_copies_of_a_stranger_do_not_hide_it_and_take_one_place(
    store: LibraryStore, tmp_path: Path
) -> None:
    seen = crowd(30)
    seen[[3, 9, 20]] = stranger()
    fill(store, video(tmp_path, "a.mp4", seen))
    (scene,) = unusual(store).scenes
    assert sorted([scene.span.start_s, *(copy.span.start_s for copy in scene.copies)]) == [3, 9, 20]


def test_empty_pictures_are_left_out(store: LibraryStore, tmp_path: Path) -> None:
    seen = crowd(30)
    seen[3], seen[8] = stranger(), stranger(6)
    record = video(tmp_path, "a.mp4", seen)
    fill(store, record)
    result = unusual(store, empty={record.frames[3].id})
    assert ([scene.span.start_s for scene in result.scenes], result.empty) == ([8], 1)


@pytest.mark.parametrize("count", [1, 2, FEWEST - 1])
def test_among_few_scenes_nothing_is_unusual(
    store: LibraryStore, tmp_path: Path, count: int
) -> None:
    seen = crowd(count)
    seen[0] = stranger()
    fill(store, video(tmp_path, "a.mp4", seen))
    result = unusual(store)
    assert result.too_few
    assert result.scenes == ()


def test_scenes_that_are_all_the_same_have_no_stranger(store: LibraryStore, tmp_path: Path) -> None:
    fill(store, video(tmp_path, "a.mp4", np.tile(stranger(0), (20, 1))))
    result = unusual(store)
    assert (result.scenes, result.too_few) == ((), False)


def test_no_more_than_asked_for_the_farthest_first(store: LibraryStore, tmp_path: Path) -> None:
    seen = crowd(60)
    for place, axis in ((3, 3), (17, 5), (40, 7)):
        seen[place] = stranger(axis)
    fill(store, video(tmp_path, "a.mp4", seen))
    every = unusual(store).scenes
    assert {scene.span.start_s for scene in every} == {3, 17, 40}
    assert unusual(store, limit=2).scenes == every[:2]
    scores = [scene.score for scene in every]
    assert scores == sorted(scores, reverse=True)


def test_the_distance_is_that_to_the_fifth_of_many_and_to_nearer_ones_of_few() -> None:
    assert [neighbours_of(count) for count in (2, 8, 12, 100)] == [1, 2, 3, 5]
    line = np.arange(10, dtype=np.float32)[:, None]
    places = np.arange(10)
    assert nearest(line, places, line, places, 1).tolist() == [1] * 10
    assert nearest(line, places, line, places, 3).tolist() == [3, 2, 2, 2, 2, 2, 2, 2, 2, 3]


def test_usual_is_not_moved_by_what_is_not() -> None:
    distances = np.append(np.linspace(1, 2, 99), 1e6).astype(np.float32)
    usual = Usual.of(distances)
    assert usual.median == pytest.approx(1.5, abs=0.02)
    assert usual.deviations(distances)[-1] > LEAST
    assert Usual.of(np.ones(9, np.float32)).deviations(np.ones(9, np.float32)).tolist() == [0] * 9


def test_among_very_many_a_sample_finds_the_same_stranger() -> None:
    vectors = crowd(COMPARED + 1500)
    vectors[[5, 2000]] = stranger(), stranger(7)
    found = unlikeness(vectors, 50)
    assert set(np.argsort(-found)[:2].tolist()) == {5, 2000}
    assert (np.sort(found)[-2:] > LEAST).all()
    assert np.median(found) == 0


def test_far_in_one_block_is_enough() -> None:
    found = fused([np.array([-9.0, 3, 0]), np.array([4.0, 4, -1])])
    assert found.tolist() == [4, 5, 0]
