"""From the names in a truth to the videos of a library."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vsearch.errors import QueryError
from vsearch.evaluate.truth import Truth, TruthQuery
from vsearch.types import TimeSpan, Video

if TYPE_CHECKING:
    from vsearch.library import Library

SHORTEST_ID = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A right video of the library, and the right spans in it."""

    video: Video
    spans: tuple[TimeSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query with the right videos that are in the library; lost says that it had others only."""

    text: str
    kind: str
    line: int
    answers: tuple[Answer, ...]
    lost: bool

    @property
    def answerable(self) -> bool:
        """Whether anything is right."""
        return bool(self.answers) or self.lost


class Names:
    """Finds the videos of a library by path, id, file name, or file name without its ending."""

    def __init__(self, library: Library, folder: Path) -> None:
        self._library = library
        self._folder = folder
        self._videos = {video.id: video for video in library.videos()}
        self._add((video.path, video.id) for video in self._videos.values())
        self._whole = False

    def find(self, name: str) -> Video | None:
        """The one video of this name, or none; several are an error."""
        found = self._ids(name)
        if not found and not self._whole:
            self._whole = True  # copies may lie under other names
            files = self._library.paths().items()
            self._add((path, video_id) for video_id, paths in files for path in paths)
            found = self._ids(name)
        if len(found) > 1:
            videos = [self._videos[video_id] for video_id in sorted(found)[:5]]
            listed = ", ".join(f"{video.id[:8]} ({video.path})" for video in videos)
            raise QueryError(f"{name!r} names several videos: {listed}; use their paths or ids")
        return self._videos[found.pop()] if found else None

    def _add(self, paths: Iterable[tuple[Path, str]]) -> None:
        self._paths: dict[Path, set[str]] = defaultdict(set)
        self._endings: dict[str, list[tuple[Path, str]]] = defaultdict(list)
        for path, video_id in paths:
            self._paths[path].add(video_id)
            for ending in {path.name, path.stem}:
                self._endings[ending].append((path, video_id))

    def _ids(self, name: str) -> set[str]:
        """By what is most exact: the first way that finds any decides."""
        return next(filter(None, self._ways(name)), set())

    def _ways(self, name: str) -> Iterator[set[str]]:
        yield set(self._paths.get(Path(os.path.normpath(self._folder / name)), ()))
        yield {name} & set(self._videos)
        parts = Path(name).parts
        near = self._endings.get(parts[-1], []) if parts else []
        near = [item for item in near if item[0].parts[-len(parts) : -1] == parts[:-1]]
        yield {video_id for path, video_id in near if path.name == parts[-1]}
        yield {video_id for _, video_id in near}
        if len(name) >= SHORTEST_ID:
            yield {video_id for video_id in self._videos if video_id.startswith(name)}


def place(library: Library, truth: Truth) -> tuple[list[Asked], tuple[str, ...]]:
    """The queries with the library's videos, and the names that no video has."""
    names = Names(library, Path(os.path.abspath(truth.path)).parent)  # noqa: PTH100 - keeps links
    found: dict[str, Video | None] = {}
    for query in truth.queries:
        for answer in query.answers:
            if answer.video not in found:
                found[answer.video] = _find(names, answer.video, truth, query)
    asked = [_asked(query, found) for query in truth.queries]
    return asked, tuple(sorted(name for name, video in found.items() if video is None))


def _find(names: Names, name: str, truth: Truth, query: TruthQuery) -> Video | None:
    try:
        return names.find(name)
    except QueryError as error:
        raise QueryError(f"{truth.path}, line {query.line}: {error}") from error


def _asked(query: TruthQuery, found: dict[str, Video | None]) -> Asked:
    spans: dict[str, list[TimeSpan]] = {}
    videos: dict[str, Video] = {}
    for named in query.answers:
        if video := found[named.video]:
            videos[video.id] = video
            spans.setdefault(video.id, []).extend(named.spans)
    answers = tuple(
        Answer(video=video, spans=tuple(dict.fromkeys(spans[video.id])))
        for video in videos.values()
    )
    lost = bool(query.answers) and not answers
    return Asked(text=query.text, kind=query.kind, line=query.line, answers=answers, lost=lost)


def late_spans(asked: Iterable[Asked]) -> int:
    """How many right spans begin after their video has ended: the truth is of another cut."""
    return sum(
        span.start_s >= answer.video.duration_s
        for query in asked
        for answer in query.answers
        for span in answer.spans
    )
