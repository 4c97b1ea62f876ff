"""Clips from Python: what comes of them, how they are followed and stopped, what they keep off."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import vsearch
from vsearch.clips.shots import common_size, shots_of
from vsearch.errors import QueryError, VideoError
from vsearch.library import Library
from vsearch.outputs import check_clip, check_folder, unfinished_file
from vsearch.testing.videos import RATE, silence, tone, write_colours
from vsearch.types import Place, Scene, TimeSpan, Video


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    videos = shared_library.path.parent / "videos"
    said = np.concatenate([tone(660, 4), silence(4)])
    write_colours(videos / "talk.mp4", ["red", "white", "blue", "green"], samples=said)
    write_colours(videos / "lake.mp4", ["white", "purple", "orange"], seconds_each=5)
    write_colours(videos / "sea.mp4", ["blue", "green"], size_px=(128, 96))
    shared_library.index(videos)
    return shared_library


def video(name: str = "a") -> Video:
    return Video(
        id=name,
        path=Path(f"/{name}.mp4"),
        duration_s=60,
        frame_rate=Fraction(25),
        width_px=160,
        height_px=96,
        has_audio=False,
    )


def place(start_s: float, end_s: float, name: str = "a") -> Place:
    return Place(video=video(name), span=TimeSpan(start_s=start_s, end_s=end_s))


def test_a_clip_tells_what_it_is(library: Library, tmp_path: Path) -> None:
    heard: list[float] = []
    wishes = vsearch.Wishes(before_s=1, after_s=1)
    follow = vsearch.Follow(progress=heard.append)
    clip = library.clip("talk", 2, 3, tmp_path / "a.mp4", wishes=wishes, follow=follow)
    assert clip.path.stat().st_size
    assert clip.duration_s == pytest.approx(3, abs=0.01)
    assert [(piece.span.start_s, piece.span.end_s, piece.at_s) for piece in clip.pieces] == [
        (1, 4, 0)
    ]
    assert heard[-1] == 1
    assert heard == sorted(heard)


@pytest.mark.parametrize("length_s", [4.0, 7.3, 9.95])
@pytest.mark.parametrize("dissolve_s", [0.0, 0.5])
def test_a_reel_is_as_long_as_wished_for_to_the_frame(
    library: Library, tmp_path: Path, length_s: float, dissolve_s: float
) -> None:
    wishes = vsearch.Wishes(dissolve_s=dissolve_s)
    path = tmp_path / "a.mp4"
    reel = library.reel(None, path, video="lake", length_s=length_s, wishes=wishes)
    assert length_s - 1 / RATE - 1e-6 <= reel.duration_s <= length_s + 1e-6
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == round(reel.duration_s * RATE)


def test_a_reel_may_be_of_moments_that_were_found(library: Library, tmp_path: Path) -> None:
    moments = library.search("green").moments[:2]
    reel = library.reel(moments, tmp_path / "r.mp4")
    assert [piece.video.id for piece in reel.pieces] == [moment.video.id for moment in moments]
    assert reel.duration_s == pytest.approx(sum(m.span.duration_s for m in moments), abs=0.05)
    with pytest.raises(QueryError, match="taken as they are"):
        library.reel(moments, tmp_path / "s.mp4", length_s=3)
    with pytest.raises(QueryError, match="nothing to put"):
        library.reel([], tmp_path / "s.mp4")


def test_a_clip_that_is_stopped_leaves_nothing(library: Library, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(VideoError, match="stopped"):
        library.clip("talk", 0, 8, tmp_path / "a.mp4", follow=vsearch.Follow(stop=stop))
    assert not list(tmp_path.glob("*.mp4"))
    assert not list(tmp_path.glob(".unfinished*"))


def test_a_cropped_clip_has_a_window_for_each_shot(library: Library, tmp_path: Path) -> None:
    wishes = vsearch.Wishes(shape="9:16", subtitles="burnt")
    clip = library.clip("talk", 1, 7, tmp_path / "a.mp4", wishes=wishes)
    assert len(clip.pieces) == 1, "shots are no pieces of their own for whoever asked"
    assert clip.duration_s == pytest.approx(6, abs=0.01)
    with av.open(str(clip.path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 6 * RATE


def test_shots_are_cut_where_scenes_begin_but_not_into_splinters() -> None:
    starts = [0.0, 4.0, 9.8, 10.5, 20.0]
    scenes = [
        Scene(id=n, video_id="a", span=TimeSpan(start_s=start_s, end_s=start_s + 1))
        for n, start_s in enumerate(starts)
    ]
    shots = [shot.span for shot in shots_of(place(3.7, 20.3), scenes)]
    assert [(span.start_s, span.end_s) for span in shots] == [(3.7, 9.8), (9.8, 10.5), (10.5, 20.3)]


def test_an_edit_has_a_size_that_suits_most_of_it() -> None:
    sizes = {Path("/a.mp4"): (640, 360), Path("/b.mp4"): (1920, 1080), Path("/c.mp4"): (720, 1280)}
    places = [place(0, 2, "b"), place(0, 7), place(4, 8, "c")]
    assert common_size(places, sizes, None) == (1920, 1080)
    assert common_size([place(0, 1, "b"), place(0, 30)], sizes, None) == (640, 360)
    assert common_size([place(0, 1, "b"), place(0, 30, "c")], sizes, None) == (720, 1280)
    assert common_size(places[:1], sizes, None) is None
    assert common_size(places, sizes, "9:16") == (720, 1280)
    assert common_size(places[:2], sizes, "9:16") == (608, 1080)


def test_no_clip_is_written_where_one_came_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with pytest.raises(QueryError, match="meanwhile"), unfinished_file(path) as unfinished:
        unfinished.write_bytes(b"new")
        path.write_bytes(b"other")
    assert path.read_bytes() == b"other"
    with unfinished_file(path, overwrite=True) as unfinished:
        unfinished.write_bytes(b"new")
    assert path.read_bytes() == b"new"
    assert [item.name for item in tmp_path.iterdir()] == ["a.mp4"]


def test_places_where_no_clip_may_be(tmp_path: Path) -> None:
    gone = tmp_path / "gone.mp4"
    (tmp_path / "link.mp4").symlink_to(gone)
    for path in (gone, tmp_path / "link.mp4", tmp_path / "." / "x" / ".." / "gone.mp4"):
        (tmp_path / "x").mkdir(exist_ok=True)
        with pytest.raises(QueryError, match="never written over"):
            check_clip(path, [gone], overwrite=True)
    with pytest.raises(QueryError, match="no ordinary file"):
        check_clip(Path("/dev/null"), [], overwrite=True)
    with pytest.raises(QueryError, match="is a folder"):
        check_clip(tmp_path, [])
    (tmp_path / "catalog.duckdb").touch()
    for folder in (tmp_path, tmp_path / "new"):
        with pytest.raises(QueryError, match="lies in the library"):
            check_folder(folder)
