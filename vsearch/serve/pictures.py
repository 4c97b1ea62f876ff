"""A picture that a client sends -> a small file, for as long as a search looks at it."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING

from vsearch.serve.problems import Trouble

if TYPE_CHECKING:
    from PIL import Image

TYPES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
LONGEST_PX = 1024
SHRINKS_WELL = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})
"""Modes whose pixels can be averaged; the others become RGB first."""

_one = Lock()
"""Decoding takes up to some 12 bytes a pixel: one picture at a time."""


@contextmanager
def kept_picture(data: bytes, most_mpx: int) -> Iterator[Path]:
    """The picture as a file of our own making; what is none, or too large, is refused."""
    from PIL import Image

    try:
        with warnings.catch_warnings(action="ignore"):
            opened = Image.open(io.BytesIO(data), formats=list(TYPES.values()))
            _check_size(opened.size, most_mpx)
            with _one:
                picture = _small(opened)
    except Trouble:
        raise
    except Exception:  # noqa: BLE001 - decoders fail in many ways: it is no picture
        raise Trouble(400, "the body is no JPEG, PNG or WebP that can be read") from None
    with TemporaryDirectory(prefix="vsearch-") as folder:
        path = Path(folder, "picture.png")
        picture.save(path, compress_level=1)
        yield path


def _small(opened: Image.Image) -> Image.Image:
    """A picture made small first: turning and converting a large one takes as much again."""
    from PIL import ImageOps

    opened.draft("RGB", (LONGEST_PX, LONGEST_PX))
    small = opened if opened.mode in SHRINKS_WELL else opened.convert("RGB")
    small.thumbnail((LONGEST_PX, LONGEST_PX))
    return ImageOps.exif_transpose(small).convert("RGB")


def _check_size(size_px: tuple[int, int], most_mpx: int) -> None:
    """Refuse what would take much memory once it is unpacked, before it is."""
    if size_px[0] * size_px[1] > most_mpx * 1_000_000:
        raise Trouble(413, f"a picture has at most {most_mpx} megapixels")
