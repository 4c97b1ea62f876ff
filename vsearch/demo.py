"""The demo: sample clips and a narrated one that is made here, indexed and asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vsearch.components import open_models
from vsearch.config import Config
from vsearch.library import Library, open_library
from vsearch.protocols import Notify
from vsearch.types import Picture, SearchResult

if TYPE_CHECKING:
    from vsearch.pipeline.events import IndexReport, Progress

CLIPS = "sample-clips"
CLIP_FILES = ("bigbuckbunny.mp4", "bikes.mp4", "carphone_pristine.mp4")
RATE = 10
SIZE_PX = (320, 180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A part of the narrated clip: a picture of one colour with a moving square, and its words."""

    seconds: float
    background: tuple[int, int, int]
    square: tuple[int, int, int]
    words: str


SLIDES = (
    Slide(
        seconds=5,
        background=(24, 64, 120),
        square=(240, 200, 60),
        words="Welcome to the museum. The tour begins in the entrance hall.",
    ),
    Slide(
        seconds=5,
        background=(30, 110, 60),
        square=(230, 230, 230),
        words="The last train back to the city leaves at a quarter past eleven.",
    ),
    Slide(
        seconds=5,
        background=(120, 30, 50),
        square=(60, 200, 230),
        words="Our restaurant serves soup and fresh bread until four o'clock.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the demo and the file that answers it."""

    text: str
    answer: str


QUESTIONS = (
    Question(text="people riding bicycles in the street", answer="bikes.mp4"),
    Question(text="a cartoon animal in a green meadow", answer="bigbuckbunny.mp4"),
    Question(text="when does the last train leave?", answer="narrated.mp4"),
)

TO_ANSWER = "until when is there fresh bread?"
"""Asked of what is said, and answered rather than searched for."""


def prepare(config: Config, notify: Notify, progress: Callable[[Progress], None]) -> IndexReport:
    """Fetch the sample clips, make the narrated one, and index them into the demo library."""
    models = open_models(config, notify)
    clips = [models.file(CLIPS, name) for name in CLIP_FILES]
    narrated = make_narrated(config.library.parent / "demo-videos")
    library = demo_library(config, notify)
    return library.index([*clips, narrated], progress=progress)


def demo_library(config: Config, notify: Notify = lambda line: None) -> Library:
    """The library of the demo, beside the default one."""
    return open_library("demo", config=config, notify=notify)


def ask(library: Library) -> Iterator[tuple[Question, SearchResult]]:
    """Every question with what is found for it."""
    for question in QUESTIONS:
        yield question, library.search(question.text, limit=3, by="scene")


def make_narrated(folder: Path) -> Path:
    """Write the narrated clip, its narration as subtitles beside it, unless it is there."""
    from vsearch.pipeline.encode import write_video

    path = folder / "narrated.mp4"
    if not path.exists():
        path.with_suffix(".srt").parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".srt").write_text(_subtitles(), encoding="utf-8")
        temporary = folder / "narrated.tmp.mp4"
        write_video(temporary, _pictures(), RATE)
        temporary.replace(path)
    return path


def _pictures() -> Iterator[Picture]:
    width, height = SIZE_PX
    for slide in SLIDES:
        for number in range(int(slide.seconds * RATE)):
            picture = np.empty((height, width, 3), np.uint8)
            picture[:] = slide.background
            left = 20 + number * 4
            picture[60:120, left : left + 60] = slide.square
            yield picture


def _subtitles() -> str:
    entries = []
    start_s = 0.0
    for number, slide in enumerate(SLIDES, start=1):
        end_s = start_s + slide.seconds
        entries.append(f"{number}\n{_stamp(start_s)} --> {_stamp(end_s)}\n{slide.words}\n")
        start_s = end_s
    return "\n".join(entries)


def _stamp(seconds: float) -> str:
    return f"00:00:{int(seconds):02d},{round(seconds % 1 * 1000):03d}"
