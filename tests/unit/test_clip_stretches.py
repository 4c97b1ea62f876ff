"""What a person types as times becomes stretches, which get handles and names for their files."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from vsearch.clips.names import at, free, name_of, named
from vsearch.clips.stretch import inside, merged, span_of, time_of, with_handles
from vsearch.clips.wishes import Wishes
from vsearch.errors import QueryError
from vsearch.types import Place, TimeSpan, Video


def video(name: str = "talk", duration_s: float = 60.0) -> Video:
    return Video(
        id=name * 2,
        path=Path(f"/videos/{name}.mp4"),
        duration_s=duration_s,
        frame_rate=Fraction(25),
        width_px=160,
        height_px=96,
        has_audio=True,
    )


def place(start_s: float, end_s: float, of: Video | None = None) -> Place:
    return Place(video=of or video(), span=TimeSpan(start_s=start_s, end_s=end_s))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("90", 90), ("1:30", 90), ("0:01:30.5", 90.5), ("1m30s", 90), ("00:01:30,500", 90.5)),
        *((" 12.25 ", 12.25), ("1:00:00", 3600), ("90s", 90), ("0", 0)),
    ],
)
def test_times_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert time_of(text) == seconds


@pytest.mark.parametrize("text", ["", "1:99", "-3", "soon", "1:2:3:4", "nan", "inf", "1e400", "१"])
def test_what_is_no_time_is_named_with_what_would_be(text: str) -> None:
    with pytest.raises(QueryError, match="write times as 90, 1:30"):
        time_of(text)


@pytest.mark.parametrize(
    ("given", "end_s"),
    [
        *((("10", "15"), 15), (("10", "+5"), 15), (("10", "+1m"), 70)),
        *((("10", None, "5s"), 15), (("10", None, "+5"), 15)),
    ],
)
def test_an_end_is_a_time_or_a_length(given: tuple[str, ...], end_s: float) -> None:
    assert span_of(*given) == TimeSpan(start_s=10, end_s=end_s)


@pytest.mark.parametrize(
    "given", [("10", "10"), ("10", "5"), ("10", "+0"), ("10", None), ("10", "12", "5")]
)
def test_no_clip_is_empty_runs_backwards_or_ends_twice(given: tuple[str, ...]) -> None:
    with pytest.raises(QueryError):
        span_of(*given)


def test_a_clip_ends_with_its_video_and_says_so() -> None:
    short, note = inside(place(50, 70))
    assert short.span.end_s == 60
    assert "ends at 60.0 s" in note
    assert inside(place(50, 60.3)) == (place(50, 60), "")
    assert inside(place(5, 9)) == (place(5, 9), "")
    with pytest.raises(QueryError, match=r"talk.mp4 is over at 1:00"):
        inside(place(60, 61))


def test_handles_stay_in_the_video_and_join_what_meets() -> None:
    assert with_handles([place(1, 2), place(57, 59)], 3, 4) == [place(0, 6), place(54, 60)]
    assert with_handles([place(10, 12), place(14, 16)], 2, 2) == [place(8, 18)]
    assert with_handles([place(10, 12), place(20, 22)], 2, 2) == [place(8, 14), place(18, 24)]
    other = place(0, 9, video("other"))
    shown = with_handles([place(14, 16), other, place(10, 12)], 2, 2)
    assert shown == [place(13, 18), place(0, 11, other.video), place(8, 13)]


def test_no_picture_is_shown_twice_whatever_the_handles() -> None:
    chance = random.Random(7)
    for _ in range(300):
        edges = sorted(chance.sample(range(60), 10))
        cores = [place(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
        chance.shuffle(cores)
        shown = with_handles(cores, chance.uniform(0, 30), chance.uniform(0, 30))
        spans = sorted(item.span for item in shown)
        for first, after in itertools.pairwise(spans):
            assert first.end_s <= after.start_s + 1e-9
        for core in cores:
            assert any(
                span.start_s <= core.span.start_s and core.span.end_s <= span.end_s
                for span in spans
            )


def test_a_handle_shows_nothing_that_another_stretch_shows() -> None:
    nested = [place(11, 12), place(2, 3), place(0, 10)]
    assert with_handles(nested, 3, 3) == [place(10.5, 15), place(2, 3), place(0, 10.5)]
    # Who asks for little after a stretch gets no more of what lies between because of others.
    assert with_handles([place(10, 12), place(22, 24)], 9, 2) == [place(1, 26)]
    assert with_handles([place(22, 24), place(10, 12)], 9, 2) == [place(14, 26), place(1, 14)]


def test_handles_of_any_stretches_repeat_nothing_but_what_was_asked_for_twice() -> None:
    chance = random.Random(11)
    for _ in range(300):
        cores = []
        for _ in range(chance.randint(1, 6)):
            start, end = sorted(chance.sample(range(61), 2))
            cores.append(place(start, end))
        before, after = chance.randint(0, 12), chance.randint(0, 12)
        shown = with_handles(cores, before, after)
        for half in range(120):
            at_s = half / 2 + 0.25
            asked = sum(core.span.start_s <= at_s < core.span.end_s for core in cores)
            there = sum(item.span.start_s <= at_s < item.span.end_s for item in shown)
            wide = any(
                core.span.start_s - before <= at_s < core.span.end_s + after for core in cores
            )
            assert min(asked, 1) <= there <= max(asked, 1 if wide else 0)


def test_files_of_no_library_are_not_one_video() -> None:
    one, two = video("one"), video("two")
    files = [replace(item, id="", path=Path(f"/v/{item.id}.mp4")) for item in (one, two)]
    cores = [place(10, 12, files[0]), place(13, 15, files[1])]
    assert with_handles(cores, 2, 2) == [place(8, 14, files[0]), place(11, 17, files[1])]


def test_only_what_goes_on_is_joined() -> None:
    assert merged([place(0, 2), place(2, 4)]) == [place(0, 4)]
    assert merged([place(2, 4), place(0, 2)]) == [place(2, 4), place(0, 2)]
    other = video("other")
    assert len(merged([place(0, 2), place(2, 4, other)])) == 2


def test_names_of_clips_are_safe_and_say_where_they_are_from() -> None:
    assert name_of(place(65, 70), 3) == "03-talk-1m05s.mp4"
    assert name_of(place(65.25, 70)) == "talk-1m05.2s-1m10s.mp4"
    assert at(3723) == "1h02m03s"
    for strange in ("-rf", "a\nb", "a/b", "..", "ñ" * 300, "📼", "con", 'a"b', "\udcff"):
        given = place(1, 2, Video(**{**_fields(video()), "path": Path(f"/v/{strange}.mp4")}))
        name = name_of(given, 1)
        assert name.startswith("01-")
        assert Path(name).name == name
        assert name.isprintable()
        assert len(name.encode()) < 200
        assert not name_of(given).startswith(("-", "."))
    assert named("the last\ttrain?", "reel") == "the-last-train_-reel.mp4"


def _fields(of: Video) -> dict[str, object]:
    return {name: getattr(of, name) for name in Video.__slots__}


def test_a_free_name_has_the_next_number(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    assert free(path) == path
    path.touch()
    (tmp_path / "a-2.mp4").symlink_to("nowhere")
    assert free(path) == tmp_path / "a-3.mp4"


@pytest.mark.parametrize(
    "wish",
    [
        {"before_s": -1},
        {"fade_s": float("nan")},
        {"dissolve_s": 61},
        {"subtitles": "yes"},
        {"shape": "16:9"},
        {"order": "worst"},
    ],
)
def test_wishes_that_cannot_be_are_refused(wish: dict[str, object]) -> None:
    with pytest.raises(QueryError, match=str(next(iter(wish)))):
        Wishes(**wish)  # type: ignore[arg-type]
