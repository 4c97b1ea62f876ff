"""Which models a new library uses when the settings leave it open."""

from __future__ import annotations

from vsearch.errors import ModelError
from vsearch.models.known import EMBEDDERS
from vsearch.protocols import Notify, Weights

STARTER_NOTICE = (
    "No model hub in reach: using the small starter encoder, which is weaker than CLIP. "
    "To change it: `vsearch models pull clip-balanced` where there is a network, "
    "then `vsearch models switch balanced`."
)


def choose_embedder(setting: str, weights: Weights, notify: Notify) -> str:
    """The component for pictures: the one asked for, CLIP where it can be had, or the starter."""
    if setting != "auto":
        return EMBEDDERS.get(setting, setting)
    for preset in ("balanced", "fast", "best"):
        if weights.has(f"clip-{preset}"):
            return EMBEDDERS[preset]
    if weights.hub_reachable():
        return EMBEDDERS["balanced"]
    notify(STARTER_NOTICE)
    return EMBEDDERS["starter"]


def choose_transcriber(setting: str, weights: Weights, notify: Notify) -> str:
    """The component for speech: the one asked for, the best Whisper here, or one to fetch."""
    if setting != "auto":
        return setting
    for size in ("small", "base"):
        if weights.has(f"whisper-{size}"):
            return f"whisper.v1:{size}"
    if not weights.has("whisper-tiny.en") and weights.hub_reachable():
        try:
            weights.file("whisper-base", "base.pt")
            return "whisper.v1:base"
        except ModelError as error:
            notify(f"{error}; using Whisper tiny.en, which knows English only")
    return "whisper.v1:tiny.en"


def choose_listener(setting: str) -> str:
    """The component that tells sounds apart: the one asked for, or the only one that ships."""
    return "ina.v1" if setting == "auto" else setting
