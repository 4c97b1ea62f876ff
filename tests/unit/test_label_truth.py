"""Truths of labels: their forms, what tells them from queries, and what is wrong with others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vsearch.errors import QueryError
from vsearch.evaluate import read_label_truth
from vsearch.types import TimeSpan


def read(tmp_path: Path, text: str):
    path = tmp_path / "truth"
    path.write_text(text, encoding="utf-8")
    return read_label_truth(path)


def test_a_table_of_labels(tmp_path: Path) -> None:
    text = "video;start_s;end_s;label;label_set\na.mp4;1;2.5;cat|dog;mine\nb.mp4;;;;\n"
    first, second = read(tmp_path, text).items
    assert (first.video, first.labels, first.label_set, first.line) == (
        *("a.mp4", ("cat", "dog"), "mine", 2),
    )
    assert first.spans == (TimeSpan(start_s=1, end_s=2.5),)
    assert (second.spans, second.labels, second.label_set) == ((), (), "")


@pytest.mark.parametrize("lines", [False, True])
def test_records_of_labels(tmp_path: Path, lines: bool) -> None:
    records = [
        {"video": "a.mp4", "spans": [[0, 1], [3, 4]], "label": "kitchen"},
        {"video": "b.mp4", "label": ["cat", "dog", "cat"], "label_set": "mine"},
        {"video": "c.mp4", "label": None},
    ]
    text = "\n".join(map(json.dumps, records)) if lines else json.dumps(records)
    first, second, third = read(tmp_path, text).items
    assert len(first.spans) == 2
    assert second.labels == ("cat", "dog")
    assert third.labels == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "query,video\nred,a.mp4\n",
        "query,video,label\nred,a.mp4,x\n",
        '[{"query": "red", "video": "a.mp4"}]',
        "[]",
        "[{",
        "nonsense",
    ],
)
def test_what_holds_queries_or_nothing_is_left_to_others(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("video,label\n", "holds no labels"),
        ("video,label\n,cat\n", "line 2: an item is about one video"),
        ("video,label,colour\na.mp4,cat,red\n", "line 2: 'colour' is not known; there are: video"),
        ("video,label,start_s,end_s\na.mp4,cat,5,2\n", "line 2: a span must end after it starts"),
        ("video,label,start_s,end_s\na.mp4,cat,x,2\n", "line 2: start_s must be seconds"),
        ('[{"video": "a", "label": 3}]', "line 1: a label is a word, not 3"),
        ('[{"video": ["a", "b"], "label": "x"}]', "line 1: an item is about one video"),
        ('[{"video": "a", "label": "x"},\n 7]', "line 2: an item is an object in braces, not 7"),
        ('[{"video": "a", "label": "x", "label_set": 4}]', "label_set must be a word, not 4"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
