"""vsearch search: find moments by what they show and what is said in them."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library

if TYPE_CHECKING:
    from vsearch.types import Moment, SearchResult


class By(StrEnum):
    """What results are grouped by."""

    scene = "scene"
    video = "video"


def search(
    context: typer.Context,
    text: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for.")],
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help="How many results (default 10).")
    ] = None,
    by: Annotated[
        By, typer.Option(help="One result for each scene, or for each video.")
    ] = By.scene,
    play: Annotated[bool, typer.Option("--open", help="Play the best moment.")] = False,
    as_json: JsonOption = False,
    library_name: LibraryOption = None,
) -> None:
    """Find moments by what they show and what is said in them.

    \b
    vsearch search a dog runs on the beach
    vsearch search "what your country can do for you" --by video
    vsearch search goal --limit 3 --open
    vsearch search "red car" --json | jq '.moments[0]'
    """
    found = library(context, library=library_name).search(" ".join(text), limit=limit, by=by.value)
    if as_json:
        from vsearch.cli.output import print_json

        print_json(result_json(found))
    else:
        _print_table(found)
    if play and found.moments:
        from vsearch.cli.player import play_moment

        play_moment(found.moments[0])


def result_json(result: SearchResult) -> dict[str, Any]:
    """A search result as documented in docs/cli.md."""
    return {
        "query": result.query,
        "library": str(result.library),
        "took_ms": round(result.took_ms, 1),
        "moments": [_moment_json(moment) for moment in result.moments],
    }


def _moment_json(moment: Moment) -> dict[str, Any]:
    return {
        "rank": moment.rank,
        "video": {"id": moment.video.id, "path": str(moment.video.path)},
        "start_s": round(moment.span.start_s, 3),
        "end_s": round(moment.span.end_s, 3),
        "score": round(moment.score, 4),
        "said": moment.said,
        "thumbnail": str(moment.thumbnail),
        "evidence": {item.block: round(item.share, 4) for item in moment.evidence},
    }


def _print_table(result: SearchResult) -> None:
    from vsearch.cli import output

    if not result.moments:
        output.tell("Nothing found.")
        return
    shown = output.table(
        "", "video", "time", "score", "why", "words said", right=("", "time", "score")
    )
    # Below 0 a moment matches less than the average one: nobody wants to read those.
    better = [moment for moment in result.moments if moment.score > 0] or result.moments[:1]
    names = Counter(moment.video.path.name for moment in set_of_videos(result))
    for moment in better:
        path = moment.video.path
        shown.add_row(
            str(moment.rank),
            path.name if names[path.name] == 1 else f"{path.parent.name}/{path.name}",
            output.span(moment.span),
            f"{moment.score:.2f}",
            output.why(moment.evidence),
            output.shorten(moment.said, 70),
        )
    output.console().print(shown)
    left_out = len(result.moments) - len(better)
    more = f"; {left_out} more match less than the average" if left_out else ""
    output.tell(f"{len(better)} moments in {result.took_ms:.0f} ms from {result.library}{more}")


def set_of_videos(result: SearchResult) -> list[Moment]:
    """One moment of each video in a result."""
    return list({moment.video.id: moment for moment in result.moments}.values())
