"""The captioned photos of a data folder with their vectors, for benchmarks that compare scenes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import vsearch
from vsearch.components import Components
from vsearch.joint import PROBES
from vsearch.protocols import TextEncoder
from vsearch.types import Matrix

AT_ONCE = 8


@dataclass(frozen=True)
class Photos:
    """Photos with their captions, their vectors, and what encodes questions about them."""

    captions: list[list[str]]
    vectors: Matrix
    encoder: TextEncoder
    probes: Matrix

    def showing(self, words: Sequence[str], least: int = 2) -> np.ndarray:
        """The photos of which so many captions hold one of these words."""
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
        counts = [sum(bool(pattern.search(text)) for text in texts) for texts in self.captions]
        return np.array(counts) >= least


def read_photos(data: Path) -> Photos:
    """Embed the photos of a folder with the starter."""
    listed = json.loads((data / "coco.json").read_text(encoding="utf-8"))
    names = [name for name in sorted(listed) if (data / "coco" / name).exists()]
    components = Components(vsearch.load_config(), print)
    embedder, _, probes = components.embedder_for("starter")
    found = []
    for start in range(0, len(names), AT_ONCE):
        pictures = []
        for name in names[start : start + AT_ONCE]:
            with Image.open(data / "coco" / name) as opened:
                pictures.append(np.asarray(opened.convert("RGB")))
        found.append(embedder.embed_pictures(pictures).matrix)
    captions = [listed[name]["captions"] for name in names]
    return Photos(captions, np.concatenate(found), embedder, probes)


def read_sentences(texts: Sequence[str]) -> tuple[Matrix, TextEncoder, Matrix]:
    """The vectors of sentences as speech has them, their encoder, and its neutral texts."""
    components = Components(vsearch.load_config(), print)
    encoder = components.registry.text_encoder("minilm.v1", components.context)
    encoder.warm_up()
    return encoder.embed_texts(texts).matrix, encoder, encoder.embed_texts(PROBES).matrix
