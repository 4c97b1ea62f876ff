"""Frames and timecodes of cuts, against OpenTimelineIO's own arithmetic where it has one."""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from importlib import import_module

import pytest

from vsearch.errors import QueryError
from vsearch.export.timeline import STANDARD, frame_at, frame_of, laid_out, standard_rate, timecode
from vsearch.testing.cuts import made_cut, made_list, made_video

N = Fraction(1000, 1001)


@pytest.mark.parametrize(
    ("rate", "known"),
    [
        (Fraction(24000, 1001), 24 * N),
        (Fraction(2997, 125), 24 * N),  # 23.976 as some files say it
        (Fraction(24), 24),
        (Fraction(2997, 100), 30 * N),
        (Fraction(19001, 317), 60 * N),  # 59.9401
        (Fraction(10), 30),
        (Fraction(15), 30),
        (Fraction(25, 2), 25),
        (Fraction(120), 60),
        (Fraction(120000, 1001), 60 * N),
        (Fraction(100), 50),
        (Fraction(27317, 950), 30 * N),  # 28.75, the average of a variable rate
        (Fraction(1, 10), 24),
    ],
)
def test_rates_are_those_that_editing_programs_know(rate: Fraction, known: Fraction) -> None:
    assert standard_rate(rate) == known


def test_every_known_rate_is_its_own() -> None:
    assert [standard_rate(rate) for rate in STANDARD] == list(STANDARD)


@pytest.mark.parametrize("rate", STANDARD, ids=lambda rate: f"{float(rate):.2f}")
@pytest.mark.parametrize("base", [Fraction(1, 1000), Fraction(1, 90_000), Fraction(1, 15_360)])
def test_a_frames_own_time_is_that_frame(rate: Fraction, base: Fraction) -> None:
    """Files round the times of their frames, Matroska to thousandths; the frame stays the same."""
    for frame in (*range(200), 1799, 1800, 17_982, 107_892, 1_000_001):
        rounded = round(frame / rate / base) * base
        assert frame_at(float(rounded), rate) == frame
        assert frame_at(float((frame + Fraction(1, 2)) / rate), rate) == frame + 1


@pytest.mark.parametrize("rate", [30 * N, 60 * N, Fraction(25), 24 * N, Fraction(30), Fraction(60)])
def test_timecodes_are_those_of_opentimelineio(rate: Fraction) -> None:
    # There is no wheel of it for Python 3.14 yet; everywhere else it has to be there.
    find = pytest.importorskip if sys.version_info >= (3, 14) else import_module
    opentime = find("opentimelineio").opentime
    drop = rate in {30 * N, 60 * N}
    frames = {0, 1, 1798, 1799, 1800, 1801, 3597, 3598, 17_981, 17_982, 17_983, 35_964, 107_892}
    for frame in (*sorted(frames | {2 * item for item in frames}), *range(0, 2_000_000, 9973)):
        time = opentime.RationalTime(frame, float(rate))
        told = opentime.to_timecode(time, float(rate), drop_frame=drop)
        assert timecode(frame, rate, drop=drop) == told
        assert frame_of(told, rate) == frame


def test_a_day_is_the_longest() -> None:
    assert timecode(24 * 3600 * 25 - 1, Fraction(25)) == "23:59:59:24"
    with pytest.raises(QueryError, match="24 hours"):
        timecode(24 * 3600 * 25, Fraction(25))
    assert frame_of("nothing", Fraction(25)) == 0


def test_cuts_follow_one_another_and_stay_inside_their_files() -> None:
    video = made_video("a.mp4", 30 * N)
    cuts = [
        made_cut(1, video, (0.0, 1.001)),
        made_cut(2, video, (59.99, 75.0)),  # sound goes on after the last picture
        made_cut(3, video, (5.0, 5.0)),
        made_cut(4, video, (70.0, 71.0)),
    ]
    edit = laid_out(made_list(cuts))
    assert edit.rate == 30 * N
    assert edit.drop
    at = 0
    for piece in edit.pieces:
        assert piece.at == at
        assert 0 <= piece.first < piece.first + piece.frames <= piece.available == 1798
        assert piece.length == piece.frames >= 1
        at += piece.length
    assert edit.length == at
    assert (edit.pieces[0].first, edit.pieces[0].frames) == (0, 30)


def test_a_moment_between_two_frames_is_the_one_that_is_shown() -> None:
    video = made_video("a.mp4", 25)
    for span in ((2.01, 2.03), (2.01, 2.01), (2.0, 2.0), (2.0, 2.04), (2.039, 2.04)):
        piece = laid_out(made_list([made_cut(1, video, span)])).pieces[0]
        assert (piece.first, piece.frames) == (51 if span[0] > 2.035 else 50, 1)


def test_the_edit_has_the_rate_of_most_cuts() -> None:
    slow, fast = made_video("slow.mp4", 25), made_video("fast.mp4", 50)
    cuts = [made_cut(1, fast, (2, 4)), made_cut(2, slow, (2, 4)), made_cut(3, slow, (4, 5))]
    edit = laid_out(made_list(cuts))
    assert edit.rate == 25
    assert [(piece.first, piece.frames, piece.length) for piece in edit.pieces] == [
        (100, 100, 50),
        (50, 50, 50),
        (100, 25, 25),
    ]


@pytest.mark.parametrize(
    ("told", "clock", "drop"),
    [("", 0, True), ("01:00:00;00", 107_892, True), ("01:00:00:00", 108_000, False)],
)
def test_a_cameras_timecode_is_where_its_frames_begin(told: str, clock: int, drop: bool) -> None:
    cut = made_cut(1, made_video("a.mp4", 30 * N), timecode=told)
    edit = laid_out(made_list([cut]))
    assert edit.pieces[0].clock == clock
    assert edit.drop is drop


def test_the_average_of_a_variable_rate_still_gives_the_time() -> None:
    """Frames are counted at the nearest rate that programs know; the time is right to a frame."""
    video = made_video("phone.mp4", Fraction(27317, 950))
    for start_s in (0.0, 7.31, 33.333, 58.2):
        piece = laid_out(made_list([made_cut(1, video, (start_s, start_s + 1))])).pieces[0]
        assert piece.rate == 30 * N
        assert 0 <= piece.span.start_s - start_s + 0.1 / 29.97 < 1 / 29.97
        assert math.isclose(piece.span.duration_s, 1, abs_tol=1.01 / 29.97)
