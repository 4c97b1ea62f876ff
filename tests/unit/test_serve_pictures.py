"""Pictures that clients send: as they were held, and in little memory."""

from __future__ import annotations

import io
import subprocess
import sys
import threading

import pytest
from PIL import Image

from vsearch.serve import pictures
from vsearch.serve.pictures import LONGEST_PX, kept_picture
from vsearch.serve.problems import Trouble
from vsearch.settings import ServeSettings

SIDE_PX = 5_000
DECODE = """
import resource, sys
from PIL import Image
from vsearch.serve.pictures import kept_picture
data = sys.stdin.buffer.read()
with kept_picture(open(sys.argv[1], "rb").read(), 25):
    pass
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with kept_picture(data, 25) as path:
    assert max(Image.open(path).size) == 1024
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def sent(picture: Image.Image, kind: str = "PNG", orientation: int = 1) -> bytes:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(file, kind, exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("side_px", [200, 3000])
def test_a_picture_is_turned_as_it_was_held(kind: str, side_px: int) -> None:
    picture = Image.new("RGB", (side_px, side_px // 2), "red")
    picture.paste("blue", (0, 0, side_px // 2, side_px // 2))  # blue on the left
    with kept_picture(sent(picture, kind, orientation=6), 25) as path, Image.open(path) as found:
        assert found.mode == "RGB"
        longest = min(side_px, LONGEST_PX)
        assert found.size == (longest // 2, longest)  # turned right: blue above
        top, bottom = (found.getpixel((longest // 4, y)) for y in (9, longest - 9))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[2] > 128 > top[0]
    assert bottom[0] > 128 > bottom[2]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixels_is_taken(mode: str) -> None:
    with kept_picture(sent(Image.new(mode, (2000, 1000))), 25) as path, Image.open(path) as found:
        assert found.size == (1024, 512)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told in another unit elsewhere")
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_large_picture_takes_little_memory(mode: str, tmp_path) -> None:
    small = tmp_path / "small.png"
    small.write_bytes(sent(Image.new(mode, (50, 50))))
    data = sent(Image.new(mode, (SIDE_PX, SIDE_PX)), orientation=6)
    assert len(data) < 200_000
    done = subprocess.run(
        [sys.executable, "-c", DECODE, small], input=data, capture_output=True, check=True
    )
    assert int(done.stdout) < 9 * SIDE_PX * SIDE_PX  # bytes a pixel


def test_what_is_larger_than_usual_is_refused() -> None:
    data = sent(Image.new("1", (SIDE_PX, SIDE_PX + 100)))
    with (
        pytest.raises(Trouble, match="25 megapixels"),
        kept_picture(data, ServeSettings().picture_mpx),
    ):
        pass


def test_pictures_are_decoded_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    small, under_way, most = pictures._small, [0], [0]
    go = threading.Event()

    def slow(opened: Image.Image) -> Image.Image:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        go.wait(0.05)
        under_way[0] -= 1
        return small(opened)

    def decode() -> None:
        with kept_picture(data, 25):
            pass

    data = sent(Image.new("RGB", (60, 60)))
    monkeypatch.setattr(pictures, "_small", slow)
    threads = [threading.Thread(target=decode) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
