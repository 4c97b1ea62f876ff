"""Pictures that a question names: every kind that can be opened, and files that are none."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vsearch.encoding import read_picture
from vsearch.errors import QueryError

RED = (220, 30, 30)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F", "YCbCr"])
def test_every_kind_of_picture_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "picture.tif"
    Image.new(mode, (12, 7)).save(path)
    picture = read_picture(path)
    assert picture.shape == (7, 12, 3)
    assert picture.dtype == np.uint8


def test_a_picture_is_turned_as_its_camera_was_held(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (20, 10), RED).save(path, exif=turned)
    assert read_picture(path).shape == (20, 10, 3)


def test_a_very_large_picture_is_read_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.new("1", (10_000, 9_000)).save(path)
    assert read_picture(path).shape == (9_000, 10_000, 3)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing.png", "there is no picture .*nothing.png"),
        ("text.png", "text.png cannot be read as a picture: cannot identify"),
        ("empty.png", "empty.png cannot be read as a picture"),
        ("folder.png", "folder.png cannot be read as a picture: Is a directory"),
        ("bomb.png", "bomb.png cannot be read as a picture: .*exceeds limit"),
        ("cut.jpg", "cut.jpg cannot be read as a picture: .*truncated"),
    ],
)
def test_what_is_no_picture_says_so(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "text.png").write_text("dear diary")
    (tmp_path / "empty.png").touch()
    (tmp_path / "folder.png").mkdir()
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    noise = np.random.default_rng(0).integers(0, 255, (99, 99, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "cut.jpg")
    whole = (tmp_path / "cut.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(QueryError, match=reason):
        read_picture(tmp_path / name)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_damaged_pictures_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    """Whatever a decoder trips over is the one error that a person is shown."""
    turned = Image.Exif()
    turned[0x0112] = 6
    buffer = BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)
    more = {} if kind in {"GIF", "BMP"} else {"exif": turned}
    Image.fromarray(noise).save(buffer, kind, **more)
    chance, outcomes = random.Random(1), set()
    for _ in range(150):
        data = bytearray(buffer.getvalue())
        for _ in range(chance.choice([1, 3, 20])):
            data[chance.randrange(min(len(data), chance.choice([64, len(data)])))] ^= 0x5A
        path = tmp_path / "damaged"
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        try:
            outcomes.add(read_picture(path).shape[2])
        except QueryError as error:
            outcomes.add(str(error).partition(" as a picture")[0] == f"{path} cannot be read")
    assert True in outcomes
    assert outcomes <= {3, True}
