"""Whether a folder is a library, may become one, or holds something else."""

from __future__ import annotations

from pathlib import Path

from vsearch.errors import StoreError

CATALOG = "catalog.duckdb"
OWN = {"index", "thumbnails", "writer.lock", "writer.json", "forgetting", f"{CATALOG}.wal"}
OWN |= {"catalog.new", "catalog.new.wal"}
"""What a library without a catalog may hold: a process was killed before there was one."""


def check(path: Path) -> None:
    """Never turn somebody's folder of other things into a library."""
    if (path / CATALOG).is_file() or not path.exists():
        return
    if not path.is_dir():
        raise StoreError(f"{path} is a file, not a folder for a library")
    others = [item.name for item in path.iterdir() if item.name not in OWN]
    if others:
        raise StoreError(f"{path} holds other things ({others[0]}, ...); choose an empty folder")


def nothing_at(path: Path) -> str:
    """That there is no library, and what there is beside."""
    beside = sorted(found.parent.name for found in path.parent.glob(f"*/{CATALOG}"))
    others = f" (there are: {', '.join(beside[:10])})" if beside else ""
    return f"there is no library at {path}{others}; `vsearch index FOLDER` makes one"
