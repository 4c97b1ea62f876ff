"""What each component must do: one to four methods, heavy work in warm_up() alone.

The contract test of each protocol ships in vsearch.testing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vsearch.export.cuts import CutList
from vsearch.settings import AnswerSettings
from vsearch.types import (
    Corners,
    Matrix,
    Picture,
    Samples,
    TimeSpan,
    VectorBatch,
    VectorSpace,
    Video,
)

Notify: TypeAlias = Callable[[str], None]
"""Called with one line for a person to read."""


class CutDetector(Protocol):
    """Finds the cuts of one video from small pictures in the order they are shown."""

    lag_frames: int
    """How many frames later than it happened a cut may be reported."""

    def push(self, pts_s: float, picture: Picture) -> Sequence[float]:
        """Take the next picture and return the start times of scenes found just now."""


class SceneSplitter(Protocol):
    """Makes a cut detector for each video."""

    picture_px: tuple[int, int]
    """The width and height of the pictures its detectors want."""

    def start(self, frame_rate: float) -> CutDetector:
        """Begin a new video."""


class TextEncoder(Protocol):
    """Turns text into vectors of one space.

    One that knows some languages only may say so by an attribute `languages`, a frozenset of codes
    such as "en": a search in another one then tells the person.
    """

    @property
    def space(self) -> VectorSpace:
        """The space of its vectors; may load what tells their size, never a whole network."""

    def warm_up(self) -> None:
        """Load everything; called before the first embed call of a long run."""

    def embed_texts(self, texts: Sequence[str]) -> VectorBatch:
        """Embed texts as unit vectors, one row each."""


class Embedder(TextEncoder, Protocol):
    """Turns pictures and text into vectors of one space."""

    def embed_pictures(self, pictures: Sequence[Picture]) -> VectorBatch:
        """Embed RGB pictures of any size as unit vectors, one row each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """Words heard in a block of sound; the span counts from the block's start."""

    span: TimeSpan
    text: str
    language: str


class Transcriber(Protocol):
    """Writes down what is said."""

    def warm_up(self) -> None:
        """Load everything; called before the first transcribe call of a long run."""

    def transcribe(self, samples: Samples) -> Sequence[Utterance]:
        """Write down the words in a block of sound of at most a few minutes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScreenLine:
    """A line of text in a picture, how sure it is (0 to 1), and where it stands."""

    text: str
    confidence: float
    box: Corners


class ScreenReader(Protocol):
    """Reads text off pictures: finds where there is any, at little cost, and reads only there."""

    def warm_up(self) -> None:
        """Load everything; called before the first picture of a long run."""

    def find(self, picture: Picture) -> Sequence[Corners]:
        """Where lines of text stand in a picture; most pictures have none."""

    def read(self, picture: Picture, boxes: Sequence[Corners]) -> Sequence[ScreenLine]:
        """What stands in these boxes, each line with its box; one without text is left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SoundKinds:
    """Where in a block of sound somebody speaks and music plays: one value for each step."""

    step_s: float
    speech: NDArray[np.bool_]
    music: NDArray[np.bool_]


class SoundListener(Protocol):
    """Tells speech and music from other sound; both may be heard at once."""

    def warm_up(self) -> None:
        """Load everything; called before the first listen call of a long run."""

    def listen(self, samples: Samples) -> SoundKinds:
        """What is heard in a block of sound of at most a few minutes, its last step included."""


class Fuser(Protocol):
    """Puts together what several parts say about the same rows: pictures, speech, words."""

    separate: bool
    """Whether each part names its own best rows, or the weighted sum of all does."""

    def fuse(self, names: Sequence[str], parts: Matrix, weights: Matrix) -> Matrix:
        """What each part adds to the score of each row: a row each, a column for each name.

        Parts count from 0, an average row, in units of how widely ordinary questions score; the
        weights are one row, 0 for parts that the question leaves out.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A piece of evidence as an answerer gets it: data to quote, whatever it says.

    The score tells how well it answers, beside the others; the picture is of that moment.
    """

    number: int
    video: Video
    span: TimeSpan
    text: str
    source: Literal["said", "shown", "seen"]
    score: float
    picture: Path


class Answerer(Protocol):
    """Answers a question from numbered excerpts, the best first."""

    host: str
    """The host and port that it connects to; empty if it connects to nothing."""

    sees: bool
    """Whether it looks at the pictures of excerpts."""

    def answer(self, question: str, excerpts: Sequence[Excerpt]) -> Iterator[str]:
        """The pieces of an answer in which every sentence cites excerpts, such as [2].

        Nothing at all means that the excerpts do not answer. Whatever fails is an AnswerError.
        """


class Exporter(Protocol):
    """Writes what was found as a file that another program reads."""

    endings: tuple[str, ...]
    """What the names of its files end in, such as .edl; of several that fit the longest wins."""

    def write(self, cuts: CutList) -> str | bytes:
        """The content of the file; what cannot be written as it is, is a QueryError."""


class Weights(Protocol):
    """Where plugins get model files from."""

    def file(self, model: str, name: str) -> Path:
        """The path of a verified file of a known model, fetched and announced if need be."""

    def fingerprint(self, model: str) -> str:
        """A short text that changes when the model's weights change."""

    def fingerprint_of(self, path: Path) -> str:
        """The same for a file of the user's own."""

    def has(self, model: str) -> bool:
        """Whether all files of the model are on this machine."""

    def hub_reachable(self) -> bool:
        """Whether the model hub answers; asked once, given up after a few seconds."""

    def cached(self, repo: str, name: str) -> Path | None:
        """A file of any repository as the hub's own cache on this machine holds it."""

    def derived_for(self, key: str) -> str:
        """What stands behind key- in the name of the only such derived folder, or nothing."""

    def derived(self, key: str, build: Callable[[Path], None]) -> Path:
        """A folder of files computed from weights, built once by build(folder)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginContext:
    """What a component may use: weights, the machine's device, and a line to the person."""

    weights: Weights
    device: str = "auto"
    precision: str = "auto"
    offline: bool = False
    scene_min_s: float = 0.4
    notify: Notify = print
    answer: AnswerSettings = field(default_factory=AnswerSettings)
    answer_key: str = field(default="", repr=False)
