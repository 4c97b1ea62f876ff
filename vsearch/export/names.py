"""Names for files that every system can keep, whatever a video is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from unicodedata import normalize

from vsearch.types import Video

FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
LONGEST_BYTES = 150


def safe_name(text: str, otherwise: str = "video") -> str:
    """A text as the name of a file, without an ending: no system takes it for anything else."""
    plain = "".join(letter if letter.isprintable() else "_" for letter in text)
    plain = FORBIDDEN.sub("_", plain.encode("utf-8", "replace").decode())
    while len(plain.encode()) > LONGEST_BYTES:
        plain = plain[:-1]
    plain = plain.lstrip("-. ").rstrip(". ")
    return f"_{plain}" if RESERVED.match(plain) else plain or otherwise


def unique_names(videos: Iterable[Video]) -> dict[str, str]:
    """A name for each video, by its id; those that would share one end in the start of the id."""
    names = {video.id: safe_name(video.path.stem) for video in videos}
    count = Counter(_folded(name) for name in names.values())
    return {
        video_id: name if count[_folded(name)] == 1 else f"{name}-{video_id[:8]}"
        for video_id, name in names.items()
    }


def _folded(name: str) -> str:
    """Names that some systems take for one are the same here."""
    return normalize("NFC", name).casefold()
