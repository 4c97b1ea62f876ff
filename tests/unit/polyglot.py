"""A text encoder for tests that knows the languages it is told to: words are embedded as English.

polyglot.v1:en+fr knows both, polyglot.v1:en takes French words for other words.
"""

from __future__ import annotations

from collections.abc import Sequence

from vsearch.hookspecs import RegisterEncoder, hookimpl
from vsearch.protocols import PluginContext
from vsearch.testing.fakes import FakeTextEncoder
from vsearch.types import VectorBatch

FRENCH = {
    "un": "a",
    "une": "a",
    "chien": "dog",
    "court": "runs",
    "sur": "on",
    "la": "the",
    "le": "the",
    "plage": "beach",
    "train": "train",
    "part": "leaves",
    "gare": "station",
    "dans": "in",
}


class Polyglot(FakeTextEncoder):
    """Knows what French words mean, if French is one of its languages."""

    def __init__(self, languages: frozenset[str]) -> None:
        super().__init__("+".join(sorted(languages)))
        self.languages = languages

    def embed_texts(self, texts: Sequence[str]) -> VectorBatch:
        words = FRENCH if "fr" in self.languages else {}
        return super().embed_texts(
            [" ".join(words.get(word, word) for word in text.lower().split()) for text in texts]
        )


def _make(argument: str, context: PluginContext) -> Polyglot:
    return Polyglot(frozenset(argument.split("+")))


@hookimpl
def register_text_encoders(register: RegisterEncoder) -> None:
    register("polyglot.v1", _make)
