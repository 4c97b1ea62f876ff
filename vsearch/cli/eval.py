"""vsearch eval: what a library's answers are worth, measured on queries whose answers are known."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library, spread

if TYPE_CHECKING:
    from vsearch.evaluate import LabelTruth, Report
    from vsearch.library import Library

PLOT_ENDINGS = (".png", ".svg", ".pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalOptions:
    """How to evaluate."""

    kind: Annotated[str | None, typer.Option(help="Only the queries of this kind.")] = None
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help="Only the first so many queries.")
    ] = None
    count_absent: Annotated[
        bool,
        typer.Option(
            "--count-absent", help="Count queries whose videos are not in the library as not found."
        ),
    ] = False
    bootstrap: Annotated[
        int, typer.Option(min=0, help="Samples for the 95 % intervals; 0 leaves them out.")
    ] = 1000
    seed: Annotated[int, typer.Option(min=0, help="Seed of the samples.")] = 0
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the results: .png, .svg or .pdf.")
    ] = None
    keep_threshold: Annotated[
        str | None,
        typer.Option(
            metavar="best|NUMBER|none",
            help="Keep the score below which nothing is a good match in the library.",
        ),
    ] = None


@spread
def evaluate(
    context: typer.Context,
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="A JSON or CSV file.")],
    options: EvalOptions,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Measure a library on queries whose answers are known.

    \b
    vsearch eval truth.csv
    vsearch eval MSRVTT_JSFUSION_test.csv --library msrvtt --plot recall.png
    vsearch eval highlight_val_release.jsonl --limit 100 --json
    vsearch eval truth.json --keep-threshold best
    vsearch eval labels.csv --plot confusion.png

    TRUTH is a JSON list or a CSV of queries, MSR-VTT's 1kA CSV or QVHighlights' JSONL; or a JSON
    list or a CSV of labels, to judge tags: docs/evaluate.md explains the formats and the measures.
    """
    from vsearch.cli.progress import count
    from vsearch.evaluate import evaluate, read_label_truth, read_truth

    _check_plot(options.plot)
    if (labelled := read_label_truth(truth)) is not None:
        _judge_tags(library(context, library=library_name), labelled, options, as_json)
        return
    wanted = _wanted(options.keep_threshold)
    chosen = read_truth(truth).only(kind=options.kind, limit=options.limit)
    opened = library(context, library=library_name)
    with count("queries", quiet=as_json) as progress:
        report = evaluate(
            opened,
            chosen,
            bootstrap=options.bootstrap,
            seed=options.seed,
            count_absent=options.count_absent,
            progress=progress,
        )
    try:
        if options.keep_threshold is not None:
            _keep(opened, report, wanted)
    finally:  # the report took long: it is shown even where nothing can be kept
        _show(report, opened.threshold(), as_json)
        if options.plot is not None:
            _plot(report, opened.threshold(), options.plot)


def _judge_tags(opened: Library, truth: LabelTruth, options: EvalOptions, as_json: bool) -> None:
    from vsearch.cli import labelreport, output
    from vsearch.errors import QueryError
    from vsearch.evaluate import evaluate_labels

    usual = EvalOptions(bootstrap=options.bootstrap, seed=options.seed, plot=options.plot)
    if options != usual:
        raise QueryError(
            f"{truth.path} is a truth of labels: --kind, --limit, --count-absent and "
            "--keep-threshold are for queries"
        )
    report = evaluate_labels(opened, truth, bootstrap=options.bootstrap, seed=options.seed)
    if as_json:
        output.print_json(labelreport.label_report_json(report))
    else:
        labelreport.print_label_report(report)
    if options.plot is not None:
        from vsearch.evaluate.plot_labels import draw_labels

        draw_labels(report, options.plot)
        output.tell(f"The plot is in {options.plot}")


def _check_plot(path: Path | None) -> None:
    """Say what is wrong with the name of a plot before the work rather than after it."""
    from vsearch.errors import QueryError

    if path is None:
        return
    if path.suffix.lower() not in PLOT_ENDINGS:
        raise QueryError(f"a plot ends in {', '.join(PLOT_ENDINGS)}, not in {path.suffix!r}")
    if not path.absolute().parent.is_dir():
        raise QueryError(f"{path.absolute().parent} does not exist: make it for the plot first")


def _wanted(setting: str | None) -> float | str | None:
    """The number that is to be kept, "best", or None to forget."""
    from vsearch.errors import QueryError

    if setting in {None, "none"}:
        return None
    if setting == "best":
        return setting
    with suppress(ValueError):
        if math.isfinite(number := float(setting or "")):
            return number
    raise QueryError(f"--keep-threshold takes best, a number or none, not {setting}")


def _keep(opened: Library, report: Report, wanted: float | str | None) -> None:
    from vsearch.cli.output import tell
    from vsearch.errors import QueryError

    best = report.curve.best
    if wanted == "best" and not best.f1:
        raise QueryError("no best result is right: there is no threshold worth keeping")
    value = best.threshold if isinstance(wanted, str) else wanted
    opened.keep_threshold(value)
    kept = "no threshold" if value is None else f"the threshold {value:.4g}"
    tell(f"{opened.path} keeps {kept} now.")


def _show(report: Report, kept: float | None, as_json: bool) -> None:
    from vsearch.cli import evalreport, output

    if as_json:
        output.print_json(evalreport.report_json(report, kept))
    else:
        evalreport.print_report(report, kept)


def _plot(report: Report, kept: float | None, path: Path) -> None:
    from vsearch.cli.output import tell
    from vsearch.evaluate.plot import draw

    draw(report, path, kept=kept)
    tell(f"The plot is in {path}")
