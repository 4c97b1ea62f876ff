"""What a library holds: videos, what is known about each, and SQL over all of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from vsearch.config import Config, plain_path
from vsearch.errors import QueryError, UnknownVideo
from vsearch.files import is_gone
from vsearch.storage import Counts, Threshold
from vsearch.types import Block, Moment, Picture, SearchResult, SqlResult, Video, VideoDetails

if TYPE_CHECKING:
    from vsearch.export.transcript import Transcript
    from vsearch.tags.kept import KeptLabels
    from vsearch.vectors import VideoVectors
    from vsearch_index.store import LibraryStore

AnyVideo: TypeAlias = "Video | str | os.PathLike[str]"
"""A video, or what names one: see find()."""

JPEG = b"\xff\xd8\xff"
"""What a JPEG begins with."""

SHORTEST_ID = 6
"""A shorter word, such as "face", may be the start of an id by chance."""


class Contents:
    """A library as it lies on disk, read and never changed."""

    def __init__(self, path: Path, config: Config) -> None:
        from vsearch_index.store import LibraryStore

        self.path = path
        self.config = config
        self._store: LibraryStore = LibraryStore(
            path, use_gpu=config.search.gpu, kind=config.search.index
        )

    def videos(self) -> list[Video]:
        """Every video, by path."""
        return self._store.videos()

    def video(self, video_id: str) -> Video:
        """The video with this very id."""
        if video_id.isascii():  # an id is; of other text the catalog cannot be asked
            for found in self._store.videos([video_id]):
                return found
        raise UnknownVideo(f"no video in {self.path} has the id {video_id!r}")

    def paths(self) -> dict[str, tuple[Path, ...]]:
        """Every file of each video, by the video's id."""
        found: dict[str, list[Path]] = {video.id: [] for video in self.videos()}
        for path, (_, video_id) in sorted(self._store.stamps().items()):
            if video_id in found:
                found[video_id].append(path)
        return {video_id: tuple(paths) for video_id, paths in found.items()}

    def languages(self) -> dict[str, tuple[str, ...]]:
        """The languages that are spoken in each video, by the video's id."""
        return self._store.languages()

    def find(self, video: str | os.PathLike[str]) -> Video:
        """The one video with this path, end of a path, name without ending, or start of an id."""
        text = os.fspath(video)
        if found := self._called(text):
            return found
        raise UnknownVideo(f"no video in {self.path} is called {text!r}; `vsearch list` shows them")

    def named(self, text: str) -> Video | None:
        """The video that a text names, or None where it is no name; a few letters are no id."""
        found = self._called(text)
        if found is None and Path(text).suffix.lower() in _endings():
            return self.find(text)  # the name of a file that is not here: an error says so
        if found and len(text) < SHORTEST_ID and found.id.startswith(text):
            return found if found.path.stem == text else None
        return found

    def _called(self, text: str) -> Video | None:
        """The one video that a text names, if there is any; several are an error."""
        videos = {item.id: item for item in self.videos()}
        stamps = {path: id_ for path, (_, id_) in self._store.stamps().items() if id_ in videos}
        ending = Path(text).parts
        by_path = [id_ for path, id_ in stamps.items() if path == plain_path(text)]
        by_ending = [id_ for path, id_ in stamps.items() if path.parts[-len(ending) :] == ending]
        by_stem = [id_ for path, id_ in stamps.items() if path.stem == text]
        by_id = [id_ for id_ in videos if text and id_.startswith(text)]
        for found in (set(by_path), set(by_ending), set(by_stem), set(by_id)):
            if len(found) == 1:
                return videos[found.pop()]
            if found:
                shown = [videos[id_] for id_ in sorted(found)[:5]]
                names = ", ".join(f"{video.id[:8]} ({video.path})" for video in shown)
                told = f"{text!r} names several videos: {names}; use one of the ids"
                raise QueryError(told, paths=[video.path for video in shown])
        return None

    def _found(self, videos: AnyVideo | Iterable[AnyVideo]) -> tuple[Video, ...]:
        several = [videos] if isinstance(videos, Video | str | os.PathLike) else videos
        return tuple(item if isinstance(item, Video) else self.find(item) for item in several)

    def show(self, video: str | os.PathLike[str]) -> VideoDetails:
        """All about one video: scenes, keyframes, words."""
        return self._store.details(self.find(video).id)

    def transcript(self, video: AnyVideo) -> Transcript:
        """What is said in one video, to be read, or written as subtitles."""
        from vsearch.export.transcript import transcript_of

        (found,) = self._found([video])
        return transcript_of(self._store.details(found.id))

    def sql(
        self,
        query: str,
        *,
        hits: SearchResult | None = None,
        limit: int | None = None,
        timeout_s: float | None = None,
    ) -> SqlResult:
        """The rows that a SELECT over the views of docs/search.md gives, at most limit of them.

        The moments of a search may be given as hits: they become a table to join with. A query that
        takes longer than timeout_s is stopped, with a QueryError.
        """
        moments = _of_worth(hits)
        return self._store.sql().answer(query, moments, limit, timeout_s)

    def sql_views(self) -> dict[str, dict[str, str]]:
        """The views that sql() may ask, and the type of each column."""
        return self._store.sql().described()

    def thumbnail(self, video_id: str, frame_id: int) -> Path:
        """The place of the picture kept of a keyframe, always inside the library."""
        path = plain_path(self._store.thumbnail(video_id, frame_id))
        if not path.is_relative_to(plain_path(self.path) / "thumbnails"):
            raise QueryError(f"there is no keyframe {frame_id} of {video_id!r}")
        return path

    def picture(self, video_id: str, frame_id: int) -> bytes:
        """The picture kept of a keyframe, as JPEG; no other file is read, whatever is asked for."""
        path = self.thumbnail(video_id, frame_id)
        try:
            inside = path.resolve(strict=True).is_relative_to(self.path.resolve())
            data = path.read_bytes() if inside else b""
        except (OSError, ValueError, RuntimeError):  # links in a ring, before Python 3.13
            data = b""
        if not data.startswith(JPEG):
            raise QueryError(f"there is no picture of the keyframe {frame_id} of {video_id}")
        return data

    def picture_of(self, moment: Moment) -> Picture:
        """The picture of a moment as an array: height x width x 3, RGB."""
        from vsearch.encoding import read_jpeg

        return read_jpeg(self.picture(moment.video.id, moment.frame.id))

    def vectors(self, video: AnyVideo) -> dict[str, VideoVectors]:
        """The vectors of a video's keyframes, as their models gave them, by block."""
        (found,) = self._found([video])
        return self._store.vectors(found.id)

    def file(self, video: Video | str) -> Path:
        """A file that holds this video, or the one with this id, unchanged since it was indexed."""
        video_id, name = (video, video) if isinstance(video, str) else (video.id, video.path)
        stamps = self._store.stamps(video_id) if video_id.isascii() else {}
        for path, (stamp, _) in sorted(stamps.items()):
            if stamp.holds():
                return path
        told = f"{name} is gone, or has changed; `vsearch index` finds it again"
        raise QueryError(told, paths=[] if isinstance(name, str) else [name])

    def files(self, videos: Iterable[Video]) -> dict[str, Path]:
        """By the ids of videos, a file of each that holds it still; none of the others."""
        wanted = {video.id for video in videos}
        found: dict[str, Path] = {}
        for path, (stamp, video_id) in sorted(self._store.stamps().items()):
            if video_id in wanted and video_id not in found and stamp.holds():
                found[video_id] = path
        return found

    def tags(self) -> list[KeptLabels]:
        """The label sets that scenes were tagged with, and how often each label was given."""
        return self._store.label_sets()

    def missing(self) -> list[Video]:
        """The videos whose files are not where they were."""
        return [video for video in self.videos() if is_gone(video.path)]

    def threshold(self) -> float | None:
        """The score below which a moment is no good match, if one is kept for this fusion."""
        return self._score_of(self._store.threshold())

    def _score_of(self, kept: Threshold | None) -> float | None:
        return kept.score if kept and kept.fusion == self.config.search.fusion else None

    def counts(self) -> Counts:
        """How much the library holds."""
        return self._store.counts()

    def blocks(self) -> tuple[Block, ...]:
        """The models that the library was made with."""
        return self._store.blocks()

    def is_being_written(self) -> bool:
        """Whether another process is writing to the library."""
        return self._store.is_being_written()

    def exists(self) -> bool:
        """Whether the library has been made."""
        return self._store.exists()

    def lost_keyframes(self) -> int:
        """How many keyframes have no picture any more."""
        return self._store.lost_keyframes()

    def check(self) -> int:
        """Load the search index, repairing it if need be, and count its rows."""
        return len(self._store.generation().index)


def _endings() -> frozenset[str]:
    """What the names of video files end in."""
    from vsearch.pipeline.video import SUFFIXES

    return SUFFIXES


def _of_worth(hits: SearchResult | None) -> list[Moment] | None:
    """The moments that anything speaks for."""
    return None if hits is None else [moment for moment in hits.moments if moment.score > 0]
