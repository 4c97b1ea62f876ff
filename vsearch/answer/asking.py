"""Question -> Answer: counted, or found, told by whoever is to answer, and checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from vsearch.answer.answers import Answer, Citation
from vsearch.answer.cite import Checker
from vsearch.answer.counting import Counted, Counter
from vsearch.answer.found import Found
from vsearch.answer.hosts import is_loopback
from vsearch.answer.means import Means
from vsearch.answer.score import Parts
from vsearch.errors import AnswerError, QueryError, VsearchError
from vsearch.protocols import Answerer, Excerpt
from vsearch.types import Video

QUOTES = "quotes.v1"
CATALOG = "catalog"
LEVEL = 0.775
"""What the best passage must score to be an answer (docs/quality.md, Answers)."""

NEAREST = 0.5
"""A passage that scores less is not even named as the nearest place."""

EXCERPTS = 6
MOST_LETTERS = 4_000


Tell = Callable[[str], None]


@dataclass
class Asking:
    """One question on its way."""

    means: Means
    question: str
    video: Video | None = None
    limit: int = EXCERPTS
    by: str = QUOTES
    level: float = LEVEL
    parts: Parts = field(default_factory=Parts)

    def __post_init__(self) -> None:
        self.question = " ".join(self.question.split())
        if not any(letter.isalnum() for letter in self.question):
            raise QueryError('the question is empty: ask in words, as in "when does it begin?"')
        if len(self.question) > MOST_LETTERS:
            raise QueryError(f"a question has at most {MOST_LETTERS} letters: ask for less at once")
        if self.limit < 1:
            raise QueryError(f"limit must be at least 1, not {self.limit}")
        self._started = time.perf_counter()

    @cached_property
    def found(self) -> Found:
        """What is found for the question."""
        return Found(self.means, self.question, self.video, self.limit, self.parts)

    def answer(self, tell: Tell = lambda text: None) -> Answer:
        """The answer; tell hears each of its sentences as soon as it has been checked."""
        counter = Counter(store=self.means.store, named=self.means.named, video=self.video)
        if counted := counter.answer(self.question):
            tell(counted.text)
            return self._counted(counted)
        answerer = self._allowed(self.means.answerer(self.by))
        strong = self.found.best if self._is_answered else []
        excerpts = self.found.excerpts(strong, seen=answerer.sees)
        if not excerpts:
            return self._refused()
        if answerer.host:
            sent = "the question and what was found for it are sent there"
            self.means.notify(f"Asking {self.by} at {answerer.host}: {sent}.")
        return self._told(answerer, excerpts, tell)

    @property
    def _is_answered(self) -> bool:
        """Whether anything that is said or shown is near enough to be an answer."""
        best = self.found.best
        return bool(best) and best[0].score >= self.level

    def _told(self, answerer: Answerer, excerpts: Sequence[Excerpt], tell: Tell) -> Answer:
        checker = Checker(self.question, excerpts, self.found.embed)
        said: list[str] = []
        problem = ""
        try:
            for statement in checker.passed(_pieces(answerer, self.question, excerpts)):
                said.append(statement)
                tell(statement)
        except AnswerError as error:
            problem = f"{self.by}: {error}"
        if said:
            note = f"the answer breaks off: {problem}" if problem else _dropped(checker.dropped)
            text = " ".join(said)
            return self._made(text, _citations(checker.cited), where=answerer.host, note=note)
        if self.by == QUOTES or not (problem or checker.dropped):  # that says: nothing answers
            return self._refused(where=answerer.host)
        reason = problem or f"{self.by} gave no sentence that the excerpts bear out"
        return self._quoted(f"{reason}; these are quotes instead", answerer.host, tell)

    def _quoted(self, note: str, where: str, tell: Tell) -> Answer:
        """The best passages themselves, where whoever was to answer could not."""
        quoting = replace(self, by=QUOTES)
        quoting.found, quoting._started = self.found, self._started
        if not self._is_answered:
            return quoting._refused(where=where, note=note)
        excerpts = self.found.excerpts(self.found.best)
        found = quoting._told(self.means.answerer(QUOTES), excerpts, tell)
        return replace(found, where=where, note=_joined(note, found.note))

    def _counted(self, counted: Counted) -> Answer:
        videos = {video.id: video for video in self.means.store.videos()}
        known = [spot for spot in counted.spots if spot.video_id in videos]
        citations = [
            Citation(
                number=number,
                video=videos[spot.video_id],
                span=spot.span,
                quote=spot.text,
                source=spot.source,
                score=1.0,
                thumbnail=self.found.picture(spot.video_id, spot.span),
            )
            for number, spot in enumerate(known[: self.limit], start=1)
        ]
        left_out = len(known) - len(citations)
        note = f"{left_out} more are not listed: ask for more with a limit" if left_out else ""
        return self._made(counted.text, citations, by=CATALOG, note=note)

    def _refused(self, where: str = "", note: str = "") -> Answer:
        """No answer, with the nearest places: what looks like it, or the best passage."""
        place = self.video.path.name if self.video else "the library"
        text = f"Nothing that is said or written in {place} answers that."
        best = [] if self.found.looks else self.found.best[:1]
        nearest = [item for item in best if item.score >= NEAREST]
        citations = _citations(self.found.excerpts(nearest, seen=True))
        return self._made(text, citations, refused=True, where=where, note=note)

    def _made(self, text: str, citations: Sequence[Citation], **more: Any) -> Answer:
        took_ms = (time.perf_counter() - self._started) * 1000
        given = {"refused": False, "by": self.by, "where": "", "note": "", **more}
        if given["by"] != CATALOG:
            given["note"] = _joined(given["note"], *self.found.notes)
        return Answer(
            question=self.question,
            text=text,
            citations=tuple(citations),
            took_ms=took_ms,
            **given,
        )

    def _allowed(self, answerer: Answerer) -> Answerer:
        if self.means.offline and answerer.host and not is_loopback(answerer.host):
            raise AnswerError(
                f"{self.by} would connect to {answerer.host}, and connecting is forbidden "
                f"(--offline or models.offline); --with {QUOTES} connects to nothing"
            )
        return answerer


def _pieces(answerer: Answerer, question: str, excerpts: Sequence[Excerpt]) -> Iterator[str]:
    """What is answered; whatever breaks in an answerer ends its answer, not the question."""
    try:
        yield from answerer.answer(question, excerpts)
    except VsearchError as error:
        raise AnswerError(str(error)) from error
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise AnswerError(f"it broke: {reason}") from error


def _citations(excerpts: Sequence[Excerpt]) -> list[Citation]:
    """Excerpts as the citations of an answer, numbered as its text does."""
    return [
        Citation(
            number=number,
            video=item.video,
            span=item.span,
            quote=item.text,
            source=item.source,
            score=item.score,
            thumbnail=item.picture,
        )
        for number, item in enumerate(excerpts, start=1)
    ]


def _joined(*notes: str) -> str:
    return "; ".join(dict.fromkeys(note for note in notes if note))


def _dropped(count: int) -> str:
    sentences = "1 sentence" if count == 1 else f"{count} sentences"
    return f"{sentences} left out that the excerpts do not bear out" if count else ""
