"""Question -> passages: the sentences said and shown that may answer, around what search finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vsearch.answer.terms import Rarity, telling
from vsearch.sentences import Sentence, Source, sentences_said, sentences_shown
from vsearch.storage import Texts
from vsearch.types import Moment, TimeSpan
from vsearch.words import terms_of

AROUND_S = 15.0
"""Sentences so near to a moment that search found may answer."""

LONGEST_SCREEN = 160
MOST_PASSAGES = 240
"""More are not read: they would take longer than a person waits."""

LEANS = re.compile(
    r"(?:it|its|he|she|his|her|they|their|this|that|these|those|there|then|and|but|so)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One sentence of a video, or two where the second leans on the first."""

    video_id: str
    span: TimeSpan
    text: str
    source: Source
    score: float = 0.0


def passages_of(texts: Texts, *, joined: bool = True) -> list[Passage]:
    """The passages of one video, leaning sentences joined to the one before as well as alone."""
    said = sentences_said(texts.said)
    pairs = [pair for pair in pairwise(said) if joined and _leans(*pair)]
    asked = {id(one) for one, other in pairs if _asks(one)}  # a question is no answer
    single = [_alone(item) for item in said if id(item) not in asked]
    single += map(_alone, _lines(sentences_shown(texts.shown)))
    return single + [_joined(*pair) for pair in pairs]


def _lines(screens: Iterable[Sentence]) -> Iterator[Sentence]:
    """Screens that can be quoted; of one that is full of text, each line."""
    for screen in screens:
        lines = screen.text.splitlines() if len(screen.text) > LONGEST_SCREEN else [screen.text]
        for line in lines:
            yield replace(screen, text=line)


def worth_reading(
    question: str, passages: Mapping[str, Sequence[Passage]], moments: Sequence[Moment]
) -> list[Passage]:
    """The passages near the moments, and those with the rarest words of the question."""
    every = [item for several in passages.values() for item in several]
    if len(every) <= MOST_PASSAGES:
        return every
    wanted = telling(question)
    stems = [telling(item.text) for item in every]
    rarity = Rarity(stems)
    value = [rarity.share(wanted, found) for found in stems]
    around = _Around(moments)
    order = sorted(
        range(len(every)), key=lambda place: -value[place] - around.nearness(every[place])
    )
    return [every[place] for place in order[:MOST_PASSAGES]]


def distinct(passages: Sequence[Passage], most: int) -> list[Passage]:
    """The best passages, without those that lie in a better one or say the same."""
    found: list[Passage] = []
    for item in passages:
        words = set(terms_of(item.text))
        if not any(_repeats(item, words, better) for better in found):
            found.append(item)
        if len(found) == most:
            break
    return found


def _repeats(item: Passage, words: set[str], better: Passage) -> bool:
    inside = item.video_id == better.video_id and item.span.overlaps(better.span)
    return (inside and item.source == better.source) or words == set(terms_of(better.text))


class _Around:
    """How near passages are to the moments that search found, the first moment most."""

    def __init__(self, moments: Iterable[Moment]) -> None:
        self._spans: dict[str, list[tuple[TimeSpan, float]]] = {}
        for moment in moments:
            around = TimeSpan(
                start_s=moment.span.start_s - AROUND_S, end_s=moment.span.end_s + AROUND_S
            )
            self._spans.setdefault(moment.video.id, []).append((around, 1 / moment.rank))

    def nearness(self, passage: Passage) -> float:
        spans = self._spans.get(passage.video_id, ())
        return max((value for span, value in spans if span.overlaps(passage.span)), default=0.0)


def _leans(one: Sentence, other: Sentence) -> bool:
    return _asks(one) or bool(LEANS.match(other.text))


def _asks(sentence: Sentence) -> bool:
    return sentence.text.rstrip("\"'\u201d ").endswith(("?", "\uff1f", "\u061f"))


def _alone(sentence: Sentence) -> Passage:
    return Passage(
        video_id=sentence.video_id, span=sentence.span, text=sentence.text, source=sentence.source
    )


def _joined(one: Sentence, other: Sentence) -> Passage:
    return Passage(
        video_id=one.video_id,
        span=one.span.join(other.span),
        text=f"{one.text} {other.text}",
        source=one.source,
    )
