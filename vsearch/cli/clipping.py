"""What clips and reels share on the command line: their options, their making, what is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from vsearch.clips.making import Follow
    from vsearch.clips.wishes import Clip, Wishes


class Subtitles(StrEnum):
    """How what is said is shown."""

    none = "none"
    soft = "soft"
    burnt = "burnt"


class Crop(StrEnum):
    """The shapes that pictures can be cropped to."""

    upright = "9:16"
    square = "1:1"
    portrait = "4:5"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookOptions:
    """How clips look and sound."""

    handles: Annotated[
        float | None, typer.Option(metavar="S", min=0, max=60, help="As much more at both ends.")
    ] = None
    before: Annotated[
        float | None, typer.Option(metavar="S", min=0, max=60, help="As much more before.")
    ] = None
    after: Annotated[
        float | None, typer.Option(metavar="S", min=0, max=60, help="As much more after.")
    ] = None
    fade: Annotated[
        float, typer.Option(metavar="S", min=0, max=60, help="Fade sound in and out.")
    ] = 0.02
    subtitles: Annotated[
        Subtitles, typer.Option(help="Show what is said, as a track or in the picture.")
    ] = Subtitles.none
    vertical: Annotated[
        bool, typer.Option("--vertical", help="Upright, 9:16, around where most happens.")
    ] = False
    crop: Annotated[Crop | None, typer.Option(help="Of this shape, around where most happens.")] = (
        None
    )
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that are there, of the library never.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions(LookOptions):
    """Where a clip is written, and how it looks and sounds."""

    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")
    ] = None
    play: Annotated[bool, typer.Option("--open", help="Play what was made.")] = False


def wishes_of(options: LookOptions, **more: Any) -> Wishes:
    """The wishes that options stand for."""
    from vsearch.clips.wishes import Wishes
    from vsearch.errors import QueryError

    if options.vertical and options.crop not in {None, Crop.upright}:
        raise QueryError("--vertical is --crop 9:16: give one of the two")
    crop = Crop.upright if options.vertical else options.crop
    both = options.handles or 0.0
    return Wishes(
        before_s=both if options.before is None else options.before,
        after_s=both if options.after is None else options.after,
        fade_s=options.fade,
        subtitles=Subtitles(options.subtitles).value,
        shape=None if crop is None else Crop(crop).value,
        overwrite=options.force,
        **more,
    )


def made(make: Callable[[Follow], Clip], what: str, *, quiet: bool) -> Clip:
    """A clip, with a bar while it is being made."""
    from vsearch.cli.progress import share
    from vsearch.clips.making import Follow

    with share(what, quiet=quiet) as progress:
        return make(Follow(progress=progress))


def show(clip: Clip, *, as_json: bool, play: bool) -> None:
    """Tell what was made, and play it if that is wished for."""
    from vsearch.cli.output import print_json

    if as_json:
        from vsearch.documents import of_clip

        print_json(of_clip(clip))
    else:
        print_clip(clip)
    if play:
        from vsearch.cli.player import play as play_file

        play_file(clip.path)


def print_clip(clip: Clip) -> None:
    """Where a clip is, and for one of several pieces where each comes from."""
    from vsearch.cli import output

    for note in clip.notes:
        output.tell(f"Note: {note}.")
    if len(clip.pieces) > 1:
        table = output.table("at", "video", "from", right=("at", "from"))
        for piece in clip.pieces:
            place = (piece.video.path.name, output.span(piece.span))
            table.add_row(output.clock(piece.at_s), *place)
        output.console().print(table)
    print(f"{clip.path}  {output.clock(clip.duration_s)}{_facts(clip)}")
    if clip.left_out:
        said = ", ".join(f"{why} ({count})" for why, count in clip.left_out)
        output.tell(f"Left out: {said}.")


def _facts(clip: Clip) -> str:
    pieces = f", {len(clip.pieces)} pieces" if len(clip.pieces) > 1 else ""
    return f"{pieces}, {clip.copied:.0%} copied as it was" if clip.copied else pieces
