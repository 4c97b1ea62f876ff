"""What everything must do that reads text off pictures."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from vsearch.protocols import ScreenReader
from vsearch.testing.videos import plain
from vsearch.types import Picture


class ScreenReaderContract(ABC):
    """Holds for everything that reads text off pictures."""

    @abstractmethod
    def make(self) -> ScreenReader:
        """A new reader."""

    def page(self) -> Picture:
        """A picture with text that the reader can read."""
        from PIL import Image, ImageDraw, ImageFont

        image = Image.new("RGB", (480, 270), "navy")
        font = ImageFont.load_default(size=40)
        ImageDraw.Draw(image).text((40, 100), "Platform 12", "white", font)
        return np.array(image)

    def test_text_is_found_and_read(self) -> None:
        """Each line has words, how sure it is, and the box that it was read in."""
        reader, page = self.make(), self.page()
        reader.warm_up()
        before = page.copy()
        boxes = list(reader.find(page))
        assert boxes
        for box in boxes:
            assert box.shape == (4, 2)
            assert np.isfinite(box).all()
        lines = list(reader.read(page, boxes))
        assert lines
        for line in lines:
            assert line.text.strip() == line.text != ""
            assert 0 <= line.confidence <= 1
            assert any(np.array_equal(line.box, box) for box in boxes)
        assert (page == before).all()

    def test_the_same_picture_reads_the_same(self) -> None:
        """Reading has no memory."""
        reader, page = self.make(), self.page()
        first, again = (
            [line.text for line in reader.read(page, reader.find(page))] for _ in range(2)
        )
        assert first == again

    def test_nothing_is_read_where_nothing_stands(self) -> None:
        """A picture without text has no boxes, and no boxes have no text."""
        reader = self.make()
        for red in (0, 120, 255):
            assert list(reader.find(plain(red, red, red, (320, 180)))) == []
        assert list(reader.read(self.page(), [])) == []

    def test_odd_pictures_are_no_error(self) -> None:
        """Tiny, narrow and wide pictures can be looked at."""
        reader = self.make()
        for size in ((1, 1), (3, 200), (200, 3), (31, 17), (1000, 40)):
            picture = plain(90, 90, 90, size)
            list(reader.read(picture, reader.find(picture)))
