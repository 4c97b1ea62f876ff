"""What the pipeline and the queries need of a library on disk, whoever stores it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vsearch.files import FileStamp
from vsearch.joint import JointSpace
from vsearch.query.question import Filters
from vsearch.tags.kept import KeptLabels, Making
from vsearch.tags.labels import LabelSet
from vsearch.types import (
    Block,
    Frame,
    Matrix,
    Scene,
    SceneSound,
    ShownText,
    SpeechSegment,
    Tag,
    Video,
    VideoDetails,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What noting a known file found: the path it moved from, or another path that holds it too.

    It renames where the search index knows the video by other names.
    """

    moved_from: Path | None
    copy_of: Path | None
    renames: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlockRows:
    """The vectors of one block: row i belongs to the frame at positions[i] of the record."""

    positions: NDArray[np.int64]
    matrix: Matrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VideoRecord:
    """All of one video, committed in one transaction or not at all.

    The probes are the vectors of joint.PROBES in each block, by which its scores are scaled.
    """

    blocks: tuple[Block, ...]
    probes: Mapping[str, Matrix]
    stamp: FileStamp
    video: Video
    scenes: Sequence[Scene]
    frames: Sequence[Frame]
    thumbnails: Sequence[bytes]
    speech: Sequence[SpeechSegment]
    speech_source: str
    rows: Mapping[str, BlockRows]
    shown: Sequence[ShownText] = ()
    sounds: Sequence[SceneSound] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What is said in a video, and what is to be read in it."""

    said: Sequence[SpeechSegment] = ()
    shown: Sequence[ShownText] = ()


Positions: TypeAlias = NDArray[np.int64]
"""Places of rows in a generation of the index."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranked:
    """Rows of the index with what they score, best first."""

    positions: Positions
    scores: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameContext:
    """A keyframe with everything around it that a result shows."""

    frame: Frame
    scene: Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A score below which nothing is a good match, and the fusion whose scores it is about."""

    score: float
    fusion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much a library holds."""

    videos: int
    scenes: int
    frames: int
    speech_segments: int
    shown_texts: int
    duration_s: float


class Writer(Protocol):
    """A library opened for writing: there is one at a time."""

    def link(self, stamp: FileStamp, video_id: str) -> Linked:
        """Note that a file holds a known video."""

    def drop_replaced(self) -> bool:
        """Forget videos whose every path holds another video now; whether there were any."""

    def commit(self, record: VideoRecord) -> None:
        """Store one video; blocks that the library does not have yet are added to it.

        Another block in the place of a known one is an error.
        """

    def remove(self, video_id: str) -> None:
        """Forget one video, but for traces that nothing reads; the file itself stays."""

    def forget(self, video_ids: Collection[str]) -> None:
        """Forget videos with every trace, also those that videos removed before have left."""

    def staged(self, block: Block) -> set[str]:
        """The videos whose vectors for a coming block are ready."""

    def stage(self, block: Block, video_id: str, vectors: Mapping[int, Matrix]) -> None:
        """Keep vectors for a coming block, by frame, until all videos have theirs."""

    def switch(self, block: Block, probes: Matrix) -> None:
        """Put the staged vectors in the place of the block's old ones, all at once."""

    def keep_threshold(self, kept: Threshold | None) -> None:
        """Keep the score below which a moment is no good match; None forgets it."""

    def keep_tags(
        self, labels: LabelSet, making: Making, tags: Mapping[str, Sequence[Tag]], *, replaces: bool
    ) -> None:
        """Keep the tags of videos, in the place of those they had, or of all that the set gave."""

    def drop_tags(self, name: str) -> None:
        """Forget a label set with all of its tags."""

    def publish(self) -> None:
        """Bring the search index up to date with the catalog."""


class Store(Protocol):
    """A library on disk."""

    @property
    def path(self) -> Path:
        """The folder of the library."""

    def writer(self) -> AbstractContextManager[Writer]:
        """Open for writing, or say who else is writing."""

    def blocks(self) -> tuple[Block, ...]:
        """The blocks that the library was made with; none if it is new."""

    def threshold(self) -> Threshold | None:
        """The score below which a moment is no good match, if one is kept."""

    def stamps(self) -> dict[Path, tuple[FileStamp, str]]:
        """Every known file with the id of the video it holds."""

    def video_ids(self) -> set[str]:
        """The ids of all videos."""

    def videos(self) -> list[Video]:
        """Every video, by path."""

    def languages(self) -> dict[str, tuple[str, ...]]:
        """The languages of what is said in each video, the one with the most lines first."""

    def details(self, video_id: str) -> VideoDetails:
        """All about one video."""

    def label_sets(self) -> list[KeptLabels]:
        """The label sets that scenes were tagged with, by name."""

    def tagged(self, name: str) -> set[str]:
        """The videos that were looked at with a label set."""

    def texts(self, ids: Collection[str] | None = None, holding: str = "") -> dict[str, Texts]:
        """What is said and shown in these videos or all, but for those that lack a plain word."""

    def counts(self) -> Counts:
        """How much the library holds."""

    def rows(self) -> Rows:
        """The rows as they are now, to be searched."""

    def thumbnail(self, video_id: str, frame_id: int) -> Path:
        """Where the picture of a keyframe is kept."""


class Rows(Protocol):
    """The rows of a library as of one generation, by position: for the searches of a question."""

    languages: Mapping[str, int]
    """How many lines are said in each language."""

    @property
    def space(self) -> JointSpace:
        """The joint space of the rows."""

    @property
    def threshold(self) -> Threshold | None:
        """The score below which a moment is no good match, if one is kept."""

    def thumbnail(self, video_id: str, frame_id: int) -> Path:
        """Where the picture of a keyframe is kept."""

    def __len__(self) -> int: ...

    def allowed(self, filters: Filters) -> Positions | None:
        """The rows that filters let through, in order; None stands for all."""

    def nearest(self, query: Matrix, limit: int, among: Positions | None = None) -> Ranked:
        """The rows with the highest inner product, best first."""

    def worded(self, text: str, columns: tuple[str, ...]) -> Ranked:
        """The rows with words of a text, by how much of its meaning they hold, best first."""

    def holding(self, phrase: str, columns: tuple[str, ...]) -> Positions:
        """The rows with the words of a phrase one after the other, in order of position."""

    def vectors(self, positions: Positions) -> Matrix:
        """The joint vectors of rows."""

    def contexts(self, positions: Positions) -> dict[int, FrameContext]:
        """What is around these rows, by position; rows removed since are left out."""

    def around_video(self, video_id: str) -> dict[int, FrameContext]:
        """All rows of a video with what is around them, in order of time."""

    def videos(self, video_ids: Collection[str]) -> dict[str, Video]:
        """The videos with these ids, but for those that are gone."""

    def speech(self, video_ids: Collection[str]) -> dict[str, list[SpeechSegment]]:
        """What is said in these videos."""

    def shown(self, video_ids: Collection[str]) -> dict[str, list[ShownText]]:
        """What is to be read on the screen in these videos."""

    @property
    def shows_text(self) -> bool:
        """Whether any text was read off the pictures of the library."""

    def tags(self, scene_ids: Collection[int]) -> dict[int, tuple[Tag, ...]]:
        """The tags of scenes that have any."""

    def of_videos(self, video_ids: Collection[str]) -> Positions:
        """The rows of these videos, in order."""
