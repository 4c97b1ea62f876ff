"""Sentences -> the phrases in them that may name what they are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from vsearch.sentences import Sentence
from vsearch.summary.function_words import DETERMINERS, FUNCTION_WORDS
from vsearch.words import UNSPACED, terms_of

# Accents, and the vowel signs of Hebrew, Arabic and the scripts of India, are no letters to Python.
MARKS = (
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u064b-\u065f\u0670"
    "\u0900-\u0963\u0970-\u0dff]"
)
WORD = re.compile(rf"[^\W_](?:[^\W_]|{MARKS}|['\u2019.-](?=[^\W_]))*")
LONGEST = 3
NAME = 1.5
"""What a phrase counts after an article, or with a capital inside a sentence: it is a name."""

# Japanese writes the words that name things in kanji or katakana, and endings in hiragana.
KANA = re.compile("[\u3040-\u309f]")
NAMING_RUN = re.compile("[\u4e00-\u9fff\u3005]{2,6}|[\u30a1-\u30fa\u30fc]{3,12}")
HAN_RUN = re.compile("[\u4e00-\u9fff]+")
HAN_LENGTHS = (4, 3, 2)

Key = tuple[str, ...]


@dataclass
class Phrases:
    """How often each phrase and word comes in a text, and how a phrase is written there."""

    words: Counter[str] = field(default_factory=Counter)
    found: Counter[Key] = field(default_factory=Counter)
    names: Counter[Key] = field(default_factory=Counter)
    written: dict[Key, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> Phrases:
        """Collect the phrases of some sentences."""
        phrases = cls()
        for sentence in sentences:
            phrases._add(sentence.text)
        return phrases

    def _add(self, text: str) -> None:
        phrases = _unspaced(text) if UNSPACED.search(text) else _spaced(text)
        for key, written, is_name in phrases:
            self.found[key] += 1
            self.names[key] += is_name
            if self.written.setdefault(key, written)[:1].isupper():
                self.written[key] = written  # a capital that only begins a sentence is none
            if len(key) == 1:
                self.words[key[0]] += 1

    def naming(self, key: Key) -> float:
        """What a phrase counts for how it is used."""
        return NAME if self.names[key] * 2 >= self.found[key] else 1.0


def _spaced(text: str) -> Iterator[tuple[Key, str, bool]]:
    """Runs of words that name something, up to three, with how they are written."""
    run: list[tuple[str, str, bool]] = []
    last_end, before = 0, ""
    for place, match in enumerate(WORD.finditer(text)):
        word = match[0]
        plain = word.casefold().replace("\u2019", "'")
        joined = not text[last_end : match.start()].strip()
        if not joined:
            yield from _runs(run)
            run, before = [], ""
        if _is_function_word(plain):
            yield from _runs(run)
            run = []
        else:
            is_name = before in DETERMINERS or (place > 0 and word[:1].isupper())
            run.append((_stem(plain), word, is_name))
        last_end, before = match.end(), plain
    yield from _runs(run)


def _runs(run: list[tuple[str, str, bool]]) -> Iterator[tuple[Key, str, bool]]:
    for first in range(len(run)):
        for last in range(first + 1, min(first + LONGEST, len(run)) + 1):
            part = run[first:last]
            key = tuple(stem for stem, _, _ in part)
            yield key, " ".join(word for _, word, _ in part), part[0][2]


def _is_function_word(plain: str) -> bool:
    return plain in FUNCTION_WORDS or (plain.isascii() and len(plain) < 3) or plain.isdecimal()


def _stem(plain: str) -> str:
    """A word as it is counted: without accents, and without the s of a plural."""
    term = "".join(terms_of(plain.removesuffix("'s"))) or plain
    is_plural = len(term) > 3 and term.endswith("s") and not term.endswith(("ss", "us", "is"))
    return term[:-1] if is_plural else term


def _unspaced(text: str) -> Iterator[tuple[Key, str, bool]]:
    """Runs of letters that name something, where no blanks part the words."""
    if KANA.search(text):
        yield from (((run,), run, True) for run in NAMING_RUN.findall(text))
        return
    for run in HAN_RUN.findall(text):
        for length in HAN_LENGTHS:
            for first in range(len(run) - length + 1):
                part = run[first : first + length]
                yield (part,), part, False
