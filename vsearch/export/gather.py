"""Moments, chapters or citations -> CutList."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from vsearch.answer.answers import Answer, Citation
from vsearch.config import plain_path
from vsearch.documents import of_chapter, of_citation, of_moment
from vsearch.errors import VideoError, VsearchError
from vsearch.export.cuts import Cut, CutList, Kind
from vsearch.export.places import written_path
from vsearch.lines import clock, one_line
from vsearch.storage import Store
from vsearch.summary.result import Chapter
from vsearch.types import Moment, SearchResult, SpeechSegment, TimeSpan, Video

Found: TypeAlias = SearchResult | Answer | Sequence[Chapter]
"""What can be written for other programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is known of a cut before its file is looked at."""

    video: Video
    span: TimeSpan
    title: str
    document: Mapping[str, Any]
    said: str = ""
    shown: str = ""
    score: float | None = None
    rank: int | None = None
    tags: tuple[str, ...] = ()


def cut_list(store: Store, found: Found, target: Path, *, absolute: bool) -> CutList:
    """The cuts of what was found, for a file at target."""
    title, kind, wanted = _wanted(found)
    if not wanted:
        raise VsearchError(f"nothing was found, so {target.name} is not written")
    ids = {item.video.id for item in wanted}
    said = {video_id: texts.said for video_id, texts in store.texts(ids).items()}
    sources = {
        video.id: _Source(_file_of(store, video), plain_path(target).parent, absolute)
        for video in {item.video.id: item.video for item in wanted}.values()
    }
    cuts = [
        _cut(number, item, sources[item.video.id], said.get(item.video.id, ()))
        for number, item in enumerate(wanted, start=1)
    ]
    return CutList(title=one_line(title) or "vsearch", kind=kind, cuts=tuple(cuts))


def _wanted(found: Found) -> tuple[str, Kind, list[_Wanted]]:
    if isinstance(found, SearchResult):
        # As everywhere, a moment for which nothing speaks is none.
        moments = [_of_moment(item) for item in found.moments if item.score > 0]
        return found.query, "moments", moments
    if isinstance(found, Answer):
        return found.question, "citations", [_of_citation(item) for item in found.citations]
    title = f"Chapters of {found[0].video.path.stem}" if found else ""
    return title, "chapters", [_of_chapter(item) for item in found]


def _of_moment(moment: Moment) -> _Wanted:
    return _Wanted(
        video=moment.video,
        span=moment.span,
        title=_place(moment.video, moment.span),
        document=of_moment(moment),
        said=moment.said,
        shown=moment.shown,
        score=moment.score,
        rank=moment.rank,
        tags=tuple(tag.label for tag in moment.tags),
    )


def _of_citation(item: Citation) -> _Wanted:
    return _Wanted(
        video=item.video,
        span=item.span,
        title=_place(item.video, item.span),
        document=of_citation(item),
        said=item.quote if item.source == "said" else "",
        shown=item.quote if item.source == "shown" else "",
        score=item.score,
        rank=item.number,
    )


def _of_chapter(chapter: Chapter) -> _Wanted:
    return _Wanted(
        video=chapter.video,
        span=chapter.span,
        title=one_line(chapter.title),
        document=of_chapter(chapter),
        said=chapter.said,
    )


def _place(video: Video, span: TimeSpan) -> str:
    return f"{one_line(video.path.stem)} {clock(span.start_s)}"


class _Source:
    """A file as it lies beside what is written, and what its own tracks say."""

    def __init__(self, file: Path, folder: Path, absolute: bool) -> None:
        from vsearch.pipeline.tracks import carried_by

        self.path = written_path(file, folder, absolute=absolute)
        try:
            carried = carried_by(file)
        except VideoError:
            self.timecode, self.sound_hz, self.channels = "", 0, 0  # on a disk that is not here
        else:
            self.timecode, self.sound_hz = carried.timecode, carried.sound_hz
            self.channels = carried.channels


def _file_of(store: Store, video: Video) -> Path:
    """A file that holds a video; the one that was seen last where none is there."""
    if video.path.exists():
        return video.path
    others = [path for path, (_, found) in sorted(store.stamps().items()) if found == video.id]
    return next((path for path in others if path.exists()), video.path)


def _cut(number: int, item: _Wanted, source: _Source, speech: Iterable[SpeechSegment]) -> Cut:
    return Cut(
        number=number,
        video=item.video,
        path=source.path,
        span=item.span,
        title=item.title,
        said=item.said,
        shown=item.shown,
        speech=tuple(segment for segment in speech if segment.span.overlaps(item.span)),
        score=item.score,
        rank=item.rank,
        tags=item.tags,
        timecode=source.timecode,
        sound_hz=source.sound_hz,
        channels=source.channels,
        document=item.document,
    )
