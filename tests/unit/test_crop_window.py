"""An upright crop follows what moves, and is of even size."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from vsearch.clips.edit import Window
from vsearch.clips.windows import WHOLE_PICTURE, size_of, window_of
from vsearch.clips.wishes import Shape
from vsearch.types import Picture

WIDTH, HEIGHT, SIZE = 160, 90, 20


def scene(seed: int, *, pan: int = 0, upright: bool = False) -> tuple[list[Picture], list[int]]:
    """A square that moves back and forth off the middle before a background; where it begins."""
    chance = np.random.default_rng(seed)
    wide = chance.uniform(60, 190, (10, 30, 3)).repeat(11, axis=0).repeat(11, axis=1)
    left = int(chance.choice([chance.integers(0, 30), chance.integers(95, 125)]))
    pictures, places = [], []
    for number in range(12):
        picture = wide[:HEIGHT, number * pan :][:, :WIDTH].copy()
        at = left + (number * 3 if number < 6 else (12 - number) * 3) // 2
        picture[30 : 30 + SIZE, at : at + SIZE] = (230, 30, 30)
        picture += chance.normal(0, 2, picture.shape)
        shown = np.clip(picture, 0, 255).astype(np.uint8)
        pictures.append(np.ascontiguousarray(shown.transpose(1, 0, 2)) if upright else shown)
        places.append(at)
    return pictures, places


def whole(places: list[int], left: float, width: float) -> float:
    return sum(left - 0.5 <= at and at + SIZE <= left + width + 0.5 for at in places) / len(places)


@pytest.mark.parametrize("pan", [0, 4])
def test_a_window_holds_what_moves_where_one_in_the_middle_does_not(pan: int) -> None:
    chosen, middle = [], []
    for seed in range(12):
        pictures, places = scene(seed, pan=pan)
        window = window_of(pictures, "9:16")
        width = window.width * WIDTH
        assert window == Window(left=window.left, top=0, width=window.width, height=1)
        chosen.append(whole(places, window.left * WIDTH, width))
        middle.append(whole(places, (WIDTH - width) / 2, width))
    assert np.mean(chosen) > 0.9
    assert np.mean(middle) < 0.1


def test_a_window_in_an_upright_picture_moves_up_and_down() -> None:
    pictures, places = scene(3, upright=True)
    window = window_of(pictures, "1:1")
    assert (window.left, window.width) == (0, 1)
    assert whole(places, window.top * WIDTH, window.height * WIDTH) == 1


def test_where_nothing_moves_detail_counts_and_then_the_middle() -> None:
    plain = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    middle = window_of([plain, plain], "9:16")
    assert middle.left + middle.width / 2 == pytest.approx(0.5, abs=0.02)
    detailed = plain.copy()
    detailed[30:60:2, 120:150:2] = 200
    window = window_of([detailed, detailed], "9:16")
    assert window.left * WIDTH <= 120
    assert (window.left + window.width) * WIDTH >= 149


def test_black_bars_are_cropped_away() -> None:
    pictures, _ = scene(1)
    boxed = [np.zeros((HEIGHT + 60, WIDTH, 3), np.uint8) for _ in pictures]
    for picture, inside in zip(boxed, pictures, strict=True):
        picture[30 : 30 + HEIGHT] = inside
    window = window_of(boxed, "9:16")
    whole_px = HEIGHT + 60
    assert 29 <= window.top * whole_px <= 32
    assert 118 <= (window.top + window.height) * whole_px <= 121
    ratio = window.width * WIDTH / (window.height * whole_px)
    assert ratio == pytest.approx(9 / 16, rel=0.02)
    night = [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * 3
    assert window_of(night, "9:16").height == 1


def test_a_piece_without_pictures_is_not_cropped() -> None:
    assert window_of([], "9:16") == WHOLE_PICTURE


@pytest.mark.parametrize("shape", ["9:16", "1:1", "4:5"])
@pytest.mark.parametrize("size_px", [(1920, 1080), (1080, 1920), (853, 480), (160, 96), (3, 3)])
def test_sizes_are_even_of_the_shape_and_no_larger_than_the_picture(
    shape: Shape, size_px: tuple[int, int]
) -> None:
    width, height = size_of(size_px, shape)
    assert width % 2 == height % 2 == 0
    assert 0 < width <= size_px[0] + 1
    assert 0 < height <= size_px[1] + 1
    if min(size_px) > 90:
        wanted = Fraction(*map(int, shape.split(":")))
        assert width / height == pytest.approx(float(wanted), rel=0.03)
    window = window_of([np.zeros((size_px[1], size_px[0], 3), np.uint8)] * 2, shape)
    assert window.left + window.width <= 1 + 1e-9
    assert window.top + window.height <= 1 + 1e-9
