"""vsearch show: one video with its scenes and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library

if TYPE_CHECKING:
    from vsearch.types import VideoDetails


def show(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a file name, or the start of an id.")],
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Show one video with its scenes and what is said in them.

    \b
    vsearch show holiday.mp4
    vsearch show 3fa94c12 --json
    """
    opened = library(context, library=library_name)
    details = opened.show(video)
    if as_json:
        from vsearch.cli.output import print_json
        from vsearch.documents import of_details

        print_json(of_details(details, opened.thumbnail))
    else:
        _print(details)


LONGEST = 200
"""So much of what is said or shown in a scene stands in the table; --json has it all."""


def _print(details: VideoDetails) -> None:
    from vsearch.cli import output

    video = details.video
    print(f"{video.path}  ({video.id[:8]})")
    for path in details.paths:
        if path != video.path:
            print(f"also {path}")
    size = f"{video.width_px}x{video.height_px}, {float(video.frame_rate):.3g} frames a second"
    languages = f" ({', '.join(details.languages)})" if details.languages else ""
    track = "" if video.has_audio else "no sound track, "
    speech = f"{track}speech: {details.speech_source}{languages}"
    print(f"{output.clock(video.duration_s)} long, {size}, {speech}")
    rows = _rows(details)
    columns = [name for name in rows[0] if any(row[name] for row in rows)] if rows else []
    shown = output.table(*columns, right=("", "scene", "pictures"))
    for row in rows:
        shown.add_row(*(row[name] for name in columns))
    output.console().print(shown)


def _rows(details: VideoDetails) -> list[dict[str, str]]:
    """A row of the table for each scene, by column; columns may be empty throughout."""
    from vsearch.cli import output
    from vsearch.types import words_in

    heard = details.sounds if details.video.has_audio else ()
    sounds = {sound.scene_id: sound for sound in heard}
    return [
        {
            "": str(number),
            "scene": output.span(scene.span),
            "pictures": str(sum(frame.scene_id == scene.id for frame in details.frames)),
            "sound": output.sound(sounds[scene.id]) if scene.id in sounds else "",
            "words said": output.shorten(words_in(details.speech, scene.span), LONGEST),
            "words shown": output.shorten(words_in(details.shown, scene.span), LONGEST),
            "tags": output.tags(tag for tag in details.tags if tag.scene_id == scene.id),
        }
        for number, scene in enumerate(details.scenes, start=1)
    ]
