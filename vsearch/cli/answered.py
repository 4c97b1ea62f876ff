"""Prints an answer: its sentences as they come, then the places that they cite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vsearch.cli import output

if TYPE_CHECKING:
    from vsearch.answer.answers import Answer

LONGEST_QUOTE = 160


def print_sentence(text: str) -> None:
    """One sentence of an answer, as soon as it is there."""
    print(output.plain(text), flush=True)


def print_places(answer: Answer) -> None:
    """What an answer cites, or the nearest places where there is no answer."""
    if answer.refused:
        print(f"{answer.text}{_nearest(answer)}", flush=True)
    if answer.note:
        output.tell(f"Note: {answer.note}.")
    if not answer.citations:
        return
    shown = output.table("", "video", "time", "words", right=("", "time"))
    for item in answer.citations:
        quote = output.shorten(item.quote, LONGEST_QUOTE)
        words = {"said": quote, "shown": f"on the screen: {quote}", "seen": "(looks like it)"}
        place = (item.video.path.name, output.span(item.span))
        shown.add_row(str(item.number), *place, words[item.source])
    output.console().print(shown)


def _nearest(answer: Answer) -> str:
    if not answer.citations:
        return ""
    seen = answer.citations[0].source == "seen"
    return " What looks most like it:" if seen else " The nearest place:"
