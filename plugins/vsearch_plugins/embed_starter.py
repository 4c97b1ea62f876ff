"""The starter: pictures and text in one space, from models that any package index carries.

A picture is the mean of the 1,000 ImageNet classes' sentence vectors, weighted by how likely
EfficientNet-Lite2 finds each class in it (ConSE; Norouzi et al., 2013). Text is its own sentence
vector. What is added to the plain method is in Recipe; docs/quality.md shows what each part brings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vsearch.hookspecs import RegisterEmbedder, hookimpl
from vsearch.protocols import PluginContext
from vsearch.types import Matrix, Picture, VectorBatch, VectorSpace
from vsearch_plugins.text_minilm import ENGLISH, MiniLM

if TYPE_CHECKING:
    import torch

EYE = "efficientnet-lite2"
FILE = "vectors.npy"
EYE_FILE = "efficientnet-lite2-9656183e.pth"
TRAINED_PX = 260
CELL_PX = 32  # a cell of the network's last map stands for so many pixels of each side
LONGEST = 4.0  # of sides that differ more than this, the picture is squeezed
FLOOR = 0.1  # of the mean variance, added to each so that rare directions do not run away


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How pictures become vectors; the number changes with anything that changes a vector."""

    number: int = 2
    side_px: int = 448
    """The whole picture is scaled to the area of a square of this side, in its own proportions."""
    window: int = 9
    """Windows of so many cells, the field the network was trained with, vote too; 0 for none."""
    power: float = 0.6
    """Probabilities to this power: the second thing in a picture is not drowned by the first."""
    definitions: bool = True
    """A class is "a photo of a ..." and its dictionary definition, not its bare name."""
    whitening: float = 0.3
    """Variances of the classes' vectors to this power are divided out; 0 for none."""


class Starter:
    """Embeds pictures through what classes are called and mean, and text directly."""

    languages = ENGLISH.languages

    def __init__(self, context: PluginContext, recipe: Recipe | None = None) -> None:
        self._context = context
        self._recipe = recipe or Recipe()
        self._text = MiniLM(context)

    @cached_property
    def space(self) -> VectorSpace:
        """The space of its vectors."""
        weights = self._context.weights
        models = f"{weights.fingerprint(EYE)}+{weights.fingerprint(ENGLISH.weights)}"
        revision = f"{models}+recipe{self._recipe.number}"
        return VectorSpace(name="starter", dim=self._text.space.dim, revision=revision)

    def warm_up(self) -> None:
        """Load the networks and the classes' vectors."""
        self._text.warm_up()
        _ = self._network, self._classes

    def embed_texts(self, texts: Sequence[str]) -> VectorBatch:
        """Embed texts as unit vectors, one row each."""
        return VectorBatch(space=self.space, matrix=self._text.embed_texts(texts).matrix)

    def embed_pictures(self, pictures: Sequence[Picture]) -> VectorBatch:
        """Embed RGB pictures of any size as unit vectors, one row each."""
        if not pictures:
            return VectorBatch(space=self.space, matrix=np.zeros((0, self.space.dim), np.float32))
        return self.embed_likely(self.likely(pictures))

    def embed_likely(self, likely: Matrix) -> VectorBatch:
        """The unit vectors of pictures in which the classes are so likely."""
        vectors = likely**self._recipe.power @ self._classes
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return VectorBatch(space=self.space, matrix=vectors / np.maximum(lengths, 1e-12))

    def likely(self, pictures: Sequence[Picture]) -> Matrix:
        """How likely each class is in each picture."""
        # One at a time: the maps of a batch of large pictures fall out of the processor's caches.
        side_px = self._recipe.side_px
        return np.concatenate([self._seen(_prepared(picture, side_px)) for picture in pictures])

    def _seen(self, picture: Matrix) -> Matrix:
        import torch

        with torch.inference_mode():
            pixels = ((torch.from_numpy(picture) - 127) / 128).unsqueeze(0)
            cells = self._network.forward_features(pixels.to(memory_format=torch.channels_last))
            found: Matrix = votes(cells, self._network.classifier, self._recipe.window).numpy()
        return found

    @cached_property
    def _classes(self) -> Matrix:
        """The vectors of the classes, one row each."""
        said = self._phrases()
        digest = hashlib.blake2b(repr(said).encode(), digest_size=8).hexdigest()
        key = f"starter-phrases-{self._context.weights.fingerprint(ENGLISH.weights)}-{digest}"

        def build(folder: Path) -> None:
            np.save(folder / FILE, np.stack([self._text.embed_texts(each).matrix for each in said]))

        sets = np.load(self._context.weights.derived(key, build) / FILE)
        return class_vectors(list(sets), self._recipe.whitening)

    def _phrases(self) -> list[list[str]]:
        from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES as NAMES

        if not self._recipe.definitions:
            return [list(NAMES)]
        from timm.data import ImageNetInfo

        described = ImageNetInfo().label_descriptions(detailed=True)
        return phrases(NAMES, [text.partition(": ")[2] for text in described])

    @cached_property
    def _network(self) -> Any:
        import timm
        import torch

        weights = torch.load(
            self._context.weights.file(EYE, EYE_FILE), map_location="cpu", weights_only=True
        )
        network = timm.create_model("tf_efficientnet_lite2", pretrained=False)
        # The published tensors have other names but stand in the same order.
        names = network.state_dict()
        network.load_state_dict(dict(zip(names, weights.values(), strict=True)))
        return network.eval().to(memory_format=torch.channels_last)


def picture_size(width: int, height: int, side_px: int) -> tuple[int, int]:
    """The size, in whole cells, that a picture is scaled to, about side_px squared in all."""
    ratio = min(max(width / height, 1 / LONGEST), LONGEST) ** 0.5
    sides = (side_px * ratio, side_px / ratio)
    across, down = (max(1, round(side / CELL_PX)) * CELL_PX for side in sides)
    return across, down


def phrases(names: Sequence[str], definitions: Sequence[str]) -> list[list[str]]:
    """What may be said of each class, in two ways."""
    shown = [f"a photo of a {name}" for name in names]
    meant = [f"{name}, {text}" for name, text in zip(names, definitions, strict=True)]
    return [shown, meant]


def class_vectors(sets: Sequence[Matrix], whitening: float) -> Matrix:
    """The centred sum of several vectors of each class, its wide directions drawn in."""
    spread = np.sum([np.cov(vectors.T) for vectors in sets], axis=0)
    variances, axes = np.linalg.eigh(spread)
    scales = (np.maximum(variances, 0) + FLOOR * variances.mean()) ** -whitening
    total = np.sum([vectors - vectors.mean(axis=0) for vectors in sets], axis=0)
    found: Matrix = (total @ (axes * scales) @ axes.T).astype(np.float32)
    return found


def votes(cells: torch.Tensor, classifier: torch.nn.Module, window: int) -> torch.Tensor:
    """The mean of what the whole map and, together, all windows of it are taken for."""
    import torch
    from torch.nn.functional import avg_pool2d

    whole = torch.softmax(classifier(cells.mean((2, 3))), -1)
    if not window:
        return whole
    size = [min(window, side) for side in cells.shape[2:]]
    parts = avg_pool2d(cells, size, stride=1).flatten(2).transpose(1, 2)
    return (whole + torch.softmax(classifier(parts), -1).mean(1)) / 2


def _prepared(picture: Picture, side_px: int) -> Matrix:
    """The whole picture at the network's size, channels first."""
    from PIL import Image

    image = Image.fromarray(picture)
    image = image.resize(picture_size(*image.size, side_px), Image.Resampling.BICUBIC)
    return np.asarray(image, np.float32).transpose(2, 0, 1).copy()


def _make(argument: str, context: PluginContext) -> Starter:
    return Starter(context)


@hookimpl
def register_embedders(register: RegisterEmbedder) -> None:
    """Offer the starter where CLIP cannot be had."""
    register("starter.v1", _make)
