"""all-MiniLM-L6-v2: sentences as 384-dimensional vectors (Apache-2.0)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsearch.hookspecs import RegisterEncoder, hookimpl
from vsearch.protocols import PluginContext
from vsearch.types import VectorBatch, VectorSpace

if TYPE_CHECKING:
    import torch

    from vsearch_plugins._onnx_text import TextTower

MODEL = "minilm"
DIM, HEADS, LAYERS, HIDDEN, MAX_TOKENS = 384, 12, 6, 1536, 256


class MiniLM:
    """The sentence encoder; torch is needed once, to export it."""

    languages = frozenset({"en"})

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @cached_property
    def space(self) -> VectorSpace:
        """The space of its vectors."""
        revision = self._context.weights.fingerprint(MODEL)
        return VectorSpace(name="all-MiniLM-L6-v2", dim=DIM, revision=revision)

    def warm_up(self) -> None:
        """Load the network."""
        self._tower.embed(["warm"])

    def embed_texts(self, texts: Sequence[str]) -> VectorBatch:
        """Embed texts as unit vectors, one row each."""
        return VectorBatch(space=self.space, matrix=self._tower.embed(texts))

    @cached_property
    def _tower(self) -> TextTower:
        from vsearch_plugins._onnx_text import open_tower

        weights = self._context.weights
        key = f"minilm-{weights.fingerprint(MODEL)}"
        return open_tower(weights.derived(key, self._export))

    def _export(self, folder: Path) -> None:
        from vsearch_plugins._onnx_text import export_tower

        weights = self._context.weights
        network = load_network(weights.file(MODEL, "model.safetensors"))
        tokenizer = load_tokenizer(weights.file(MODEL, "tokenizer.json"))
        export_tower(folder, network, tokenizer, ("ids", "mask"), fixed_length=False)


def load_tokenizer(path: Path) -> Any:
    """The model's own tokenizer, cut at MAX_TOKENS and padded to the longest of a batch."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    return tokenizer


def load_network(path: Path) -> torch.nn.Module:
    """The network as torch's own transformer encoder, which BERT is, with mean pooling."""
    from safetensors.torch import load_file
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(30_522, DIM)
            self.positions = nn.Embedding(512, DIM)
            self.kinds = nn.Embedding(2, DIM)
            self.norm = nn.LayerNorm(DIM, eps=1e-12)
            layer = nn.TransformerEncoderLayer(
                DIM, HEADS, HIDDEN, 0.0, "gelu", 1e-12, batch_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            places = self.positions.weight[: ids.shape[1]]
            x = self.norm(self.words(ids) + places + self.kinds.weight[0])
            x = self.encoder(x, src_key_padding_mask=~mask.bool())
            shown = mask.unsqueeze(-1).to(x.dtype)
            return nn.functional.normalize((x * shown).sum(1) / shown.sum(1), dim=-1)

    network = Network()
    network.load_state_dict(_renamed(load_file(path)))
    return network.eval()


def _renamed(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The published weights under the names of torch's transformer encoder."""
    import torch

    found = {
        "words.weight": weights["embeddings.word_embeddings.weight"],
        "positions.weight": weights["embeddings.position_embeddings.weight"],
        "kinds.weight": weights["embeddings.token_type_embeddings.weight"],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    same = {
        "attention.output.dense": "self_attn.out_proj",
        "attention.output.LayerNorm": "norm1",
        "intermediate.dense": "linear1",
        "output.dense": "linear2",
        "output.LayerNorm": "norm2",
    }
    for layer in range(LAYERS):
        old, new = f"encoder.layer.{layer}", f"encoder.layers.{layer}"
        for kind in ("weight", "bias"):
            parts = [weights[f"{old}.attention.self.{part}.{kind}"] for part in _QKV]
            found[f"{new}.self_attn.in_proj_{kind}"] = torch.cat(parts)
            for source, target in same.items():
                found[f"{new}.{target}.{kind}"] = weights[f"{old}.{source}.{kind}"]
    return found


_QKV = ("query", "key", "value")


def _make(argument: str, context: PluginContext) -> MiniLM:
    return MiniLM(context)


@hookimpl
def register_text_encoders(register: RegisterEncoder) -> None:
    """Offer MiniLM for what is said and asked."""
    register("minilm.v1", _make)
