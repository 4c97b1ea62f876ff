"""The pure parts of the starter: sizes, windows, names and their mixing."""

from __future__ import annotations

import numpy as np
import pytest

from vsearch_plugins.embed_starter import (
    CELL_PX,
    class_vectors,
    phrases,
    picture_size,
    votes,
)


@pytest.mark.parametrize("shape", [(640, 480), (480, 640), (1920, 800), (300, 300), (512, 288)])
def test_a_picture_keeps_its_area_and_nearly_its_proportions(shape: tuple[int, int]) -> None:
    width, height = picture_size(*shape, 448)
    assert width % CELL_PX == height % CELL_PX == 0
    assert width * height == pytest.approx(448**2, rel=0.08)
    assert width / height == pytest.approx(shape[0] / shape[1], rel=0.12)


@pytest.mark.parametrize("shape", [(1, 1), (5000, 3), (3, 5000)])
def test_no_shape_costs_more_than_another(shape: tuple[int, int]) -> None:
    width, height = picture_size(*shape, 448)
    assert width * height == pytest.approx(448**2, rel=0.08)
    assert 1 / 4 <= width / height <= 4


def reader() -> object:
    """A classifier that takes each of two channels for a class."""
    import torch

    linear = torch.nn.Linear(2, 2)
    linear.load_state_dict({"weight": torch.eye(2) * 20, "bias": torch.zeros(2)})
    return linear


def test_windows_find_what_the_whole_map_misses() -> None:
    import torch

    cells = torch.zeros(1, 2, 6, 8)
    cells[:, 0] = 1.0
    cells[:, :, :2, :2] = torch.tensor([0.0, 4.0]).view(2, 1, 1)
    with torch.inference_mode():
        whole = votes(cells, reader(), 0)[0]
        both = votes(cells, reader(), 2)[0]
    assert whole[1] < 0.01
    # Of 5 x 7 windows, the four that touch the corner see class 1; windows have half the say.
    assert both[1] == pytest.approx(4 / 35 / 2, abs=0.001)
    assert both.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (2, 30), (9, 9)])
def test_a_map_smaller_than_a_window_is_one_window(shape: tuple[int, int]) -> None:
    import torch

    cells = torch.rand(2, 2, *shape, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        found, whole = votes(cells, reader(), 9), votes(cells, reader(), 0)
    assert torch.allclose(found.sum(1), torch.ones(2))
    if max(shape) <= 9:
        assert torch.allclose(found, whole, atol=1e-6)


def test_a_class_is_said_in_two_ways() -> None:
    assert phrases(["tench"], ["a fish"]) == [["a photo of a tench"], ["tench, a fish"]]
    with pytest.raises(ValueError, match="shorter"):
        phrases(["tench", "goldfish"], ["a fish"])


def test_without_whitening_class_vectors_are_the_centred_sum(unit_rows) -> None:
    first, second = unit_rows(40, 8), unit_rows(41, 8)[:40]
    expected = first + second - (first + second).mean(axis=0)
    assert np.allclose(class_vectors([first, second], 0.0), expected, atol=1e-6)


def test_whitening_draws_in_the_wide_directions_alone(unit_rows) -> None:
    vectors = unit_rows(400, 6) * np.array([5, 1, 1, 1, 1, 1], np.float32)
    spread = [class_vectors([vectors], strength).std(axis=0) for strength in (0.0, 0.3)]
    plain, drawn_in = (each[0] / each[1:].mean() for each in spread)
    assert plain > 4
    assert 1 < drawn_in < plain / 2


def test_a_direction_without_variance_stays_finite() -> None:
    vectors = np.zeros((4, 3), np.float32)
    vectors[:, 0] = [1, 2, 3, 4]
    assert np.isfinite(class_vectors([vectors], 0.3)).all()
