"""Files that a command is asked to write: checked before the work, whole or not there after it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vsearch.errors import QueryError


def check_output(path: Path, endings: Iterable[str] = ()) -> None:
    """Refuse a place where nothing can be written, and any name that a video might have."""
    from vsearch.pipeline.video import SUFFIXES

    whole = path.absolute()
    if whole.is_dir():
        raise QueryError(f"{path} is a folder: name a file in it")
    if not whole.parent.is_dir():
        raise QueryError(f"{whole.parent} does not exist: make it before {path.name} is written")
    if {whole.suffix.lower(), whole.resolve().suffix.lower()} & SUFFIXES:
        raise QueryError(
            f"{path} is the name of a video, which is never written over: choose another"
        )
    wanted = tuple(endings)
    if wanted and whole.suffix.lower() not in wanted:
        raise QueryError(f"{path} must end in {' or '.join(wanted)}")


def check_is_no_sidecar(path: Path, videos: Iterable[Path]) -> None:
    """Refuse a file that the next index run would read as what is said in a video."""
    from vsearch.pipeline.tracks import SUBTITLE_SUFFIXES

    beside = {(video.absolute().parent, video.stem): video.name for video in videos}
    name = beside.get((path.absolute().parent, path.stem))
    if name and path.suffix.lower() in SUBTITLE_SUFFIXES:
        raise QueryError(
            f"{path} would be taken for the subtitles of {name}: "
            f"call it {path.stem}.chapters{path.suffix}"
        )


def write_output(path: Path, content: str | bytes) -> None:
    """Write a file under another name first, so that what has its name is whole."""
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    unfinished = path.with_name(f".unfinished-{path.name}")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
