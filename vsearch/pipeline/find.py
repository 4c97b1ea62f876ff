"""Folders and files -> the videos among them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from vsearch.pipeline.video import SUFFIXES


def find_videos(paths: Iterable[Path]) -> list[Path]:
    """Every video under the paths, each once; what is named itself is always taken."""
    found: dict[Path, None] = {}
    for named in paths:
        path = named.expanduser().absolute()
        if path.is_dir():
            found.update(dict.fromkeys(sorted(_walk(path))))
        else:
            found[path] = None
    return list(found)


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(root, name)
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES and _is_video(path):
                yield path


def _is_video(path: Path) -> bool:
    """Tell MPEG transport streams from TypeScript, and leave out pipes and devices."""
    if not path.is_file():
        return False
    if path.suffix.lower() != ".ts":
        return True
    try:
        with path.open("rb") as file:
            return file.read(1) == b"\x47"
    except OSError:
        return True
