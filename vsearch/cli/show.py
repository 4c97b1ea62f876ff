"""vsearch show: one video with its scenes and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

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

        print_json(_details_json(details, opened.thumbnail))
    else:
        _print(details)


LONGEST = 200
"""So much of what is said or shown in a scene stands in the table; --json has it all."""


def _details_json(details: VideoDetails, thumbnail: Any) -> dict[str, Any]:
    from vsearch.cli.output import tag_json, video_json

    video = details.video
    places = {scene.id: place for place, scene in enumerate(details.scenes, start=1)}
    return {
        **video_json(video),
        "paths": [str(path) for path in details.paths],
        "indexed_at": details.indexed_at,
        "speech_source": details.speech_source,
        "scenes": [
            {
                "start_s": round(scene.span.start_s, 3),
                "end_s": round(scene.span.end_s, 3),
                "keyframes": [
                    {
                        "pts_s": round(frame.pts_s, 3),
                        "thumbnail": str(thumbnail(video.id, frame.id)),
                    }
                    for frame in details.frames
                    if frame.scene_id == scene.id
                ],
                "tags": [tag_json(tag) for tag in details.tags if tag.scene_id == scene.id],
            }
            for scene in details.scenes
        ],
        "sounds": [
            {
                "scene": places[sound.scene_id],
                "speech": round(sound.speech, 3),
                "music": round(sound.music, 3),
                "silence": round(sound.silence, 3),
            }
            for sound in details.sounds
        ],
        "languages": details.languages,
        "speech": [
            {
                "start_s": round(segment.span.start_s, 3),
                "end_s": round(segment.span.end_s, 3),
                "text": segment.text,
                "language": segment.language,
            }
            for segment in details.speech
        ],
        "shown": [
            {
                "start_s": round(item.span.start_s, 3),
                "end_s": round(item.span.end_s, 3),
                "text": item.text,
            }
            for item in details.shown
        ],
    }


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
