"""A video -> its chapters: where the topic changes, what each is called, and its picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vsearch.summary.borders import Division, divide
from vsearch.summary.material import Embed, Material
from vsearch.summary.result import Chapter
from vsearch.summary.timeline import Timeline, Track, timeline_of
from vsearch.summary.titles import titles_of, within
from vsearch.types import SPEECH, VISUAL, TimeSpan

SHORT_S = 30.0
"""A shorter video is one chapter."""


def chapters_of(
    material: Material, embed: Embed, how: Division | None = None
) -> tuple[Chapter, ...]:
    """The chapters of a video: at least one, without gaps, from its start to its end."""
    video = material.details.video
    starts = [0.0]
    if video.duration_s >= SHORT_S:
        starts = divide(timeline(material, embed), how or Division())
    return tuple(_chapters(material, list(_spans(starts, video.duration_s))))


def timeline(material: Material, embed: Embed) -> Timeline:
    """The video in pieces; what is said is embedded by sentences, which rows cut in parts."""
    details = material.details
    shown = [frame.span for frame in material.frames]
    tracks = {VISUAL: Track(shown, material.pictures)}
    if material.said:
        spans = [sentence.span for sentence in material.said]
        tracks[SPEECH] = Track(spans, embed([sentence.text for sentence in material.said]))
    return timeline_of(details.video.duration_s, details.scenes, material.said, tracks)


def _spans(starts: Sequence[float], end_s: float) -> Iterator[TimeSpan]:
    ends = [*starts[1:], max(end_s, starts[-1])]
    return (TimeSpan(start_s=start, end_s=end) for start, end in zip(starts, ends, strict=True))


def _chapters(material: Material, spans: Sequence[TimeSpan]) -> Iterator[Chapter]:
    titles = titles_of(spans, material.said, material.shown)
    for number, (span, (title, source)) in enumerate(zip(spans, titles, strict=True), start=1):
        frame = material.frame_in(span)
        yield Chapter(
            number=number,
            video=material.details.video,
            span=span,
            title=title,
            title_source=source,
            said=" ".join(item.text for item in within(material.said, span)),
            frame=frame,
            thumbnail=None if frame is None else material.thumbnail(frame),
        )
