"""RapidOCR with the models of its wheel, on text drawn into videos and on a real clip."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from vsearch.library import Library
from vsearch.pipeline.encode import write_video
from vsearch.types import Picture
from vsearch.words import terms_of
from vsearch_plugins.read_rapidocr import RapidReader

pytestmark = pytest.mark.real
RATE = 10
FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
QUIET = """
import socket
def refuse(*arguments, **options):
    raise AssertionError("connects")
socket.socket.connect = socket.create_connection = refuse
import numpy as np
from vsearch_plugins.read_rapidocr import RapidReader
reader = RapidReader()
reader.warm_up()
picture = np.zeros((360, 640, 3), np.uint8)
picture[100:140, 100:500] = 255
picture[110:130, 120:480:20] = 0
reader.read(picture, reader.find(picture))
"""


@pytest.fixture
def library(fake_library: Library) -> Library:
    """A library whose pictures and speech are fakes, read by RapidOCR."""
    config = fake_library.config
    config = replace(
        config,
        plugins=(*config.plugins, "vsearch_plugins.read_rapidocr"),
        models=replace(config.models, screen="rapidocr.v1"),
    )
    return Library(config.library, config, print)


def drawn(text: str, over: Picture, size: int = 30, turn: int = 0) -> Picture:
    image = Image.fromarray(over)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), size)
    pen.multiline_text((40, 60), text, "white", font, stroke_width=2, stroke_fill="black")
    return np.array(image.rotate(turn))


def footage(frames: int, seed: int = 0, size: tuple[int, int] = (360, 640)) -> list[Picture]:
    """Soft blobs that drift: something moves everywhere."""
    chance = np.random.default_rng(seed)
    small = Image.fromarray(chance.integers(0, 255, (12, 20, 3), np.uint8))
    wide = np.asarray(small.resize((size[1] * 2, size[0]), Image.Resampling.BICUBIC))
    return [np.ascontiguousarray(wide[:, 4 * n % size[1] :][:, : size[1]]) for n in range(frames)]


def write(path: Path, text: str, seconds: float = 4.0, **how: int) -> Path:
    frames = footage(int(seconds * RATE), seed=len(text))
    write_video(path, [drawn(text, frame, **how) for frame in frames], RATE)
    return path


def read(library: Library, path: Path) -> list[str]:
    library.index(path)
    return [item.text for item in library.show(path).shown]


@pytest.mark.parametrize(
    "text",
    [
        "Platform 12\nDeparts 18:45",
        "The Last Lighthouse",
        "Größe und Gewicht",
        "déjà vu, ¿Dónde está?",
        "Interest rate 3.75%",
    ],
)
def test_captions_over_moving_pictures_are_read_as_one_text(
    library: Library, tmp_path: Path, text: str
) -> None:
    (found,) = read(library, write(tmp_path / "a.mp4", text, seconds=9.0))
    assert terms_of(found) == terms_of(text)


def test_two_seconds_are_enough(library: Library, tmp_path: Path) -> None:
    assert read(library, write(tmp_path / "a.mp4", "Thanks for watching", 2.0)) == [
        "Thanks for watching"
    ]
    (best, *_) = library.search('text:"thanks for watching"').moments
    assert best.shown == "Thanks for watching"


def test_footage_without_text_gives_none(library: Library, tmp_path: Path) -> None:
    for seed in range(4):
        path = tmp_path / f"{seed}.mp4"
        write_video(path, footage(40, seed), RATE)
        assert read(library, path) == []


def test_a_wall_of_text_and_text_that_leans_are_no_error(library: Library, tmp_path: Path) -> None:
    wall = "\n".join(f"line {n} says that {n * 7} things are so" for n in range(28))
    (text, *_) = read(library, write(tmp_path / "wall.mp4", wall, size=9))
    assert len(terms_of(text)) > 100
    leaning = read(library, write(tmp_path / "leaning.mp4", "Platform twelve", turn=10))
    assert terms_of(leaning[0]) == ["platform", "twelve"]
    read(library, write(tmp_path / "head.mp4", "Platform thirteen", turn=180))


def test_nothing_is_fetched_and_nothing_is_printed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUIET], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_real_clip_of_moving_type(library: Library, test_data: Path) -> None:
    """Its letters flicker, break and change every second."""
    path = test_data / "videos" / "mediaelement_echo-hereweare.webm"
    text = " ".join(read(library, path)).casefold()
    for words in ("echo", "coming", "with our passion", "and our dreams"):
        assert words in text
    assert "with the work of our hands" in text


def test_the_same_reader_reads_at_other_sizes() -> None:
    picture = drawn("Platform 12", footage(1)[0])
    for long_px in (320, 1280):
        reader = RapidReader(long_px)
        (line,) = reader.read(picture, reader.find(picture))
        assert line.text == "Platform 12"
