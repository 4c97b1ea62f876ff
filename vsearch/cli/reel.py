"""vsearch reel: the best moments of a query, or of a video, in one file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vsearch.cli.clipping import FileOptions
from vsearch.cli.options import JsonOption, LibraryOption, library, spread
from vsearch.cli.words import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vsearch.library import Library
    from vsearch.types import Place


class Order(StrEnum):
    """Which moment comes first."""

    time = "time"
    best = "best"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelOptions(FileOptions):
    """What a reel is made of, and how it looks and sounds."""

    video: Annotated[
        str | None, typer.Option(metavar="VIDEO", help="The best of this video, without a query.")
    ] = None
    moments: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="These moments, as `search --json` prints them."),
    ] = None
    length: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Never longer than this: 60s; with --video a quarter of it, 10 to 60 s.",
        ),
    ] = None
    dissolve: Annotated[
        float,
        typer.Option(metavar="S", min=0, max=60, help="Dissolve from one piece into the next."),
    ] = 0.0
    order: Annotated[Order, typer.Option(help="By video and time, or the best first.")] = Order.time


@spread
def reel(
    context: typer.Context,
    options: ReelOptions,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="What the moments are of.")
    ] = None,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Join the best moments of a query or a video in one file.

    \b
    vsearch reel a dog runs --length 60s
    vsearch reel "the sea" --dissolve 0.5 -o sea.mp4
    vsearch reel --video talk.mp4 --length 1m --subtitles burnt --vertical
    vsearch search goal --json > goals.json; vsearch reel --moments goals.json

    docs/clips.md explains how moments are chosen, and all options.
    """
    from vsearch.cli import clipping
    from vsearch.clips.stretch import time_of

    wishes = clipping.wishes_of(
        options, dissolve_s=options.dissolve, order=Order(options.order).value
    )
    length_s = None if options.length is None else time_of(options.length)
    query = _query(text or [], options)
    opened = library(context, library=library_name)
    what = query if options.moments is None else _moments(opened, options.moments)
    path = options.output or Path(_name(query, options))
    made = clipping.made(
        lambda follow: opened.reel(
            what,
            path,
            length_s=length_s,
            video=options.video,
            wishes=wishes,
            follow=follow,
        ),
        path.name,
        quiet=as_json,
    )
    clipping.show(made, as_json=as_json, play=options.play)


def _query(text: Sequence[str], options: ReelOptions) -> str | None:
    """The query that was typed; exactly one thing is what a reel is made of."""
    from vsearch.errors import QueryError

    given = [bool(text), options.video is not None, options.moments is not None]
    if sum(given) != 1:
        raise QueryError("a reel is made of a QUERY, or of --video VIDEO, or of --moments FILE")
    return joined(text) if text else None


def _name(query: str | None, options: ReelOptions) -> str:
    from vsearch.clips.names import named

    source = options.moments or Path(options.video or "")
    return named(query or source.stem, "reel")


def _moments(opened: Library, path: Path) -> list[Place]:
    from vsearch.clips.given import read_moments

    return read_moments(opened, path)
