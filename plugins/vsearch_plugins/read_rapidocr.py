"""RapidOCR (Apache-2.0): PP-OCRv6 on ONNX Runtime, with the models that its wheel carries.

It reads Latin letters with most accents, digits, Chinese and Japanese.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vsearch.errors import ModelError
from vsearch.hookspecs import RegisterReader, hookimpl
from vsearch.protocols import PluginContext, ScreenLine
from vsearch.types import Corners, Picture

if TYPE_CHECKING:
    from rapidocr import RapidOCR

FINDER, READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
LONG_PX = 640
"""Text is looked for in pictures of this longer side, and read in the picture as it is."""

THREADS = 1
"""A second thread halves the time only where nobody else works, and takes twice as much of it."""


class RapidReader:
    """Finds lines of text at a small size and reads them at the full one."""

    def __init__(self, long_px: int = LONG_PX) -> None:
        self._long_px = long_px

    def warm_up(self) -> None:
        """Load both networks."""
        blank = np.zeros((48, 96, 3), np.uint8)
        self._engine.recognize_txt([blank])
        self.find(blank)

    def find(self, picture: Picture) -> Sequence[Corners]:
        """Where lines of text stand in a picture."""
        found = self._engine(_bgr(picture), use_det=True, use_cls=False, use_rec=False)
        boxes = found.boxes
        return [] if boxes is None else [np.array(box, np.float32) for box in boxes]

    def read(self, picture: Picture, boxes: Sequence[Corners]) -> Sequence[ScreenLine]:
        """What stands in these boxes."""
        if not len(boxes):
            return []
        cuttings = self._engine.crop_text_regions(_bgr(picture), np.stack(boxes))
        read = self._engine.recognize_txt(cuttings)
        return [
            ScreenLine(text=text.strip(), confidence=float(score), box=box)
            for text, score, box in zip(read.txts, read.scores, boxes, strict=True)
            if text.strip()
        ]

    @cached_property
    def _engine(self) -> RapidOCR:
        import rapidocr

        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        folder = Path(rapidocr.__file__).parent / "models"
        # Without a path of its own each network would be looked for on the net.
        options: dict[str, Any] = {
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Det.model_path": str(_known(folder / FINDER)),
            "Det.limit_type": "max",
            "Det.limit_side_len": self._long_px,
            "Rec.model_path": str(_known(folder / READER)),
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": THREADS,
        }
        return rapidocr.RapidOCR(params=options)


def _known(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(
            f"rapidocr is installed without its model {path.name}: install it again, "
            f"or set index.screen_text to false"
        )
    return path


def _bgr(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[:, :, ::-1])


def _make(argument: str, context: PluginContext) -> RapidReader:
    return RapidReader(int(argument or LONG_PX))


@hookimpl
def register_screen_readers(register: RegisterReader) -> None:
    """Offer RapidOCR: rapidocr.v1, or rapidocr.v1:SIZE to look for text at another size."""
    register("rapidocr.v1", _make)
