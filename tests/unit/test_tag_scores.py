"""Probabilities of labels, from made-up vectors."""

from __future__ import annotations

import numpy as np
import pytest

from vsearch.tags.score import (
    CALIBRATIONS,
    Calibration,
    Judge,
    chosen,
    label_vectors,
    probabilities,
)

PLAIN = Calibration(slope=2.0, none_at=1.0)


def unit(*rows: list[float]) -> np.ndarray:
    found = np.array(rows, np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_a_label_has_the_mean_of_its_phrases() -> None:
    vectors = unit([1, 0], [0, 1], [0, 1])
    found = label_vectors([["a", "b"], ["c"]], vectors)
    assert found == pytest.approx(unit([1, 1], [0, 1]))


def test_nothing_is_probable_that_is_no_likelier_than_a_neutral_text() -> None:
    labels, probes = unit([1, 0, 0], [0, 1, 0]), unit([1, 1, 1], [1, 1, -1])
    rows = unit([0, 0, 1])
    judge = Judge.fit(labels, probes, rows, PLAIN)
    found = probabilities(judge.logits(rows))
    assert (found < 1 / 3).all()
    assert found[0, 0] == pytest.approx(found[0, 1])


def test_a_label_that_fits_wins_and_all_labels_share_one_whole() -> None:
    labels, probes = np.eye(8, dtype=np.float32)[:3], np.eye(8, dtype=np.float32)
    rows = unit([0, 9, 0, 1, 1, 1, 1, 1])
    found = probabilities(Judge.fit(labels, probes, rows, PLAIN).logits(rows))
    assert found.argmax() == 1
    assert found[0, 1] > 0.5 > found[0, 0]
    assert found.sum() < 1


def test_a_library_of_one_kind_still_has_its_label() -> None:
    """What a library holds on average is not taken off, or `kitchen` would fit no kitchen."""
    random = np.random.default_rng(3)
    probes = unit(*random.standard_normal((32, 16)))
    labels = unit(*random.standard_normal((4, 16)))
    kitchens = unit(*(labels[2] + 0.1 * random.standard_normal((50, 16))))
    found = probabilities(
        Judge.fit(labels, probes, kitchens, CALIBRATIONS["visual"]).logits(kitchens)
    )
    assert (found.argmax(axis=1) == 2).all()
    assert found[:, 2].min() > 0.35


def test_huge_and_tiny_logits_stay_probabilities() -> None:
    found = probabilities(np.array([[1e4, -1e4], [-1e4, -1e4], [0.0, 0.0]]))
    assert found == pytest.approx(np.array([[1, 0], [0, 0], [1 / 3, 1 / 3]]))


def test_no_row_and_rows_without_spread_have_a_unit() -> None:
    labels, probes = unit([1, 0], [0, 1]), unit([1, 1], [1, 1])
    assert Judge.fit(labels, probes, np.zeros((0, 2), np.float32), PLAIN).unit == 1.0
    assert Judge.fit(labels, probes, unit([1, 0]), PLAIN).unit == 1.0


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [(0.3, 3, [1, 0]), (0.3, 1, [1]), (0.5, 3, []), (0.1, 3, [1, 0, 2])],
)
def test_labels_are_chosen_from_a_level_on_and_up_to_a_number(
    least: float, most: int, expected: list[int]
) -> None:
    probable = np.array([0.3, 0.4, 0.1, 0.1])
    assert [place for place, _ in chosen(probable, least, most)] == expected
