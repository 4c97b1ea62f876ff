"""vsearch search: find moments by what they show and what is said in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vsearch.cli.clipping import LookOptions
from vsearch.cli.exports import AbsoluteOption, ExportAsOption, Exporting, ExportOption
from vsearch.cli.options import JsonOption, LibraryOption, library, spread
from vsearch.cli.words import joined

UNREADABLE = 3
"""The exit code where files could not be read."""


class By(StrEnum):
    """What results are grouped by."""

    scene = "scene"
    video = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions(LookOptions):
    """What is asked beside the words, how results are shown, and what clips of them are like."""

    image: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Find what looks like this picture.")
    ] = None
    like: Annotated[
        str | None,
        typer.Option(metavar="VIDEO[@TIME]", help="Find what is like this moment or video."),
    ] = None
    plain: Annotated[
        bool, typer.Option("--plain", help="Take the words as they stand: no quotes, no fields.")
    ] = False
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help="How many results (default 10).")
    ] = None
    page: Annotated[int, typer.Option("--page", "-p", min=1, help="The next so many.")] = 1
    by: Annotated[By, typer.Option(help="One result for each scene, or for each video.")] = By.scene
    per_video: Annotated[
        int, typer.Option(min=0, help="At most so many moments of one video; 0 is any number.")
    ] = 0
    explain: Annotated[bool, typer.Option("--explain", help="Say in full why each matched.")] = (
        False
    )
    play: Annotated[bool, typer.Option("--open", help="Play the best moment.")] = False
    cut: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write a clip of each moment shown.")
    ] = None
    export: ExportOption = None
    export_as: ExportAsOption = None
    absolute: AbsoluteOption = False
    inherited = "With --cut: {}"


@spread
def search(
    context: typer.Context,
    options: SearchOptions,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="What to look for.")
    ] = None,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Find moments by what they show and what is said in them.

    \b
    vsearch search a dog runs on the beach
    vsearch search "what your country can do for you" --by video
    vsearch search dog -cat in:holiday longer:1m
    vsearch search 'said:"last train" after:2024'
    vsearch search 'a door opens then a dog runs out within 30s' --explain
    vsearch search --image sketch.png
    vsearch search --like holiday.mp4@1:30 --limit 3 --open
    vsearch search goal --cut goals --handles 1
    vsearch search "red car" --json | jq '.moments[0]'
    vsearch search "red car" --export cars.otio --export cars.m3u8

    docs/search.md explains all that a query can say.
    """
    from vsearch.cli import found
    from vsearch.cli.cut import Cutting, check_given

    check_given(context, options)
    cutting = None if options.cut is None else Cutting(options.cut, options)
    opened = library(context, library=library_name)
    exports = Exporting.of(options)
    exports.check(opened)
    asked = {"image": options.image, "like": options.like}
    result = opened.search(
        joined(text or []),
        limit=options.limit,
        page=options.page,
        by=By(options.by).value,
        per_video=options.per_video,
        plain=options.plain,
        explain=options.explain,
        **{name: value for name, value in asked.items() if value is not None},  # type: ignore[arg-type]
    )
    if as_json:
        from vsearch.cli.output import print_json
        from vsearch.documents import of_result

        clips = {} if cutting is None else {"clips": cutting.documents(opened, result)}
        print_json({**of_result(result), **clips})
    else:
        found.print_result(result, explain=options.explain)
        if cutting is not None:
            cutting.tell(opened, result)
    exports.write(opened, result)
    if options.play and result.moments and result.moments[0].score:
        from vsearch.cli.player import play_moment

        play_moment(result.moments[0])
    if cutting is not None and cutting.failed:
        raise typer.Exit(UNREADABLE)
