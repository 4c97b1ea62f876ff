"""What an exporter gets: stretches of videos in an order, with all that is known of each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from vsearch.types import SpeechSegment, TimeSpan, Video

Kind: TypeAlias = Literal["moments", "chapters", "citations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A stretch of a video, to be cut out, marked or played.

    The path is the one to write: relative to the folder of the exported file where that can be,
    with slashes. The document is the cut as docs/cli.md describes it. What is not known is empty, 0
    or None: the timecode is that of the file's first picture.
    """

    number: int
    video: Video
    path: str
    span: TimeSpan
    title: str
    said: str = ""
    shown: str = ""
    speech: tuple[SpeechSegment, ...] = ()
    score: float | None = None
    rank: int | None = None
    tags: tuple[str, ...] = ()
    timecode: str = ""
    sound_hz: int = 0
    channels: int = 0
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.video.path.name

    @property
    def url(self) -> str:
        """The path as a URL: relative like the path, or with file:// before it."""
        encoded = quote(os.fsencode(self.path))
        return f"file://{encoded}" if self.path.startswith("/") else encoded

    @property
    def file_url(self) -> str:
        """Where the file lies on this machine, as a URL."""
        return f"file://{quote(os.fsencode(self.video.path.as_posix()))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutList:
    """Cuts in the order in which they are to be seen; there is at least one."""

    title: str
    kind: Kind
    cuts: tuple[Cut, ...]
