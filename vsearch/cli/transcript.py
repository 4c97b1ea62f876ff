"""vsearch transcript: what is said, as subtitles, text or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library, spread

if TYPE_CHECKING:
    from vsearch.library import Library
    from vsearch.types import Video


class TranscriptFormat(StrEnum):
    """How a transcript is written."""

    srt = "srt"
    vtt = "vtt"
    txt = "txt"
    json = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptOptions:
    """What is written, and where."""

    format: Annotated[
        TranscriptFormat | None,
        typer.Option("--format", "-f", help="How to write it (default: as FILE ends, or txt)."),
    ] = None
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write into a file.")
    ] = None
    all: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write one file for each video into a folder."),
    ] = None
    times: Annotated[bool, typer.Option("--times", help="In txt: when each paragraph begins.")] = (
        False
    )
    chapters: Annotated[
        bool, typer.Option("--chapters", help="In txt and json: the chapters with their titles.")
    ] = False
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False
    as_subtitles: Annotated[
        bool,
        typer.Option(
            "--as-subtitles", help="Let later index runs read the files as subtitles of the videos."
        ),
    ] = False


@spread
def transcript(
    context: typer.Context,
    options: TranscriptOptions,
    video: Annotated[
        str | None, typer.Argument(help="A path, a file name, or the start of an id.")
    ] = None,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Write down what is said in a video, or in all of them.

    \b
    vsearch transcript talk.mp4
    vsearch transcript talk.mp4 --times --chapters --output talk.txt
    vsearch transcript talk.mp4 -o talk.transcript.srt
    vsearch transcript --all subtitles --format vtt

    No file is written over without --force.
    """
    from vsearch.errors import QueryError

    if (video is None) == (options.all is None):
        raise QueryError("name one video, or a folder for the transcripts of --all")
    if options.all is not None and options.output is not None:
        raise QueryError("--all writes one file for each video into its folder; leave --output out")
    opened = library(context, library=library_name)
    if video is not None:
        _one(opened, opened.find(video), options, as_json)
    elif options.all is not None:
        _all(opened, options.all, options, as_json)


def _one(opened: Library, video: Video, options: TranscriptOptions, as_json: bool) -> None:
    from vsearch.cli.output import tell
    from vsearch.errors import VsearchError

    form = _form(options, as_json)
    if options.output is not None:
        _check(opened, options.output, options)
    text = _written(opened, video, form, options)
    silent = not opened.transcript(video).speech
    if options.output is None:
        print(text, end="")
        if silent:
            tell(f"nothing is said in {video.path}")
    elif silent:
        raise VsearchError(f"nothing is said in {video.path}: {options.output} is not written")
    else:
        from vsearch.outputs import write_output

        write_output(options.output, text)
        tell(f"what is said in {video.path} is written to {options.output}")


def _form(options: TranscriptOptions, as_json: bool) -> TranscriptFormat:
    """The format that is named, or that a file ends in."""
    from vsearch.errors import QueryError

    ending = options.output.suffix.lower().lstrip(".") if options.output else ""
    if as_json and (options.format not in {None, "json"} or ending not in {"", "json"}):
        other = options.format or options.output
        raise QueryError(f"--json is --format json, and not {other}: leave one of the two out")
    if options.format is not None:
        return TranscriptFormat(options.format)
    if not as_json and ending in set(TranscriptFormat):
        return TranscriptFormat(ending)
    return TranscriptFormat.json if as_json else TranscriptFormat.txt


def _check(opened: Library, output: Path, options: TranscriptOptions) -> None:
    from vsearch.outputs import check_is_no_sidecar, check_new, check_output

    check_output(output)
    check_new(output, overwrite=options.force)
    if not options.as_subtitles:
        check_is_no_sidecar(output, _files(opened), "transcript")


def _files(opened: Library) -> list[Path]:
    return [path for paths in opened.paths().values() for path in paths]


def _written(
    opened: Library, video: Video, form: TranscriptFormat, options: TranscriptOptions
) -> str:
    chapters = opened.chapters(video) if options.chapters and form in {"txt", "json"} else ()
    return opened.transcript(video).written(form.value, times=options.times, chapters=chapters)


def _all(opened: Library, folder: Path, options: TranscriptOptions, as_json: bool) -> None:
    """One file for each video in which anything is said; those that are there already are kept."""
    from vsearch.export.names import unique_names
    from vsearch.outputs import check_folder, write_output

    form = options.format or TranscriptFormat.txt
    videos = opened.videos()
    names = unique_names(videos)
    targets = {video.id: folder / f"{names[video.id]}.{form.value}" for video in videos}
    check_folder(folder)
    _check_all(opened, list(targets.values()), options)
    folder.mkdir(exist_ok=True)
    done: dict[str, list[tuple[Video, Path | None]]] = {"written": [], "kept": [], "silent": []}
    for video in videos:
        target = targets[video.id]
        if target.exists() and not options.force:
            done["kept"].append((video, target))
        elif not opened.transcript(video).speech:
            done["silent"].append((video, None))
        else:
            write_output(target, _written(opened, video, form, options))
            done["written"].append((video, target))
    _report(folder, done, as_json)


def _check_all(opened: Library, targets: Sequence[Path], options: TranscriptOptions) -> None:
    from vsearch.errors import QueryError
    from vsearch.outputs import sidecar_of

    folders = {target.parent.resolve() for target in targets}
    near = [path for path in _files(opened) if path.parent.resolve() in folders]
    for target in targets:
        name = "" if options.as_subtitles else sidecar_of(target, near)
        if name:
            raise QueryError(
                f"{target} would be taken for the subtitles of {name} by later index runs: choose "
                f"another folder, or say --as-subtitles if that is wanted"
            )


def _report(folder: Path, done: dict[str, list[tuple[Video, Path | None]]], as_json: bool) -> None:
    from vsearch.cli.output import number_of, print_json, tell
    from vsearch.documents import of_name

    if as_json:
        print_json(
            {
                name: [{"video": of_name(video), "file": file} for video, file in found]
                for name, found in done.items()
            }
        )
        return
    tell(f"{number_of(len(done['written']), 'transcript')} written to {folder}")
    if done["kept"]:
        there = number_of(len(done["kept"]), "file")
        tell(f"{there} that were there already are as they were: --force writes over them")
    if done["silent"]:
        tell(f"nothing is said in {number_of(len(done['silent']), 'video')}")
