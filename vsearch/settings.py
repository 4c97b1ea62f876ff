"""The settings there are, with their defaults and what may be in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vsearch.errors import ConfigError

PRECISIONS = ("auto", "fp32", "bf16", "fp16")
INDEXES = ("auto", "flat", "fp16", "sq8", "ivf")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """How videos are taken apart."""

    splitter: str = "pyscenedetect.v1"
    scene_min_s: float = 0.4
    keyframe_every_s: float = 4.0
    keyframe_short_px: int = 288
    batch: int = 16
    subtitles: bool = True
    screen_text: bool = True
    sound: bool = True

    def __post_init__(self) -> None:
        if self.keyframe_every_s < 0.1:
            raise ConfigError(
                f"index.keyframe_every_s must be at least 0.1, not {self.keyframe_every_s}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """Which models are used, where they are kept and what they run on."""

    embedder: str = "auto"
    text: str = "auto"
    speech: str = "auto"
    screen: str = "rapidocr.v1"
    sound: str = "auto"
    folder: Path = Path()
    device: str = "auto"
    precision: str = "auto"
    offline: bool = False
    hub_timeout_s: float = 5.0
    hub: str = "https://huggingface.co"

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            known = ", ".join(PRECISIONS)
            raise ConfigError(f"models.precision is one of {known}, not {self.precision!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    """Who answers questions, and where a language model is reached."""

    answerer: str = "quotes.v1"
    url: str = "http://localhost:11434/v1"
    model: str = ""
    timeout_s: float = 60.0
    pictures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How results are ranked and shown."""

    limit: int = 10
    visual_weight: float = 1.0
    speech_weight: float = 1.0
    screen_weight: float = 1.0
    words_weight: float = 1.0
    fusion: str = "power.v1"
    gpu: bool = True
    index: str = "auto"

    def __post_init__(self) -> None:
        if self.index not in INDEXES:
            raise ConfigError(f"search.index is one of {', '.join(INDEXES)}, not {self.index!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """Where the HTTP interface listens, who may ask, and how much of it."""

    host: str = "127.0.0.1"
    port: int = 8765
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    videos: tuple[str, ...] = ()
    rate_per_s: float = 50.0
    burst: int = 300
    workers: int = 4
    waiting: int = 128
    streams: int = 64
    downloads: int = 256
    downloads_each: int = 96
    timeout_s: float = 30.0
    body_mb: int = 16
    receiving_mb: int = 64
    picture_mpx: int = 25
    letters: int = 2000
    deepest: int = 1000
    jobs: int = 8
    link_hours: int = 6

    def __post_init__(self) -> None:
        if self.port > 65_535:
            raise ConfigError(f"serve.port is at most 65535, not {self.port}")
        if "*" in self.origins:
            raise ConfigError("serve.origins names each origin, such as https://app.example: not *")
