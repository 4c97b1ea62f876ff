"""Pictures and texts -> how much of each colour of a palette they have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vsearch.types import Matrix, Picture, VectorBatch, VectorSpace
from vsearch_palette.colours import named

PIXELS = 2048
"""So many pixels of a picture are looked at."""

NEAR = 20.0
"""Colours that lie so far apart in CIELAB are plainly different, and yet related."""

TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32
)
WHITE = np.array([0.9505, 1.0, 1.089], np.float32)


class Palette:
    """The embedder: vsearch asks it for the vectors of keyframes, and of questions."""

    def __init__(self, steps: int = 4) -> None:
        levels = np.linspace(0, 255, steps, dtype=np.float32)
        colours = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
        self._palette = lab(colours.reshape(-1, 3))
        self.space = VectorSpace(name=f"palette {steps}", dim=steps**3, revision="1")

    def warm_up(self) -> None:
        """Nothing to load."""

    def embed_texts(self, texts: Sequence[str]) -> VectorBatch:
        """Embed texts as unit vectors, one row each."""
        return self._batch([self._of_text(text) for text in texts])

    def embed_pictures(self, pictures: Sequence[Picture]) -> VectorBatch:
        """Embed RGB pictures of any size as unit vectors, one row each."""
        return self._batch([self._of_picture(picture) for picture in pictures])

    def _of_text(self, text: str) -> Matrix:
        colours = list(named(text))
        if not colours:  # nothing is asked of the colours: every one is as good
            return np.ones(self.space.dim, np.float32)
        return self._shares(np.array(colours, np.float32))

    def _of_picture(self, picture: Picture) -> Matrix:
        pixels = picture.reshape(-1, 3)
        return self._shares(pixels[:: max(1, len(pixels) // PIXELS)].astype(np.float32))

    def _shares(self, colours: Matrix) -> Matrix:
        """How near the colours are to each of the palette, in the mean."""
        apart = np.square(lab(colours)[:, None] - self._palette[None]).sum(axis=2)
        near = np.exp((apart.min(axis=1, keepdims=True) - apart) / (2 * NEAR**2))
        shares: Matrix = (near / near.sum(axis=1, keepdims=True)).mean(axis=0)
        return shares

    def _batch(self, rows: list[Matrix]) -> VectorBatch:
        matrix = np.array(rows, np.float32).reshape(-1, self.space.dim)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        return VectorBatch(space=self.space, matrix=matrix / lengths)


def lab(colours: Matrix) -> Matrix:
    """Colours of 0 to 255 in CIELAB, where distances are about as large as they look."""
    light = colours / np.float32(255)
    linear = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    ratio = linear @ TO_XYZ.T / WHITE
    curved = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    x, y, z = curved.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1).astype(np.float32)
