"""Stretches of videos with the labels that are right for them: what a truth of labels says."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vsearch.errors import QueryError
from vsearch.evaluate.readers import (
    Line,
    as_record,
    records_of_lines,
    records_of_list,
    spans_of,
    table_rows,
    videos_of,
)
from vsearch.evaluate.truth import text_of
from vsearch.types import TimeSpan

COLUMNS = ("video", "start_s", "end_s", "spans", "label", "label_set", "note")
SEVERAL = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A video, or spans of it, and the labels that are right; none if no label is."""

    video: str
    spans: tuple[TimeSpan, ...]
    labels: tuple[str, ...]
    label_set: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTruth:
    """The items of a truth of labels."""

    path: Path
    items: tuple[Labelled, ...]


def read_label_truth(file: str | os.PathLike[str]) -> LabelTruth | None:
    """Read a truth of labels; None if the file holds queries, or anything else without labels."""
    path = Path(file)
    text = text_of(path)
    if not _has_labels(path, text):
        return None
    items = tuple(_item(place, record) for place, record in _records(path, text))
    if not items:
        raise QueryError(f"{path} holds no labels; docs/evaluate.md shows what it may hold")
    return LabelTruth(path=path, items=items)


def _has_labels(path: Path, text: str) -> bool:
    """Whether the first record, or the head of the table, has a label and no query."""
    if not text.strip():
        return False
    try:
        names = set(_names(path, text))
    except (QueryError, json.JSONDecodeError, csv.Error):
        return False  # whoever reads it as queries says what is wrong
    return "label" in names and "query" not in names


def _names(path: Path, text: str) -> Iterator[str]:
    if text.lstrip()[:1] in {"[", "{"}:
        _, first = next(_json(path, text), (None, {}))
        yield from first if isinstance(first, dict) else ()
    else:
        _, names = next(table_rows(path, text))
        yield from (name.strip().lower() for name in names)


def _records(path: Path, text: str) -> Iterator[tuple[Line, Mapping[str, Any]]]:
    if text.lstrip()[:1] in {"[", "{"}:
        for place, record in _json(path, text):
            if not isinstance(record, dict):
                raise place.wrong(f"an item is an object in braces, not {json.dumps(record)[:40]}")
            yield place, record
        return
    rows = table_rows(path, text)
    _, names = next(rows)
    names = [name.strip().lower() for name in names]
    for place, row in rows:
        record = as_record(place, dict(zip(names, row, strict=True)))
        labels = [part.strip() for part in record.get("label", "").split(SEVERAL)]
        yield place, {**record, "label": [label for label in labels if label]}


def _json(path: Path, text: str) -> Iterator[tuple[Line, Any]]:
    listed = text.lstrip().startswith("[")
    return records_of_list(path, text) if listed else records_of_lines(path, text)


def _item(place: Line, record: Mapping[str, Any]) -> Labelled:
    if unknown := [name for name in record if name not in COLUMNS]:
        raise place.wrong(f"{unknown[0]!r} is not known; there are: {', '.join(COLUMNS)}")
    videos = videos_of(place, record.get("video"))
    if len(videos) != 1:
        raise place.wrong("an item is about one video; write an entry for each")
    label_set = record.get("label_set") or ""
    if not isinstance(label_set, str):
        raise place.wrong(f"label_set must be a word, not {label_set!r}")
    return Labelled(
        video=videos[0],
        spans=spans_of(place, record),
        labels=_labels(place, record.get("label")),
        label_set=label_set.strip(),
        line=place.line,
    )


def _labels(place: Line, value: Any) -> tuple[str, ...]:
    labels = value if isinstance(value, list) else [] if value in (None, "") else [value]
    for label in labels:
        if not isinstance(label, str) or not label.strip():
            raise place.wrong(f"a label is a word, not {label!r}")
    return tuple(dict.fromkeys(label.strip() for label in labels))
