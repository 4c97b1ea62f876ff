"""Tells keyframes on which nothing is to be seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np

EMPTY = 6.0
"""Brightness that varies less than this (of 255) is that of a black, white or plain picture."""


def is_blank(path: Path) -> bool:
    """Whether a kept keyframe is black, white or of one brightness; one that is lost is not."""
    from PIL import Image

    try:
        with Image.open(path) as opened:
            opened.draft("L", (64, 64))
            grey = np.asarray(opened.convert("L").resize((32, 32)), np.float32)
    except OSError:
        return False
    return float(grey.std()) < EMPTY
