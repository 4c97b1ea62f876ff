"""vsearch tag: put labels on scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library, spread

if TYPE_CHECKING:
    from vsearch.library import Library
    from vsearch.tags.kept import KeptLabels, TagReport
    from vsearch.tags.labels import LabelSet


@dataclass(frozen=True, slots=True, kw_only=True)
class TagOptions:
    """Which labels, and how sure a tag must be."""

    labels: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|NAME",
            help="scenes, actions, emotions, a file of labels, or a set that the library has.",
        ),
    ] = None
    least: Annotated[
        float | None,
        typer.Option(metavar="P", help="Keep tags at least so probable (at first 0.4)."),
    ] = None
    most: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most so many a scene (at first 3).")
    ] = None
    again: Annotated[
        bool, typer.Option("--again", help="Also videos that have these tags already.")
    ] = False
    dry: Annotated[bool, typer.Option("--dry-run", help="Keep nothing, only show.")] = False
    remove: Annotated[
        str | None, typer.Option(metavar="SET", help="Forget a set with all of its tags.")
    ] = None


@spread
def tag(
    context: typer.Context,
    options: TagOptions,
    videos: Annotated[
        list[str] | None, typer.Argument(metavar="VIDEO", help="Only these videos, anew.")
    ] = None,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Label scenes, or list the label sets of a library.

    \b
    vsearch tag --labels scenes
    vsearch tag --labels emotions talk.mp4 --dry-run
    vsearch tag --labels my-labels.txt --least 0.5 --most 1
    vsearch tag
    vsearch tag --remove my-labels

    Run it again for videos indexed since. Search with tag:kitchen. docs/tags.md has the form of a
    file, and how far to trust it.
    """
    from vsearch.errors import QueryError

    opened = library(context, library=library_name)
    if options.remove is not None:
        _check_alone(options, videos)
        opened.untag(options.remove)
        _tell_removed(options.remove, as_json)
    elif options.labels is not None:
        _tag(opened, options, videos or [], as_json)
    elif videos or options != TagOptions():
        raise QueryError("say which labels: --labels scenes, actions, emotions or a file")
    else:
        _list(opened.tags(), as_json)


def _check_alone(options: TagOptions, videos: list[str] | None) -> None:
    from vsearch.errors import QueryError

    if videos or options != TagOptions(remove=options.remove):
        raise QueryError("--remove forgets a whole set: give nothing else with it")


def _tell_removed(name: str, as_json: bool) -> None:
    from vsearch.cli.output import print_json

    if as_json:
        print_json({"removed": name})
    else:
        print(f"Forgot the tags of {name}.")


def _tag(opened: Library, options: TagOptions, videos: list[str], as_json: bool) -> None:
    from vsearch.cli import output
    from vsearch.cli.progress import count

    with count("keyframes", quiet=as_json) as progress:
        report = opened.tag(
            options.labels or "",
            videos=videos,
            least=options.least,
            most=options.most,
            again=options.again,
            dry=options.dry,
            progress=progress,
        )
    if as_json:
        output.print_json(report_json(report))
    else:
        _print_report(report)


def report_json(report: TagReport) -> dict[str, Any]:
    """A report as documented in docs/cli.md."""
    from vsearch.documents import of_name, of_span

    return {
        "label_set": report.labels.name,
        "looks_at": report.labels.looks_at,
        "made_with": report.making.made_with,
        "least": report.making.least,
        "most": report.making.most,
        "dry_run": report.dry,
        "videos": report.videos,
        "unchanged": report.unchanged,
        "counts": report.counts,
        "scenes": [
            {
                "video": of_name(item.video),
                **of_span(item.scene.span),
                "judged": item.judged,
                "tags": [{"label": tag.label, "score": round(tag.score, 4)} for tag in item.tags],
            }
            for item in report.scenes
        ],
    }


def _print_report(report: TagReport) -> None:
    from vsearch.cli import output

    shown = output.table("label", "scenes", right=("scenes",))
    for name, number in sorted(report.counts.items(), key=lambda item: -item[1]):
        if number:
            shown.add_row(name, str(number))
    if shown.rows:
        output.console().print(shown)
    print(_summary(report))
    if report.dry:
        output.tell("Nothing was kept: leave out --dry-run to keep these tags.")


def _summary(report: TagReport) -> str:
    from vsearch.cli.output import number_of

    name = report.labels.name
    already = f"{number_of(report.unchanged, 'video')} had its tags already"
    if not report.videos:
        return f"{name}: nothing to do, {already}." if report.unchanged else f"{name}: no videos."
    tagged = sum(bool(item.tags) for item in report.scenes)
    silent = sum(not item.judged for item in report.scenes)
    parts = [f"{name}: {number_of(len(report.scenes), 'scene')} of "]
    parts[0] += f"{number_of(report.videos, 'video')}, {tagged} tagged"
    if unsure := len(report.scenes) - tagged - silent:
        parts.append(f"{unsure} that no label fits well")
    if silent:
        parts.append(f"{silent} in which nothing is said")
    if report.unchanged:
        parts.append(already)
    return "; ".join(parts)


def _list(sets: list[KeptLabels], as_json: bool) -> None:
    from vsearch.cli import output

    if as_json:
        shipped = [_shipped_json(item) for item in _shipped()]
        output.print_json({"label_sets": [kept_json(item) for item in sets], "shipped": shipped})
        return
    if sets:
        _print_sets(sets)
    else:
        output.tell("No tags yet: `vsearch tag --labels scenes` puts some on.")
    _print_shipped()
    tell_untagged(sets)


def _print_sets(sets: list[KeptLabels]) -> None:
    from vsearch.cli import output

    columns = ("labels", "videos", "untagged", "scenes", "tags", "least")
    shown = output.table("set", "looks at", *columns, right=columns)
    for item in sets:
        numbers = (len(item.labels.labels), item.videos, item.untagged, item.scenes)
        row = [*map(str, numbers), str(sum(item.counts.values())), f"{item.making.least:g}"]
        shown.add_row(item.labels.name, item.labels.looks_at, *row)
    output.console().print(shown)


def _shipped() -> list[LabelSet]:
    from vsearch.tags.labels import read_labels, shipped_sets

    return [read_labels(name) for name in shipped_sets()]


def _print_shipped() -> None:
    from textwrap import fill

    from vsearch.cli.output import console

    print("Sets that come along:")
    for item in _shipped():
        names = ", ".join(label.name for label in item.labels)
        text = f"{item.name} ({len(item.labels)} labels, {item.looks_at}): {names}"
        print(fill(text, console().width, initial_indent="  ", subsequent_indent="    "))


def _shipped_json(item: LabelSet) -> dict[str, Any]:
    return {
        "label_set": item.name,
        "looks_at": item.looks_at,
        "labels": [label.name for label in item.labels],
    }


def kept_json(item: KeptLabels) -> dict[str, Any]:
    """A label set of a library as documented in docs/cli.md."""
    return {
        "label_set": item.labels.name,
        "looks_at": item.labels.looks_at,
        "made_with": item.making.made_with,
        "made_at": item.made_at,
        "least": item.making.least,
        "most": item.making.most,
        "videos": item.videos,
        "untagged": item.untagged,
        "scenes": item.scenes,
        "counts": dict(item.counts),
    }


def tell_untagged(sets: list[KeptLabels]) -> None:
    """Say which sets have not seen all videos, and what to do about it."""
    from vsearch.cli.output import number_of, tell

    for item in sets:
        if item.untagged:
            name = item.labels.name
            many = number_of(item.untagged, "video")
            tell(f"{many} without tags of {name} yet: `vsearch tag --labels {name}`")
