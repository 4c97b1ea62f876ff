"""The words of vsearch: small frozen values that every layer shares."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
"""An RGB picture, height x width x 3."""

Matrix: TypeAlias = NDArray[np.float32]
"""Rows of float32 vectors."""

Samples: TypeAlias = NDArray[np.float32]
"""Mono sound at SAMPLE_RATE, -1 to 1."""

Corners: TypeAlias = NDArray[np.float32]
"""The four corners of a box in a picture, x and y in pixels: clockwise from where text begins."""

SAMPLE_RATE = 16_000

VISUAL = "visual"
SPEECH = "speech"
SCREEN = "screen"
WORDS = "words"
"""The part of a score that comes from words found as they are, beside the blocks."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TimeSpan:
    """A half-open stretch of time in a video: start_s is inside, end_s is not."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start_s) and math.isfinite(self.end_s)):
            raise ValueError(f"a time span needs finite ends, not {self.start_s} to {self.end_s}")
        if self.end_s < self.start_s:
            raise ValueError(
                f"a time span cannot end ({self.end_s}) before it starts ({self.start_s})"
            )

    @property
    def duration_s(self) -> float:
        """How long the span lasts."""
        return self.end_s - self.start_s

    @property
    def middle_s(self) -> float:
        """The time halfway through the span."""
        return (self.start_s + self.end_s) / 2

    def overlaps(self, other: TimeSpan) -> bool:
        """Whether the two spans share any time."""
        return self.start_s < other.end_s and other.start_s < self.end_s

    def join(self, other: TimeSpan) -> TimeSpan:
        """The shortest span that holds both."""
        return TimeSpan(
            start_s=min(self.start_s, other.start_s), end_s=max(self.end_s, other.end_s)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """One video, known by its content; path is where it was last seen."""

    id: str
    path: Path
    duration_s: float
    frame_rate: Fraction
    width_px: int
    height_px: int
    has_audio: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A stretch of a video between two cuts."""

    id: int
    video_id: str
    span: TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A keyframe of a scene; span is the part of the scene that it stands for."""

    id: int
    scene_id: int
    pts_s: float
    span: TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechSegment:
    """Words said in a video."""

    video_id: str
    span: TimeSpan
    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """Text that is to be read on the screen, all lines of one screen together."""

    video_id: str
    span: TimeSpan
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneSound:
    """How much of a scene is speech, music and silence, as shares; the rest is other sound."""

    scene_id: int
    speech: float
    music: float
    silence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A label of a set that fits a scene, and how probable that is."""

    scene_id: int
    label_set: str
    label: str
    score: float


Text = TypeVar("Text", bound=SpeechSegment | ShownText)


def heard_in(segments: Iterable[Text], span: TimeSpan) -> list[Text]:
    """The segments that mostly lie in a span: with half of their time, or half of the span's.

    What is shown counts like what is said.
    """
    found = []
    for segment in segments:
        inside_s = min(segment.span.end_s, span.end_s) - max(segment.span.start_s, span.start_s)
        if inside_s > 0 and inside_s >= min(segment.span.duration_s, span.duration_s) / 2:
            found.append(segment)
    return found


def words_in(segments: Iterable[Text], span: TimeSpan) -> str:
    """What is said, or shown, in a span, whole segments at a time."""
    return " ".join(segment.text for segment in segments if segment.span.overlaps(span))


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorSpace:
    """Where vectors live: vectors of different spaces are never compared."""

    name: str
    dim: int
    revision: str

    def __str__(self) -> str:
        return f"{self.name} ({self.dim} dimensions, {self.revision})"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VectorBatch:
    """Vectors of one space, one a row, checked and read-only."""

    space: VectorSpace
    matrix: Matrix

    def __post_init__(self) -> None:
        matrix = np.ascontiguousarray(self.matrix, dtype=np.float32)
        if matrix.ndim != 2 or matrix.shape[1] != self.space.dim:
            raise ValueError(f"vectors of {self.space} cannot have the shape {matrix.shape}")
        if not np.isfinite(matrix).all():
            raise ValueError(f"vectors of {self.space} hold values that are not numbers")
        matrix.flags.writeable = False
        object.__setattr__(self, "matrix", matrix)

    def __len__(self) -> int:
        return len(self.matrix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part of the joint vector: which component fills it, in which space."""

    name: str
    component: str
    space: VectorSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one block, or the words, say for a moment: a part of the score, a share of all support.

    The rank is the one that this part alone would have given; it is known where it was asked for.
    """

    block: str
    score: float
    share: float
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of a video."""

    video: Video
    span: TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a search returns: a span of a video, its picture, and why it matched.

    The span may join neighbouring scenes; scene is the one with the best picture. Steps are the
    spans of an `A then B`, copies are other places that look and sound the same, and matched are
    the words of the question that are said or shown; tags are those of the scene. A weak moment is
    below the library's threshold.
    """

    rank: int
    video: Video
    scene: Scene
    frame: Frame
    span: TimeSpan
    score: float
    evidence: tuple[Evidence, ...]
    said: str
    thumbnail: Path
    steps: tuple[TimeSpan, ...] = ()
    copies: tuple[Place, ...] = ()
    matched: tuple[str, ...] = ()
    weak: bool = False
    shown: str = ""
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The moments found for a query, best first, and how long it took; more tells of a next page.

    Moments below the threshold, if the library keeps one, are weak: probably no match. Notes are
    for the person: why less may have been found than there is.
    """

    query: str
    library: Path
    took_ms: float
    moments: tuple[Moment, ...] = field(default=())
    page: int = 1
    more: bool = False
    threshold: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoDetails:
    """All that a library holds about one video."""

    video: Video
    paths: tuple[Path, ...]
    scenes: tuple[Scene, ...]
    frames: tuple[Frame, ...]
    speech: tuple[SpeechSegment, ...]
    speech_source: str
    indexed_at: str
    shown: tuple[ShownText, ...] = ()
    sounds: tuple[SceneSound, ...] = ()
    tags: tuple[Tag, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of what is said, the one with the most lines first."""
        count = Counter(segment.language for segment in self.speech if segment.language)
        return tuple(language for language, _ in count.most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlResult:
    """The rows that a SQL query gives; cut tells that there are more than were asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    cut: bool = False
