"""PySceneDetect's detectors, fed from our one decode pass instead of decoding again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from vsearch.errors import ConfigError
from vsearch.hookspecs import RegisterSplitter, hookimpl
from vsearch.protocols import CutDetector, PluginContext
from vsearch.types import Picture

if TYPE_CHECKING:
    from scenedetect.detector import SceneDetector

TIME_BASE = 1_000_000
DETECTORS = ("adaptive", "content")


class _Detector:
    """One video's detector; it speaks of time in microseconds, so frame rates may vary."""

    def __init__(self, detector: SceneDetector, frame_rate: float) -> None:
        self._detector = detector
        self._frame_rate = frame_rate
        self.lag_frames = detector.event_buffer_length + 1

    def push(self, pts_s: float, picture: Picture) -> Sequence[float]:
        """Take the next picture and return the start times of scenes found just now."""
        now = _timecode(pts_s, self._frame_rate)
        return [cut.seconds for cut in self._detector.process_frame(now, picture[..., ::-1])]


class PySceneDetect:
    """Makes an AdaptiveDetector (or ContentDetector) for each video."""

    picture_px = (64, 36)

    def __init__(self, kind: str, scene_min_s: float) -> None:
        if kind not in DETECTORS:
            known = ", ".join(DETECTORS)
            raise ConfigError(f"pyscenedetect.v1 has no detector {kind!r}; there are: {known}")
        self._kind = kind
        self._scene_min_s = scene_min_s

    def start(self, frame_rate: float) -> CutDetector:
        """Begin a new video."""
        from scenedetect import AdaptiveDetector, ContentDetector
        from scenedetect.detector import FlashFilter

        if self._kind == "content":
            detector = ContentDetector(
                min_scene_len=self._scene_min_s, filter_mode=FlashFilter.Mode.SUPPRESS
            )
            return _Detector(detector, frame_rate)
        return _Detector(AdaptiveDetector(min_scene_len=self._scene_min_s), frame_rate)


def _timecode(pts_s: float, frame_rate: float) -> Any:
    from fractions import Fraction

    from scenedetect.common import FrameTimecode, Timecode

    moment = Timecode(pts=round(pts_s * TIME_BASE), time_base=Fraction(1, TIME_BASE))
    return FrameTimecode(moment, fps=frame_rate)


def _make(argument: str, context: PluginContext) -> PySceneDetect:
    return PySceneDetect(argument or "adaptive", context.scene_min_s)


@hookimpl
def register_scene_splitters(register: RegisterSplitter) -> None:
    """Offer PySceneDetect as pyscenedetect.v1 and pyscenedetect.v1:content."""
    register("pyscenedetect.v1", _make)
