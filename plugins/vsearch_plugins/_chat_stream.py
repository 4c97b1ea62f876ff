"""The text of a chat completion out of its response: streamed as events, or all at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from vsearch.errors import AnswerError

MOST_BYTES = 4_000_000
DONE = "[DONE]"


def deltas(content_type: str, parts: Iterable[bytes]) -> Iterator[str]:
    """The pieces of text as they come."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/event-stream":
        yield from _events(_lines(parts))
    elif kind in {"text/html", "application/xhtml+xml"}:
        raise AnswerError("a web page came back, not an answer: check answer.url")
    else:
        yield _text(_loaded(b"\n".join(_lines(parts))), "message")


def _events(lines: Iterable[bytes]) -> Iterator[str]:
    for line in lines:
        if not line.startswith(b"data:"):
            continue  # names of events, comments that keep the line open
        data = line[5:].strip()
        if data.decode("utf-8", "replace") == DONE:
            return
        if data:
            yield _text(_loaded(data), "delta")


def _lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines, however the bytes come; a response without end is given up."""
    rest, total = b"", 0
    for part in parts:
        total += len(part)
        if total > MOST_BYTES:
            raise AnswerError(f"more than {MOST_BYTES // 1_000_000} MB came back")
        *lines, rest = (rest + part).split(b"\n")
        yield from (line.rstrip(b"\r") for line in lines)
    if rest:
        yield rest


def _loaded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise AnswerError("what came back is not JSON: check answer.url") from None


def _text(event: Any, part: str) -> str:
    """The text of an event; one without any, such as the last, has none."""
    if not isinstance(event, dict) or not ("choices" in event or "error" in event):
        raise AnswerError("what came back is no chat completion: check answer.url")
    if event.get("error"):
        error = event["error"]
        message = error.get("message", "") if isinstance(error, dict) else error
        raise AnswerError(f"it says: {str(message)[:200]}")
    try:
        text = event["choices"][0][part].get("content") if event["choices"] else ""
    except (AttributeError, IndexError, KeyError, TypeError):
        raise AnswerError("what came back is no chat completion: check answer.url") from None
    return text if isinstance(text, str) else ""
