"""The multilingual text encoder against its original, and on its real weights where they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.made_up_minilm import SMALL, TEXTS, write_tokenizer
from vsearch.protocols import PluginContext
from vsearch_plugins.text_minilm import MULTILINGUAL, MiniLM, load_tokenizer


def test_it_is_the_network_of_transformers(tmp_path: Path) -> None:
    """All twelve layers, through the exported tower, against BERT as its authors' code runs it."""
    transformers = pytest.importorskip("transformers", reason="the original is in transformers")
    import torch
    from safetensors.torch import save_file

    variant = replace(SMALL, layers=12)
    torch.manual_seed(5)
    config = transformers.BertConfig(
        vocab_size=variant.vocabulary,
        hidden_size=384,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=1536,
        initializer_range=0.08,
    )
    original = transformers.BertModel(config).eval()
    folder = tmp_path / variant.weights
    folder.mkdir()
    save_file(original.state_dict(), folder / "model.safetensors")
    write_tokenizer(folder / "tokenizer.json")
    encoder = MiniLM(PluginContext(weights=Folder(tmp_path)), variant)  # type: ignore[arg-type]
    found = encoder.embed_texts(TEXTS).matrix
    expected = pooled(original, load_tokenizer(folder / "tokenizer.json", variant))
    print(f"largest difference: {np.abs(found - expected).max():.2g}")
    assert np.abs(found - expected).max() < 1e-4
    assert np.abs(expected[0] - expected[1]).max() > 1e-2


def pooled(original: Any, tokenizer: Any) -> np.ndarray:
    """What the model's card does with the network's output."""
    import torch

    tokens = tokenizer.encode_batch(TEXTS)
    ids = torch.tensor([item.ids for item in tokens])
    mask = torch.tensor([item.attention_mask for item in tokens])
    with torch.inference_mode():
        hidden = original(input_ids=ids, attention_mask=mask).last_hidden_state
        wide = mask.unsqueeze(-1).expand(hidden.size()).float()
        mean = (hidden * wide).sum(1) / wide.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, p=2, dim=1).numpy()


class Folder:
    """Weights in a folder, without digests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, model: str, name: str) -> Path:
        return self._folder / model / name

    def fingerprint(self, model: str) -> str:
        return "made up"

    def derived(self, key: str, build: Any) -> Path:
        folder = self._folder / key
        folder.mkdir()
        build(folder)
        return folder


@pytest.mark.real
def test_a_sentence_is_near_its_translation(weights) -> None:
    """With the published weights, where somebody has pulled them: they are half a gigabyte."""
    store = weights()
    if not store.has(MULTILINGUAL.weights):
        pytest.skip(f"{MULTILINGUAL.weights} is not among the models of the tests")
    encoder = MiniLM(PluginContext(weights=store), MULTILINGUAL)
    english, french, russian, other = encoder.embed_texts(
        [
            "a dog runs on the beach",
            "un chien court sur la plage",
            "собака бежит по пляжу",
            "the train leaves at noon",
        ]
    ).matrix
    assert min(english @ french, english @ russian, french @ russian) > 0.7
    assert max(english @ other, french @ other, russian @ other) < 0.4
