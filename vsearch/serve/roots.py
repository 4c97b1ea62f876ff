"""Folders that may be indexed over HTTP, and the videos in them: a link leads nowhere else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from vsearch.errors import ConfigError
from vsearch.pipeline.find import find_videos
from vsearch.serve.problems import Trouble


def checked_roots(folders: Sequence[str]) -> tuple[Path, ...]:
    """The folders as they really lie; one that is none is a mistake of who starts the server."""
    roots = tuple(Path(os.path.expanduser(folder)).resolve() for folder in folders)  # noqa: PTH111
    for root in roots:
        if not root.is_dir():
            raise ConfigError(f"{root} is no folder: --videos takes folders that may be indexed")
    return roots


def is_rooted(name: str) -> bool:
    """Whether a name says where on the server something lies, or climbs."""
    parts = name.replace("\\", "/").split("/")
    return (
        name.startswith("~")
        or parts[0] == ""
        or ":" in parts[0]
        or not {".", ".."}.isdisjoint(parts)
    )


def named_within(roots: Sequence[Path], names: Sequence[str]) -> list[Path]:
    """What is named in the folders: each by its path below one of them."""
    if not roots:
        raise Trouble(403, "nothing may be indexed over HTTP: start with --videos FOLDER")
    return [_place(roots, name) for name in names] if names else list(roots)


def videos_within(roots: Sequence[Path], places: Sequence[Path]) -> list[Path]:
    """The videos at these places, but for links that lead out of the folders."""
    return [path for path in find_videos(places) if _is_within(roots, path)]


def _place(roots: Sequence[Path], name: str) -> Path:
    if is_rooted(name):
        raise Trouble(
            403, "a job takes paths below the folders that may be indexed: none from the root on"
        )
    try:
        candidates = [root / name for root in roots]
        inside = [path for path in candidates if _is_within(roots, path)]
        found = next((path for path in inside if path.exists()), None)
    except (OSError, ValueError, RuntimeError):  # a null byte, a name too long, links in a ring
        raise Trouble(403, "that is no path below the folders that may be indexed") from None
    if not inside:
        raise Trouble(403, "that lies outside the folders that may be indexed")
    if found is None:
        raise Trouble(404, "there is nothing of that name in the folders that may be indexed")
    return found


def _is_within(roots: Sequence[Path], path: Path) -> bool:
    real = path.resolve()
    return any(real.is_relative_to(root) for root in roots)
