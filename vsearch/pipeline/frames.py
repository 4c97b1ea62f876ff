"""Scene -> Frame: one decode pass gives the scenes and the keyframes that stand for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from vsearch.pipeline.video import Shot
from vsearch.protocols import CutDetector
from vsearch.types import Picture, TimeSpan

CANDIDATES_PER_PART = 12
JUDGED_PX = (160, 90)
BLACK_LEVEL = 18.0
FLAT_LEVEL = 5.0
LONGEST_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keyframe:
    """A keyframe as it is taken: the scene it is from, the part it stands for, and its pixels.

    The page is the same in a size in which text can be read, if text is to be read.
    """

    scene: int
    pts_s: float
    span: TimeSpan
    picture: Picture
    page: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneClosed:
    """A scene that has come to its end."""

    scene: int
    span: TimeSpan


def quality(picture: Picture) -> float:
    """How much there is to see: sharpness, and next to nothing for black or empty frames."""
    grey = picture.astype(np.float32).mean(axis=2)
    edges = (
        grey[1:-1, 1:-1] * 4 - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
    )
    sharpness = float(np.log1p(edges.var()))
    if grey.mean() < BLACK_LEVEL or grey.std() < FLAT_LEVEL:
        return 0.01 * sharpness
    return 1.0 + sharpness


class KeyframePicker:
    """Cuts scenes into parts of about every_s and takes the best frame of each as it passes by.

    A part is settled only when it is certain that no cut falls into it any more; until then its
    candidates are held by reference, never as pixels.
    """

    def __init__(
        self,
        detector: CutDetector,
        size_px: tuple[int, int],
        every_s: float,
        short_px: int,
        page_px: int = 0,
    ) -> None:
        self._detector = detector
        self._size_px = size_px
        self._every_s = every_s
        self._short_px = short_px
        self._page_px = page_px
        self._gap_s = every_s / CANDIDATES_PER_PART
        self._recent: deque[Shot] = deque(maxlen=detector.lag_frames + 1)
        self._candidates: list[Shot] = []
        self._scene = 0
        self._scene_start_s = 0.0
        self._part_start_s = 0.0
        self._last: Keyframe | None = None

    def run(
        self, shots: Iterable[Shot], end_s: Callable[[], float]
    ) -> Iterator[Keyframe | SceneClosed]:
        """Go through all frames once; scenes and keyframes come out in order.

        The end of the video is asked for when all frames have been seen: it is known only then.
        """
        for shot in shots:
            yield from self._push(shot)
        if self._recent:
            yield from self._close_scene(max(end_s(), self._recent[-1].pts_s + 0.001))

    def _push(self, shot: Shot) -> Iterator[Keyframe | SceneClosed]:
        cuts = self._detector.push(shot.pts_s, shot.small(self._size_px))
        self._recent.append(shot)
        for cut_s in cuts:
            # Detectors round times; a scene begins exactly with its first frame.
            first_s = min((recent.pts_s for recent in self._recent), key=lambda at: abs(at - cut_s))
            if first_s > self._scene_start_s:
                yield from self._close_scene(first_s)
        if not self._candidates or shot.pts_s - self._candidates[-1].pts_s >= self._gap_s:
            self._candidates.append(shot)
        # Waiting half a part longer leaves no sliver at the end of a scene.
        while self._recent[0].pts_s >= self._part_start_s + 1.5 * self._every_s:
            yield from self._settle(self._part_start_s + self._every_s)

    def _close_scene(self, end_s: float) -> Iterator[Keyframe | SceneClosed]:
        parts = max(1, int(np.ceil((end_s - self._part_start_s) / self._every_s - 1e-9)))
        length_s = (end_s - self._part_start_s) / parts
        for left in range(parts - 1, -1, -1):
            yield from self._settle(end_s - left * length_s)
        if self._last is not None:
            yield from _stretched(self._last, end_s)
        span = TimeSpan(start_s=self._scene_start_s, end_s=end_s)
        yield SceneClosed(scene=self._scene, span=span)
        self._begin_scene(end_s)

    def _begin_scene(self, start_s: float) -> None:
        self._scene += 1
        self._scene_start_s = self._part_start_s = start_s
        self._last = None
        if not self._candidates:
            self._candidates = [shot for shot in self._recent if shot.pts_s >= start_s][:1]

    def _settle(self, end_s: float) -> Iterator[Keyframe]:
        """Take the best frame of the part that ends now; the one before it waits until then."""
        part = TimeSpan(start_s=self._part_start_s, end_s=end_s)
        inside = [shot for shot in self._candidates if shot.pts_s < end_s]
        self._candidates = [shot for shot in self._candidates if shot.pts_s >= end_s]
        self._part_start_s = end_s
        if not inside:
            return  # one frame shown for long: it goes on standing for this part as well
        if self._last is not None:
            yield from _stretched(self._last, part.start_s)
        best = max(inside, key=lambda shot: _worth(shot, part))
        self._last = Keyframe(
            scene=self._scene,
            pts_s=best.pts_s,
            span=part,
            picture=best.picture(self._short_px),
            page=best.picture(self._page_px) if self._page_px else None,
        )


def _stretched(frame: Keyframe, end_s: float) -> Iterator[Keyframe]:
    """The keyframe up to end_s; one shown for very long comes again for what is said under it."""
    start_s = frame.span.start_s
    pieces = max(1, int(np.ceil((end_s - start_s) / LONGEST_S)))
    for piece in range(pieces):
        first_s = start_s + (end_s - start_s) * piece / pieces
        last_s = start_s + (end_s - start_s) * (piece + 1) / pieces
        span = TimeSpan(start_s=first_s, end_s=last_s)
        pts_s = frame.pts_s if piece == 0 else first_s
        yield replace(frame, pts_s=pts_s, span=span)


def _worth(shot: Shot, part: TimeSpan) -> float:
    """Quality, with the middle of the part worth up to half as much again as its ends."""
    half_s = max(part.duration_s / 2, 1e-6)
    centred = 1 - min(1.0, abs(shot.pts_s - part.middle_s) / half_s)
    return quality(shot.small(JUDGED_PX)) * (1 + 0.5 * centred)
