"""The words of summaries: chapters, pictures of a storyboard, key sentences, numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from vsearch.types import Frame, TimeSpan, Video

TitleSource: TypeAlias = Literal["said", "shown", "none"]
"""Where a title comes from; "none" is a neutral one, for a chapter without words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of a video that is about one thing; frame is None where no keyframe is kept."""

    number: int
    video: Video
    span: TimeSpan
    title: str
    title_source: TitleSource
    said: str
    frame: Frame | None = None
    thumbnail: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A picture of a storyboard; span is what it was chosen from: its scene's part, or a moment."""

    video: Video
    frame: Frame
    span: TimeSpan
    thumbnail: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySentence:
    """A sentence that tells much of what is said; 1 is the most central one of its kind."""

    video: Video
    span: TimeSpan
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What can be counted; speech_share is the share of the time in which somebody speaks.

    Music and silence are None where nobody has listened for them. Tags are labels with the number
    of scenes that they fit, the most frequent first.
    """

    videos: int
    duration_s: float
    scenes: int
    keyframes: int
    words: int
    speech_share: float
    words_per_minute: float
    languages: tuple[str, ...] = ()
    music_share: float | None = None
    silence_share: float | None = None
    tags: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A video, or what a query finds, told shortly; query is empty for a video.

    Coverage is how much the pictures show of all that there is to see, up to 1. Only a video has
    chapters. Spans are the moments that a query found, in the videos' order; poor says that none of
    them fits well.
    """

    title: str
    query: str
    library: Path
    videos: tuple[Video, ...]
    numbers: Numbers
    pictures: tuple[Still, ...] = ()
    coverage: float = 0.0
    sentences: tuple[KeySentence, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    spans: tuple[tuple[Video, TimeSpan], ...] = field(default=())
    poor: bool = False
