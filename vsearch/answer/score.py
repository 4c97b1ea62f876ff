"""Passages -> how well each answers: by meaning, by its words, by the kind of answer it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from vsearch.answer.evidence import Passage
from vsearch.answer.kinds import holds_kind
from vsearch.answer.terms import Rarity, telling
from vsearch.types import Matrix

FIRST_OTHER = "\u0250"
OTHER_SCRIPTS = 3.0
"""Words have to carry a question in another script alone."""

Embed: TypeAlias = Callable[[Sequence[str]], Matrix]
"""Texts as unit vectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What each part counts (docs/quality.md has what each is worth)."""

    meaning: float = 1.0
    words: float = 0.5
    kind: float = 0.15
    subjects: float = 0.3
    """What is taken off a passage of a video that has none of the question's names and numbers."""
    joined: bool = True
    """Whether a sentence that leans on the one before is read together with it too."""


def scored(
    question: str,
    passages: Sequence[Passage],
    embed: Embed,
    parts: Parts,
    foreign: Mapping[str, float],
) -> list[Passage]:
    """The passages with their scores, best first; foreign tells how little a video is about it."""
    if not passages:
        return []
    vectors = embed([question, *(item.text for item in passages)])
    meaning = vectors[1:] @ vectors[0]
    wanted = telling(question)
    stems = [telling(item.text) for item in passages]
    rarity = Rarity(stems)
    words = np.array([rarity.share(wanted, found) for found in stems], np.float32)
    kinds = np.array([_kind(question, item.text) for item in passages], np.float32)
    if not _is_latin(question):
        # The usual sentence encoder reads no other script: all of its vectors are alike.
        meaning, words = np.zeros_like(meaning), words * OTHER_SCRIPTS
    strange = np.array([foreign.get(item.video_id, 0.0) for item in passages], np.float32)
    scores = parts.meaning * meaning + parts.words * words + parts.kind * kinds
    scores -= parts.subjects * strange
    found = [
        replace(item, score=float(score)) for item, score in zip(passages, scores, strict=True)
    ]
    return sorted(found, key=lambda item: -item.score)


def _is_latin(text: str) -> bool:
    """Whether most letters of a text are Latin ones."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter < FIRST_OTHER for letter in letters) * 2 >= len(letters)


def _kind(question: str, text: str) -> float:
    holds = holds_kind(question, text)
    return 0.0 if holds is None else 1.0 if holds else -1.0
