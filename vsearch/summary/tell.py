"""A video, or the moments that a query found -> a summary of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vsearch.sentences import Sentence
from vsearch.storage import Rows, Store
from vsearch.summary.chapters import chapters_of
from vsearch.summary.key_sentences import key_sentences
from vsearch.summary.material import Embed, Remembered, read_material
from vsearch.summary.numbers import Part, merged, numbers_of, whole
from vsearch.summary.result import Chapter, KeySentence, Still, Summary
from vsearch.summary.storyboard import choose, joined
from vsearch.types import Moment, TimeSpan, Video

WORTH = 0.5
"""A query tells of the moments that score so much of what the best one does."""

GOOD = 1.0
"""Where nothing scores more, nothing fits well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How much is told: at most so many pictures and sentences."""

    pictures: int = 9
    sentences: int = 5


def tell_video(store: Store, rows: Rows, video_id: str, embed: Embed, how: Told) -> Summary:
    """A whole video, told shortly."""
    part = whole(read_material(store, rows, video_id))
    embed = Remembered(embed)
    chapters = chapters_of(part.material, embed)
    title = part.material.details.video.path.stem
    return _told([part], Heading(title, "", store.path, chapters), embed, how)


def tell_moments(
    store: Store, rows: Rows, query: str, moments: Sequence[Moment], embed: Embed, how: Told
) -> Summary:
    """The moments that a query found and that are worth it, told shortly, video by video."""
    spans: dict[str, list[TimeSpan]] = {}
    for moment in worth_telling(moments):
        spans.setdefault(moment.video.id, []).append(moment.span)
    parts = [Part(read_material(store, rows, name), merged(spans[name])) for name in spans]
    poor = bool(parts) and max(moment.score for moment in moments) <= GOOD
    return replace(_told(parts, Heading(query, query, store.path), embed, how), poor=poor)


def worth_telling(moments: Sequence[Moment]) -> list[Moment]:
    """The moments for which something speaks, and not much less than for the best one."""
    good = [moment for moment in moments if moment.score > 0 and not moment.weak]
    least = WORTH * max((moment.score for moment in good), default=0.0)
    return [moment for moment in good if moment.score >= least]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a summary, and the chapters where there are some."""

    title: str
    query: str
    library: Path
    chapters: tuple[Chapter, ...] = ()


def _told(parts: Sequence[Part], heading: Heading, embed: Embed, how: Told) -> Summary:
    pictures, coverage = _pictures(parts, how.pictures)
    return Summary(
        title=heading.title,
        query=heading.query,
        library=heading.library,
        videos=tuple(part.material.details.video for part in parts),
        numbers=numbers_of(parts),
        pictures=pictures,
        coverage=coverage,
        sentences=_sentences(parts, how.sentences, embed, heading.query),
        chapters=heading.chapters,
        spans=tuple(_places(parts)) if heading.query else (),
    )


def _places(parts: Sequence[Part]) -> list[tuple[Video, TimeSpan]]:
    return [(part.material.details.video, span) for part in parts for span in part.spans]


def _pictures(parts: Sequence[Part], most: int) -> tuple[tuple[Still, ...], float]:
    """The keyframes that show most of all parts, in order of time."""
    taken = [
        (part, place) for part in parts for span in part.spans for place in _places_of(part, span)
    ]
    if not taken:
        return (), 0.0
    pictures = np.stack([part.material.pictures[place] for part, place in taken])
    speech = np.stack([part.material.speech[place] for part, place in taken])
    chosen, coverage = choose(pictures, joined(pictures, speech), most)
    return tuple(_still(*taken[number]) for number in chosen), coverage


def _places_of(part: Part, span: TimeSpan) -> list[int]:
    """The keyframes taken in a span, or else the one that stands for it."""
    frames = part.material.frames
    return (
        part.material.places_in(span)
        or [place for place, frame in enumerate(frames) if frame.span.overlaps(span)][:1]
    )


def _still(part: Part, place: int) -> Still:
    frame = part.material.frames[place]
    return Still(
        video=part.material.details.video,
        frame=frame,
        span=frame.span,
        thumbnail=part.material.thumbnail(frame),
    )


def _sentences(
    parts: Sequence[Part], count: int, embed: Embed, query: str
) -> tuple[KeySentence, ...]:
    videos = {part.material.details.video.id: part.material.details.video for part in parts}
    said: list[Sentence] = [
        item for part in parts for item in part.material.said if part.holds(item.span)
    ]
    return tuple(
        KeySentence(video=videos[item.video_id], span=item.span, text=item.text, score=score)
        for item, score in key_sentences(said, count, embed, query)
    )
