"""Topics that are only spoken of, with the real sentence encoder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from vsearch.protocols import PluginContext
from vsearch.registry import load_registry
from vsearch.sentences import Sentence
from vsearch.summary.borders import Division, divide
from vsearch.summary.key_sentences import key_sentences
from vsearch.summary.timeline import Track, timeline_of
from vsearch.summary.titles import titles_of
from vsearch.types import Matrix, TimeSpan

pytestmark = pytest.mark.real
TALKS = Path(__file__).parent.parent.parent / "benchmarks" / "talks.json"
TOPICS = ("bread", "volcanoes", "trains", "whales")
EACH_S = 5.0


@pytest.fixture
def embed(real_context: Callable[..., PluginContext]) -> Callable[[list[str]], Matrix]:
    encoder = load_registry().text_encoder("minilm.v1", real_context("minilm"))
    return lambda texts: encoder.embed_texts(texts).matrix


@pytest.fixture
def said() -> list[Sentence]:
    talks = json.loads(TALKS.read_text(encoding="utf-8"))
    texts = [text for topic in TOPICS for text in talks[topic]]
    return [
        Sentence(video_id="v", span=TimeSpan(start_s=n * EACH_S, end_s=(n + 1) * EACH_S), text=text)
        for n, text in enumerate(texts)
    ]


def test_topics_are_told_apart_and_named(
    embed: Callable[[list[str]], Matrix], said: list[Sentence]
) -> None:
    end_s = said[-1].span.end_s
    track = Track([item.span for item in said], embed([item.text for item in said]))
    starts = divide(timeline_of(end_s, [], said, {"speech": track}), Division())
    assert starts == pytest.approx([0, end_s / 4, end_s / 2, end_s * 3 / 4], abs=EACH_S)
    edges = [*starts, end_s]
    spans = [TimeSpan(start_s=edges[n], end_s=edges[n + 1]) for n in range(4)]
    titles = " | ".join(title.casefold() for title, _ in titles_of(spans, said, []))
    for word in ("bread", "volcano", "whale"):
        assert word in titles


def test_a_question_draws_the_sentences_that_fit_it(
    embed: Callable[[list[str]], Matrix], said: list[Sentence]
) -> None:
    found = key_sentences(said, 4, embed, "how do lava and ash come out of the ground?")
    texts = " ".join(item.text for item, _ in found)
    assert "Lava flows slowly downhill" in texts
    assert len({int(item.span.start_s // 30) for item, _ in key_sentences(said, 4, embed)}) >= 2
