"""Folders and files -> the videos among them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from vsearch.config import plain_path
from vsearch.pipeline.video import SUFFIXES


def find_videos(paths: Iterable[Path]) -> list[Path]:
    """Every video under the paths, each once; what is named itself is always taken."""
    found: dict[Path, None] = {}
    for named in paths:
        path = plain_path(named)
        if os.path.isdir(path):  # noqa: PTH112 - is_dir() raises where nothing may be looked at
            found.update(dict.fromkeys(sorted(_walk(path))))
        else:
            found[path] = None
    return list(found)


def _walk(folder: Path) -> Iterator[Path]:
    """The videos in a folder, and the folders in it that cannot be listed: those fail by name."""
    closed: list[Path] = []
    walk = os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
    for root, folders, names in walk:
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(root, name)
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES and _is_video(path):
                yield path
    yield from closed


def _is_video(path: Path) -> bool:
    """Tell MPEG transport streams from TypeScript, and leave out pipes and devices."""
    try:
        if not path.is_file():
            return False
        if path.suffix.lower() != ".ts":
            return True
        with path.open("rb") as file:
            return file.read(1) == b"\x47"
    except OSError:
        return True
