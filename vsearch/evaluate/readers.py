"""The formats of truth: plain JSON and CSV, MSR-VTT's 1kA CSV, QVHighlights' JSONL."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vsearch.errors import QueryError
from vsearch.evaluate.truth import Named, TruthQuery, merge
from vsearch.types import TimeSpan

PLAIN = ("query", "video", "start_s", "end_s", "spans", "kind", "note")
MSRVTT = {"video_id", "sentence"}
LATEST_S = 1e9
SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Line:
    """Where in a file something stands."""

    path: Path
    line: int

    def wrong(self, reason: str) -> QueryError:
        """An error about what stands there."""
        return QueryError(f"{self.path}, line {self.line}: {reason}")


def parse(path: Path, text: str) -> tuple[str, list[TruthQuery]]:
    """The name of the format, and the queries."""
    if text.lstrip()[:1] in {"[", "{"}:
        return _from_records(path, text)
    return _from_table(path, text) if text.strip() else ("", [])


def _from_records(path: Path, text: str) -> tuple[str, list[TruthQuery]]:
    listed = text.lstrip().startswith("[")
    plain, highlights = [], []
    for place, record in records_of_list(path, text) if listed else records_of_lines(path, text):
        if not isinstance(record, dict):
            raise place.wrong(f"a query is an object in braces, not {json.dumps(record)[:40]}")
        if "vid" in record:
            highlights.append(_highlight(place, record))
        else:
            plain.append(_plain(place, record))
    if highlights and plain:
        raise QueryError(f"{path} mixes QVHighlights' records, which have a vid, with others")
    if highlights:
        return "QVHighlights", highlights
    return "JSON" if listed else "JSON lines", merge(path, plain)


def records_of_list(path: Path, text: str) -> Iterator[tuple[Line, Any]]:
    """The items of a JSON list, each with its line."""
    _load(Line(path, 1), text)
    decoder, at = json.JSONDecoder(), text.index("[") + 1
    while True:
        while text[at].isspace() or text[at] == ",":
            at += 1
        if text[at] == "]":
            return
        line = text.count("\n", 0, at) + 1
        item, at = decoder.raw_decode(text, at)
        yield Line(path, line), item


def records_of_lines(path: Path, text: str) -> Iterator[tuple[Line, Any]]:
    """The objects of a file that has one a line, each with its line."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            place = Line(path, number)
            yield place, _load(place, line, "; what is no list in brackets has one object a line")


def _load(place: Line, text: str, advice: str = "") -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        found = Line(place.path, place.line + error.lineno - 1)
        raise found.wrong(f"no valid JSON: {error.msg}{advice}") from error
    except (ValueError, RecursionError) as error:  # numbers or nesting beyond all measure
        raise place.wrong(f"no valid JSON: {error}") from error


def _plain(place: Line, record: Mapping[str, Any]) -> TruthQuery:
    if unknown := [name for name in record if name not in PLAIN]:
        raise place.wrong(f"{unknown[0]!r} is not known; there are: {', '.join(PLAIN)}")
    videos = videos_of(place, record.get("video"))
    spans = spans_of(place, record)
    if spans and len(videos) != 1:
        raise place.wrong("a span needs one video; write an entry for each video that has spans")
    return TruthQuery(
        text=_text(place, record.get("query"), "query"),
        answers=tuple(Named(video=video, spans=spans) for video in videos),
        kind=_kind(place, record.get("kind")),
        line=place.line,
    )


def _highlight(place: Line, record: Mapping[str, Any]) -> TruthQuery:
    windows = _windows(place, record.get("relevant_windows") or [], "relevant_windows")
    (video,) = videos_of(place, record["vid"]) or ("",)
    if not video:
        raise place.wrong("vid is empty")
    text = _text(place, record.get("query"), "query")
    return TruthQuery(text=text, answers=(Named(video=video, spans=windows),), line=place.line)


def _text(place: Line, value: Any, name: str) -> str:
    if not isinstance(value, str) or not any(letter.isalnum() for letter in value):
        raise place.wrong(f"{name} must hold words")
    return " ".join(value.split())


def _kind(place: Line, value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise place.wrong(f"kind must be a word, not {value!r}")
    return (value or "").strip()


def videos_of(place: Line, value: Any) -> tuple[str, ...]:
    """The names of videos: one, several, or none."""
    names = value if isinstance(value, list) else [] if value in (None, "") else [value]
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise place.wrong(f"a video is named by a path, a file name or an id, not by {name!r}")
    return tuple(dict.fromkeys(name.strip() for name in names))


def spans_of(place: Line, record: Mapping[str, Any]) -> tuple[TimeSpan, ...]:
    """The spans that a record gives, one way or the other."""
    ends = [record.get("start_s"), record.get("end_s")]
    if record.get("spans") is None:
        return () if ends == [None, None] else _windows(place, [ends], "start_s and end_s")
    if ends != [None, None]:
        raise place.wrong("give either spans, or start_s and end_s")
    return _windows(place, record["spans"], "spans")


def _windows(place: Line, value: Any, name: str) -> tuple[TimeSpan, ...]:
    if not isinstance(value, list):
        raise place.wrong(f"{name} must be a list of [start, end]")
    return tuple(_window(place, item, name) for item in value)


def _window(place: Line, item: Any, name: str) -> TimeSpan:
    if not (isinstance(item, list) and len(item) == 2 and all(_is_time(end) for end in item)):
        raise place.wrong(f"{name} must give a start and an end in seconds, not {json.dumps(item)}")
    start, end = map(float, item)
    if end <= start:
        raise place.wrong(f"a span must end after it starts, not run from {start:g} to {end:g}")
    return TimeSpan(start_s=start, end_s=end)


def _is_time(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value < LATEST_S


def _from_table(path: Path, text: str) -> tuple[str, list[TruthQuery]]:
    rows = table_rows(path, text)
    place, names = next(rows)
    names = [name.strip().lower() for name in names]
    cells = ((place, dict(zip(names, row, strict=True))) for place, row in rows)
    if set(names) >= MSRVTT:
        found = [_msrvtt(place, row) for place, row in cells]
        return "MSR-VTT 1kA", found
    if not set(names) >= {"query", "video"}:
        raise place.wrong(
            "this is no truth that vsearch knows: neither JSON, nor a CSV with the columns query "
            "and video, nor one with video_id and sentence (MSR-VTT); docs/evaluate.md has examples"
        )
    if unknown := [name for name in names if name not in PLAIN or name == "spans"]:
        known = ", ".join(name for name in PLAIN if name != "spans")
        raise place.wrong(f"the column {unknown[0]!r} is not known; there are: {known}")
    plain = [_plain(place, as_record(place, row)) for place, row in cells]
    return "CSV", merge(path, plain)


def table_rows(path: Path, text: str) -> Iterator[tuple[Line, list[str]]]:
    """The rows of a table that hold anything, each with its first line."""
    head = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    width, line = 0, 1
    try:
        for row in reader:
            place, line = Line(path, line), reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            width = width or len(row)
            if len(row) != width:
                raise place.wrong(f"{len(row)} cells under {width} columns")
            yield place, row
    except csv.Error as error:
        raise Line(path, line).wrong(f"no valid CSV: {error}") from error


def _msrvtt(place: Line, row: Mapping[str, str]) -> TruthQuery:
    video = row["video_id"].strip()
    if not video:
        raise place.wrong("video_id is empty")
    text = _text(place, row["sentence"], "sentence")
    return TruthQuery(text=text, answers=(Named(video=video),), line=place.line)


def as_record(place: Line, row: Mapping[str, str]) -> dict[str, Any]:
    """A row of a table as the record of JSON that says the same."""
    record: dict[str, Any] = {name: cell.strip() for name, cell in row.items()}
    for name in ("start_s", "end_s"):
        try:
            record[name] = float(record[name]) if record.get(name) else None
        except ValueError:
            raise place.wrong(f"{name} must be seconds, not {record[name]!r}") from None
    return record
