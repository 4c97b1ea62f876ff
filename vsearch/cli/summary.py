"""vsearch summary: a video, or what a query finds, told shortly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library, spread
from vsearch.cli.words import joined

if TYPE_CHECKING:
    from vsearch.summary.result import Summary


class SummaryFormat(StrEnum):
    """How a summary is written."""

    text = "text"
    markdown = "markdown"
    html = "html"
    json = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryOptions:
    """How much is told, and what to write."""

    format: Annotated[SummaryFormat, typer.Option("--format", "-f", help="How to write it.")] = (
        SummaryFormat.text
    )
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write into a file.")
    ] = None
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw a contact sheet as well.")
    ] = None
    pictures: Annotated[int, typer.Option(min=0, help="At most so many pictures.")] = 9
    sentences: Annotated[int, typer.Option(min=0, help="At most so many sentences.")] = 5
    query: Annotated[
        bool, typer.Option("--query", "-q", help="Take the words as a query, not as a name.")
    ] = False


@spread
def summary(
    context: typer.Context,
    what: Annotated[
        list[str], typer.Argument(metavar="VIDEO|QUERY", help="A video of the library, or a query.")
    ],
    options: SummaryOptions,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Tell a video, or what a query finds, in words and pictures.

    \b
    vsearch summary talk.mp4
    vsearch summary talk.mp4 --format html --output talk.html
    vsearch summary talk.mp4 --sheet talk.png --pictures 16
    vsearch summary the last train --format markdown
    vsearch summary --query talk
    """
    from vsearch.errors import QueryError
    from vsearch.outputs import check_is_no_sidecar, check_output

    if options.output is not None:
        check_output(options.output)
    if options.sheet is not None:
        check_output(options.sheet, endings=(".png",))
        if not options.pictures:
            raise QueryError("--pictures 0 leaves no pictures for the sheet: give it 1 or more")
    opened = library(context, library=library_name)
    if options.output is not None:
        check_is_no_sidecar(options.output, [p for paths in opened.paths().values() for p in paths])
    told = opened.summary(
        joined(what),
        pictures=options.pictures,
        sentences=options.sentences,
        as_query=options.query,
    )
    text = _written(SummaryFormat.json if as_json else SummaryFormat(options.format), told)
    if options.output is None:
        print(text, end="")
    else:
        _write(options.output, text, "summary")
    if options.sheet is not None:
        from vsearch.summary.sheet import as_sheet

        _write(options.sheet, as_sheet(told), "contact sheet")


def _write(path: Path, content: str | bytes, name: str) -> None:
    from vsearch.cli.output import tell
    from vsearch.outputs import write_output

    write_output(path, content)
    tell(f"The {name} is in {path}")


def _written(form: SummaryFormat, told: Summary) -> str:
    import json

    if form is SummaryFormat.json:
        from vsearch.documents import of_summary

        return json.dumps(of_summary(told), indent=2, ensure_ascii=False, default=str) + "\n"
    if form is SummaryFormat.html:
        from vsearch.summary.page import as_html

        return as_html(told)
    from vsearch.cli.output import console
    from vsearch.summary.text import WIDTH, as_markdown, as_plain

    if form is SummaryFormat.markdown:
        return as_markdown(told)
    return as_plain(told, min(WIDTH, console().width))
