"""What a library holds of one video, ready to be told: rows in order of time, sentences, texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np

from vsearch.sentences import Sentence, sentences_said, sentences_shown
from vsearch.storage import Rows, Store
from vsearch.types import SPEECH, VISUAL, Frame, Matrix, TimeSpan, VideoDetails

Embed: TypeAlias = Callable[[Sequence[str]], Matrix]
"""Turns sentences into vectors of length 1, all at once."""


class Remembered:
    """Embeds each sentence once: chapters and key sentences ask for the same ones."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._known: dict[str, Matrix] = {}

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """The vectors of the texts, one a row."""
        if new := [text for text in dict.fromkeys(texts) if text not in self._known]:
            self._known.update(zip(new, self._embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


@dataclass(frozen=True, eq=False)
class Material:
    """One video; frames are those that the search index has, with a joint vector each."""

    details: VideoDetails
    frames: tuple[Frame, ...]
    vectors: Matrix
    rows: Rows

    @cached_property
    def said(self) -> list[Sentence]:
        """What is said, sentence by sentence."""
        return sentences_said(self.details.speech)

    @cached_property
    def shown(self) -> list[Sentence]:
        """The texts that are to be read on the screen."""
        return sentences_shown(self.details.shown)

    @cached_property
    def pictures(self) -> Matrix:
        """What each frame shows, as vectors of length 1."""
        return self._block(VISUAL)

    @cached_property
    def speech(self) -> Matrix:
        """What is said while each frame is shown, as vectors of length 1, or 0 where nothing is."""
        return self._block(SPEECH)

    def _block(self, name: str) -> Matrix:
        where = self.rows.space.slices().get(name)
        if where is None or not self.frames:
            return np.zeros((len(self.frames), 1), np.float32)
        return unit(self.vectors[:, where])

    def thumbnail(self, frame: Frame) -> Path:
        """Where the picture of a keyframe is kept."""
        return self.rows.thumbnail(self.details.video.id, frame.id)

    def places_in(self, span: TimeSpan) -> list[int]:
        """Which of the frames were taken in a span."""
        times = enumerate(frame.pts_s for frame in self.frames)
        return [place for place, time in times if span.start_s <= time < span.end_s]

    def frame_in(self, span: TimeSpan) -> Frame | None:
        """The keyframe that shows most of a span: the one most like all that lie in it."""
        inside = [
            n for n, frame in enumerate(self.frames) if span.start_s <= frame.pts_s < span.end_s
        ]
        if not inside:
            return None
        pictures = self.pictures[inside]
        return self.frames[inside[int((pictures @ pictures.sum(axis=0)).argmax())]]


def read_material(store: Store, rows: Rows, video_id: str) -> Material:
    """Read all that is needed of one video."""
    around = rows.around_video(video_id)
    vectors = rows.vectors(np.array(list(around), dtype=np.int64))
    frames = tuple(context.frame for context in around.values())
    return Material(store.details(video_id), frames, vectors, rows)


def unit(vectors: Matrix) -> Matrix:
    """The vectors with length 1; those of length 0 stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Matrix = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return found
