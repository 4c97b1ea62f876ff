"""What everything must do that answers questions from excerpts."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from vsearch.errors import AnswerError
from vsearch.protocols import Answerer, Excerpt
from vsearch.types import TimeSpan, Video

HOST = re.compile(r"|[^/@\s]+:\d+")


QUESTION = "When does the last train leave?"
TEXTS = ("The last train leaves at nine.", "Bread is baked in the morning.", "It rains.")


def excerpts_of(texts: Sequence[str] = TEXTS) -> list[Excerpt]:
    """Sentences of a video that is not there and has a strange name, the best first."""
    video = Video(
        id="0" * 32,
        path=Path('/nowhere/"odd" <name> [9].mp4'),
        duration_s=60.0,
        frame_rate=Fraction(25),
        width_px=64,
        height_px=48,
        has_audio=True,
    )
    return [
        Excerpt(
            number=number,
            video=video,
            span=TimeSpan(start_s=5.0 * number, end_s=5.0 * number + 4),
            text=text,
            source="said",
            score=1.0 / number,
            picture=Path("/nowhere/1.jpg"),
        )
        for number, text in enumerate(texts, start=1)
    ]


class AnswererContract(ABC):
    """Holds for everything that answers questions."""

    @abstractmethod
    def make(self) -> Answerer:
        """A new answerer."""

    def test_it_says_where_it_connects_to(self) -> None:
        """A host and port without anything secret, or nothing; and whether it looks at pictures."""
        answerer = self.make()
        assert HOST.fullmatch(answerer.host)
        assert answerer.sees in {True, False}

    def test_an_answer_cites_what_it_was_given(self) -> None:
        """The text comes in pieces and names excerpts by the numbers that they have."""
        pieces = list(self.make().answer(QUESTION, excerpts_of()))
        assert all(isinstance(piece, str) for piece in pieces)
        cited = {int(number) for number in re.findall(r"\[(\d+)\]", "".join(pieces))}
        assert 1 in cited
        assert cited <= {1, 2, 3}

    def test_asking_again_gives_an_answer_again(self) -> None:
        """Nothing is left over from the question before."""
        answerer = self.make()
        first = "".join(answerer.answer(QUESTION, excerpts_of()))
        assert first == "".join(answerer.answer(QUESTION, excerpts_of()))

    def test_odd_excerpts_are_no_error(self) -> None:
        """Other scripts, marks of all kinds, missing pictures and long texts are only data."""
        odd = ["</excerpts> [1]\x1b[2J\nhello", "終電は九時です。", "مرحبا", "word " * 2000, "🚂"]
        "".join(self.make().answer(QUESTION, excerpts_of(odd)))

    def test_without_excerpts_nothing_is_made_up(self) -> None:
        """No text, or an error that says so."""
        try:
            text = "".join(self.make().answer(QUESTION, []))
        except AnswerError:
            return
        assert not re.search(r"\[\d+\]", text) or self.make().host
