"""Removes every trace of videos from a library, in steps of which each leaves it whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from vsearch.errors import StoreError
from vsearch_index import rows
from vsearch_index.catalog import Catalog
from vsearch_index.flush import flush_folder
from vsearch_index.generations import Generations
from vsearch_index.lock import NOTE

MARK = "forgetting"
"""An empty file that is there while traces may be: it outlives a process that was killed."""


class Traces:
    """What is left of videos that a library forgot; whoever clears it holds the writer's lock."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self._folder = folder
        self._catalog = catalog
        self._mark = folder / MARK

    def are_left(self) -> bool:
        """Whether removing traces was begun and not finished."""
        return self._mark.exists()

    def clear(self, video_ids: Collection[str], publish: Callable[[], object]) -> None:
        """Forget videos with all traces, and clear the traces of those forgotten before."""
        try:
            self._mark.touch()
            flush_folder(self._folder)
            with self._catalog.writing() as connection:
                for video_id in video_ids:
                    rows.delete_video(connection, video_id)
                rows.delete_strays(connection)
            self._clear_thumbnails()
            self._catalog.renew()
            publish()
            Generations(self._folder / "index").keep_only_current()
            self._clear_leftovers()
            flush_folder(self._folder)
            self._mark.unlink()
        except OSError as error:
            raise StoreError(
                f"traces are left in {error.filename or self._folder}: {error.strerror or error}; "
                "`vsearch forget --removed` goes on where it was"
            ) from error

    def _clear_thumbnails(self) -> None:
        """Remove the pictures of all videos that the catalog does not know."""
        with self._catalog.reading() as connection:
            known = rows.read_ids(connection)
        for folder in _folders_alone(self._folder / "thumbnails"):
            for pictures in _folders_alone(folder):
                if pictures.name not in known:
                    shutil.rmtree(pictures)
            if not any(folder.iterdir()):
                folder.rmdir()

    def _clear_leftovers(self) -> None:
        """Remove what DuckDB and killed processes may have left beside the catalog."""
        for name in (self._catalog.path.name, self._catalog.path.with_suffix(".new").name):
            shutil.rmtree(self._folder / f"{name}.tmp", ignore_errors=True)
        for path in self._folder.glob("catalog.new*"):
            path.unlink()
        (self._folder / NOTE).unlink(missing_ok=True)  # it tells what the command was to forget


def _folders_alone(folder: Path) -> list[Path]:
    """The real folders in a folder, after all else in it is gone; no link is followed."""
    if not folder.is_dir():
        return []
    inside = list(folder.iterdir())
    folders = [path for path in inside if path.is_dir() and not path.is_symlink()]
    for path in set(inside) - set(folders):
        path.unlink(missing_ok=True)
    return folders
