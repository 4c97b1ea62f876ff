"""Figures worked out by hand, and by trying every order."""

from __future__ import annotations

from itertools import combinations
from math import log2

import numpy as np
import pytest

from vsearch.evaluate.blind import blind_windows, chance_moments, chance_videos
from vsearch.evaluate.intervals import mean_scores, median_score
from vsearch.evaluate.metrics import (
    STRICTNESS,
    average_precisions,
    chance_of_first,
    discounted_gain,
    median_of,
    moment_figures,
    overlaps,
)
from vsearch.evaluate.places import Answer
from vsearch.evaluate.summary import Gathered
from vsearch.evaluate.threshold import make_curve
from vsearch.testing.records import make_record
from vsearch.types import TimeSpan


def spans(*ends: tuple[float, float]) -> np.ndarray:
    return np.array(ends, np.float64).reshape(-1, 2)


def test_recalls_ranks_and_gains_of_a_few_queries() -> None:
    """Right at 1; at 3; at 2 and 6 of two right ones; not found."""
    gathered = Gathered()
    for places, relevant in (([1], 1), ([3], 1), ([2, 6], 2), ([], 1)):
        gathered.note(places, relevant)
    assert gathered.ranks == [1, 3, 2, np.inf]
    ideal_of_two = 1 + 1 / log2(3)
    gains = [1, 1 / log2(4), (1 / log2(3) + 1 / log2(7)) / ideal_of_two, 0]
    assert gathered.gains == pytest.approx(gains)
    figures = gathered.videos()
    assert figures.mean(axis=0) == pytest.approx(
        [1 / 4, 3 / 4, 3 / 4, sum(gains) / 4, (1 + 1 / 3 + 1 / 2) / 4]
    )


def test_the_gain_is_that_of_scikit_learn() -> None:
    """sklearn.metrics.ndcg_score([[0,1,0,1,1]], [[5,4,3,2,1]], k=10) is 0.67973105: at 2, 4, 5."""
    assert discounted_gain([2, 4, 5], 3) == pytest.approx(0.6797310500, abs=1e-9)
    assert discounted_gain([11], 1) == 0


def test_what_lies_beyond_the_tenth_place_gains_nothing_and_is_not_missed() -> None:
    assert discounted_gain(range(1, 13), 12) == pytest.approx(1)


@pytest.mark.parametrize(("total", "relevant"), [(1, 1), (5, 1), (6, 2), (7, 3), (12, 2), (13, 1)])
def test_chance_is_the_mean_over_every_order(total: int, relevant: int) -> None:
    orders = list(combinations(range(1, total + 1), relevant))
    figures, likely = chance_videos(total, relevant)
    expected = [np.mean([order[0] <= k for order in orders]) for k in (1, 5, 10)]
    expected.append(np.mean([discounted_gain(order, relevant) for order in orders]))
    expected.append(np.mean([1 / order[0] for order in orders]))
    assert figures == pytest.approx(expected)
    assert median_of(likely) == np.median([order[0] for order in orders])
    assert likely.sum() == pytest.approx(1)


def test_a_video_that_is_not_in_the_library_is_never_found_by_chance() -> None:
    figures, likely = chance_videos(4, 0)
    assert figures.tolist() == [0, 0, 0, 0, 0]
    assert median_of(likely) == 5
    assert chance_of_first(3, 3).tolist() == [1, 0, 0]


def test_overlap_is_intersection_over_union() -> None:
    found = overlaps(spans((0, 10), (5, 5)), spans((0, 10), (5, 15), (20, 30), (5, 5)))
    assert found[0] == pytest.approx([1, 5 / 15, 0, 0])
    assert found[1] == pytest.approx([0, 0, 0, 0])


def test_average_precision_of_spans() -> None:
    """At .5: right, wrong, right of two right ones: precision 1 and 2/3, (1 + 2/3) / 2."""
    right = spans((0, 10), (20, 30))
    found = spans((0, 10), (50, 60), (20, 28))
    figures = average_precisions(found, right)
    assert figures[0] == pytest.approx((1 + 2 / 3) / 2)
    # The second overlaps by .8 only; from .85 on one of two is found, at once.
    assert figures[STRICTNESS > 0.81] == pytest.approx(0.5)
    assert average_precisions(found, right)[STRICTNESS < 0.81] == pytest.approx(5 / 6)


def test_a_right_span_is_taken_once() -> None:
    """Three of the same: one is right, two are wrong, and the other right one is found last."""
    right = spans((0, 10), (20, 30))
    found = spans((0, 10), (0, 10), (0, 10), (20, 30))
    assert average_precisions(found, right)[0] == pytest.approx((1 + 2 / 4) / 2)


def test_precision_counts_as_the_best_reached_later() -> None:
    """Wrong, right, right: precisions 0, 1/2, 2/3; at half of the recall 2/3 is reached later."""
    figures = average_precisions(spans((50, 60), (0, 10), (20, 30)), spans((0, 10), (20, 30)))
    assert figures == pytest.approx(2 / 3)


def test_figures_of_a_moment() -> None:
    figures = moment_figures(spans((0, 6), (0, 10)), spans((0, 10)))
    # The first overlaps by .6: at .5 and .6 it is right at once, above that the second is.
    at_once = (STRICTNESS <= 0.6).sum()
    mean = (at_once * 1 + (10 - at_once) * 0.5) / 10
    assert figures == pytest.approx([1, 0, 0.6, mean, 1, 0.5])
    assert moment_figures(spans(), spans((0, 10))).tolist() == [0] * 6
    assert moment_figures(spans(*[(50, 60)] * 10, (0, 10)), spans((0, 10))).tolist() == [0] * 6


def test_blind_windows_start_in_the_middle() -> None:
    windows = blind_windows(100, 0.2)
    assert windows[:3].tolist() == [[40, 60], [20, 40], [60, 80]]
    assert windows.min() >= 0
    assert windows.max() <= 100
    assert blind_windows(10, 1.0)[0].tolist() == [0, 10]


def test_random_windows_overlap_as_theory_says(tmp_path) -> None:
    """Against the whole video the overlap is the window's length: a third on average."""
    video = make_record(tmp_path, "a.mp4").video
    whole = Answer(video=video, spans=(TimeSpan(start_s=0, end_s=video.duration_s),))
    figures = chance_moments([whole] * 200, seed=0).mean(axis=0)
    # The chance that two uniform points lie more than x apart is (1 - x) squared.
    assert figures[:3] == pytest.approx([0.25, 0.09, 1 / 3], abs=0.01)
    assert (chance_moments([whole], seed=1) == chance_moments([whole], seed=1)).all()


def test_intervals_shrink_with_queries_hold_the_mean_and_are_seeded() -> None:
    random = np.random.default_rng(0)
    few, many = random.random((20, 1)), random.random((2000, 1))
    (small,), (large,) = mean_scores(few, 1000, 0), mean_scores(many, 1000, 0)
    for score, figures in ((small, few), (large, many)):
        assert score.low < figures.mean() < score.high
        # The bootstrap of a mean is close to the normal interval.
        half = 1.96 * figures.std() / len(figures) ** 0.5
        assert (score.high - score.low) / 2 == pytest.approx(half, rel=0.12)
    assert mean_scores(few, 1000, 0) == [small]
    assert mean_scores(few, 1000, 1) != [small]
    assert mean_scores(few, 0, 0)[0].low is None


def test_the_interval_of_a_median() -> None:
    score = median_score(np.array([1.0, 1, 1, 1, 50]), 1000, 0)
    assert (score.value, score.low) == (1, 1)
    assert score.high in {1, 50}
    assert median_score(np.array([2.0, 4]), 0, 0).value == 3


def test_the_curve_of_thresholds() -> None:
    """Scores 9 8 7 6, right right wrong right; five queries have an answer."""
    scores, right = np.array([7.0, 9, 6, 8]), np.array([False, True, True, True])
    curve = make_curve(scores, right, 5)
    assert [point.threshold for point in curve.points] == [8.5, 7.5, 6.5, 6]
    assert [point.precision for point in curve.points] == pytest.approx([1, 1, 2 / 3, 3 / 4])
    assert [point.recall for point in curve.points] == pytest.approx([0.2, 0.4, 0.4, 0.6])
    assert curve.average_precision == pytest.approx(0.2 * 1 + 0.2 * 1 + 0.2 * 3 / 4)
    # F1: 2/6, 4/7, 4/8, 6/9.
    assert curve.best.threshold == 6
    assert curve.best.f1 == pytest.approx(2 / 3)
    assert curve.at(7.5).f1 == pytest.approx(4 / 7)
    assert (curve.at(10).precision, curve.at(10).recall, curve.at(10).f1) == (1, 0, 0)


def test_equal_scores_are_shown_together_whatever_their_order() -> None:
    for right in ([True, False, False], [False, False, True]):
        curve = make_curve(np.array([2.0, 2, 2]), np.array(right), 1)
        assert [(point.threshold, point.precision) for point in curve.points] == [(2, 1 / 3)]
    assert make_curve(np.zeros(0), np.zeros(0, bool), 1).points == ()
    assert make_curve(np.array([1.0]), np.array([False]), 1).best.f1 == 0
