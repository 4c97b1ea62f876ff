"""Files that a command is asked to write: checked before the work, whole or not there after it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from vsearch.config import plain_path
from vsearch.errors import QueryError

CATALOG = "catalog.duckdb"
"""What a folder with this file in it is a library by."""


def check_output(path: Path, endings: Iterable[str] = ()) -> None:
    """Refuse a place where nothing can be written, and any name that a video might have."""
    from vsearch.pipeline.video import SUFFIXES

    whole = path.absolute()
    if whole.is_dir():
        raise QueryError(f"{path} is a folder: name a file in it")
    if not whole.parent.is_dir():
        raise QueryError(f"{whole.parent} does not exist: make it before {path.name} is written")
    if library := next((at for at in whole.resolve().parents if (at / CATALOG).exists()), None):
        raise QueryError(f"{path} lies in the library {library}: choose a place outside it")
    if {whole.suffix.lower(), whole.resolve().suffix.lower()} & SUFFIXES:
        raise QueryError(
            f"{path} is the name of a video, which is never written over: choose another"
        )
    wanted = tuple(endings)
    if wanted and whole.suffix.lower() not in wanted:
        raise QueryError(f"{path} must end in {' or '.join(wanted)}")


def check_is_no_sidecar(path: Path, videos: Iterable[Path], kind: str = "chapters") -> None:
    """Refuse a file that index runs read, or would read, as what is said in a video."""
    if name := sidecar_of(path, videos):
        raise QueryError(
            f"{path} is, or would be taken for, the subtitles of {name}: "
            f"call it {path.stem}.{kind}{path.suffix}"
        )


def sidecar_of(path: Path, videos: Iterable[Path]) -> str:
    """The name of the video whose subtitles a file would be taken for, or nothing."""
    from vsearch.pipeline.speech import is_sidecar

    whole = plain_path(path)
    places = {whole, whole.parent.resolve() / whole.name, whole.resolve()}
    parents = {place.parent for place in places}
    real = cache(Path.resolve)
    for video in videos:
        for folder in {video.parent, real(video.parent)} & parents:
            if any(is_sidecar(place, folder / video.name) for place in places):
                return video.name
    return ""


def write_output(path: Path, content: str | bytes) -> None:
    """Write a file under another name first, so that what has its name is whole.

    Links, pipes and devices such as /dev/stdout stay what they are, and are written through.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    if path.is_symlink() or (path.exists() and not path.is_file()):
        path.write_bytes(data)
        return
    unfinished = path.with_name(f".unfinished-{path.name}")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
