"""vsearch ask: answer a question with what the videos say and show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from vsearch.cli.exports import (
    AbsoluteOption,
    ExportAsOption,
    Exporting,
    ExportOption,
    ForceOption,
)
from vsearch.cli.options import JsonOption, LibraryOption, library, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptions:
    """Where to look, who answers, and what is written."""

    video: Annotated[
        str | None, typer.Option("--in", metavar="VIDEO", help="Look in this video only.")
    ] = None
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, help="How many places may be cited (default 6)."),
    ] = None
    answerer: Annotated[
        str | None,
        typer.Option("--with", metavar="NAME", help="Who answers: quotes.v1, openai.v1[:MODEL]."),
    ] = None
    export: ExportOption = None
    export_as: ExportAsOption = None
    absolute: AbsoluteOption = False
    force: ForceOption = False


@spread
def ask(
    context: typer.Context,
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="As you would ask.")],
    options: AskOptions,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Answer a question with quotes and places, or say none fits.

    \b
    vsearch ask when does the last train leave
    vsearch ask "who built the bridge?" --in lecture.mp4
    vsearch ask 'how often is "climate" said'
    vsearch ask how many videos are there
    vsearch ask "why is the sky blue?" --with openai.v1:llama3.2

    Exit code 1 means that nothing answers. docs/answers.md says what can be asked.
    """
    from vsearch.cli import answered

    opened = library(context, library=library_name)
    exports = Exporting.of(options)
    exports.check(opened)
    found = opened.ask(
        " ".join(question),
        video=options.video,
        limit=options.limit,
        answerer=options.answerer,
        tell=(lambda text: None) if as_json else answered.print_sentence,
    )
    if as_json:
        from vsearch.cli.output import print_json
        from vsearch.documents import of_answer

        print_json(of_answer(found, opened.path))
    else:
        answered.print_places(found)
    if found.refused:
        exports.leave_out("nothing answers the question")
        raise typer.Exit(1)
    exports.write(opened, found)
