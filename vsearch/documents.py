"""What vsearch knows as JSON documents: those of docs/cli.md, for whoever prints or serves them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vsearch.answer.answers import Answer, Citation
    from vsearch.clips.wishes import Clip
    from vsearch.export.transcript import Transcript
    from vsearch.pipeline.events import IndexReport
    from vsearch.summary.result import Chapter, Numbers, Summary
    from vsearch.types import (
        Moment,
        Place,
        SearchResult,
        SpeechSegment,
        Tag,
        TimeSpan,
        Video,
        VideoDetails,
    )


def of_span(value: TimeSpan) -> dict[str, float]:
    """A span as every command prints it."""
    return {"start_s": round(value.start_s, 3), "end_s": round(value.end_s, 3)}


def of_tag(tag: Tag) -> dict[str, Any]:
    """A tag as every command prints it."""
    return {"label_set": tag.label_set, "label": tag.label, "score": round(tag.score, 4)}


def of_name(video: Video) -> dict[str, Any]:
    """Which video it is, by id and path."""
    return {"id": video.id, "path": str(video.path)}


def of_video(video: Video) -> dict[str, Any]:
    """A video as every command prints it."""
    return {
        "id": video.id,
        "path": str(video.path),
        "duration_s": round(video.duration_s, 3),
        "frame_rate": round(float(video.frame_rate), 3),
        "width_px": video.width_px,
        "height_px": video.height_px,
        "has_audio": video.has_audio,
    }


def of_place(place: Place) -> dict[str, Any]:
    """A stretch of a video."""
    return {"video": of_name(place.video), **of_span(place.span)}


def of_result(result: SearchResult) -> dict[str, Any]:
    """A search result as documented in docs/cli.md."""
    return {
        "query": result.query,
        "library": str(result.library),
        "took_ms": round(result.took_ms, 1),
        "page": result.page,
        "more": result.more,
        "threshold": result.threshold,
        "notes": list(result.notes),
        "moments": [of_moment(moment) for moment in result.moments],
    }


def of_moment(moment: Moment) -> dict[str, Any]:
    """One moment of a search result."""
    return {
        "rank": moment.rank,
        "video": of_name(moment.video),
        **of_span(moment.span),
        "score": round(moment.score, 4),
        "weak": moment.weak,
        "said": moment.said,
        "shown": moment.shown,
        "matched": list(moment.matched),
        "keyframe_s": round(moment.frame.pts_s, 3),
        "thumbnail": str(moment.thumbnail),
        "evidence": {item.block: round(item.share, 4) for item in moment.evidence},
        "ranks": {item.block: item.rank for item in moment.evidence if item.rank is not None},
        "tags": [of_tag(tag) for tag in moment.tags],
        "steps": [of_span(step) for step in moment.steps],
        "copies": [of_place(copy) for copy in moment.copies],
    }


def of_answer(answer: Answer, library: Path) -> dict[str, Any]:
    """An answer as documented in docs/cli.md."""
    return {
        "question": answer.question,
        "library": str(library),
        "text": answer.text,
        "refused": answer.refused,
        "by": answer.by,
        "where": answer.where,
        "note": answer.note,
        "took_ms": round(answer.took_ms, 1),
        "citations": [of_citation(item) for item in answer.citations],
    }


def of_citation(item: Citation) -> dict[str, Any]:
    """One place that an answer cites."""
    return {
        "number": item.number,
        "video": of_name(item.video),
        **of_span(item.span),
        "quote": item.quote,
        "source": item.source,
        "score": round(item.score, 4),
        "thumbnail": str(item.thumbnail),
    }


def of_details(details: VideoDetails, thumbnail: Callable[[str, int], Path]) -> dict[str, Any]:
    """All about a video as documented in docs/cli.md."""
    video = details.video
    places = {scene.id: place for place, scene in enumerate(details.scenes, start=1)}
    return {
        **of_video(video),
        "paths": [str(path) for path in details.paths],
        "indexed_at": details.indexed_at,
        "speech_source": details.speech_source,
        "scenes": [
            {
                **of_span(scene.span),
                "keyframes": [
                    {
                        "pts_s": round(frame.pts_s, 3),
                        "thumbnail": str(thumbnail(video.id, frame.id)),
                    }
                    for frame in details.frames
                    if frame.scene_id == scene.id
                ],
                "tags": [of_tag(tag) for tag in details.tags if tag.scene_id == scene.id],
            }
            for scene in details.scenes
        ],
        "sounds": [
            {
                "scene": places[sound.scene_id],
                "speech": round(sound.speech, 3),
                "music": round(sound.music, 3),
                "silence": round(sound.silence, 3),
            }
            for sound in details.sounds
        ],
        "languages": details.languages,
        "speech": [of_segment(segment) for segment in details.speech],
        "shown": [{**of_span(item.span), "text": item.text} for item in details.shown],
    }


def of_segment(segment: SpeechSegment) -> dict[str, Any]:
    """Words said in a video."""
    return {**of_span(segment.span), "text": segment.text, "language": segment.language}


def of_transcript(transcript: Transcript) -> dict[str, Any]:
    """A transcript as documented in docs/cli.md."""
    return {
        "video": of_name(transcript.video),
        "duration_s": round(transcript.video.duration_s, 3),
        "speech_source": transcript.source,
        "languages": list(transcript.languages),
        "speech": [of_segment(segment) for segment in transcript.speech],
    }


def of_chapters(video: Video, chapters: tuple[Chapter, ...]) -> dict[str, Any]:
    """Chapters as documented in docs/cli.md."""
    return {
        "video": of_name(video),
        "duration_s": round(video.duration_s, 3),
        "chapters": [of_chapter(chapter) for chapter in chapters],
    }


def of_chapter(chapter: Chapter) -> dict[str, Any]:
    """One chapter."""
    return {
        "number": chapter.number,
        **of_span(chapter.span),
        "title": chapter.title,
        "title_source": chapter.title_source,
        "keyframe_s": None if chapter.frame is None else round(chapter.frame.pts_s, 3),
        "thumbnail": None if chapter.thumbnail is None else str(chapter.thumbnail),
        "said": chapter.said,
    }


def of_summary(told: Summary) -> dict[str, Any]:
    """A summary as documented in docs/cli.md."""
    return {
        "title": told.title,
        "query": told.query,
        "poor": told.poor,
        "library": str(told.library),
        "videos": [of_name(video) for video in told.videos],
        "numbers": of_numbers(told.numbers),
        "coverage": round(told.coverage, 4),
        "pictures": [
            {
                "video": item.video.id,
                "keyframe_s": round(item.frame.pts_s, 3),
                **of_span(item.span),
                "thumbnail": str(item.thumbnail),
            }
            for item in told.pictures
        ],
        "sentences": [
            {
                "video": item.video.id,
                **of_span(item.span),
                "text": item.text,
                "score": round(item.score, 4),
            }
            for item in told.sentences
        ],
        "chapters": [of_chapter(chapter) for chapter in told.chapters],
        "moments": [{"video": video.id, **of_span(span)} for video, span in told.spans],
    }


def of_numbers(numbers: Numbers) -> dict[str, Any]:
    """The numbers of a summary."""
    return {
        "videos": numbers.videos,
        "duration_s": round(numbers.duration_s, 3),
        "scenes": numbers.scenes,
        "keyframes": numbers.keyframes,
        "words": numbers.words,
        "speech_share": round(numbers.speech_share, 4),
        "words_per_minute": round(numbers.words_per_minute, 1),
        "languages": list(numbers.languages),
        "music_share": _rounded(numbers.music_share),
        "silence_share": _rounded(numbers.silence_share),
        "tags": [{"label": label, "scenes": scenes} for label, scenes in numbers.tags],
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def of_report(report: IndexReport, path: str) -> dict[str, Any]:
    """A report as documented in docs/cli.md."""
    return {
        "library": path,
        "indexed": [str(item) for item in report.indexed],
        "unchanged": report.unchanged,
        "moved": [{"from": str(old), "to": str(new)} for old, new in report.moved],
        "duplicates": [str(item) for item in report.duplicates],
        "problems": [
            {"path": str(item.path), "reason": item.reason, "partial": item.partial}
            for item in report.problems
        ],
        "interrupted": report.interrupted,
        "seconds": round(report.seconds, 3),
        "video_seconds": round(report.video_seconds, 3),
        "stages": [
            {
                "name": stage.name,
                "busy_s": round(stage.busy_s, 3),
                "waited_s": round(stage.waited_s, 3),
                "calls": stage.calls,
            }
            for stage in report.stages
        ],
    }


def of_clip(clip: Clip) -> dict[str, Any]:
    """A clip or reel as documented in docs/cli.md."""
    return {
        "path": str(clip.path.absolute()),
        "duration_s": round(clip.duration_s, 3),
        "copied": round(clip.copied, 4),
        "pieces": [
            {"video": of_name(item.video), **of_span(item.span), "at_s": round(item.at_s, 3)}
            for item in clip.pieces
        ],
        "left_out": [{"why": why, "moments": count} for why, count in clip.left_out],
        "notes": list(clip.notes),
    }
