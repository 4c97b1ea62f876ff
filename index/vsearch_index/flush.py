"""Files that must be on the disk, whole, before they take the place of others."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def flush(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("rb+") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def swap_in(made: Path, path: Path) -> None:
    """Give a finished file the name of another one, which is gone then."""
    flush(made)
    made.replace(path)
    flush_folder(path.parent)


def logs_of(path: Path) -> list[Path]:
    """What DuckDB has written down beside a file and not yet put into it."""
    return sorted(path.parent.glob(f"{path.name}.wal*"))
