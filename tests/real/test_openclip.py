"""The open_clip plugin against open_clip's own calls, on a randomly initialised checkpoint."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vsearch.errors import ConfigError, ModelError
from vsearch.models.store import ModelStore
from vsearch.protocols import PluginContext
from vsearch.testing.contracts import EmbedderContract
from vsearch.types import Picture
from vsearch_plugins.embed_openclip import OpenClip

MODEL = "ViT-B-32"
QUERIES = [
    "a photo of a cat",
    "Two dogs, running on the beach!",
    "it's 10:45 & we're late; don't ask",
    "Straße, naïve café — 東京",
    "word " * 200,
]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ViT-B-32 with random weights, saved as open_clip saves them."""
    import open_clip
    import torch

    torch.manual_seed(7)
    path = tmp_path_factory.mktemp("clip") / "random.pt"
    torch.save(open_clip.create_model(MODEL, pretrained=None).state_dict(), path)
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    folder = tmp_path_factory.mktemp("models")
    return ModelStore(folder, caches={"hub": folder, "whisper": folder}, offline=True)


@pytest.fixture(scope="module")
def embedder(checkpoint: Path, store: ModelStore) -> OpenClip:
    return OpenClip(f"{MODEL}//{checkpoint}", PluginContext(weights=store, precision="fp32"))


@pytest.fixture(scope="module")
def original(checkpoint: Path) -> Iterator[tuple]:
    import open_clip

    model, _, prepare = open_clip.create_model_and_transforms(MODEL, pretrained=str(checkpoint))
    yield model.eval(), prepare, open_clip.get_tokenizer(MODEL)


def pictures() -> list[Picture]:
    noise = np.random.default_rng(3)
    shapes = [(288, 512), (512, 288), (240, 320), (100, 37)]
    return [noise.integers(0, 256, (*shape, 3), np.uint8) for shape in shapes]


def test_pictures_embed_as_open_clip_embeds_them(embedder: OpenClip, original: tuple) -> None:
    import torch

    model, prepare, _ = original
    batch = torch.stack([prepare(Image.fromarray(picture)) for picture in pictures()])
    with torch.inference_mode():
        expected = model.encode_image(batch, normalize=True).numpy()
    found = embedder.embed_pictures(pictures()).matrix
    difference = np.abs(found - expected).max()
    print(f"largest difference of a picture's vector: {difference:.2g}")
    assert difference <= 1e-4
    assert np.abs(expected[0] - expected[1]).max() > 1e-3


def test_text_embeds_as_open_clip_embeds_it(embedder: OpenClip, original: tuple) -> None:
    import torch

    model, _, tokenizer = original
    with torch.inference_mode():
        expected = model.encode_text(tokenizer(QUERIES), normalize=True).numpy()
    difference = np.abs(embedder.embed_texts(QUERIES).matrix - expected).max()
    print(f"largest difference of a text's vector: {difference:.2g}")
    assert difference <= 1e-4
    assert np.abs(expected[0] - expected[1]).max() > 1e-3


def test_half_precision_stays_close(
    checkpoint: Path, store: ModelStore, embedder: OpenClip
) -> None:
    half = OpenClip(f"{MODEL}//{checkpoint}", PluginContext(weights=store, precision="bf16"))
    cosines = (
        half.embed_pictures(pictures()).matrix * embedder.embed_pictures(pictures()).matrix
    ).sum(1)
    assert cosines.min() > 0.99


def test_a_search_needs_no_torch(checkpoint: Path, store: ModelStore, embedder: OpenClip) -> None:
    assert embedder.space.dim == 512
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from vsearch.models.store import ModelStore\n"
        "from vsearch.protocols import PluginContext\n"
        "from vsearch_plugins.embed_openclip import OpenClip\n"
        f"folder = Path({str(store.folder)!r})\n"
        "store = ModelStore(folder, caches={'hub': folder, 'whisper': folder}, offline=True)\n"
        f"clip = OpenClip({f'{MODEL}//{checkpoint}'!r}, PluginContext(weights=store))\n"
        "print(clip.embed_texts(['a cat']).matrix.shape, 'torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "(1, 512) False", done.stderr


@pytest.mark.parametrize(
    ("argument", "error", "reason"),
    [
        ("ViT-B-32", ConfigError, "wants MODEL/TAG"),
        ("ViT-B-32/no-such-tag", ConfigError, "no weights 'no-such-tag'.*laion2b"),
        ("ViT-B-32//no/such/file", ModelError, "no checkpoint"),
        ("ViT-B-32/openai", ModelError, "offline|no model hub"),
        ("ViT-B-32/laion2b_s34b_b79k", ModelError, "--offline forbids"),
    ],
)
def test_wrong_models_say_what_is_wrong(
    store: ModelStore, argument: str, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        OpenClip(argument, PluginContext(weights=store, offline=True)).warm_up()


class TestContract(EmbedderContract):
    @pytest.fixture(autouse=True)
    def _parts(self, checkpoint: Path, store: ModelStore) -> None:
        self.argument = f"{MODEL}//{checkpoint}"
        self.context = PluginContext(weights=store, precision="fp32")

    def make(self) -> OpenClip:
        return OpenClip(self.argument, self.context)
