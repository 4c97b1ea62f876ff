"""The rows of a library as of one generation, for the several searches of one question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from vsearch.joint import JointSpace
from vsearch.query.question import Filters
from vsearch.storage import FrameContext, Positions, Ranked, Threshold
from vsearch.types import Matrix, ShownText, SpeechSegment, Tag, Video
from vsearch_index import rows
from vsearch_index.catalog import Catalog, Stamp
from vsearch_index.filters import read_allowed
from vsearch_index.generations import Generation
from vsearch_index.tags import read_tags

MOST_KNOWN = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What has been read of a catalog, which holds until its stamp changes."""

    stamp: Stamp | None
    generation: Generation
    threshold: Threshold | None
    languages: Mapping[str, int]
    has_tags: bool = False
    videos: dict[str, Video] = field(default_factory=dict)


class Snapshot:
    """Rows by position; what has been removed since is left out where contexts are read."""

    def __init__(
        self, catalog: Catalog, known: Known, thumbnail: Callable[[str, int], Path]
    ) -> None:
        self.threshold = known.threshold
        self.languages = known.languages
        self._catalog = catalog
        self._generation = known.generation
        self._videos = known.videos
        self._has_tags = known.has_tags
        self._is_fresh = known.stamp is not None
        self.thumbnail = thumbnail

    @property
    def space(self) -> JointSpace:
        """The joint space of the rows."""
        return self._generation.space

    def __len__(self) -> int:
        return len(self._generation.index)

    def allowed(self, filters: Filters) -> Positions | None:
        """The rows that filters let through, in order; None stands for all."""
        if filters == Filters():
            return None
        with self._catalog.reading() as connection:
            return read_allowed(connection, self._generation.frames, filters)

    def nearest(self, query: Matrix, limit: int, among: Positions | None = None) -> Ranked:
        """The rows with the highest inner product, best first."""
        positions, scores = self._generation.index.search(query, limit, among)
        return Ranked(positions=positions, scores=scores)

    def worded(self, text: str, columns: tuple[str, ...]) -> Ranked:
        """The rows with words of a text, by how much of its meaning they hold, best first."""
        positions, scores = self._generation.words.rank(text, columns)
        return Ranked(positions=positions, scores=scores)

    def holding(self, phrase: str, columns: tuple[str, ...]) -> Positions:
        """The rows with the words of a phrase one after the other, in order of position."""
        return self._generation.words.holding(phrase, columns)

    def vectors(self, positions: Positions) -> Matrix:
        """The joint vectors of rows."""
        return self._generation.index.vectors(positions)

    def contexts(self, positions: Positions) -> dict[int, FrameContext]:
        """What is around these rows, by position; those of videos that are gone are left out."""
        pairs = self._generation.frames.at(positions)
        gone = set() if self._is_fresh else self._gone({scene.video_id for _, scene in pairs})
        return {
            position: FrameContext(frame=frame, scene=scene)
            for position, (frame, scene) in zip(positions.tolist(), pairs, strict=True)
            if scene.video_id not in gone
        }

    def videos(self, video_ids: Collection[str]) -> dict[str, Video]:
        """The videos with these ids, but for those that are gone."""
        if missing := {name for name in video_ids if name not in self._videos}:
            # Whoever asks again will go on asking: one read of all takes as long as ten of some.
            again = self._videos and len(self._generation.frames.videos) <= MOST_KNOWN
            with self._catalog.reading() as connection:
                self._videos.update(rows.read_videos(connection, None if again else missing))
        return {name: self._videos[name] for name in video_ids if name in self._videos}

    def _gone(self, video_ids: set[str]) -> set[str]:
        """Which of these the catalog knows no more: the index is behind while a writer is busy."""
        with self._catalog.reading() as connection:
            return video_ids - rows.read_ids(connection)

    def around_video(self, video_id: str) -> dict[int, FrameContext]:
        """All rows of a video with what is around them, in order of time."""
        found = self.contexts(self.of_videos([video_id]))
        return dict(sorted(found.items(), key=lambda item: item[1].frame.pts_s))

    def speech(self, video_ids: Collection[str]) -> dict[str, list[SpeechSegment]]:
        """What is said in these videos."""
        return {video_id: self._generation.words.speech(video_id) for video_id in video_ids}

    def shown(self, video_ids: Collection[str]) -> dict[str, list[ShownText]]:
        """What is to be read on the screen in these videos."""
        return {video_id: self._generation.words.shown(video_id) for video_id in video_ids}

    @property
    def shows_text(self) -> bool:
        """Whether any text was read off the pictures of the library."""
        return self._generation.words.shows_text

    def tags(self, scene_ids: Collection[int]) -> dict[int, tuple[Tag, ...]]:
        """The tags of scenes that have any."""
        if not self._has_tags:
            return {}
        with self._catalog.reading() as connection:
            return read_tags(connection, scene_ids)

    def of_videos(self, video_ids: Collection[str]) -> Positions:
        """The rows of these videos, in order."""
        return np.flatnonzero(self._generation.frames.of_videos(video_ids))
