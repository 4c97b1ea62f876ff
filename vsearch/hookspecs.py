"""The hooks that plugins implement, built-in ones included.

Each is called with register(name, factory). A factory is called as factory(argument, context)
when its component is first wanted; registering must be cheap and load nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pluggy

if TYPE_CHECKING:
    from vsearch.protocols import (
        Answerer,
        Embedder,
        Exporter,
        Fuser,
        PluginContext,
        SceneSplitter,
        ScreenReader,
        SoundListener,
        TextEncoder,
        Transcriber,
    )

hookspec = pluggy.HookspecMarker("vsearch")
hookimpl = pluggy.HookimplMarker("vsearch")

RegisterSplitter: TypeAlias = "Callable[[str, Callable[[str, PluginContext], SceneSplitter]], None]"
RegisterEmbedder: TypeAlias = "Callable[[str, Callable[[str, PluginContext], Embedder]], None]"
RegisterEncoder: TypeAlias = "Callable[[str, Callable[[str, PluginContext], TextEncoder]], None]"
RegisterTranscriber: TypeAlias = (
    "Callable[[str, Callable[[str, PluginContext], Transcriber]], None]"
)

RegisterReader: TypeAlias = "Callable[[str, Callable[[str, PluginContext], ScreenReader]], None]"
RegisterListener: TypeAlias = "Callable[[str, Callable[[str, PluginContext], SoundListener]], None]"
RegisterAnswerer: TypeAlias = "Callable[[str, Callable[[str, PluginContext], Answerer]], None]"
RegisterExporter: TypeAlias = "Callable[[str, Callable[[str, PluginContext], Exporter]], None]"
RegisterFuser: TypeAlias = "Callable[[str, Callable[[str, PluginContext], Fuser]], None]"


@hookspec
def register_scene_splitters(register: RegisterSplitter) -> None:
    """Register components that find the cuts between scenes."""


@hookspec
def register_embedders(register: RegisterEmbedder) -> None:
    """Register components that embed pictures and text in one space."""


@hookspec
def register_text_encoders(register: RegisterEncoder) -> None:
    """Register components that embed what is said and what is asked."""


@hookspec
def register_transcribers(register: RegisterTranscriber) -> None:
    """Register components that write down speech."""


@hookspec
def register_screen_readers(register: RegisterReader) -> None:
    """Register components that read text off pictures."""


@hookspec
def register_sound_listeners(register: RegisterListener) -> None:
    """Register components that tell speech and music from other sound."""


@hookspec
def register_fusers(register: RegisterFuser) -> None:
    """Register rules that put pictures, speech and words together into one score."""


@hookspec
def register_answerers(register: RegisterAnswerer) -> None:
    """Register components that answer questions from what was found."""


@hookspec
def register_exporters(register: RegisterExporter) -> None:
    """Register components that write what was found for other programs."""
