"""Video search: point it at a folder of videos, ask in plain words, get the moment."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vsearch.answer.answers import Answer, Citation
    from vsearch.asynchronous import AsyncLibrary, open_async_library
    from vsearch.clips.making import Follow
    from vsearch.clips.wishes import Clip, ClipPiece, Wishes
    from vsearch.config import Config, load_config
    from vsearch.errors import (
        AnswerError,
        ConfigError,
        LibraryBusy,
        ModelError,
        PluginError,
        QueryError,
        StoreError,
        UnknownVideo,
        VideoError,
        VsearchError,
    )
    from vsearch.export.transcript import Transcript
    from vsearch.library import Library, open_library
    from vsearch.query.question import Like, Term
    from vsearch.summary.result import Chapter, Summary
    from vsearch.types import (
        Block,
        Evidence,
        Frame,
        Moment,
        Place,
        Scene,
        SearchResult,
        SpeechSegment,
        SqlResult,
        Tag,
        TimeSpan,
        VectorBatch,
        VectorSpace,
        Video,
        VideoDetails,
    )
    from vsearch.vectors import VideoVectors

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "AnswerError",
    "AsyncLibrary",
    "Block",
    "Chapter",
    "Citation",
    "Clip",
    "ClipPiece",
    "Config",
    "ConfigError",
    "Evidence",
    "Follow",
    "Frame",
    "Library",
    "LibraryBusy",
    "Like",
    "ModelError",
    "Moment",
    "Place",
    "PluginError",
    "QueryError",
    "Scene",
    "SearchResult",
    "SpeechSegment",
    "SqlResult",
    "StoreError",
    "Summary",
    "Tag",
    "Term",
    "TimeSpan",
    "Transcript",
    "UnknownVideo",
    "VectorBatch",
    "VectorSpace",
    "Video",
    "VideoDetails",
    "VideoError",
    "VideoVectors",
    "VsearchError",
    "Wishes",
    "load_config",
    "open_async_library",
    "open_library",
]

_HOMES = {
    "Answer": "answer.answers",
    "AsyncLibrary": "asynchronous",
    "open_async_library": "asynchronous",
    "VideoVectors": "vectors",
    "Chapter": "summary.result",
    "Citation": "answer.answers",
    "Clip": "clips.wishes",
    "ClipPiece": "clips.wishes",
    "Follow": "clips.making",
    "Wishes": "clips.wishes",
    "Summary": "summary.result",
    "Config": "config",
    "load_config": "config",
    "Library": "library",
    "open_library": "library",
    "Like": "query.question",
    "Term": "query.question",
    "Transcript": "export.transcript",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `vsearch --help` imports nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'vsearch' has no attribute {name!r}")
    errors = name.endswith("Error") or name in {"LibraryBusy", "UnknownVideo"}
    home = _HOMES.get(name, "errors" if errors else "types")
    return getattr(import_module(f"vsearch.{home}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
