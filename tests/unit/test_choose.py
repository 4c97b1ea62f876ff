"""Which models are known, and which one is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from vsearch.errors import ModelError
from vsearch.models.choose import STARTER_NOTICE, choose_embedder, choose_transcriber
from vsearch.models.known import EMBEDDERS, MODELS, Url, Wheel


def test_every_model_names_its_licence_and_where_it_is_from() -> None:
    for model in MODELS.values():
        assert model.licence
        assert model.sources
        assert all(file.size_bytes > 0 and len(file.sha256) in {0, 64} for file in model.files)
        own = [source for source in model.sources if isinstance(source, Wheel | Url)]
        assert not own or all(file.sha256 for file in model.files), "only a hub may lack digests"


class Known:
    """A store in which some models are here and the hub answers or not."""

    def __init__(self, *here: str, hub: bool = False, fails: bool = False) -> None:
        self._here = set(here)
        self._hub = hub
        self._fails = fails

    def file(self, model: str, name: str) -> Path:
        if self._fails:
            raise ModelError(f"{model} could not be fetched")
        return Path(name)

    def has(self, model: str) -> bool:
        return model in self._here

    def hub_reachable(self) -> bool:
        return self._hub


@pytest.mark.parametrize(
    ("setting", "store", "expected"),
    [
        ("auto", Known(hub=True), "balanced"),
        ("auto", Known("clip-fast"), "fast"),
        ("auto", Known("clip-fast", "clip-balanced"), "balanced"),
        ("auto", Known(), "starter"),
        ("best", Known(), "best"),
    ],
)
def test_the_best_embedder_that_can_be_had_is_chosen(setting: str, store, expected: str) -> None:
    said: list[str] = []
    assert choose_embedder(setting, store, said.append) == EMBEDDERS[expected]
    assert said == ([STARTER_NOTICE] if expected == "starter" else [])
    assert choose_embedder("mine.v1:x", store, said.append) == "mine.v1:x"


def test_whisper_is_the_best_that_is_here() -> None:
    said: list[str] = []
    for store, expected in (
        (Known("whisper-small", "whisper-base"), "small"),
        (Known("whisper-tiny.en", hub=True), "tiny.en"),
        (Known(hub=True), "base"),
        (Known(), "tiny.en"),
    ):
        assert choose_transcriber("auto", store, said.append) == f"whisper.v1:{expected}"
    assert choose_transcriber("whisper.v1:x", Known(), said.append) == "whisper.v1:x"
    assert said == []
    unreachable = Known(hub=True, fails=True)
    assert choose_transcriber("auto", unreachable, said.append) == "whisper.v1:tiny.en"
    assert "English only" in said[0]
