"""Prints an answer: its sentences as they come, then the places that they cite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsearch.cli import output

if TYPE_CHECKING:
    from vsearch.answer.answers import Answer, Citation

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


def answer_json(answer: Answer, library: Path) -> dict[str, Any]:
    """An answer as documented in docs/cli.md."""
    return {
        "question": answer.question,
        "library": str(library),
        "text": answer.text,
        "refused": answer.refused,
        "by": answer.by,
        "where": answer.where,
        "note": answer.note,
        "took_ms": round(answer.took_ms, 1),
        "citations": [_citation_json(item) for item in answer.citations],
    }


def _citation_json(item: Citation) -> dict[str, Any]:
    return {
        "number": item.number,
        "video": {"id": item.video.id, "path": str(item.video.path)},
        "start_s": round(item.span.start_s, 3),
        "end_s": round(item.span.end_s, 3),
        "quote": item.quote,
        "source": item.source,
        "score": round(item.score, 4),
        "thumbnail": str(item.thumbnail),
    }
