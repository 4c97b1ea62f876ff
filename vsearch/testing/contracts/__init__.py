"""What every component must do, as tests that plugin authors inherit.

class TestMyEmbedder(EmbedderContract):
    def make(self):
        return MyEmbedder(...)
"""

from __future__ import annotations

from vsearch.testing.contracts.answers import AnswererContract
from vsearch.testing.contracts.embedding import EmbedderContract, TextEncoderContract
from vsearch.testing.contracts.exporting import ExporterContract
from vsearch.testing.contracts.fusion import FuserContract
from vsearch.testing.contracts.scenes import SceneSplitterContract
from vsearch.testing.contracts.screen import ScreenReaderContract
from vsearch.testing.contracts.sound import SoundListenerContract
from vsearch.testing.contracts.speech import TranscriberContract

__all__ = [
    "AnswererContract",
    "EmbedderContract",
    "ExporterContract",
    "FuserContract",
    "SceneSplitterContract",
    "ScreenReaderContract",
    "SoundListenerContract",
    "TextEncoderContract",
    "TranscriberContract",
]
