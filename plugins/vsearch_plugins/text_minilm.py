"""The MiniLM sentence encoders, English and multilingual: 384-dimensional vectors (Apache-2.0)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsearch.errors import ModelError
from vsearch.hookspecs import RegisterEncoder, hookimpl
from vsearch.protocols import PluginContext
from vsearch.types import VectorBatch, VectorSpace

if TYPE_CHECKING:
    import torch

    from vsearch_plugins._onnx_text import TextTower

DIM, HEADS, HIDDEN, POSITIONS, KINDS = 384, 12, 1536, 512, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A published model: the name of its weights and of its space, its size, what it knows."""

    weights: str
    name: str
    layers: int
    vocabulary: int
    max_tokens: int
    pad: str
    languages: frozenset[str]


ENGLISH = Variant(
    weights="minilm",
    name="all-MiniLM-L6-v2",
    layers=6,
    vocabulary=30_522,
    max_tokens=256,
    pad="[PAD]",
    languages=frozenset({"en"}),
)
# Its card says nb for Norwegian; the language detector, and Whisper, say no.
_TAUGHT = """
ar bg ca cs da de el en es et fa fi fr gl gu he hi hr hu hy id it ja ka ko ku lt lv mk mn mr ms my
nb no nl pl pt ro ru sk sl sq sr sv th tr uk ur vi zh
"""
MULTILINGUAL = Variant(
    weights="minilm-multilingual",
    name="paraphrase-multilingual-MiniLM-L12-v2",
    layers=12,
    vocabulary=250_037,
    max_tokens=128,
    pad="<pad>",
    languages=frozenset(_TAUGHT.split()),
)
VARIANTS = {"": ENGLISH, "multilingual": MULTILINGUAL}


class MiniLM:
    """A sentence encoder; torch is needed once, to export it."""

    def __init__(self, context: PluginContext, variant: Variant = ENGLISH) -> None:
        self._context = context
        self._variant = variant
        self.languages = variant.languages

    @cached_property
    def space(self) -> VectorSpace:
        """The space of its vectors."""
        revision = self._context.weights.fingerprint(self._variant.weights)
        return VectorSpace(name=self._variant.name, dim=DIM, revision=revision)

    def warm_up(self) -> None:
        """Load the network."""
        self._tower.embed(["warm"])

    def embed_texts(self, texts: Sequence[str]) -> VectorBatch:
        """Embed texts as unit vectors, one row each."""
        return VectorBatch(space=self.space, matrix=self._tower.embed(texts))

    @cached_property
    def _tower(self) -> TextTower:
        from vsearch_plugins._onnx_text import open_tower

        weights, model = self._context.weights, self._variant.weights
        key = f"{model}-{weights.fingerprint(model)}"
        return open_tower(weights.derived(key, self._export))

    def _export(self, folder: Path) -> None:
        from vsearch_plugins._onnx_text import export_tower

        weights, variant = self._context.weights, self._variant
        network = load_network(weights.file(variant.weights, "model.safetensors"), variant)
        tokenizer = load_tokenizer(weights.file(variant.weights, "tokenizer.json"), variant)
        export_tower(folder, network, tokenizer, ("ids", "mask"), fixed_length=False)


def load_tokenizer(path: Path, variant: Variant = ENGLISH) -> Any:
    """The model's own tokenizer, cut at its limit and padded to the longest of a batch."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    number, size = tokenizer.token_to_id(variant.pad), tokenizer.get_vocab_size()
    if number is None or size > variant.vocabulary:
        raise ModelError(
            f"{path} is no tokenizer of {variant.name}: {size} tokens, "
            f"{variant.pad} {'missing' if number is None else 'among them'}"
        )
    tokenizer.enable_truncation(variant.max_tokens)
    tokenizer.enable_padding(pad_id=number, pad_token=variant.pad)
    return tokenizer


def load_network(path: Path, variant: Variant = ENGLISH) -> torch.nn.Module:
    """The network as torch's own transformer encoder, which BERT is, with mean pooling."""
    from safetensors.torch import load_file
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(variant.vocabulary, DIM)
            self.positions = nn.Embedding(POSITIONS, DIM)
            self.kinds = nn.Embedding(KINDS, DIM)
            self.norm = nn.LayerNorm(DIM, eps=1e-12)
            layer = nn.TransformerEncoderLayer(
                DIM, HEADS, HIDDEN, 0.0, "gelu", 1e-12, batch_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, variant.layers, enable_nested_tensor=False)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            places = self.positions.weight[: ids.shape[1]]
            x = self.norm(self.words(ids) + places + self.kinds.weight[0])
            x = self.encoder(x, src_key_padding_mask=~mask.bool())
            shown = mask.unsqueeze(-1).to(x.dtype)
            return nn.functional.normalize((x * shown).sum(1) / shown.sum(1), dim=-1)

    published = load_file(path)
    _check(published, path, variant)
    network = Network()
    network.load_state_dict(_renamed(published, variant.layers))
    return network.eval()


def _check(weights: dict[str, torch.Tensor], path: Path, variant: Variant) -> None:
    """Refuse weights that are not those of the variant, to the last tensor and its shape."""
    expected = published_shapes(variant)
    found = {name: tuple(tensor.shape) for name, tensor in weights.items() if name not in UNUSED}
    wrong = sorted(name for name in expected | found if expected.get(name) != found.get(name))
    if wrong:
        name = wrong[0]
        raise ModelError(
            f"{path} does not hold the weights of {variant.name}: {len(wrong)} tensors differ, "
            f"{name} is {found.get(name, 'missing')} and should be {expected.get(name, 'absent')}"
        )


def published_shapes(variant: Variant) -> dict[str, tuple[int, ...]]:
    """The tensors of the published weights, by name, and their shapes."""
    embedded = {"word": variant.vocabulary, "position": POSITIONS, "token_type": KINDS}
    shapes: dict[str, tuple[int, ...]] = {
        f"embeddings.{name}_embeddings.weight": (rows, DIM) for name, rows in embedded.items()
    }
    norms, dense = ["embeddings.LayerNorm"], dict[str, tuple[int, ...]]()
    for layer in range(variant.layers):
        start = f"encoder.layer.{layer}"
        norms += [f"{start}.attention.output.LayerNorm", f"{start}.output.LayerNorm"]
        dense |= {f"{start}.attention.self.{part}": (DIM, DIM) for part in _QKV}
        dense[f"{start}.attention.output.dense"] = (DIM, DIM)
        dense[f"{start}.intermediate.dense"] = (HIDDEN, DIM)
        dense[f"{start}.output.dense"] = (DIM, HIDDEN)
    shapes |= {f"{name}.{kind}": (DIM,) for name in norms for kind in ("weight", "bias")}
    shapes |= {f"{name}.weight": shape for name, shape in dense.items()}
    return shapes | {f"{name}.bias": shape[:1] for name, shape in dense.items()}


def _renamed(weights: dict[str, torch.Tensor], layers: int) -> dict[str, torch.Tensor]:
    """The published weights under the names of torch's transformer encoder."""
    import torch

    found = {
        "words.weight": weights["embeddings.word_embeddings.weight"],
        "positions.weight": weights["embeddings.position_embeddings.weight"],
        "kinds.weight": weights["embeddings.token_type_embeddings.weight"],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    for layer in range(layers):
        old, new = f"encoder.layer.{layer}", f"encoder.layers.{layer}"
        for kind in ("weight", "bias"):
            parts = [weights[f"{old}.attention.self.{part}.{kind}"] for part in _QKV]
            found[f"{new}.self_attn.in_proj_{kind}"] = torch.cat(parts)
            for source, target in _SAME.items():
                found[f"{new}.{target}.{kind}"] = weights[f"{old}.{source}.{kind}"]
    return found


UNUSED = {"embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias"}
"""What the published files hold that a mean over tokens has no use for."""
_QKV = ("query", "key", "value")
_SAME = {
    "attention.output.dense": "self_attn.out_proj",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "linear1",
    "output.dense": "linear2",
    "output.LayerNorm": "norm2",
}


def _make(argument: str, context: PluginContext) -> MiniLM:
    if argument not in VARIANTS:
        known = ", ".join(f"minilm.v1:{name}" if name else "minilm.v1" for name in VARIANTS)
        raise ModelError(f"minilm.v1 knows no {argument!r}; there are: {known}")
    return MiniLM(context, VARIANTS[argument])


@hookimpl
def register_text_encoders(register: RegisterEncoder) -> None:
    """Offer MiniLM for what is said and asked, as minilm.v1 and minilm.v1:multilingual."""
    register("minilm.v1", _make)
