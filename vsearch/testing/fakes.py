"""Components without weights that still find things: colours by their names, tones by their pitch.

Set VSEARCH_PLUGINS=vsearch.testing.fakes to have them as fake.v1.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from vsearch.hookspecs import (
    RegisterEmbedder,
    RegisterEncoder,
    RegisterListener,
    RegisterReader,
    RegisterSplitter,
    RegisterTranscriber,
    hookimpl,
)
from vsearch.protocols import CutDetector, PluginContext, ScreenLine, SoundKinds, Utterance
from vsearch.types import (
    SAMPLE_RATE,
    Corners,
    Matrix,
    Picture,
    Samples,
    TimeSpan,
    VectorBatch,
    VectorSpace,
)

DIM = 32
COLOURS = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "red": (220, 30, 30),
    "green": (30, 180, 60),
    "blue": (30, 60, 220),
    "yellow": (240, 220, 40),
    "purple": (140, 40, 160),
    "orange": (250, 140, 20),
}
TONES = {330: "hello", 440: "country", 660: "train", 880: "goodbye"}
SIGNS = ("exit", "welcome", "closed", "platform", "thanks")
LISTENS_S = 0.5
TONAL = 0.5
CUT_AT = 25.0
QUIET = 0.01


def word_vector(word: str) -> Matrix:
    """A vector that depends on nothing but the word."""
    seed = int.from_bytes(sha256(word.encode()).digest()[:8], "big")
    vector: Matrix = np.random.default_rng(seed).standard_normal(DIM).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def colour_name(picture: Picture) -> str:
    """The name of the colour that a picture has on average."""
    mean = picture.reshape(-1, 3).mean(axis=0)
    return min(COLOURS, key=lambda name: float(np.abs(mean - COLOURS[name]).sum()))


class FakeTextEncoder:
    """Embeds a text as the sum of its words."""

    def __init__(self, revision: str = "1") -> None:
        self.space = VectorSpace(name="fake words", dim=DIM, revision=revision or "1")

    def warm_up(self) -> None:
        """Nothing to load."""

    def embed_texts(self, texts: Sequence[str]) -> VectorBatch:
        """Embed texts as unit vectors, one row each."""
        return VectorBatch(space=self.space, matrix=_stacked([_words(text) for text in texts]))


class FakeEmbedder(FakeTextEncoder):
    """Embeds a picture as the name of its colour."""

    def embed_pictures(self, pictures: Sequence[Picture]) -> VectorBatch:
        """Embed RGB pictures of any size as unit vectors, one row each."""
        vectors = [word_vector(colour_name(picture)) for picture in pictures]
        return VectorBatch(space=self.space, matrix=_stacked(vectors))


class FakeTranscriber:
    """Hears a word for each second of a tone that it knows."""

    def warm_up(self) -> None:
        """Nothing to load."""

    def transcribe(self, samples: Samples) -> Sequence[Utterance]:
        """Write down the words in a block of sound of at most a few minutes."""
        found: list[Utterance] = []
        for start in range(0, len(samples), SAMPLE_RATE):
            part = samples[start : start + SAMPLE_RATE]
            if word := _heard(part):
                first_s = start / SAMPLE_RATE
                span = TimeSpan(start_s=first_s, end_s=first_s + len(part) / SAMPLE_RATE)
                found.append(Utterance(span=span, text=word, language="en"))
        return found


class FakeReader:
    """Reads signs: white boards with a thick black bar for each place of the word in SIGNS."""

    def warm_up(self) -> None:
        """Nothing to load."""

    def find(self, picture: Picture) -> Sequence[Corners]:
        """Where signs stand in a picture."""
        white = (picture > 200).all(axis=2)
        rows, columns = np.flatnonzero(white.mean(axis=1) > 0.2), np.flatnonzero(white.any(axis=0))
        if len(rows) < 8:
            return []
        left, right, top, bottom = columns[0], columns[-1], rows[0], rows[-1]
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return [np.array(corners, np.float32)] if _bars(picture, rows) else []

    def read(self, picture: Picture, boxes: Sequence[Corners]) -> Sequence[ScreenLine]:
        """What stands in these boxes."""
        found = []
        for box in boxes:
            top, bottom = int(box[0, 1]), int(box[2, 1])
            number = _bars(picture, np.arange(top, bottom + 1))
            if 0 < number <= len(SIGNS):
                found.append(ScreenLine(text=SIGNS[number - 1], confidence=1.0, box=box))
        return found


class FakeListener:
    """Takes tones that are words for speech, and all other tones for music."""

    def warm_up(self) -> None:
        """Nothing to load."""

    def listen(self, samples: Samples) -> SoundKinds:
        """What is heard in a block of sound of at most a few minutes, its last step included."""
        step = int(LISTENS_S * SAMPLE_RATE)
        parts = [samples[start : start + step] for start in range(0, len(samples), step)]
        words = [_heard(part) for part in parts]
        tones = [_is_tone(part) for part in parts]
        speech = np.array([bool(word) for word in words], bool)
        return SoundKinds(step_s=LISTENS_S, speech=speech, music=np.array(tones, bool) & ~speech)


class FakeSplitter:
    """Cuts where the mean colour jumps."""

    picture_px = (16, 16)

    def start(self, frame_rate: float) -> CutDetector:
        """Begin a new video."""
        return _ColourJumps()


class _ColourJumps:
    lag_frames = 0

    def __init__(self) -> None:
        self._last: Matrix | None = None

    def push(self, pts_s: float, picture: Picture) -> Sequence[float]:
        mean = picture.reshape(-1, 3).mean(axis=0, dtype=np.float32)
        jumped = self._last is not None and float(np.abs(mean - self._last).mean()) > CUT_AT
        self._last = mean
        return [pts_s] if jumped else []


def _bars(picture: Picture, rows: NDArray[np.int64]) -> int:
    """How many dark bars lie between white ones, along the middle of these rows."""
    line = picture[int(rows[len(rows) // 2])].max(axis=1)
    white = np.flatnonzero(line > 200)
    if len(white) < 8:
        return 0
    dark = line[white[0] : white[-1] + 1] < 80
    return int((dark[1:] & ~dark[:-1]).sum())


def _words(text: str) -> Matrix:
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    total: Matrix = np.sum([word_vector(word) for word in words or ["nothing"]], axis=0)
    return total / np.float32(np.linalg.norm(total))


def _heard(part: Samples) -> str:
    if len(part) < SAMPLE_RATE // 4 or float(np.abs(part).mean()) < QUIET:
        return ""
    strength = np.abs(np.fft.rfft(part))
    pitch = float(strength.argmax()) * SAMPLE_RATE / len(part)
    nearest = min(TONES, key=lambda tone: abs(tone - pitch))
    return TONES[nearest] if abs(nearest - pitch) < 20 else ""


def _is_tone(part: Samples) -> bool:
    """Whether most of the energy is at one pitch."""
    energy = np.square(np.abs(np.fft.rfft(part)))
    loud = len(part) > 0 and float(np.abs(part).mean()) >= QUIET
    top = int(energy.argmax())
    return loud and bool(energy[max(0, top - 2) : top + 3].sum() > TONAL * energy.sum())


def _stacked(vectors: list[Matrix]) -> Matrix:
    return np.stack(vectors) if vectors else np.zeros((0, DIM), np.float32)


def _splitter(argument: str, context: PluginContext) -> FakeSplitter:
    return FakeSplitter()


def _embedder(argument: str, context: PluginContext) -> FakeEmbedder:
    return FakeEmbedder(argument)


def _encoder(argument: str, context: PluginContext) -> FakeTextEncoder:
    return FakeTextEncoder(argument)


def _reader(argument: str, context: PluginContext) -> FakeReader:
    return FakeReader()


def _transcriber(argument: str, context: PluginContext) -> FakeTranscriber:
    return FakeTranscriber()


def _listener(argument: str, context: PluginContext) -> FakeListener:
    return FakeListener()


@hookimpl
def register_scene_splitters(register: RegisterSplitter) -> None:
    """Offer the fake splitter."""
    register("fake.v1", _splitter)


@hookimpl
def register_embedders(register: RegisterEmbedder) -> None:
    """Offer the fake embedder."""
    register("fake.v1", _embedder)


@hookimpl
def register_text_encoders(register: RegisterEncoder) -> None:
    """Offer the fake text encoder."""
    register("fake.v1", _encoder)


@hookimpl
def register_screen_readers(register: RegisterReader) -> None:
    """Offer the fake reader."""
    register("fake.v1", _reader)


@hookimpl
def register_transcribers(register: RegisterTranscriber) -> None:
    """Offer the fake transcriber."""
    register("fake.v1", _transcriber)


@hookimpl
def register_sound_listeners(register: RegisterListener) -> None:
    """Offer the fake listener."""
    register("fake.v1", _listener)
