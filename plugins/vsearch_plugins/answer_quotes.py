"""Answers with what is said and shown itself: the best one to three passages, quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vsearch.hookspecs import RegisterAnswerer, hookimpl
from vsearch.protocols import Excerpt, PluginContext

MOST = 3
AS_GOOD = 0.9
"""A passage with this share of the best one's score is quoted beside it."""

INNER = str.maketrans("\u201c\u201d", "\u2018\u2019")


class Quotes:
    """Quotes; nothing is put into other words."""

    host = ""
    sees = False

    def answer(self, question: str, excerpts: Sequence[Excerpt]) -> Iterator[str]:
        """The passages that answer about as well as the best one."""
        best = max((item.score for item in excerpts), default=0.0)
        good = [item for item in excerpts if item.text and item.score >= best * AS_GOOD]
        for item in good[:MOST]:
            yield f"\u201c{item.text.translate(INNER)}\u201d [{item.number}]\n"


def _make(argument: str, context: PluginContext) -> Quotes:
    return Quotes()


@hookimpl
def register_answerers(register: RegisterAnswerer) -> None:
    """Offer quotes."""
    register("quotes.v1", _make)
