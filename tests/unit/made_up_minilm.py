"""Random weights and a small tokenizer in the form of the published multilingual ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vsearch_plugins.text_minilm import MULTILINGUAL, Variant, published_shapes

if TYPE_CHECKING:
    import torch

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
CYRILLIC = "".join(map(chr, range(0x430, 0x450)))
LETTERS = f"▁abcdefghijklmnopqrstuvwxyzéèàüößñ{CYRILLIC}犬が浜辺を走る한개해변을달린다"
SMALL = replace(MULTILINGUAL, layers=2, vocabulary=len(SPECIAL) + len(LETTERS) + 1 + 35)
TEXTS = ["un chien court sur la plage", "собака", "犬が浜辺を走る", "a dog " * 200, "", "x"]


def write_tokenizer(path: Path) -> None:
    """A tokenizer of XLM-R's kind that knows letters."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    pieces = [(token, 0.0) for token in SPECIAL] + [(letter, -1.0) for letter in LETTERS]
    tokenizer = Tokenizer(models.Unigram([*pieces, ("<mask>", 0.0)], unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([*SPECIAL, "<mask>"])
    tokenizer.save(str(path))


def made_up(variant: Variant) -> dict[str, torch.Tensor]:
    """Random weights under the published names, with those that nobody needs."""
    import torch

    seeded = torch.Generator().manual_seed(11)
    made = {
        name: (1.0 if name.endswith("LayerNorm.weight") else 0.0)
        + 0.05 * torch.randn(shape, generator=seeded)
        for name, shape in published_shapes(variant).items()
    }
    unused = {"pooler.dense.weight": torch.zeros(384, 384), "pooler.dense.bias": torch.zeros(384)}
    return made | unused | {"embeddings.position_ids": torch.arange(512).unsqueeze(0)}
