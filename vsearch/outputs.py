"""Files that a command is asked to write: checked before the work, whole or not there after it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path

from vsearch.config import plain_path
from vsearch.errors import QueryError, VsearchError

CATALOG = "catalog.duckdb"
"""What a folder with this file in it is a library by."""
LONGEST_ENDING = 16


def check_output(path: Path, endings: Iterable[str] = ()) -> None:
    """Refuse a place where nothing can be written, and any name that a video might have."""
    from vsearch.pipeline.video import SUFFIXES

    whole = path.absolute()
    _check_place(path, whole)
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
        try:
            path.write_bytes(data)
        except BrokenPipeError:
            raise  # whoever read it has closed it, which is no trouble of ours
        except OSError as error:
            raise VsearchError(f"{path} cannot be written: {error.strerror or error}") from error
        return
    with unfinished_file(path, overwrite=True) as unfinished:
        unfinished.write_bytes(data)


def check_new(path: Path, *, overwrite: bool) -> None:
    """Refuse a place where a file is, or a link to none, if it may not be written over."""
    known_sink = {Path("/dev"), Path("/proc")} & set(path.absolute().parents)
    if overwrite or known_sink:  # /dev/stdout is a file wherever it is led into one
        return
    if path.is_file() or (path.is_symlink() and not path.exists()):
        raise QueryError(
            f"{path} is there already: choose another name, or add --force to write over it"
        )


def check_clip(path: Path, videos: Iterable[Path], *, overwrite: bool = False) -> None:
    """Refuse a place for a clip where something is, or where a video belongs: never overwritten."""
    whole = path.absolute()
    _check_place(path, whole)
    if path.exists() and not path.is_file():
        raise QueryError(f"{path} is no ordinary file, and a clip cannot be written into it")
    known = [plain_path(video) for video in videos]
    if _is_one_of(path, known):
        raise QueryError(
            f"{path} is a video of the library, or cut from, and is never written over"
        )
    check_new(path, overwrite=overwrite)


@contextmanager
def unfinished_file(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Where to write a file until it is whole: then it gets its name, and otherwise it goes."""
    target = path.resolve() if overwrite else path
    # A hidden name is no video to an index run, and a short one fits where the whole one does.
    mark = blake2b(os.fsencode(target.name), digest_size=6).hexdigest()
    ending = target.suffix if len(os.fsencode(target.suffix)) <= LONGEST_ENDING else ""
    unfinished = target.with_name(f".unfinished-{mark}-{os.getpid()}{ending}")
    try:
        yield unfinished
        if not overwrite and (target.exists() or target.is_symlink()):
            raise QueryError(f"{path} was written by somebody else meanwhile: choose another name")
        unfinished.replace(target)
    except OSError as error:
        raise VsearchError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _check_place(path: Path, whole: Path) -> None:
    """Refuse folders, places in a library, and those in folders that are not there."""
    if whole.is_dir():
        raise QueryError(f"{path} is a folder: name a file in it")
    if not whole.parent.is_dir():
        raise QueryError(f"{whole.parent} does not exist: make it before {path.name} is written")
    if library := next((at for at in whole.resolve().parents if (at / CATALOG).exists()), None):
        raise QueryError(f"{path} lies in the library {library}: choose a place outside it")


def _is_one_of(path: Path, videos: Sequence[Path]) -> bool:
    """Whether a path leads to the place of a video, by whatever name, link or second entry."""
    if {plain_path(path), path.resolve()} & set(videos):
        return True
    if not path.exists():
        return path.is_symlink() and path.resolve() in {video.resolve() for video in videos}
    return any(video.exists() and path.samefile(video) for video in videos)


def check_folder(folder: Path) -> None:
    """Refuse a folder for files where there can be none; it need not be there, but its parent."""
    whole = folder.absolute()
    if whole.exists() and not whole.is_dir():
        raise QueryError(f"{folder} is no folder: name one, or one that is to be made")
    _check_place(folder, whole / "file" if whole.is_dir() else whole)
