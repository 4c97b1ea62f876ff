"""The starter: pictures and text in one space, from models that any package index carries.

A picture is the mean of the 1,000 ImageNet class names' sentence vectors, weighted by how likely
EfficientNet-Lite2 finds each class (ConSE; Norouzi et al., 2013). Text is its own sentence vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np

from vsearch.hookspecs import RegisterEmbedder, hookimpl
from vsearch.protocols import PluginContext
from vsearch.types import Matrix, Picture, VectorBatch, VectorSpace
from vsearch_plugins.text_minilm import MODEL as TEXT_MODEL
from vsearch_plugins.text_minilm import MiniLM

if TYPE_CHECKING:
    import torch

EYE = "efficientnet-lite2"
EYE_FILE = "efficientnet-lite2-9656183e.pth"
SIDE_PX = 260
RESIZE_PX = 297  # the 0.875 centre crop that the network was trained with


class Starter:
    """Embeds pictures through class names, and text directly."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._text = MiniLM(context)

    @cached_property
    def space(self) -> VectorSpace:
        """The space of its vectors."""
        weights = self._context.weights
        revision = f"{weights.fingerprint(EYE)}+{weights.fingerprint(TEXT_MODEL)}"
        return VectorSpace(name="starter", dim=self._text.space.dim, revision=revision)

    def warm_up(self) -> None:
        """Load the networks and embed the class names."""
        self._text.warm_up()
        _ = self._network, self._names

    def embed_texts(self, texts: Sequence[str]) -> VectorBatch:
        """Embed texts as unit vectors, one row each."""
        return VectorBatch(space=self.space, matrix=self._text.embed_texts(texts).matrix)

    def embed_pictures(self, pictures: Sequence[Picture]) -> VectorBatch:
        """Embed RGB pictures of any size as unit vectors, one row each."""
        if not pictures:
            return VectorBatch(space=self.space, matrix=np.zeros((0, self.space.dim), np.float32))
        vectors = self._likely(pictures) @ self._names
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return VectorBatch(space=self.space, matrix=vectors / np.maximum(lengths, 1e-12))

    def _likely(self, pictures: Sequence[Picture]) -> Matrix:
        import torch

        batch = torch.stack([torch.from_numpy(_prepared(picture)) for picture in pictures])
        with torch.inference_mode():
            likely = torch.softmax(self._network((batch - 127) / 128), -1)
        return cast("Matrix", likely.numpy())

    @cached_property
    def _names(self) -> Matrix:
        """The centred sentence vectors of the class names."""
        from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

        vectors = self._text.embed_texts(IMAGENET_CLASSNAMES).matrix
        centred: Matrix = vectors - vectors.mean(axis=0)
        return centred

    @cached_property
    def _network(self) -> torch.nn.Module:
        import timm
        import torch

        weights = torch.load(
            self._context.weights.file(EYE, EYE_FILE), map_location="cpu", weights_only=True
        )
        network = timm.create_model("tf_efficientnet_lite2", pretrained=False)
        # The published tensors have other names but stand in the same order.
        names = network.state_dict()
        network.load_state_dict(dict(zip(names, weights.values(), strict=True)))
        network.eval()
        return cast("torch.nn.Module", network)


def _prepared(picture: Picture) -> Matrix:
    """The centre of a picture, SIDE_PX square, channels first."""
    from PIL import Image

    image = Image.fromarray(picture)
    scale = RESIZE_PX / min(image.size)
    width, height = (max(SIDE_PX, round(side * scale)) for side in image.size)
    image = image.resize((width, height), Image.Resampling.BICUBIC)
    left, top = (width - SIDE_PX) // 2, (height - SIDE_PX) // 2
    cropped = image.crop((left, top, left + SIDE_PX, top + SIDE_PX))
    return np.asarray(cropped, np.float32).transpose(2, 0, 1).copy()


def _make(argument: str, context: PluginContext) -> Starter:
    return Starter(context)


@hookimpl
def register_embedders(register: RegisterEmbedder) -> None:
    """Offer the starter where CLIP cannot be had."""
    register("starter.v1", _make)
