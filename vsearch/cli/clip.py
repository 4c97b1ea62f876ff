"""vsearch clip: a stretch of a video as a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from vsearch.cli.clipping import FileOptions
from vsearch.cli.options import JsonOption, LibraryOption, library, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipOptions(FileOptions):
    """How long a clip is, and how it looks and sounds."""

    length: Annotated[
        str | None, typer.Option(metavar="TIME", help="How long it is, in the place of END.")
    ] = None


@spread
def clip(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A video of the library, or any video file.")],
    start: Annotated[str, typer.Argument(help="Where it begins: 90, 1:30, 0:01:30.5, 1m30s.")],
    options: ClipOptions,
    end: Annotated[
        str | None, typer.Argument(help="Where it ends, in the same way, or +10s.")
    ] = None,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Cut a stretch out of a video, exactly.

    \b
    vsearch clip talk.mp4 1:30 1:45
    vsearch clip talk.mp4 0:01:30.5 +10s -o quote.mp4
    vsearch clip talk.mp4 90 --length 15 --handles 1 --subtitles burnt
    vsearch clip holiday.mov 12 20 --vertical -o story.mp4

    docs/clips.md explains all options.
    """
    from vsearch.cli import clipping
    from vsearch.clips.making import video_of
    from vsearch.clips.names import name_of
    from vsearch.clips.stretch import span_of
    from vsearch.types import Place

    span = span_of(start, end, options.length)
    wishes = clipping.wishes_of(options)
    opened = library(context, library=library_name)
    found = video_of(opened, video)
    path = options.output or Path(name_of(Place(video=found, span=span)))
    made = clipping.made(
        lambda follow: opened.clip(
            found, span.start_s, span.end_s, path, wishes=wishes, follow=follow
        ),
        path.name,
        quiet=as_json,
    )
    clipping.show(made, as_json=as_json, play=options.play)
