"""What the stages of a run tell each other, and what a run tells its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from vsearch.files import FileStamp
from vsearch.pipeline.frames import Keyframe, SceneClosed
from vsearch.pipeline.speech import Speech
from vsearch.pipeline.stages import Channel, StageTime
from vsearch.types import Matrix, Picture, ShownText, TimeSpan, Video


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What is to be read in a video; problem tells which pictures could not be."""

    shown: tuple[ShownText, ...] = ()
    problem: str = ""


@dataclass(slots=True, eq=False)
class Job:
    """A video on its way through the stages."""

    stamp: FileStamp
    video: Video
    scenes: list[SceneClosed] = field(default_factory=list)
    keyframes: list[Keyframe] = field(default_factory=list)
    thumbnails: list[bytes] = field(default_factory=list)
    vectors: list[Matrix] = field(default_factory=list)
    speech: Speech | None = None
    screen: Screen | None = None
    decoded: bool = False
    failed: bool = False
    damage: str = ""

    @property
    def complete(self) -> bool:
        """Whether everything is there that a commit needs."""
        embedded = sum(len(part) for part in self.vectors) == len(self.keyframes)
        told = self.speech is not None and self.screen is not None
        return self.decoded and not self.failed and told and embedded

    def visual(self) -> Matrix:
        """The vectors of its keyframes in order."""
        return np.concatenate(self.vectors)


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A keyframe in which text may stand, and the stretch of the video that it stands for."""

    job: Job
    span: TimeSpan
    picture: Picture


Pages: TypeAlias = Channel[Page | Job | None]
"""Pages to be read; a job after the last of its pages, and nothing after the last job."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A video has been opened and will be decoded."""

    job: Job


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A keyframe has been taken."""

    job: Job
    keyframe: Keyframe
    thumbnail: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Closed:
    """A scene has come to its end."""

    job: Job
    scene: SceneClosed


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A video has been decoded to its end."""

    job: Job


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The speech of a video is known."""

    job: Job
    speech: Speech


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """All that a video shows as text is known."""

    job: Job
    screen: Screen


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A file holds a video that the library has, or that is on its way into it."""

    stamp: FileStamp
    video_id: str


@dataclass(frozen=True, slots=True, eq=False)
class Failed:
    """A file could not be read as a video."""

    path: Path
    reason: str
    job: Job | None = None
    content_known: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Crashed:
    """A stage met an error that is no fault of a file."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class AllDecoded:
    """There are no more files to decode."""


Event: TypeAlias = (
    Opened | Taken | Closed | Decoded | Heard | Read | Known | Failed | Crashed | AllDecoded
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come: files done of all, how much of this one, and what else goes on."""

    done: int
    total: int
    path: Path | None = None
    fraction: float = 0.0
    message: str = ""


ProgressCallback: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """A file that could not be read, in whole or (if partial) in part."""

    path: Path
    reason: str
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """What a run did."""

    indexed: tuple[Path, ...]
    unchanged: int
    moved: tuple[tuple[Path, Path], ...]
    duplicates: tuple[Path, ...]
    problems: tuple[FileProblem, ...]
    stages: tuple[StageTime, ...]
    seconds: float
    video_seconds: float
    interrupted: bool = False
