"""Frame | SpeechSegment | ShownText -> vectors: which block gets which rows."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from vsearch.protocols import TextEncoder
from vsearch.storage import BlockRows
from vsearch.types import Frame, Picture, ShownText, SpeechSegment, heard_in

JPEG_QUALITY = 85


def encode_thumbnail(picture: Picture) -> bytes:
    """A keyframe as JPEG: what results show and what a new model can embed again."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def text_rows(
    frames: Sequence[Frame],
    segments: Sequence[SpeechSegment | ShownText],
    encoder: TextEncoder,
) -> BlockRows | None:
    """Embed what is said, or stands there, during each frame's part; others get no row."""
    said = [_said(segments, frame) for frame in frames]
    texts = sorted({text for text in said if text})
    if not texts:
        return None
    vectors = encoder.embed_texts(texts).matrix
    row_of = {text: row for row, text in enumerate(texts)}
    positions = [position for position, text in enumerate(said) if text]
    rows = [row_of[said[position]] for position in positions]
    return BlockRows(positions=np.asarray(positions, np.int64), matrix=vectors[rows])


def _said(segments: Sequence[SpeechSegment | ShownText], frame: Frame) -> str:
    return " ".join(segment.text for segment in heard_in(segments, frame.span))
