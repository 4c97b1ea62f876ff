"""Frames as they are to be seen: upright, cut to a window, fitted into a size, one over another."""

from __future__ import annotations

import numpy as np

from vsearch.clips.edit import Window
from vsearch.types import Picture

WHOLE = Window(left=0.0, top=0.0, width=1.0, height=1.0)


def even(size: float) -> int:
    """The even number below, for colours are kept for two pixels at once."""
    return max(2, int(size + 1e-6) // 2 * 2)


def window_px(upright_px: tuple[int, int], window: Window) -> tuple[int, int]:
    """The size of what a window shows, in even numbers."""
    return even(upright_px[0] * window.width), even(upright_px[1] * window.height)


def inner_px(
    upright_px: tuple[int, int], window: Window, size_px: tuple[int, int]
) -> tuple[int, int]:
    """The largest size inside another with the proportions of a window, but no thin bars."""
    wide, high = upright_px[0] * window.width, upright_px[1] * window.height
    scale = min(size_px[0] / wide, size_px[1] / high)
    inner = (even(wide * scale), even(high * scale))
    near = [own if own - found <= 2 else found for own, found in zip(size_px, inner, strict=True)]
    return near[0], near[1]


def scaled_px(inner: tuple[int, int], window: Window) -> tuple[int, int]:
    """The size of a whole upright picture of which the window fills the inner size."""
    return (
        max(inner[0], round(inner[0] / window.width)),
        max(inner[1], round(inner[1] / window.height)),
    )


def fitted(
    picture: Picture, window: Window, inner: tuple[int, int], size_px: tuple[int, int]
) -> Picture:
    """The part of a scaled picture that the window shows, in the middle of a black one."""
    high, wide = picture.shape[:2]
    left = min(round(window.left * wide), wide - inner[0])
    top = min(round(window.top * high), high - inner[1])
    part = picture[top : top + inner[1], left : left + inner[0]]
    if inner == size_px:
        return part
    whole = np.zeros((size_px[1], size_px[0], 3), np.uint8)
    x, y = (size_px[0] - inner[0]) // 2 // 2 * 2, (size_px[1] - inner[1]) // 2 // 2 * 2
    whole[y : y + inner[1], x : x + inner[0]] = part
    return whole


def blended(under: Picture, over: Picture, share: float) -> Picture:
    """Two pictures at once, the upper one with so much of a share."""
    weight = round(share * 256)
    mixed = under.astype(np.uint16) * (256 - weight) + over.astype(np.uint16) * weight
    return ((mixed + 128) >> 8).astype(np.uint8)
