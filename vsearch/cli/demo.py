"""vsearch demo: see it work on sample clips."""

from __future__ import annotations

from typing import Any

import typer

from vsearch.cli.options import settings


def demo(context: typer.Context) -> None:
    """Fetch a few sample clips, index them, and ask four questions.

    \b
    vsearch demo
    """
    from vsearch import demo as steps
    from vsearch.cli import output
    from vsearch.cli.index import print_report
    from vsearch.cli.progress import follow

    config = settings(context)
    with follow(quiet=False) as progress:
        report = steps.prepare(config, output.tell, progress)
    print_report(report, stages=False)
    library = steps.demo_library(config)
    right = 0
    for question, result in steps.ask(library):
        best = result.moments[0]
        right += best.video.path.name == question.answer
        print(f"\n? {question.text}")
        print(f"  {best.video.path.name} {output.span(best.span)}  ({output.why(best.evidence)})")
        if best.said:
            print(f"  “{best.said}”")
    print(f"\n> vsearch ask {steps.TO_ANSWER}")
    answer = library.ask(steps.TO_ANSWER)
    print(f"  {answer.text.strip()}")
    for place in answer.citations:
        print(f"  [{place.number}] {place.video.path.name} {output.span(place.span)}")
    print(f"\n{right} of {len(steps.QUESTIONS)} right. Now your own: ", end="")
    print('`vsearch index FOLDER`, then `vsearch search "what you remember"`.')
    print(f"More of these clips: vsearch search WORDS --library {_short(library.path, config)}")
    if right < len(steps.QUESTIONS):
        raise typer.Exit(1)


def _short(path: Any, config: Any) -> str:
    """A library beside the default one goes by its name."""
    return path.name if path.parent == config.library.parent else str(path)
