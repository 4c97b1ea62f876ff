"""Writes a clip of each moment that a search shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vsearch.cli import clipping, output

if TYPE_CHECKING:
    from vsearch.cli.search import SearchOptions
    from vsearch.clips.wishes import Clip
    from vsearch.library import Library
    from vsearch.types import Moment, SearchResult


def check_given(context: typer.Context, options: SearchOptions) -> None:
    """Refuse what is said about clips where none are cut."""
    from vsearch.errors import QueryError

    if options.cut is not None:
        return
    names = {field.name for field in fields(clipping.LookOptions)}
    if options.export:
        names.discard("force")
    for name in sorted(names):
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            what = "clips and exported files" if name == "force" else "clips"
            raise QueryError(f"--{name} is about {what}, and there are none: add --cut FOLDER")


class Cutting:
    """Clips in a folder, one for each moment; a folder that cannot be is refused at once."""

    def __init__(self, folder: Path, options: clipping.LookOptions) -> None:
        from vsearch.outputs import check_folder

        check_folder(folder)
        self._folder = folder
        self._wishes = clipping.wishes_of(options)
        self.failed = 0

    def documents(self, library: Library, result: SearchResult) -> list[dict[str, Any]]:
        """The clips as JSON documents, with the ranks of their moments."""
        from vsearch.documents import of_clip

        return [
            {"rank": moment.rank, **of_clip(clip)}
            for moment, clip in self._clips(library, result, quiet=True)
        ]

    def tell(self, library: Library, result: SearchResult) -> None:
        """Write the clips and name each once it is there."""
        for _, clip in self._clips(library, result, quiet=False):
            for note in clip.notes:
                output.tell(f"Note: {note}.")
            print(f"{clip.path}  {output.clock(clip.duration_s)}")

    def _clips(
        self, library: Library, result: SearchResult, *, quiet: bool
    ) -> Iterator[tuple[Moment, Clip]]:
        """What could be made; a video that is gone or damaged costs a line, not the others."""
        from vsearch.cli.found import worth_showing
        from vsearch.errors import QueryError, VideoError

        with self._made_folder():
            for moment in worth_showing(result):
                try:
                    yield moment, self._clip(library, moment, quiet=quiet)
                except (QueryError, VideoError) as error:
                    self.failed += 1
                    output.tell(f"No clip of {moment.rank}: {error}")

    @contextmanager
    def _made_folder(self) -> Iterator[None]:
        """The folder, which goes again if it was not there and no clip is in it."""
        there = self._folder.exists()
        self._folder.mkdir(exist_ok=True)
        try:
            yield
        finally:
            if not there:
                with suppress(OSError):
                    self._folder.rmdir()

    def _clip(self, library: Library, moment: Moment, *, quiet: bool) -> Clip:
        from vsearch.clips.names import free, name_of
        from vsearch.types import Place

        place = Place(video=moment.video, span=moment.span)
        path = self._folder / name_of(place, moment.rank)
        if not self._wishes.overwrite:
            path = free(path)
        span = moment.span
        return clipping.made(
            lambda follow: library.clip(
                moment.video, span.start_s, span.end_s, path, wishes=self._wishes, follow=follow
            ),
            path.name,
            quiet=quiet,
        )
