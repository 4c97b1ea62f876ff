"""What questions name -> vectors in the spaces of a library's blocks, and its videos."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vsearch.components import Components
from vsearch.errors import QueryError, StoreError
from vsearch.types import SCREEN, SPEECH, VISUAL, Block, Matrix, Picture, VectorBatch, Video

REMEMBERED = 256
MOST_KNOWN = 5_000
_reading = threading.Lock()


class QueryEncoders:
    """Encodes with the models that the library was made with; the last texts are remembered."""

    def __init__(self, components: Components, find: Callable[[str], Video]) -> None:
        self._components = components
        self._find = find
        self._remembered = lru_cache(REMEMBERED)(self._text)
        self._known: dict[tuple[str, str], NDArray[np.float32]] = {}

    def text(self, block: Block, text: str) -> Matrix:
        """A text as one unit vector; blocks of the same encoder share it."""
        same = replace(block, name=SPEECH) if block.name == SCREEN else block
        return self._remembered(same, text)

    def _text(self, block: Block, text: str) -> Matrix:
        return _of_block(self._components.embed_texts(block, [text]), block)

    def texts(self, block: Block, texts: Sequence[str]) -> Matrix:
        """Several texts as unit vectors, a row each; those of the last questions are remembered."""
        keys = [(block.component, text) for text in texts]
        known = self._known
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            batch = self._components.embed_texts(block, [text for _, text in missing])
            new = dict(zip(missing, _of_block(batch, block), strict=True))
            # Replaced, never changed: other threads keep the one that they began with.
            self._known = new if len(known) > MOST_KNOWN else known | new
            known = known | new
        return np.array([known[key] for key in keys], np.float32).reshape(-1, block.space.dim)

    def picture(self, block: Block, path: Path) -> Matrix:
        """A picture as one unit vector."""
        picture = read_picture(path)
        return _of_block(self._components.embedder(block).embed_pictures([picture]), block)

    def forget(self) -> None:
        """Let go of all texts that are remembered."""
        self._remembered.cache_clear()
        self._known = {}

    def video(self, name: str) -> Video:
        """The video of the library that a question names."""
        return self._find(name)


def read_picture(path: Path) -> Picture:
    """The pixels of a picture file, turned the way its camera was held."""
    from PIL import Image, ImageOps

    try:
        # What warns is one for all threads: two that change it at once would leave it changed.
        with _reading, warnings.catch_warnings(action="ignore"), Image.open(path) as opened:
            return np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    except FileNotFoundError:
        raise QueryError(f"there is no picture {path}") from None
    except Exception as error:  # noqa: BLE001 - decoders fail in many ways: it is no picture
        reason = getattr(error, "strerror", None) or error
        raise QueryError(f"{path} cannot be read as a picture: {reason}") from None


def read_jpeg(data: bytes) -> Picture:
    """The pixels of a keyframe's picture."""
    from PIL import Image

    with Image.open(BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGB"))


def _of_block(batch: VectorBatch, block: Block) -> Matrix:
    if batch.space != block.space:
        advice = (
            f"run `vsearch models switch {block.component}`"
            if block.name == VISUAL
            else "index again into another library with --library NAME"
        )
        raise StoreError(
            f"the library's {block.name} vectors are of {block.space}, but {block.component} is "
            f"now {batch.space}; bring the old model back, or {advice}"
        )
    return batch.matrix
