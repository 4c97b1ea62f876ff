"""vsearch index: take videos into a library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vsearch.cli import EXIT_CODES, INTERRUPTED
from vsearch.cli.options import JsonOption, LibraryOption, library

if TYPE_CHECKING:
    from vsearch.pipeline.events import IndexReport


def index(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Folders or files.")],
    library_name: LibraryOption = None,
    embedder: Annotated[
        str | None,
        typer.Option(help="fast, balanced, best, multilingual, starter, or openclip.v1:MODEL/TAG."),
    ] = None,
    speech: Annotated[
        str | None, typer.Option(help="whisper.v1:SIZE, such as whisper.v1:small.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, cuda:1 or mps.")] = None,
    stages: Annotated[
        bool, typer.Option("--stages/--no-stages", help="Show what each stage took.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Take videos into a library; what is there already is skipped.

    \b
    vsearch index ./videos
    vsearch index holiday.mp4 ~/Films --library family
    vsearch index ./videos --embedder best --device cuda

    Files are known by their content: renaming or moving them costs nothing. Interrupt it at any
    time; the next run goes on. Exit code 3: some files could not be read, in whole or in part.
    """
    from vsearch.cli.progress import follow

    opened = library(
        context,
        library=library_name,
        models__embedder=embedder,
        models__speech=speech,
        models__device=device,
    )
    with follow(quiet=as_json) as progress:
        report = opened.index(paths, progress=progress)
    if as_json:
        from vsearch.cli.output import print_json
        from vsearch.documents import of_report

        print_json(of_report(report, str(opened.path)))
    else:
        print_report(report, stages)
        if report.indexed:
            from vsearch.cli.tag import tell_untagged

            tell_untagged(opened.tags())
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.problems:
        raise typer.Exit(EXIT_CODES["VideoError"])


def print_report(report: IndexReport, stages: bool) -> None:
    """What a run did, its problems last."""
    from vsearch.cli import output

    if stages and report.indexed:
        output.console().print(_stage_table(report))
    print(_summary(report))
    for old, new in report.moved:
        print(f"moved: {old} is now {new}")
    for path in report.duplicates:
        print(f"same content as a video that is here already: {path}")
    for problem in report.problems:
        kind = "indexed in part" if problem.partial else "not indexed"
        output.tell(f"{kind}: {problem.path}: {problem.reason}")
    if report.interrupted:
        output.tell("Interrupted: what is done is kept; run the same command again to go on.")


def _summary(report: IndexReport) -> str:
    if not (report.indexed or report.moved or report.duplicates or report.problems):
        if report.interrupted:
            return "Nothing indexed yet."
        count = "1 file is" if report.unchanged == 1 else f"{report.unchanged} files are"
        return f"Nothing to do: {count} here already." if report.unchanged else "No videos found."
    rate = report.video_seconds / report.seconds if report.seconds else 0.0
    parts = [f"{len(report.indexed)} indexed"]
    parts += [f"{report.unchanged} unchanged"] if report.unchanged else []
    parts += [f"{len(report.moved)} moved"] if report.moved else []
    parts += [f"{len(report.duplicates)} copies"] if report.duplicates else []
    parts += [f"{len(report.problems)} with problems"] if report.problems else []
    if not report.indexed:
        return ", ".join(parts[1:])
    minutes = report.video_seconds / 60
    return f"{', '.join(parts)}: {minutes:.1f} min of video in {report.seconds:.0f} s ({rate:.0f}x)"


def _stage_table(report: IndexReport) -> Any:
    from vsearch.cli import output

    columns = ("stage", "worked s", "waited s", "calls")
    shown = output.table(*columns, right=columns[1:])
    for stage in report.stages:
        calls = str(stage.calls) if stage.calls else ""
        shown.add_row(stage.name, f"{stage.busy_s:.1f}", f"{stage.waited_s:.1f}", calls)
    return shown
