"""Steps and clauses: matches that follow each other in time, and that hold together."""

from __future__ import annotations

from functools import partial

import pytest

from vsearch.library import Library
from vsearch.query.group import Match
from vsearch.query.order import one_after_another, together
from vsearch.storage import FrameContext
from vsearch.testing.videos import write_colours
from vsearch.types import Frame, Scene, TimeSpan

COLOURS = {
    "rg": ["red", "green"],
    "gr": ["green", "red"],
    "late": ["red", "blue", "white", "black", "green"],
    "rgb": ["red", "green", "blue"],
    "bgr": ["blue", "green", "red"],
}


def match(start_s: float, end_s: float, score: float, video: str = "v") -> Match:
    span = TimeSpan(start_s=start_s, end_s=end_s)
    row = int(start_s * 10)
    return Match(
        row=row,
        context=FrameContext(
            frame=Frame(id=row, scene_id=row, pts_s=start_s, span=span),
            scene=Scene(id=row, video_id=video, span=span),
        ),
        span=span,
        score=score,
        contributions=(score, 0.0),
    )


def spans(found: Match) -> list[float]:
    return [step.start_s for step in found.steps]


def test_the_second_begins_after_the_first_and_soon_enough() -> None:
    follow = partial(one_after_another, [match(10, 20, 3.0)])
    assert follow([match(5, 9, 9.0)], within_s=30) == []
    assert follow([match(10, 20, 9.0)], within_s=30) == []
    assert follow([match(51, 60, 9.0)], within_s=30) == []
    assert follow([match(20, 25, 9.0, video="w")], within_s=30) == []
    (found,) = follow([match(20, 25, 1.0), match(50, 60, 2.0), match(51, 99, 9.0)], within_s=30)
    assert spans(found) == [10, 50]
    assert (found.span.start_s, found.span.end_s) == (10, 60)
    assert found.score == pytest.approx(2.5)
    assert sum(found.contributions) == pytest.approx(found.score)
    assert follow([match(20, 25, 9.0)], within_s=0) != []
    assert follow([match(20.5, 25, 9.0)], within_s=0) == []


def test_of_equal_followers_the_first_is_taken() -> None:
    (found,) = one_after_another([match(0, 5, 1)], [match(9, 10, 2), match(6, 7, 2)], 30)
    assert spans(found) == [0, 6]


def test_a_chain_is_not_lost_to_a_better_step_that_leads_nowhere() -> None:
    """The best second step stands at the end; another one is followed by the third."""
    second, third = [match(10, 12, 1.0), match(90, 95, 5.0)], [match(14, 15, 4.0)]
    chains = one_after_another(second, third, 100)
    (found,) = one_after_another([match(0, 5, 4.0)], chains, 100)
    assert spans(found) == [0, 10, 14]
    assert found.score == pytest.approx(3.0), "every step counts alike"


def test_what_holds_together_overlaps_and_counts_alike() -> None:
    first = [match(0, 10, 3.0), match(20, 30, 3.0)]
    second = [match(5, 15, 1.0), match(9, 12, 2.0)]
    (found,) = together([first, second])
    assert (found.span.start_s, found.span.end_s, found.score) == (0, 12, 2.5)
    assert together([[match(0, 10, 1.0)], [match(10, 20, 1.0)]]) == [], (
        "touching is not overlapping"
    )
    assert together([[match(0, 10, 1.0)], [match(0, 10, 1.0, video="w")]]) == []
    assert together([first, second, [match(0, 5, 10.0)]]) == [], "it meets one of the two only"
    (all_three,) = together([first, second, [match(9, 9.5, 10.0)]])
    assert all_three.score == pytest.approx(5.0)
    assert sum(all_three.contributions) == pytest.approx(5.0)


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    folder = shared_library.path.parent / "videos"
    for name, colours in COLOURS.items():
        write_colours(folder / f"{name}.mp4", colours, seconds_each=4)
    talk = write_colours(folder / "talk.mp4", ["red", "white", "red"], seconds_each=4)
    cue = "00:00:09,000 --> 00:00:11,000\nsit down\n"
    talk.with_suffix(".srt").write_text(f"1\n{cue}", encoding="utf-8")
    shared_library.index(folder)
    return shared_library


def found(library: Library, query: str) -> list[str]:
    """The videos found for a query, as far as every step or clause is really there."""
    moments = library.search(query, limit=50).moments
    best = moments[0].score
    good = [moment for moment in moments if moment.score > 0.75 * best]
    alike = [copy.video.path.stem for moment in good for copy in moment.copies]
    return [moment.video.path.stem for moment in good] + alike


@pytest.mark.parametrize(
    ("query", "videos"),
    [
        ("saw:red then saw:green within 30s", {"rg", "rgb", "late"}),
        ("saw:red then saw:green within 12s", {"rg", "rgb", "late"}),
        ("saw:red then saw:green within 11s", {"rg", "rgb"}),
        ("saw:green then saw:red within 30s", {"gr", "bgr"}),
        ("saw:red then saw:green then saw:blue within 30s", {"rgb"}),
        ("saw:blue THEN saw:green THEN saw:red", {"bgr"}),
        ('saw:red WHILE said:"sit down"', {"talk"}),
    ],
)
def test_order_and_togetherness(library: Library, query: str, videos: set[str]) -> None:
    assert set(found(library, query)) == videos


def test_steps_are_shown_in_order(library: Library) -> None:
    best = library.search("saw:red then saw:green then saw:blue within 30s").moments[0]
    assert [step.start_s for step in best.steps] == pytest.approx([0, 4, 8], abs=0.11)
    assert (best.span.start_s, best.span.end_s) == pytest.approx((0, 12), abs=0.11)
    assert best.frame.pts_s < 4
    assert sum(item.score for item in best.evidence) == pytest.approx(best.score, abs=1e-4)
    assert library.search("saw:red").moments[0].steps == ()


def test_at_the_same_time_is_the_right_one_of_two_scenes(library: Library) -> None:
    best = library.search('saw:red WHILE said:"sit down"').moments[0]
    assert (best.span.start_s, best.span.end_s) == pytest.approx((8, 12), abs=0.11)
    assert best.matched == ("sit", "down")


def test_within_nothing_is_at_once(library: Library) -> None:
    moments = library.search("saw:red", then="saw:green", within_s=0, limit=50).moments
    assert moments
    assert all(moment.steps[1].start_s <= moment.steps[0].end_s for moment in moments)


def test_copies_of_a_sequence_are_alike_in_every_step(library: Library) -> None:
    """They all begin in red: those that go on in green are alike, one that goes on in blue not."""
    moments = library.search("saw:red THEN saw:green", limit=50).moments
    best = {moments[0].video.path.stem, *(copy.video.path.stem for copy in moments[0].copies)}
    assert best == {"rg", "rgb", "late"}


def test_a_question_of_several_steps_can_be_by_video(library: Library) -> None:
    moments = library.search("saw:red then saw:green within 30s", by="video", limit=50).moments
    names = [moment.video.path.stem for moment in moments]
    assert len(names) == len(set(names))
