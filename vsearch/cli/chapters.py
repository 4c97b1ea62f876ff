"""vsearch chapters: a video, divided where its topic changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vsearch.cli.exports import (
    AbsoluteOption,
    ExportAsOption,
    Exporting,
    ExportOption,
    ForceOption,
)
from vsearch.cli.options import JsonOption, LibraryOption, library, spread

if TYPE_CHECKING:
    from vsearch.summary.borders import Division
    from vsearch.summary.result import Chapter
    from vsearch.types import Video


class ChapterFormat(StrEnum):
    """How chapters are written."""

    text = "text"
    youtube = "youtube"
    vtt = "vtt"
    ffmetadata = "ffmetadata"
    json = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterOptions:
    """How to divide, and what to write."""

    format: Annotated[ChapterFormat, typer.Option("--format", "-f", help="How to write them.")] = (
        ChapterFormat.text
    )
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write into a file.")
    ] = None
    least: Annotated[
        float | None,
        typer.Option(min=1, metavar="SECONDS", help="No chapter is shorter (by default 5 to 90)."),
    ] = None
    most: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Never more of them (by default 8 to 21)."),
    ] = None
    export: ExportOption = None
    export_as: ExportAsOption = None
    absolute: AbsoluteOption = False
    force: ForceOption = False


@spread
def chapters(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a file name, or the start of an id.")],
    options: ChapterOptions,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Divide a video where its topic changes, with titles.

    \b
    vsearch chapters talk.mp4
    vsearch chapters talk.mp4 --format youtube
    vsearch chapters talk.mp4 --format vtt --output talk.chapters.vtt
    vsearch chapters talk.mp4 --format ffmetadata --output talk.ffmeta
    vsearch chapters talk.mp4 --export talk.csv
    """
    from vsearch.outputs import check_is_no_sidecar, check_output, write_output

    if options.output is not None:
        check_output(options.output)
    opened = library(context, library=library_name)
    exports = Exporting.of(options)
    exports.check(opened)
    found = opened.find(video)
    if options.output is not None:
        check_is_no_sidecar(options.output, [p for paths in opened.paths().values() for p in paths])
    form = ChapterFormat.json if as_json else ChapterFormat(options.format)
    divided = opened.chapters(found, how=_division(options, form, found.duration_s))
    text = _written(form, found, divided)
    if options.output is None:
        print(text, end="")
    else:
        from vsearch.cli.output import number_of, tell

        write_output(options.output, text)
        tell(f"{number_of(len(divided), 'chapter')} of {found.path} written to {options.output}")
    exports.write(opened, divided)


def _division(options: ChapterOptions, form: ChapterFormat, duration_s: float) -> Division:
    from vsearch.summary.borders import Division
    from vsearch.summary.formats import YOUTUBE_LEAST_S

    how = Division(least_s=options.least, most=options.most)
    if form is ChapterFormat.youtube:
        return replace(how, least_s=max(how.shortest_s(duration_s), YOUTUBE_LEAST_S))
    return how


def _written(form: ChapterFormat, video: Video, chapters: tuple[Chapter, ...]) -> str:
    import json

    from vsearch.cli.output import tell
    from vsearch.documents import of_chapters
    from vsearch.summary import formats

    if form is ChapterFormat.json:
        document = of_chapters(video, chapters)
        return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"
    if form is ChapterFormat.youtube:
        if problem := formats.youtube_problem(chapters):
            tell(problem)
        return formats.as_youtube(chapters)
    if form is ChapterFormat.vtt:
        return formats.as_vtt(chapters)
    if form is ChapterFormat.ffmetadata:
        return formats.as_ffmetadata(video, chapters)
    return formats.as_text(chapters)
