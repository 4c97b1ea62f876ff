"""vsearch list: the videos of a library."""

from __future__ import annotations

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library


def list_videos(
    context: typer.Context, as_json: JsonOption = False, library_name: LibraryOption = None
) -> None:
    """List the videos of a library.

    \b
    vsearch list
    vsearch list --library family --json
    """
    from vsearch import documents
    from vsearch.cli import output

    opened = library(context, library=library_name)
    videos, counts = opened.videos(), opened.counts()
    missing, languages = {video.id for video in opened.missing()}, opened.languages()
    if as_json:
        entries = [
            {
                **documents.of_video(video),
                "missing": video.id in missing,
                "languages": languages.get(video.id, ()),
            }
            for video in videos
        ]
        output.print_json({"library": str(opened.path), "videos": entries})
        return
    shown = output.table("id", "length", "speech", "video", right=("id", "length"))
    for video in videos:
        gone = "\n(file is missing)" if video.id in missing else ""
        length, spoken = output.clock(video.duration_s), ", ".join(languages.get(video.id, ()))
        shown.add_row(video.id[:8], length, spoken, f"{video.path}{gone}")
    output.console().print(shown)
    print(
        f"{counts.videos} videos, {counts.duration_s / 3600:.2f} h, {counts.scenes} scenes, "
        f"{counts.frames} keyframes, {counts.speech_segments} spoken lines in {opened.path}"
    )
