"""Figures of labels, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from vsearch.evaluate.confusion import Judged, by_chance, by_label, confusions, overall, scored

CAT, DOG, BIRD, NONE = 0, 1, 2, 3
RIGHT = [[CAT], [CAT], [CAT], [DOG], [DOG], []]
SAID = [CAT, CAT, DOG, DOG, NONE, NONE]


def judged() -> Judged:
    return Judged.of(RIGHT, SAID, 3)


def test_the_confusion_has_a_row_and_a_column_for_none() -> None:
    expected = [[2, 1, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert judged().confusion().tolist() == expected


def test_figures_of_each_label() -> None:
    found = by_label(judged().confusion())
    assert found[CAT] == pytest.approx([1, 2 / 3, 0.8])
    assert found[DOG] == pytest.approx([1 / 2, 1 / 2, 1 / 2])
    assert found[BIRD].tolist() == [0, 0, 0]


def test_figures_of_all() -> None:
    accuracy, precision, recall, f1, micro_p, micro_r, micro_f1, abstained = overall(
        judged().confusion()
    )
    assert accuracy == pytest.approx(4 / 6)  # to say nothing where no label fits is right
    assert (precision, recall, f1) == pytest.approx((0.75, 7 / 12, 0.65))
    assert (micro_p, micro_r, micro_f1) == pytest.approx((3 / 4, 3 / 5, 2 / 3))
    assert abstained == pytest.approx(2 / 6)


def test_one_of_several_right_labels_is_right_and_a_wrong_one_is_shared_out() -> None:
    found = Judged.of([[CAT, DOG], [CAT, DOG]], [DOG, BIRD], 3).confusion()
    assert found[DOG, DOG] == 1
    assert found[CAT, BIRD] == found[DOG, BIRD] == 0.5
    assert found.sum() == 2


def test_a_sample_counts_items_as_often_as_it_holds_them() -> None:
    found = judged().confusion(np.array([0, 0, 0, 4, 4, 4]))
    assert found[CAT, CAT] == found[DOG, NONE] == 3
    assert found.sum() == 6


def test_chance_is_what_random_labels_reach() -> None:
    found = by_chance(RIGHT, 3)
    assert found.sum() == pytest.approx(len(RIGHT))
    assert overall(found)[0] == pytest.approx(5 / 6 / 3)
    random = np.random.default_rng(0)
    drawn = np.mean(
        [
            overall(Judged.of(RIGHT, random.integers(0, 3, len(RIGHT)).tolist(), 3).confusion())[0]
            for _ in range(2000)
        ]
    )
    assert overall(found)[0] == pytest.approx(drawn, abs=0.02)


def test_intervals_hold_the_figure_and_come_again_with_the_seed() -> None:
    whole, each = scored(judged(), 200, 1)
    assert whole == scored(judged(), 200, 1)[0]
    for score in (*whole.values(), *each[CAT].values()):
        assert score.low is not None
        assert score.high is not None
        assert score.low <= score.value <= score.high
    assert scored(judged(), 0, 1)[0]["accuracy"].low is None


def test_confusions_are_listed_by_how_often() -> None:
    found = confusions(judged().confusion(), ["cat", "dog", "bird"])
    assert found == {("cat", "dog"): 1}
