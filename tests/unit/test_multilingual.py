"""The multilingual text encoder, with made-up weights in the form of the published ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.made_up_minilm import SMALL, TEXTS, made_up, write_tokenizer
from vsearch.config import Config
from vsearch.errors import ConfigError, ModelError
from vsearch.library import Library
from vsearch.models import known
from vsearch.models.store import ModelStore
from vsearch.protocols import PluginContext
from vsearch.registry import load_registry
from vsearch.testing.contracts import TextEncoderContract
from vsearch.testing.videos import write_colours
from vsearch.types import SCREEN, SPEECH
from vsearch_plugins.text_minilm import (
    ENGLISH,
    MULTILINGUAL,
    UNUSED,
    VARIANTS,
    MiniLM,
    Variant,
    load_network,
    load_tokenizer,
    published_shapes,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelStore]:
    """A store with made-up files; the digests of the published ones are not asked for."""
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("models")
    spec = known.MODELS[MULTILINGUAL.weights]
    files = tuple(replace(file, sha256="") for file in spec.files)
    (folder / spec.name).mkdir()
    save_file(made_up(SMALL), folder / spec.name / "model.safetensors")
    write_tokenizer(folder / spec.name / "tokenizer.json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(known.MODELS, spec.name, replace(spec, files=files))
        patch.setitem(VARIANTS, "multilingual", SMALL)
        yield ModelStore(folder, caches={"hub": folder, "whisper": folder}, offline=True)


@pytest.fixture
def context(store: ModelStore) -> PluginContext:
    return PluginContext(weights=store)


class TestMadeUpWeights(TextEncoderContract):
    @pytest.fixture(autouse=True)
    def _context(self, context: PluginContext) -> None:
        self.context = context

    def make(self) -> MiniLM:
        return MiniLM(self.context, SMALL)


def test_padding_changes_nothing(context: PluginContext) -> None:
    encoder = MiniLM(context, SMALL)
    together = encoder.embed_texts(TEXTS).matrix
    for row, text in enumerate(TEXTS):
        assert np.abs(encoder.embed_texts([text]).matrix[0] - together[row]).max() < 1e-5
    again = encoder.embed_texts([TEXTS[3], TEXTS[5]]).matrix
    assert np.abs(again - together[[3, 5]]).max() < 1e-5


def test_texts_are_cut_and_padded_as_the_model_was_taught(store: ModelStore) -> None:
    tokenizer = load_tokenizer(store.file(SMALL.weights, "tokenizer.json"), SMALL)
    short, long = tokenizer.encode_batch(["犬", "dog " * 200])
    assert len(short.ids) == len(long.ids) == 128
    assert (long.ids[0], long.ids[-1]) == (0, 2)
    assert short.ids[-1] == 1, "the padding of XLM-R, not of BERT"
    assert sum(short.attention_mask) == short.ids.index(2) + 1


def test_the_registry_makes_it_by_name(context: PluginContext) -> None:
    registry = load_registry()
    made: Any = registry.text_encoder("minilm.v1:multilingual", context)
    assert made.space.name == "paraphrase-multilingual-MiniLM-L12-v2"
    assert registry.text_encoder("minilm.v1", context).languages == {"en"}  # type: ignore[attr-defined]
    assert {"en", "fr", "zh", "no"} < made.languages
    assert not {"bn", "ta"} & made.languages
    with pytest.raises(ModelError, match=r"no 'german'.*minilm\.v1:multilingual"):
        registry.text_encoder("minilm.v1:german", context)


@pytest.mark.parametrize("variant", [ENGLISH, MULTILINGUAL])
def test_the_published_file_has_room_for_these_tensors_and_a_header(variant: Variant) -> None:
    expected = 4 * sum(math.prod(shape) for shape in published_shapes(variant).values())
    unused = 4 * (384 * 384 + 384) + 8 * 512
    header = known.MODELS[variant.weights].files[0].size_bytes - expected - unused
    assert 0 < header < 150 * (len(published_shapes(variant)) + len(UNUSED))


@pytest.mark.parametrize("change", ["missing", "more", "shape"])
def test_other_weights_are_refused(tmp_path: Path, change: str) -> None:
    import torch
    from safetensors.torch import save_file

    weights = made_up(SMALL)
    if change == "missing":
        del weights["encoder.layer.1.output.dense.bias"]
    if change == "more":
        weights["encoder.layer.2.output.dense.bias"] = torch.zeros(384)
    if change == "shape":
        weights["embeddings.word_embeddings.weight"] = torch.zeros(7, 384)
    save_file(weights, tmp_path / "model.safetensors")
    name = "word_embeddings" if change == "shape" else r"layer\.\d\.output\.dense\.bias"
    with pytest.raises(ModelError, match=rf"paraphrase-multilingual.*1 tensors differ.*{name}"):
        load_network(tmp_path / "model.safetensors", SMALL)


def test_weights_without_what_is_not_needed_are_the_same(store: ModelStore, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    bare = {name: part for name, part in made_up(SMALL).items() if name not in UNUSED}
    save_file(bare, tmp_path / "model.safetensors")
    ids, mask = torch.tensor([[0, 5, 9, 2]]), torch.ones(1, 4, dtype=torch.int64)
    with torch.inference_mode():
        first = load_network(tmp_path / "model.safetensors", SMALL)(ids, mask)
        second = load_network(store.file(SMALL.weights, "model.safetensors"), SMALL)(ids, mask)
    assert torch.equal(first, second)


def test_the_tokenizer_of_another_model_is_refused(store: ModelStore, tmp_path: Path) -> None:
    path = store.file(SMALL.weights, "tokenizer.json")
    with pytest.raises(ModelError, match=r"no tokenizer of all-MiniLM.*\[PAD\] missing"):
        load_tokenizer(path)
    with pytest.raises(ModelError, match="no tokenizer of paraphrase"):
        load_tokenizer(path, replace(SMALL, vocabulary=10))


def multilingual(config: Config, folder: Path, text: str = "minilm.v1:multilingual") -> Library:
    models = replace(config.models, text=text, folder=folder)
    made = replace(config, models=models)
    return Library(made.library, made, print)


FRENCH = "1\n00:00:00,000 --> 00:00:03,000\nun chien court sur la plage avec les enfants\n"


def test_a_library_is_made_with_it_and_asked_in_another_language(
    store: ModelStore, fake_config: Config, tmp_path: Path
) -> None:
    library = multilingual(fake_config, store.folder)
    video = write_colours(tmp_path / "videos" / "beach.mp4", ["red", "blue"])
    video.with_suffix(".fr.srt").write_text(FRENCH, encoding="utf-8")
    library.index(video.parent)
    spoken = {block.name: block.component for block in library.blocks() if block.name != "visual"}
    assert spoken == {SPEECH: "minilm.v1:multilingual", SCREEN: "minilm.v1:multilingual"}
    result = library.search("der letzte Zug nach Hause")
    assert result.notes == ()
    assert [moment.video.path.name for moment in result.moments][:1] == ["beach.mp4"]
    with pytest.raises(ConfigError, match="minilm.v1:multilingual for its speech.*--library") as no:
        multilingual(fake_config, store.folder, "minilm.v1").index(video.parent)
    assert "models switch" not in str(no.value), "that changes what sees, not what reads"


def test_weights_that_cannot_be_had_are_named_before_anything_is_embedded(
    fake_config: Config, tmp_path: Path
) -> None:
    library = multilingual(fake_config, tmp_path / "none")
    write_colours(tmp_path / "videos" / "a.mp4", ["red", "blue"])
    seen: list[float] = []
    with pytest.raises(ModelError, match="--offline forbids.*pull minilm-multilingual.*import"):
        library.index(tmp_path / "videos", progress=lambda told: seen.append(told.fraction))
    assert max(seen) == 0
    assert not library.videos()


def test_a_hub_that_does_not_answer_is_named(tmp_path: Path) -> None:
    caches = {"hub": tmp_path / "hub", "whisper": tmp_path / "whisper"}
    store = ModelStore(
        tmp_path / "models", caches=caches, hub="http://127.0.0.1:9", notify=lambda line: None
    )
    message = r"127\.0\.0\.1 \(sentence-transformers/paraphrase-multilingual.*does not answer.*pull"
    with pytest.raises(ModelError, match=message):
        MiniLM(PluginContext(weights=store), MULTILINGUAL).warm_up()
