"""A stretch of a video -> the shots in it: each gets a window of its own when it is cropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from vsearch.clips.windows import size_of
from vsearch.clips.wishes import Shape
from vsearch.types import Place, Scene, TimeSpan

LEAST_S = 0.5
"""A shorter shot keeps the window of the one before it."""

OFTEN = 0.15
"""What has less of the time does not set the size of all."""


def shots_of(place: Place, scenes: Iterable[Scene]) -> list[Place]:
    """The shots of a stretch, cut where its scenes begin."""
    cuts = [place.span.start_s]
    for start_s in sorted(scene.span.start_s for scene in scenes):
        if cuts[-1] + LEAST_S <= start_s <= place.span.end_s - LEAST_S:
            cuts.append(start_s)
    ends = [*cuts[1:], place.span.end_s]
    return [
        replace(place, span=TimeSpan(start_s=start_s, end_s=end_s))
        for start_s, end_s in zip(cuts, ends, strict=True)
    ]


def of_height(size_px: tuple[int, int], height_px: int) -> tuple[int, int]:
    """A size made so high, as wide as it then is; both sides even, as encoders want them."""
    return 2 * max(1, round(size_px[0] * height_px / size_px[1] / 2)), height_px // 2 * 2


def common_size(
    places: Sequence[Place], sizes: Mapping[Path, tuple[int, int]], shape: Shape | None
) -> tuple[int, int] | None:
    """The size of an edit, by the sizes of its files; None where each piece has the same anyway.

    Cropped it is the largest that a piece has room for. Else it lies or stands as most of the time
    does, and is the largest that is not only shown for a moment.
    """
    if shape is not None:
        return max(size_of(sizes[place.video.path], shape) for place in places)
    shown_s: dict[tuple[int, int], float] = {}
    for place in places:
        size = sizes[place.video.path]
        shown_s[size] = shown_s.get(size, 0.0) + place.span.duration_s
    if len(shown_s) == 1:
        return None
    whole_s = sum(shown_s.values())
    lying_s = sum(length_s for (width, high), length_s in shown_s.items() if width >= high)
    lying = lying_s * 2 >= whole_s
    alike = [size for size in shown_s if (size[0] >= size[1]) == lying]
    often = [size for size in alike if shown_s[size] >= OFTEN * whole_s]
    return max(often or alike, key=lambda size: (size[0] * size[1], size))
