"""Where a file says that a video lies, so that it is found again when both are moved together."""

from __future__ import annotations

import os
from pathlib import Path

from vsearch.config import plain_path


def written_path(video: Path, folder: Path, *, absolute: bool = False) -> str:
    """The path of a video as a file in a folder is to name it, with slashes.

    It is relative, unless the two share nothing but the root or lie on different drives.
    """
    whole = plain_path(video)
    if absolute:
        return whole.as_posix()
    for there, here in ((whole, plain_path(folder)), (whole.resolve(), folder.resolve())):
        found = _relative(there, here)
        # Two dots go up from where a link leads, not from where it lies.
        if found and (here / found).resolve() == whole.resolve():
            return Path(found).as_posix()
    return whole.as_posix()


def _relative(path: Path, folder: Path) -> str:
    try:
        shared = os.path.commonpath([path, folder])
    except ValueError:
        return ""  # different drives
    return os.path.relpath(path, folder) if Path(shared) != Path(path.anchor) else ""
