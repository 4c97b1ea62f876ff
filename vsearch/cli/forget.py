"""vsearch forget: remove every trace of videos."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library
from vsearch.errors import QueryError, UnknownVideo

if TYPE_CHECKING:
    from vsearch.library import Library
    from vsearch.types import Video


def forget(
    context: typer.Context,
    videos: Annotated[
        list[str] | None, typer.Argument(help="Paths, file names, or starts of ids.")
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Also all videos whose files are gone.")
    ] = False,
    removed: Annotated[
        bool, typer.Option("--removed", help="Also what `vsearch remove` left of videos.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    library_name: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove every trace of videos from the library; files stay.

    The library's files are written anew, so this takes longer than `vsearch remove`. What removed
    videos have left goes too, whichever video is named.

    \b
    vsearch forget holiday.mp4
    vsearch forget --missing --yes
    vsearch forget --removed
    """
    opened = library(context, library=library_name)
    unfinished = opened.has_traces()
    chosen = _chosen(opened, videos or [], missing, unfinished)
    if not chosen and not (removed or unfinished):
        if not missing:
            raise QueryError("name the videos to forget, or use --missing or --removed")
        _report(opened, [], as_json, "No file is missing.")
        return
    _confirm(chosen, yes, as_json)
    opened.forget(chosen)
    left = f"{len(chosen)} video(s); the files are untouched." if chosen else "removed videos."
    _report(opened, chosen, as_json, f"No trace is left of {left}")


def _chosen(opened: Library, names: list[str], missing: bool, unfinished: bool) -> list[Video]:
    """The videos that are meant; after an interrupted run they may be gone already."""
    found: list[Video] = []
    for name in names:
        try:
            found.append(opened.find(name))
        except UnknownVideo:
            if not unfinished:
                raise
            print(f"No video is called {name!r}; what was left of it goes now.", file=sys.stderr)
    return list(dict.fromkeys([*found, *(opened.missing() if missing else [])]))


def _confirm(chosen: list[Video], yes: bool, as_json: bool) -> None:
    if not chosen:
        return
    if not as_json:
        for video in chosen:
            print(f"{video.id[:8]}  {video.path}")
    if not yes and not sys.stdin.isatty():
        raise QueryError("nobody can be asked here: add --yes to forget them")
    if not yes and not typer.confirm(f"Remove every trace of {len(chosen)} video(s)?", err=as_json):
        raise typer.Exit(1)


def _report(opened: Library, forgotten: list[Video], as_json: bool, line: str) -> None:
    from vsearch.cli import output
    from vsearch.documents import of_name

    if as_json:
        document = {
            "library": str(opened.path),
            "forgotten": [of_name(video) for video in forgotten],
            "traces": opened.has_traces(),
        }
        output.print_json(document)
    else:
        print(line)
