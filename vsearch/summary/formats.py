"""Chapters as players and hosts read them: each format exactly as it is specified."""

from __future__ import annotations

from collections.abc import Sequence

from vsearch.lines import clock, one_line
from vsearch.summary.result import Chapter
from vsearch.types import Video

YOUTUBE_LEAST_S = 10.0
YOUTUBE_FEWEST = 3
YOUTUBE_LONGEST_TITLE = 100


def as_text(chapters: Sequence[Chapter]) -> str:
    """A line for each chapter: when it begins, how long it is, its title."""
    lines = [
        (clock(item.span.start_s), clock(item.span.duration_s), one_line(item.title))
        for item in chapters
    ]
    wide = max(len(start) for start, _, _ in lines)
    longest = max(len(length) for _, length, _ in lines)
    return "".join(
        f"{start:>{wide}}  {length:>{longest}}  {title}\n" for start, length, title in lines
    )


def as_youtube(chapters: Sequence[Chapter]) -> str:
    """Lines for a video's description; angle brackets may not be in one."""
    return "".join(
        f"{clock(chapter.span.start_s)} {_youtube_title(chapter.title)}\n" for chapter in chapters
    )


def youtube_problem(chapters: Sequence[Chapter]) -> str:
    """Why YouTube would show no chapters, or nothing."""
    if len(chapters) < YOUTUBE_FEWEST:
        return (
            f"YouTube shows chapters only where there are at least {YOUTUBE_FEWEST} of "
            f"{YOUTUBE_LEAST_S:.0f} s or longer; this video has {len(chapters)}"
        )
    return ""


def as_vtt(chapters: Sequence[Chapter]) -> str:
    """A WebVTT chapter track."""
    cues = [
        f"{chapter.number}\n{_vtt_clock(chapter.span.start_s)} --> "
        f"{_vtt_clock(chapter.span.end_s)}\n{_vtt_text(chapter.title)}\n"
        for chapter in chapters
    ]
    return "\n".join(["WEBVTT\n", *cues])


def as_ffmetadata(video: Video, chapters: Sequence[Chapter]) -> str:
    """FFmpeg's metadata file: ffmpeg -i VIDEO -i FILE -map_chapters 1 -codec copy OUT."""
    parts = [f";FFMETADATA1\ntitle={_ffmetadata_text(video.path.stem)}\n"]
    parts += [
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={round(chapter.span.start_s * 1000)}\n"
        f"END={round(chapter.span.end_s * 1000)}\ntitle={_ffmetadata_text(chapter.title)}\n"
        for chapter in chapters
    ]
    return "\n".join(parts)


def _youtube_title(title: str) -> str:
    plain = one_line(title.replace("<", " ").replace(">", " ")) or "Chapter"
    if len(plain) <= YOUTUBE_LONGEST_TITLE:
        return plain
    return plain[: YOUTUBE_LONGEST_TITLE - 1] + "\u2026"


def _vtt_text(text: str) -> str:
    plain = one_line(text).replace("&", "&amp;")
    return plain.replace("<", "&lt;").replace(">", "&gt;")


def _vtt_clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _ffmetadata_text(text: str) -> str:
    plain = one_line(text)
    # FFmpeg takes a backslash before the end of a line for one that goes on, escaped or not.
    end = " " if plain.endswith("\\") else ""
    return "".join(f"\\{letter}" if letter in "=;#\\\n" else letter for letter in plain) + end
