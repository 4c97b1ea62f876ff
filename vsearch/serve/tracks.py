"""What is said in a video as a track that browsers show."""

from __future__ import annotations

from collections.abc import Iterable

from vsearch.lines import one_line
from vsearch.types import SpeechSegment


def captions(speech: Iterable[SpeechSegment]) -> str:
    """A WebVTT track."""
    cues = [
        f"{_clock(segment.span.start_s)} --> {_clock(segment.span.end_s)}\n{_plain(segment.text)}\n"
        for segment in speech
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _plain(text: str) -> str:
    plain = one_line(text).replace("&", "&amp;")
    return plain.replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
