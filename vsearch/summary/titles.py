"""Chapters -> titles in their own words: what tells each from the others most, never invented."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from vsearch.lines import clock
from vsearch.sentences import Sentence
from vsearch.summary.phrases import LONGEST, Key, Phrases
from vsearch.summary.result import TitleSource
from vsearch.types import TimeSpan
from vsearch.words import terms_of

LONGEST_SHOWN = 60
MOST_WORDS_SHOWN = 10
EDGE_S = 1.0
"""A text that reaches no further into a chapter is of the one before."""

MOST_WORDS_SAID = 4
TITLE_WITHIN, TITLE_WITHIN_S = 0.1, 5.0
"""A title is shown at the start of its chapter: in this part of it, or so many seconds."""

FEWEST_LETTERS, SHORTEST_WORD = 4, 3
"""A title has so many letters, most of them in words so long: half-read signs have not."""

NEARLY = 0.55
"""A second phrase is named if it is at least so telling as the first."""

REPEATED, ONCE = 0.35, -0.2
"""What another word of a phrase adds: much if they come together again, else chance joined them."""

LONGEST_SENTENCE = 60
Title = tuple[str, TitleSource]


def titles_of(
    spans: Sequence[TimeSpan], said: Sequence[Sentence], shown: Sequence[Sentence]
) -> list[Title]:
    """A title for each chapter: what is shown as one, else its most telling words, else none."""
    spoken = [within(said, span) for span in spans]
    phrases = [Phrases.of(sentences) for sentences in spoken]
    everywhere = sum((item.words for item in phrases), Counter[str]())
    return [
        _shown_title(span, shown, spans)
        or _said_title(own, everywhere, len(spans))
        or _sentence(sentences)
        or (f"Scene at {clock(span.start_s)}", "none")
        for span, own, sentences in zip(spans, phrases, spoken, strict=True)
    ]


def within(sentences: Sequence[Sentence], span: TimeSpan) -> list[Sentence]:
    """The sentences whose middle lies in a span."""
    return [item for item in sentences if span.start_s <= item.span.middle_s < span.end_s]


def _shown_title(
    span: TimeSpan, shown: Sequence[Sentence], spans: Sequence[TimeSpan]
) -> Title | None:
    """The first text of a chapter that looks like a title and is not there all the time."""
    until_s = span.start_s + max(TITLE_WITHIN_S, span.duration_s * TITLE_WITHIN)
    for text in shown:
        if not span.start_s <= text.span.middle_s < span.end_s or text.span.start_s > until_s:
            continue
        line = next((line.strip() for line in text.text.splitlines() if line.strip()), "")
        elsewhere = sum(
            any(other.text.startswith(line) and _is_in(other.span, place) for other in shown)
            for place in spans
        )
        if _looks_like_a_title(line) and (elsewhere == 1 or len(spans) == 1):
            return line, "shown"
    return None


def _is_in(span: TimeSpan, place: TimeSpan) -> bool:
    """Whether more than the edge of a span lies in a place."""
    return min(span.end_s, place.end_s) - max(span.start_s, place.start_s) > EDGE_S


def _looks_like_a_title(line: str) -> bool:
    words = line.split()
    letters = [sum(letter.isalpha() for letter in word) for word in words]
    in_words = sum(count for count in letters if count >= SHORTEST_WORD)
    return (
        len(line) <= LONGEST_SHOWN
        and len(words) <= MOST_WORDS_SHOWN
        and sum(letters) >= FEWEST_LETTERS
        and sum(letters) * 2 > len(line)
        and in_words * 2 > sum(letters)
    )


def _said_title(own: Phrases, everywhere: Counter[str], chapters: int) -> Title | None:
    """The one or two phrases that tell most."""
    scored = {
        key: _telling(key, own, everywhere, chapters)
        for key, count in own.found.items()
        if len(key) < LONGEST or count > 1
    }
    best = sorted(scored, key=lambda key: -scored[key])
    if not best or scored[best[0]] <= 0:
        return None
    second = _second(best[0], best[1:], scored)
    title = own.written[best[0]]
    if second:
        both = (best[0] + second, second + best[0])
        together = next((own.written[key] for key in both if key in own.found), "")
        title = together or f"{title}, {own.written[second]}"
    return title[:1].upper() + title[1:], "said"


def _second(first: Key, others: Sequence[Key], scored: Mapping[Key, float]) -> Key | None:
    """The next phrase that names something else, if it tells nearly as much."""
    for key in others:
        alike = set(first) & set(key) or any(_is_part(key[0], word) for word in first)
        if len(key) + len(first) <= MOST_WORDS_SAID and not alike:
            return key if scored[key] >= NEARLY * scored[first] else None
    return None


def _is_part(one: str, other: str) -> bool:
    return one in other or other in one


def _telling(key: Key, own: Phrases, everywhere: Counter[str], chapters: int) -> float:
    """How much a phrase tells of a chapter against the rest of the video (class-based TF-IDF)."""
    average = max(1.0, everywhere.total() / chapters)
    words = [own.words[word] * math.log1p(average / everywhere[word]) for word in key]
    longer = REPEATED if own.found[key] > 1 else ONCE
    length = 1 + longer * (len(key) - 1)
    return sum(words) / len(words) * length * own.naming(key)


def _sentence(sentences: Sequence[Sentence]) -> Title | None:
    """The shortest sentence that says something, cut where it is too long."""
    worth = [item.text for item in sentences if len(terms_of(item.text)) >= 2]
    if not worth:
        worth = [item.text for item in sentences if terms_of(item.text)]
    if not worth:
        return None
    text = min(worth, key=len)
    if len(text) <= LONGEST_SENTENCE:
        return text.rstrip(".\u3002"), "said"
    cut = text[: LONGEST_SENTENCE - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "\u2026", "said"
