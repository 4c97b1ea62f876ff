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


def _details_json(details: VideoDetails, thumbnail: Any) -> dict[str, Any]:
    from vsearch.cli.output import tag_json, video_json

    video = details.video
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
        "speech": [
            {
                "start_s": round(segment.span.start_s, 3),
                "end_s": round(segment.span.end_s, 3),
                "text": segment.text,
                "language": segment.language,
            }
            for segment in details.speech
        ],
    }


def _print(details: VideoDetails) -> None:
    from vsearch.cli import output
    from vsearch.types import words_in

    video = details.video
    print(f"{video.path}  ({video.id[:8]})")
    for path in details.paths:
        if path != video.path:
            print(f"also {path}")
    size = f"{video.width_px}x{video.height_px}, {float(video.frame_rate):.3g} frames a second"
    print(f"{output.clock(video.duration_s)} long, {size}, speech: {details.speech_source}")
    columns = ["", "scene", "pictures", "words said", *(["tags"] if details.tags else [])]
    shown = output.table(*columns, right=("", "scene", "pictures"))
    for number, scene in enumerate(details.scenes, start=1):
        pictures = sum(frame.scene_id == scene.id for frame in details.frames)
        said = words_in(details.speech, scene.span)
        tags = output.tags(tag for tag in details.tags if tag.scene_id == scene.id)
        cells = [str(number), output.span(scene.span), str(pictures), said, tags]
        shown.add_row(*cells[: len(columns)])
    output.console().print(shown)
