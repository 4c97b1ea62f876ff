"""The words of a question that tell something, and how rare each is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from vsearch.words import terms_of

_PLAIN = (
    "a about am an and any anybody anyone are as at be been being but by can could did do does "
    "doing for from had has have he her hers him his how i if in into is it its me must my of off "
    "on or our ours shall she should so some than that the their them then there these they this "
    "those to us was we were what when where which who whom whose why will with would you your "
    "video videos said say says tell tells told show shows shown mention mentioned please"
)
PLAIN = frozenset(_PLAIN.split())
"""Words that a question has whatever it asks."""

ENDINGS = ("ing", "ed", "es", "s", "e")


def stem(term: str) -> str:
    """A term without the endings of English, cut alike in what is asked and what is said."""
    if not term.isascii() or len(term) < 4:
        return term
    for ending in ENDINGS:
        if term.endswith(ending) and len(term) - len(ending) >= 3:
            return term[: -len(ending)]
    return term


def telling(text: str) -> list[str]:
    """The stems of the words of a text that tell something, each once, in order."""
    return list(dict.fromkeys(stem(term) for term in terms_of(text) if term not in PLAIN))


class Rarity:
    """How much each word tells apart among some texts."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        counted = [set(stems) for stems in texts]
        self._count = len(counted)
        self._found = Counter(term for stems in counted for term in stems)

    def __call__(self, term: str) -> float:
        """High for a word in few of the texts."""
        return log(1 + (self._count + 1) / (self._found[term] + 0.5))

    def share(self, wanted: Sequence[str], found: Iterable[str]) -> float:
        """How much of what the wanted words tell is found, from 0 to 1."""
        among = set(found)
        total = sum(self(term) for term in wanted)
        return sum(self(term) for term in wanted if term in among) / total if total else 0.0
