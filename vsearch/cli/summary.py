"""vsearch summary: a video, or what a query finds, told shortly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library, spread
from vsearch.cli.words import joined

if TYPE_CHECKING:
    from vsearch.summary.result import Numbers, Summary


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
    """Tell a video, or what a query finds, in few words and pictures.

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
        return json.dumps(summary_json(told), indent=2, ensure_ascii=False, default=str) + "\n"
    if form is SummaryFormat.html:
        from vsearch.summary.page import as_html

        return as_html(told)
    from vsearch.cli.output import console
    from vsearch.summary.text import WIDTH, as_markdown, as_plain

    if form is SummaryFormat.markdown:
        return as_markdown(told)
    return as_plain(told, min(WIDTH, console().width))


def summary_json(told: Summary) -> dict[str, Any]:
    """A summary as documented in docs/cli.md."""
    from vsearch.cli.chapters import chapter_json

    return {
        "title": told.title,
        "query": told.query,
        "poor": told.poor,
        "library": str(told.library),
        "videos": [{"id": video.id, "path": str(video.path)} for video in told.videos],
        "numbers": _numbers_json(told.numbers),
        "coverage": round(told.coverage, 4),
        "pictures": [
            {
                "video": item.video.id,
                "keyframe_s": round(item.frame.pts_s, 3),
                "start_s": round(item.span.start_s, 3),
                "end_s": round(item.span.end_s, 3),
                "thumbnail": str(item.thumbnail),
            }
            for item in told.pictures
        ],
        "sentences": [
            {
                "video": item.video.id,
                "start_s": round(item.span.start_s, 3),
                "end_s": round(item.span.end_s, 3),
                "text": item.text,
                "score": round(item.score, 4),
            }
            for item in told.sentences
        ],
        "chapters": [chapter_json(chapter) for chapter in told.chapters],
        "moments": [
            {
                "video": video.id,
                "start_s": round(span.start_s, 3),
                "end_s": round(span.end_s, 3),
            }
            for video, span in told.spans
        ],
    }


def _numbers_json(numbers: Numbers) -> dict[str, Any]:
    return {
        "videos": numbers.videos,
        "duration_s": round(numbers.duration_s, 3),
        "scenes": numbers.scenes,
        "keyframes": numbers.keyframes,
        "words": numbers.words,
        "speech_share": round(numbers.speech_share, 4),
        "words_per_minute": round(numbers.words_per_minute, 1),
        "languages": list(numbers.languages),
        "music_share": _rounded(numbers.music_share),
        "silence_share": _rounded(numbers.silence_share),
        "tags": [{"label": label, "scenes": scenes} for label, scenes in numbers.tags],
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
