"""vsearch remove: take videos out of a library."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vsearch.cli.options import LibraryOption, library
from vsearch.errors import QueryError


def remove(
    context: typer.Context,
    videos: Annotated[
        list[str] | None, typer.Argument(help="Paths, file names, or starts of ids.")
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="All videos whose files are gone.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    library_name: LibraryOption = None,
) -> None:
    """Take videos out of a library; their files stay where they are.

    This is quick, and nothing shows them any more; `vsearch forget` leaves no byte of them behind.

    \b
    vsearch remove holiday.mp4
    vsearch remove --missing
    """
    from vsearch.cli.output import number_of

    opened = library(context, library=library_name)
    chosen = [opened.find(video) for video in videos or []]
    chosen += [video for video in (opened.missing() if missing else []) if video not in chosen]
    if not chosen:
        if missing:
            print("No file is missing.")
            return
        raise QueryError("name the videos to take out, or use --missing")
    for video in chosen:
        print(f"{video.id[:8]}  {video.path}")
    if not yes and not sys.stdin.isatty():
        raise QueryError("nobody can be asked here: add --yes to take them out")
    if not yes and not typer.confirm(f"Take {number_of(len(chosen), 'video')} out of the library?"):
        raise typer.Exit(1)
    opened.remove(chosen)
    print(f"{number_of(len(chosen), 'video')} taken out of the library; the files are untouched.")
