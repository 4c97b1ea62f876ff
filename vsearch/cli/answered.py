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
        nearest = " The nearest place:" if len(answer.citations) == 1 else ""
        output.tell(f"{answer.text}{nearest}")
    if answer.note:
        output.tell(f"Note: {answer.note}.")
    if not answer.citations:
        return
    shown = output.table("", "video", "time", "words", right=("", "time"))
    for item in answer.citations:
        quote = output.shorten(item.quote, LONGEST_QUOTE)
        words = f"on the screen: {quote}" if item.source == "shown" else quote
        shown.add_row(str(item.number), item.video.path.name, output.span(item.span), words)
    output.console().print(shown)


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
