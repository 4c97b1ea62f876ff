"""Checks what somebody answers, statement by statement, against the excerpts that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from vsearch.answer.numbers import numbers_of
from vsearch.answer.score import Embed
from vsearch.answer.terms import telling
from vsearch.errors import AnswerError
from vsearch.protocols import Excerpt
from vsearch.sentences import ABBREVIATION, LONGEST_ABBREVIATION
from vsearch.words import terms_of

MOST_LETTERS = 8_000
"""Whoever goes on after so much is not answering."""

LONGEST = 1_000
"""A sentence without end is taken for one: looking for it again with each piece takes ages."""

CITED = re.compile(r"[\[\u3010](?:excerpts? )?#?(\d{1,3}(?: ?(?:,|and|;) ?\d{1,3})*)[\]\u3011]")
ENDED = re.compile(
    r"(?:[.!?\u2026][\"'\u201d\u2019)*]*|[\u3002\uff01\uff1f])"
    r"(?P<cited>(?:[ \t]*[\[\u3010][^\[\]\n\u3010\u3011]{1,20}[\]\u3011][.,;]?)*)"
    r"(?=\s+[^\s\[\u3010]|(?<=[\u3002\uff01\uff1f\]])[^\s\[\u3010.,;])|\n+"
)
THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
ALIKE = 0.7
"""A statement that means this much the same as what it cites may use other words."""

NEGATED = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|nowhere|neither|nor|cannot|without)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
"""One such word turns a statement that shares all others into its opposite."""

SHARED = 0.5
RELATED = 0.1


@dataclass
class Checker:
    """Lets through the statements that rest on what they cite, and counts the others."""

    question: str
    excerpts: Sequence[Excerpt]
    embed: Embed
    dropped: int = 0
    _cited: dict[int, int] = field(default_factory=dict)

    def passed(self, pieces: Iterable[str]) -> Iterator[str]:
        """The statements that hold, with their citations numbered as they come."""
        for text in statements(pieces):
            numbers = self._numbers(text)
            said = _without_citations(text)
            if numbers and self._holds(said, numbers):
                marks = "".join(f"[{self._renumbered(number)}]" for number in numbers)
                yield f"{said} {marks}"
            else:
                self.dropped += 1

    @property
    def cited(self) -> list[Excerpt]:
        """The excerpts that were cited, in the order of their new numbers."""
        by_number = {item.number: item for item in self.excerpts}
        return [by_number[number] for number in self._cited]

    def _renumbered(self, number: int) -> int:
        return self._cited.setdefault(number, len(self._cited) + 1)

    def _numbers(self, text: str) -> tuple[int, ...]:
        known = {item.number for item in self.excerpts}
        found = [int(one) for several in CITED.findall(text) for one in re.findall(r"\d+", several)]
        return tuple(number for number in dict.fromkeys(found) if number in known)

    def _holds(self, said: str, numbers: Sequence[int]) -> bool:
        """Whether a statement says what is cited, in its words or in others."""
        cited = [item for item in self.excerpts if item.number in numbers]
        if not telling(said):
            return False
        text = " ".join(item.text for item in cited)
        if any(item.source == "seen" for item in cited):  # only who has seen it can tell
            return not text.strip() or self._agrees(said, text)
        return _is_quote(said, text) or (self._agrees(said, text) and self._means(said, text))

    def _agrees(self, said: str, cited: str) -> bool:
        """Whether every number, every name and any "not" of a statement is in what it cites."""
        if NEGATED.search(said) and not NEGATED.search(cited):
            return False
        numbers = numbers_of(said) - numbers_of(cited) - numbers_of(self.question)
        names = set(telling(_names(said)))
        return numbers <= {1} and names <= {*telling(cited), *telling(self.question)}

    def _means(self, said: str, cited: str) -> bool:
        """Whether words or meaning of a statement are those of what it cites."""
        stems, there = telling(said), set(telling(cited))
        asked = set(telling(self.question))
        # What is only said again of the question tells nothing of where the rest is from.
        new = [stem for stem in stems if stem not in asked and not stem.isdecimal()] or stems
        shared = sum(stem in there for stem in new) / len(new)
        of_said, of_cited, of_question = self.embed([said, cited, self.question])
        alike = shared >= SHARED or float(of_said @ of_cited) >= ALIKE
        related = len(stems) < 3 or float(of_said @ of_question) >= RELATED
        return bool(there & set(stems)) and alike and related


def _names(text: str) -> str:
    """The words with a capital letter that does not begin the sentence."""
    return " ".join(
        word for word in text.split()[1:] if word.strip("\"'\u201c\u2018(")[:1].isupper()
    )


def _is_quote(said: str, cited: str) -> bool:
    """Whether a statement is nothing but words of what it cites, in their order."""
    terms = terms_of(said)
    return len(terms) > 1 and f" {' '.join(terms)} " in f" {' '.join(terms_of(cited))} "


def statements(pieces: Iterable[str]) -> Iterator[str]:
    """The sentences of a text that comes in pieces, each as soon as it and its citations end."""
    text, letters = "", 0
    for piece in pieces:
        letters += len(piece)
        text += _cleaned(piece)
        if THOUGHT.search(text) and "</think>" not in text:
            continue
        text = THOUGHT.sub("", text)
        while (end := _end_of(text)) is not None:
            if said := text[:end].strip():
                yield said
            text = text[end:]
        if len(text) > LONGEST:
            yield text.strip()
            text = ""
        if letters > MOST_LETTERS:
            raise AnswerError(f"its answer did not end after {MOST_LETTERS} letters")
    if said := THOUGHT.sub("", text).strip():
        yield said


def _end_of(text: str) -> int | None:
    """Where the first sentence ends; a point inside a quotation or an abbreviation ends none."""
    for found in ENDED.finditer(text):
        before = text[: found.end()]
        quoted = before.count("\u201c") > before.count("\u201d")
        word = text[max(0, found.start() - LONGEST_ABBREVIATION) : found.start() + 1]
        if not quoted and not ABBREVIATION.search(word):
            return found.end()
    return None


def _cleaned(text: str) -> str:
    """A text without what could speak to a terminal."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def _without_citations(text: str) -> str:
    bare = re.sub(r"^[-*\u2022]\s+|\*\*", "", CITED.sub("", text))
    return re.sub(r"\s+([.,;!?])", r"\1", " ".join(bare.split())).strip()
