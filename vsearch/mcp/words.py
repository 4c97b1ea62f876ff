"""Documents as text that a language model reads easily: what videos say stands in quotes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from vsearch.lines import clock, one_line
from vsearch.mcp.fit import FEW


def span(item: dict[str, Any]) -> str:
    """A stretch of time as players show it."""
    return f"{clock(item['start_s'])}-{clock(item['end_s'])}"


def name(video: dict[str, Any]) -> str:
    """A video as a person calls it, and the beginning of its id, which is never ambiguous."""
    return f"{one_line(PurePath(video['path']).name)} [{video['id'][:8]}]"


def found(document: dict[str, Any]) -> str:
    """What a search found, but for the moments."""
    moments = document["moments"]
    head = f"{len(moments)} moments for {document['query']!r}, best first."
    if not any(moment["score"] > 0 for moment in moments):
        head = f"Nothing fits {document['query']!r} well."
    more = f" Page {document['page']}; more on page {document['page'] + 1}."
    notes = "".join(f"\nNote: {note}" for note in document["notes"])
    return head + (more if document["more"] else "") + notes


def moment(item: dict[str, Any]) -> str:
    """One moment: where, how good, what is said and shown there."""
    weak = ", weak: probably no match" if item["weak"] else ""
    lines = [
        f"{item['rank']}. {name(item['video'])} {span(item)} (score {item['score']:.2f}{weak})"
    ]
    lines += [f"said: “{one_line(item['said'])}”"] if item["said"] else []
    lines += [f"on the screen: “{one_line(item['shown'])}”"] if item["shown"] else []
    if item["tags"]:
        lines.append("tags: " + ", ".join(tag["label"] for tag in item["tags"]))
    if item["copies"]:
        lines.append(f"{copies(item)} other places look and sound the same")
    return "\n   ".join(lines)


def copies(item: dict[str, Any]) -> str:
    """How many there are, of which but the first are listed."""
    count = len(item["copies"])
    return f"{count} or more" if count == FEW["copies"] else str(count)


def transcript(document: dict[str, Any]) -> str:
    """One page of words, a line each."""
    head = f"{name(document['video'])}, page {document['page']} of {document['pages']}"
    if not document["lines"]:
        return f"{head}: nothing is said or shown between {span(document)}."
    return "\n".join([f"{head}:", *map(line, document["lines"])])


def line(item: dict[str, Any]) -> str:
    """Words with their time."""
    where = " (on the screen)" if item["source"] == "shown" else ""
    return f"[{span(item)}]{where} {one_line(item['text'])}"


def chapters(document: dict[str, Any]) -> str:
    """Chapters, a line each."""
    count = len(document["chapters"])
    head = f"{name(document['video'])}, {clock(document['duration_s'])} long, {count} chapters:"
    return "\n".join([head, *map(chapter, document["chapters"])])


def chapter(item: dict[str, Any]) -> str:
    """One chapter."""
    return f"{item['number']}. {span(item)} {one_line(item['title'])}"


def summary(document: dict[str, Any]) -> str:
    """A summary: numbers, chapters, sentences."""
    return "\n".join(_summary(document))


def _summary(document: dict[str, Any]) -> Iterator[str]:
    numbers = document["numbers"]
    yield one_line(document["title"]) + (" (nothing fits well)" if document["poor"] else "")
    yield (
        f"{numbers['videos']} videos, {clock(numbers['duration_s'])} long, "
        f"{numbers['scenes']} scenes, {numbers['words']} words said"
    )
    if document["chapters"]:
        yield "Chapters:"
        yield from map(chapter, document["chapters"])
    if document["sentences"]:
        yield "Sentences that tell most:"
        yield from (f"[{span(item)}] “{one_line(item['text'])}”" for item in document["sentences"])
    if numbers["tags"]:
        yield "Tags: " + ", ".join(f"{tag['label']} ({tag['scenes']})" for tag in numbers["tags"])


def answer(document: dict[str, Any]) -> str:
    """An answer and the places that it rests on."""
    head = "Nothing answers that; the nearest places:" if document["refused"] else document["text"]
    note = f"\nNote: {document['note']}" if document["note"] else ""
    cited = "".join(
        f"\n[{item['number']}] {name(item['video'])} {span(item)} {item['source']}"
        + (f": “{one_line(item['quote'])}”" if item["quote"] else "")
        for item in document["citations"]
    )
    return head + note + cited


def videos(document: dict[str, Any]) -> str:
    """Videos, a line each."""
    head = f"{document['count']} videos, page {document['page']}"
    more = f" (more on page {document['page'] + 1})" if document["more"] else ""
    lines = [
        f"{name(item)} {clock(item['duration_s'])} long, {item['width_px']}x{item['height_px']}"
        + (f", speech in {', '.join(item['languages'])}" if item["languages"] else "")
        for item in document["videos"]
    ]
    return "\n".join([f"{head}{more}:", *lines])


def shown(document: dict[str, Any]) -> str:
    """What a stretch shows and says, before its pictures."""
    count = len(document["keyframes"])
    head = f"{name(document['video'])} {span(document)}: {count} keyframes"
    more = ", others left out: ask for a shorter stretch" if document["more"] else ""
    return "\n".join([head + more, *map(line, document["lines"])])
