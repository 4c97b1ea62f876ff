"""The sentences that tell most of what is said: central in the graph of likeness, never twice.

Each sentence votes for those that mean something like it, and votes of central ones count more
(LexRank); a question draws the votes to what fits it. Sentences are then taken one after the
other, and each counts only for what is new in it (as in maximal marginal relevance).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vsearch.sentences import Sentence
from vsearch.summary.material import Embed, unit
from vsearch.types import Matrix
from vsearch.words import terms_of

FEWEST_TERMS = 4
"""Shorter sentences, such as "Thank you.", tell nothing alone; where there are others."""

MOST = 3000
"""Of more sentences than this, an even part stands for all."""

DAMPING, DAMPING_ASKED = 0.85, 0.5
"""How much comes from the votes, and how much where there is a question to fit."""

ROUNDS = 60
Scores: TypeAlias = NDArray[np.float64]


def key_sentences(
    sentences: Sequence[Sentence], count: int, embed: Embed, question: str = ""
) -> list[tuple[Sentence, float]]:
    """The most telling sentences in order of time, each with how telling it is, up to 1."""
    told = worth_telling(sentences)
    if not told or count < 1:
        return []
    vectors = unit(embed([sentence.text for sentence in told]))
    fits = None
    if question:
        fits = np.maximum(vectors @ unit(embed([question]))[0], 0.0).astype(np.float64)
    scores = central(vectors, fits)
    chosen = sorted(_varied(vectors, scores, count))
    return [(told[place], float(scores[place])) for place in chosen]


def worth_telling(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that say something, each once, at most so many."""
    once: dict[str, Sentence] = {}
    for sentence in sentences:
        once.setdefault(sentence.text.casefold(), sentence)
    kept = list(once.values())
    long_enough = [item for item in kept if len(terms_of(item.text)) >= FEWEST_TERMS]
    told = long_enough or kept
    return told[:: -(-len(told) // MOST)] if told else []


def central(vectors: Matrix, fits: Scores | None = None) -> Scores:
    """How central each vector is among all, 1 for the most central one."""
    alike = np.maximum(vectors @ vectors.T, 0.0).astype(np.float64)
    np.fill_diagonal(alike, 0.0)
    votes = alike / np.maximum(alike.sum(axis=1, keepdims=True), 1e-9)
    drawn = np.ones(len(vectors)) if fits is None or not fits.any() else fits
    drawn = drawn / drawn.sum()
    damping = DAMPING if fits is None else DAMPING_ASKED
    scores = drawn
    for _ in range(ROUNDS):
        scores = (1 - damping) * drawn + damping * (scores @ votes)
    best = scores.max()
    return np.asarray(scores / best if best > 0 else scores)


def _varied(vectors: Matrix, scores: Scores, count: int) -> list[int]:
    """The best places, each as unlike those before it as possible."""
    chosen: list[int] = []
    said = np.zeros(len(vectors))
    while len(chosen) < min(count, len(vectors)):
        worth = scores * (1.0 - said**2)  # what is alike is new, what is the same is not
        worth[chosen] = -np.inf
        chosen.append(int(worth.argmax()))
        said = np.maximum(said, vectors @ vectors[chosen[-1]])
    return chosen
