"""Video -> SpeechSegment: subtitles beside or inside the file if there are any, else listening.

How a video sounds is found in the same pass over its sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vsearch.cues import Cue
from vsearch.errors import VideoError
from vsearch.languages import UNKNOWN, language_of, two_letters
from vsearch.pipeline.sound import SoundTrack
from vsearch.pipeline.stages import StageClock
from vsearch.pipeline.tracks import (
    SUBTITLE_SUFFIXES,
    embedded_subtitles,
    read_sound,
    subtitle_file,
)
from vsearch.protocols import SoundListener, Transcriber
from vsearch.types import Samples, SpeechSegment, TimeSpan, Video


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What is said in a video, whether that was read or heard, and how the video sounds.

    The sound is None where nobody listened, or where there was nothing to listen to.
    """

    source: str
    segments: tuple[SpeechSegment, ...] = ()
    sound: SoundTrack | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Who listens to a video: for its words, for its kinds of sound, or for both."""

    transcriber: Transcriber | None
    listener: SoundListener | None


def read_subtitles(video: Video) -> Speech | None:
    """The speech of a video from its subtitles, or None where it has none that can be read."""
    for path in sidecars(video.path):
        try:
            cues = subtitle_file(path)
        except (VideoError, OSError):
            continue  # a broken subtitle file must not stop the video: the sound is still there
        if cues:
            language = _language_of(path, video.path)
            return _from_cues(video, cues, language, f"subtitles {_printable(path.name)}")
    cues, language = embedded_subtitles(video.path)
    if cues:
        return _from_cues(video, cues, language, "subtitles in the file")
    return None


def listen(video: Video, ears: Ears, clock: StageClock, stopped: Callable[[], bool]) -> Speech:
    """Go through the sound of a video once, block by block."""
    found: list[SpeechSegment] = []
    track: SoundTrack | None = None
    blocks = iter(read_sound(video.path))
    while not stopped():
        with clock.busy("read sound"):
            block = next(blocks, None)
        if block is None:
            break
        start_s, samples = block
        if ears.transcriber is not None:
            with clock.busy("transcribe"):
                found += _written_down(video, start_s, samples, ears.transcriber)
        if ears.listener is not None:
            track = track or SoundTrack()
            with clock.busy("tell sounds apart"):
                track.add(start_s, samples, ears.listener.listen(samples))
    return Speech(source="transcribed", segments=tuple(found), sound=track)


def _written_down(
    video: Video, start_s: float, samples: Samples, transcriber: Transcriber
) -> Iterator[SpeechSegment]:
    for item in transcriber.transcribe(samples):
        span = TimeSpan(start_s=start_s + item.span.start_s, end_s=start_s + item.span.end_s)
        yield _segment(video, span, item.text, item.language)


def sidecars(path: Path) -> list[Path]:
    """Subtitle files beside a video: clip.srt, clip.en.vtt and the like, plain names first."""
    try:
        beside = list(path.parent.iterdir())
    except OSError:
        return []
    found = [item for item in beside if is_sidecar(item, path) and _stays(item, path)]
    return sorted(found, key=lambda item: (len(item.name), item.name))


def is_sidecar(path: Path, video: Path) -> bool:
    """Whether a file is by its name the subtitles of a video beside it."""
    named = path.stem == video.stem or _language_of(path, video) != UNKNOWN
    return path.suffix.lower() in SUBTITLE_SUFFIXES and named and path.parent == video.parent


def _stays(path: Path, video: Path) -> bool:
    """Whether a file really lies where its video does: a link could lead to anybody's words."""
    try:
        real = path.resolve(strict=True)
        folders = (video.parent.resolve(), video.resolve().parent)
    except (OSError, RuntimeError):  # links in a ring, before Python 3.13
        return False
    return any(real.is_relative_to(folder) for folder in folders)


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _from_cues(video: Video, cues: list[Cue], language: str, source: str) -> Speech:
    """What cues say; where nothing says in which language, their text tells it."""
    known = two_letters(language)
    if known == UNKNOWN:
        known = language_of(cue.text for cue in cues)
    segments = tuple(_segment(video, cue.span, cue.text, known) for cue in cues)
    return Speech(source=source, segments=segments)


def _segment(video: Video, span: TimeSpan, text: str, language: str) -> SpeechSegment:
    return SpeechSegment(video_id=video.id, span=span, text=text, language=language)


def _language_of(subtitles: Path, video: Path) -> str:
    """The language in a name such as film.en.srt or film.pt-BR.forced.srt."""
    middle = subtitles.stem.removeprefix(video.stem)
    tag = re.fullmatch(r"\.([a-z]{2,3})([-_]\w{2,8})?(\.(forced|sdh|cc))?", middle, re.IGNORECASE)
    found = tag is not None and subtitles.stem.startswith(video.stem)
    return tag[1].lower() if tag and found else UNKNOWN
