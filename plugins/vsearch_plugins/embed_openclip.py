"""Any open_clip model: pictures through torch, text through an exported tower where it can be.

openclip.v1:MODEL/TAG takes a pretrained tag of open_clip, openclip.v1:MODEL//FILE a checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vsearch.errors import ConfigError, ModelError
from vsearch.hookspecs import RegisterEmbedder, hookimpl
from vsearch.models.known import CLIP_WEIGHTS
from vsearch.protocols import PluginContext
from vsearch.types import Picture, VectorBatch, VectorSpace

if TYPE_CHECKING:
    import torch

    from vsearch_plugins._onnx_text import TextTower

WEIGHTS_FILE = "open_clip_model.safetensors"
MULTILINGUAL = ("siglip2", "xlm", "nllb", "i18n")
PREPROCESSING = ("mean", "std", "interpolation", "resize_mode")


class OpenClip:
    """A CLIP model; searching loads its exported text tower and no torch."""

    def __init__(self, argument: str, context: PluginContext) -> None:
        self._model, _, self._tag = argument.partition("/")
        if not self._model or not self._tag:
            raise ConfigError(f"openclip.v1 wants MODEL/TAG or MODEL//FILE, not {argument!r}")
        self._argument = argument
        self._context = context

    @property
    def languages(self) -> frozenset[str] | None:
        """English, but for models whose text side was trained on many languages."""
        many = any(sign in self._model.lower() for sign in MULTILINGUAL)
        return None if many else frozenset({"en"})

    @cached_property
    def space(self) -> VectorSpace:
        """The space of its vectors."""
        dim = self._text.dim
        return VectorSpace(name=f"open_clip {self._argument}", dim=dim, revision=self._revision)

    def warm_up(self) -> None:
        """Load the picture side."""
        _ = self._text, self._placed

    def embed_texts(self, texts: Sequence[str]) -> VectorBatch:
        """Embed texts as unit vectors, one row each."""
        return VectorBatch(space=self.space, matrix=self._text.embed(texts))

    def embed_pictures(self, pictures: Sequence[Picture]) -> VectorBatch:
        """Embed RGB pictures of any size as unit vectors, one row each."""
        import torch
        from PIL import Image

        if not pictures:
            return VectorBatch(space=self.space, matrix=np.zeros((0, self.space.dim), np.float32))
        network, device, dtype = self._placed
        _, prepare, _ = self._loaded
        batch = torch.stack([prepare(Image.fromarray(picture)) for picture in pictures])
        with torch.inference_mode():
            vectors = network.encode_image(batch.to(device, dtype))
        matrix = torch.nn.functional.normalize(vectors.float(), dim=-1).cpu().numpy()
        return VectorBatch(space=self.space, matrix=matrix)

    @cached_property
    def _revision(self) -> str:
        known = CLIP_WEIGHTS.get(self._argument)
        weights = self._context.weights
        if known:
            return weights.fingerprint(known)
        if self._tag.startswith("/"):
            return weights.fingerprint_of(self._weights)
        # A tag's weights lie where only open_clip knows: the exported tower tells, without torch.
        return weights.derived_for(self._key) or weights.fingerprint_of(self._weights)

    @property
    def _key(self) -> str:
        return "openclip-" + re.sub(r"[^\w.]+", "-", self._argument)

    @cached_property
    def _weights(self) -> Path:
        """The checkpoint: of vsearch's own store, a file of the user's, or open_clip's download."""
        if known := CLIP_WEIGHTS.get(self._argument):
            return self._context.weights.file(known, WEIGHTS_FILE)
        if self._tag.startswith("/"):
            path = Path(self._tag[1:]).expanduser()
            if not path.is_file():
                raise ModelError(f"there is no checkpoint {path}")
            return path
        return self._download()

    def _download(self) -> Path:
        from open_clip import pretrained

        settings = pretrained.get_pretrained_cfg(self._model, self._tag)
        if not settings:
            tags = ", ".join(pretrained.list_pretrained_tags_by_model(self._model)) or "none"
            raise ConfigError(
                f"open_clip has no weights {self._tag!r} for {self._model}; tags: {tags}"
            )
        repo = str(settings.get("hf_hub", "")).rstrip("/")
        for name in (WEIGHTS_FILE, "open_clip_pytorch_model.bin") if repo else ():
            if cached := self._context.weights.cached(repo, name):
                return cached
        if not self._context.weights.hub_reachable():
            reason = "--offline is set" if self._context.offline else "no model hub answers"
            raise ModelError(f"the weights of {self._argument} cannot be fetched: {reason}")
        place = settings.get("hf_hub") or settings.get("url")
        self._context.notify(f"Fetching {self._argument} through open_clip from {place}")
        return Path(pretrained.download_pretrained(settings))

    @cached_property
    def _loaded(self) -> tuple[Any, Any, Any]:
        """The network in fp32 with its own preprocessing and tokenizer."""
        import open_clip

        if self._model not in open_clip.list_models():
            raise ConfigError(f"open_clip has no model {self._model!r}")
        tagged = (
            {}
            if self._tag.startswith("/")
            else open_clip.get_pretrained_cfg(self._model, self._tag)
        )
        chosen = {f"image_{name}": tagged[name] for name in PREPROCESSING if name in tagged}
        weights = self._weights
        try:
            network, prepare = open_clip.create_model_from_pretrained(
                self._model,
                pretrained=str(weights),
                force_quick_gelu=bool(tagged.get("quick_gelu", False)),
                **chosen,
            )
        except Exception as error:  # each file format fails in ways of its own
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            raise ModelError(f"{weights} holds no weights of {self._model}: {reason}") from error
        return network.eval(), prepare, open_clip.get_tokenizer(self._model)

    @cached_property
    def _placed(self) -> tuple[Any, torch.device, torch.dtype]:
        """The network where it computes pictures, and in which precision."""
        from vsearch_plugins._torch import pick_device, pick_precision

        device = pick_device(self._context.device)
        dtype = pick_precision(self._context.precision, device)
        _ = self._text  # exported first: afterwards the network may be in half precision
        network, _, _ = self._loaded
        return network.to(device=device, dtype=dtype), device, dtype

    @cached_property
    def _text(self) -> TextTower:
        from vsearch_plugins._onnx_text import TextTower

        weights = self._context.weights
        return TextTower(weights.derived(f"{self._key}-{self._revision}", self._export))

    def _export(self, folder: Path) -> None:
        from vsearch_plugins._clip_tokens import ported_tokenizer
        from vsearch_plugins._onnx_text import export_tower

        network, _, tokenizer = self._loaded
        ported = ported_tokenizer(tokenizer)
        export_tower(folder, _text_side(network), ported, ("ids",), fixed_length=True)


def _text_side(network: Any) -> torch.nn.Module:
    import torch

    class TextSide(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.network.encode_text(ids, normalize=True)
            return found

    return TextSide()


def _make(argument: str, context: PluginContext) -> OpenClip:
    return OpenClip(argument, context)


@hookimpl
def register_embedders(register: RegisterEmbedder) -> None:
    """Offer every open_clip model."""
    register("openclip.v1", _make)
