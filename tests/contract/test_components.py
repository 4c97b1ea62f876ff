"""Every implementation against its contract: the fakes, and the real ones with weights."""

from __future__ import annotations

import pytest

from vsearch.testing.contracts import (
    AnswererContract,
    EmbedderContract,
    FuserContract,
    SceneSplitterContract,
    ScreenReaderContract,
    SoundListenerContract,
    TextEncoderContract,
    TranscriberContract,
)
from vsearch.testing.fakes import (
    FakeEmbedder,
    FakeListener,
    FakeReader,
    FakeSplitter,
    FakeTextEncoder,
    FakeTranscriber,
)
from vsearch.testing.videos import plain, with_sign
from vsearch.types import Picture
from vsearch_plugins.answer_quotes import Quotes
from vsearch_plugins.embed_starter import Starter
from vsearch_plugins.fuse_attention import AttentionFuser
from vsearch_plugins.fuse_joint import JointFuser
from vsearch_plugins.fuse_power import PowerFuser
from vsearch_plugins.fuse_ranks import RankFuser
from vsearch_plugins.read_rapidocr import RapidReader
from vsearch_plugins.scenes_pyscenedetect import PySceneDetect
from vsearch_plugins.sound_ina import InaListener
from vsearch_plugins.speech_whisper import WhisperTranscriber
from vsearch_plugins.text_minilm import MiniLM


class TestFakeTextEncoder(TextEncoderContract):
    def make(self) -> FakeTextEncoder:
        return FakeTextEncoder()


class TestFakeEmbedder(EmbedderContract):
    def make(self) -> FakeEmbedder:
        return FakeEmbedder()


class TestFakeTranscriber(TranscriberContract):
    def make(self) -> FakeTranscriber:
        return FakeTranscriber()


class TestFakeReader(ScreenReaderContract):
    def make(self) -> FakeReader:
        return FakeReader()

    def page(self) -> Picture:
        return with_sign(plain(30, 60, 220, (160, 96)), "platform")


class TestRapidReader(ScreenReaderContract):
    def make(self) -> RapidReader:
        return RapidReader()


class TestFakeListener(SoundListenerContract):
    def make(self) -> FakeListener:
        return FakeListener()


class TestFakeSplitter(SceneSplitterContract):
    def make(self) -> FakeSplitter:
        return FakeSplitter()


class TestAdaptiveSplitter(SceneSplitterContract):
    def make(self) -> PySceneDetect:
        return PySceneDetect("adaptive", 0.4)


class TestContentSplitter(SceneSplitterContract):
    def make(self) -> PySceneDetect:
        return PySceneDetect("content", 0.4)


class TestQuotes(AnswererContract):
    def make(self) -> Quotes:
        return Quotes()


class TestPowerFuser(FuserContract):
    def make(self) -> PowerFuser:
        return PowerFuser()


class TestJointFuser(FuserContract):
    def make(self) -> JointFuser:
        return JointFuser()


class TestRankFuser(FuserContract):
    def make(self) -> RankFuser:
        return RankFuser()


class TestAttentionFuser(FuserContract):
    def make(self) -> AttentionFuser:
        return AttentionFuser()


@pytest.mark.real
class TestMiniLM(TextEncoderContract):
    @pytest.fixture(autouse=True)
    def _context(self, real_context) -> None:
        self.context = real_context("minilm")

    def make(self) -> MiniLM:
        return MiniLM(self.context)


@pytest.mark.real
class TestStarter(EmbedderContract):
    @pytest.fixture(autouse=True)
    def _context(self, real_context) -> None:
        self.context = real_context("minilm", "efficientnet-lite2")

    def make(self) -> Starter:
        return Starter(self.context)


@pytest.mark.real
class TestWhisper(TranscriberContract):
    @pytest.fixture(autouse=True)
    def _context(self, real_context) -> None:
        self.context = real_context("whisper-tiny.en", "silero-vad")

    def make(self) -> WhisperTranscriber:
        return WhisperTranscriber("tiny.en", self.context)


@pytest.mark.real
class TestInaListener(SoundListenerContract):
    @pytest.fixture(autouse=True)
    def _context(self, real_context) -> None:
        self.context = real_context("ina-sound", "silero-vad")

    def make(self) -> InaListener:
        return InaListener(self.context)
