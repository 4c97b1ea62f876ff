"""Reading keyframes: each line once, each screen once, and nothing stops a video."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from vsearch.pipeline.screen import MOST_LINES, ScreenTexts, in_reading_order, is_same_text
from vsearch.pipeline.stages import StageClock
from vsearch.protocols import ScreenLine
from vsearch.testing.videos import plain
from vsearch.types import Corners, Picture, ShownText, TimeSpan

FONT = ImageFont.load_default(size=24)
LINES = {"first line": (20, 20), "second line": (20, 60), "third line": (20, 100)}


def box_of(left: float, top: float, width: float = 150, height: float = 30) -> Corners:
    right, bottom = left + width, top + height
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)


def line(text: str, left: float, top: float, sure: float = 0.95, height: float = 30) -> ScreenLine:
    return ScreenLine(text=text, confidence=sure, box=box_of(left, top, height=height))


def page(*texts: str, seed: int | None = None) -> Picture:
    """White lines at their places, over grey or over noise that differs by its seed."""
    picture = np.full((180, 320, 3), 90, np.uint8)
    if seed is not None:
        picture += np.random.default_rng(seed).integers(0, 60, picture.shape, np.uint8)
    image = Image.fromarray(picture)
    for text in texts:
        place = next((at for name, at in LINES.items() if name[:5] == text[:5]), (20, 140))
        ImageDraw.Draw(image).text(place, text, "white", FONT)
    return np.array(image)


class Told:
    """Finds and reads what it is told to, and counts how often it is asked."""

    def __init__(self, *pages: Sequence[ScreenLine]) -> None:
        self.pages = iter(pages)
        self.now: Sequence[ScreenLine] = ()
        self.found = 0
        self.read_boxes: list[int] = []

    def warm_up(self) -> None:
        pass

    def find(self, picture: Picture) -> Sequence[Corners]:
        self.found += 1
        self.now = next(self.pages)
        return [item.box for item in self.now]

    def read(self, picture: Picture, boxes: Sequence[Corners]) -> Sequence[ScreenLine]:
        self.read_boxes.append(len(boxes))
        return [
            ScreenLine(text=item.text, confidence=item.confidence, box=box)
            for box in boxes
            for item in self.now
            if np.array_equal(item.box, box)
        ]


def texts_of(reader: Told, *pictures: Picture, every_s: float = 4.0) -> list[ShownText]:
    texts = ScreenTexts("video", reader, StageClock())
    for number, picture in enumerate(pictures):
        span = TimeSpan(start_s=number * every_s, end_s=(number + 1) * every_s)
        texts.add(picture, span)
    return texts.finish()


def told(name: str) -> ScreenLine:
    return line(name, *LINES[name])


def test_what_looks_the_same_is_looked_at_once() -> None:
    reader = Told([told("first line")])
    noisy = page("first line") ^ np.random.default_rng(1).integers(0, 4, (180, 320, 3), np.uint8)
    (text,) = texts_of(reader, page("first line"), noisy, page("first line"))
    assert (reader.found, reader.read_boxes) == (1, [1])
    assert text.text == "first line"
    assert text.span == TimeSpan(start_s=0, end_s=12)


def test_a_changed_word_is_a_change() -> None:
    reader = Told([told("first line")], [told("second line")])
    found = texts_of(reader, page("first line"), page("second line"))
    assert [item.text for item in found] == ["first line", "second line"]


def test_a_line_that_stays_over_moving_pictures_is_read_once() -> None:
    first, second = told("first line"), told("second line")
    reader = Told([first], [first], [first, second], [second])
    pictures = [page("first line", seed=1), page("first line", seed=2)]
    pictures += [page("first line", "second line", seed=3), page("second line", seed=4)]
    found = texts_of(reader, *pictures)
    assert reader.found == 4
    assert reader.read_boxes == [1, 1]
    assert [(item.text, item.span.end_s) for item in found] == [
        ("first line", 8),
        ("first line second line", 12),
        ("second line", 16),
    ]


def test_another_line_in_the_same_place_is_read() -> None:
    first = told("first line")
    other = ScreenLine(text="first word", confidence=0.9, box=first.box)
    reader = Told([first], [other])
    found = texts_of(reader, page("first line", seed=1), page("first word", seed=2))
    assert reader.read_boxes == [1, 1]
    assert len(found) == 2 or is_same_text("first line", "first word")


def test_two_readings_of_one_screen_are_one_text_and_the_surer_one_stands() -> None:
    reader = Told([line("Platf0rm l2", 20, 20, 0.8)], [line("Platform 12", 20, 60, 0.99)])
    (text,) = texts_of(reader, page("first line"), page("second line"))
    assert text.text == "Platform 12"
    assert text.span.end_s == 8


def test_the_same_text_after_a_pause_is_another() -> None:
    reader = Told([told("first line")], [], [told("first line")])
    found = texts_of(reader, page("first line"), page(), page("first line"))
    assert [item.span.start_s for item in found] == [0, 8]


@pytest.mark.parametrize(
    ("text", "sure"),
    [("first line", 0.4), ("x", 0.99), ("—", 0.99), ("...", 0.9), ("000 00", 0.94)],
)
def test_what_is_hardly_text_is_dropped(text: str, sure: float) -> None:
    assert texts_of(Told([line(text, 20, 20, sure)]), page("first line")) == []


@pytest.mark.parametrize("text", ["7", "出口", "駅", "Ж2", "EXIT"])
def test_short_text_is_kept(text: str) -> None:
    (found,) = texts_of(Told([line(text, 20, 20)]), page("first line"))
    assert found.text == text


def test_of_a_wall_of_text_the_largest_lines_are_read() -> None:
    small = [line(f"small {n}", n % 7 * 10, n * 4, height=6) for n in range(200)]
    reader = Told([*small, line("HEADLINE", 20, 850, height=60)])
    (text,) = texts_of(reader, page("first line"))
    assert reader.read_boxes == [MOST_LINES]
    assert text.text.endswith("HEADLINE")


def test_lines_are_put_in_reading_order() -> None:
    lines = [line("d", 200, 98), line("c", 10, 102), line("b", 300, 8), line("a", 20, 12)]
    assert [item.text for item in in_reading_order(lines)] == ["a", "b", "c", "d"]


def test_boxes_outside_the_picture_are_no_error() -> None:
    reader = Told([line("outside", -50, -40), line("beyond", 310, 170)], [line("gone", 900, 900)])
    found = texts_of(reader, page("first line"), page("second line"))
    assert len(found) == 2


def test_pictures_of_any_size_can_be_added() -> None:
    sizes = ((1, 1), (1, 200), (300, 1), (64, 48), (1280, 720))
    reader = Told(*[[] for _ in sizes])
    assert texts_of(reader, *(plain(9, 9, 9, size) for size in sizes)) == []
    assert reader.found == len(sizes)
