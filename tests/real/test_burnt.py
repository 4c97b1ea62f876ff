"""Subtitles drawn into a picture are read again by RapidOCR, on light, dark and busy ground."""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np
import pytest

from vsearch.clips.burn import Burner
from vsearch.cues import Cue
from vsearch.types import TimeSpan
from vsearch_plugins.read_rapidocr import RapidReader

pytestmark = pytest.mark.real
SAID = "The last train back to the city\nleaves at a quarter past eleven."


@pytest.mark.parametrize("ground", ["black", "white", "busy"])
@pytest.mark.parametrize("size_px", [(640, 360), (406, 720)])
def test_what_is_burnt_in_can_be_read(ground: str, size_px: tuple[int, int]) -> None:
    width, height = size_px
    noise = np.random.default_rng(1).integers(0, 256, (height // 8, width // 8 + 1, 3), np.uint8)
    busy = noise.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]
    grounds = {
        "black": np.zeros((height, width, 3), np.uint8),
        "white": np.full((height, width, 3), 255, np.uint8),
        "busy": np.ascontiguousarray(busy),
    }
    cue = Cue(span=TimeSpan(start_s=0, end_s=1), text=SAID)
    picture = Burner([cue])(grounds[ground], 0.5)
    reader = RapidReader()
    reader.warm_up()
    read = reader.read(picture, reader.find(picture))
    # Where words lie close the reader leaves out blanks, which is no matter here.
    letters = "".join("".join(line.text.split()) for line in read).casefold()
    wanted = "".join(SAID.split()).casefold()
    assert SequenceMatcher(None, letters, wanted).ratio() > 0.93, letters
