"""vsearch unusual: scenes that are unlike all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library

if TYPE_CHECKING:
    from vsearch.query.unusual import Reason, UnusualResult, UnusualScene
    from vsearch.types import Place


def unusual(
    context: typer.Context,
    video: Annotated[
        str | None, typer.Argument(metavar="VIDEO", help="Compare within this video only.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 10,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Find scenes unlike all others of a library or a video.

    \b
    vsearch unusual
    vsearch unusual holiday.mp4 --limit 3
    vsearch unusual --json | jq '.scenes[0]'
    """
    from vsearch.cli import output

    opened = library(context, library=library_name)
    result = opened.unusual(video, limit=limit)
    if as_json:
        output.print_json(result_json(result))
    else:
        _print(result)


def result_json(result: UnusualResult) -> dict[str, Any]:
    """A result as documented in docs/cli.md."""
    return {
        "compared": result.compared,
        "empty": result.empty,
        "scenes": [_scene_json(scene) for scene in result.scenes],
    }


def _scene_json(scene: UnusualScene) -> dict[str, Any]:
    from vsearch.documents import of_name, of_place, of_span

    return {
        "rank": scene.rank,
        "video": of_name(scene.video),
        **of_span(scene.span),
        "score": round(scene.score, 4),
        "reasons": [
            {
                "block": reason.block,
                "score": round(reason.score, 4),
                "text": reason.text,
                "nearest": [of_place(place) for place in reason.nearest],
            }
            for reason in scene.reasons
        ],
        "said": scene.said,
        "words": list(scene.words),
        "copies": [of_place(place) for place in scene.copies],
        "keyframe_s": round(scene.frame.pts_s, 3),
        "thumbnail": str(scene.thumbnail),
    }


def _print(result: UnusualResult) -> None:
    from vsearch.cli import output

    console = output.console()
    for scene in result.scenes:
        title = f"{scene.video.path.name}  {output.span(scene.span)}  score {scene.score:.1f}"
        console.print(f"{scene.rank}  {title}", style="bold")
        for reason in scene.reasons:
            console.print(f"   {_reason(reason, scene)}")
        for copy in scene.copies:
            console.print(f"   alike      {_named(copy, scene)}")
        if scene.said:
            console.print(f"   said       “{output.shorten(scene.said, 300)}”")
        console.print()
    output.tell(_summary(result))


def _reason(reason: Reason, scene: UnusualScene) -> str:
    from vsearch.cli import output

    name = output.BLOCK_NAMES.get(reason.block, reason.block)
    rare = f" ({', '.join(scene.words)})" if reason.block == "speech" and scene.words else ""
    nearest = ", ".join(_named(place, scene) for place in reason.nearest)
    like = f"; nearest: {nearest}" if nearest else ""
    return f"{name:10s} {reason.text}{rare}{like}"


def _named(place: Place, scene: UnusualScene) -> str:
    """A place, with the name of its video where that is another one."""
    from vsearch.cli import output

    time = output.span(place.span)
    return time if place.video.id == scene.video.id else f"{place.video.path.name} {time}"


def _summary(result: UnusualResult) -> str:
    from vsearch.cli.output import number_of

    many = number_of(result.compared, "scene")
    if not result.scenes:
        few = result.too_few
        reason = "too few to tell what is usual" if few else "nothing stands out"
        return f"{many}: {reason}."
    empty = f", {number_of(result.empty, 'empty picture')} left out" if result.empty else ""
    return f"{number_of(len(result.scenes), 'scene')} of {result.compared} stand out{empty}"
