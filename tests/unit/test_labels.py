"""Files of labels: what they may hold, and what is said about those that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from vsearch.errors import QueryError
from vsearch.tags.labels import (
    MOST_LABELS,
    Label,
    LabelSet,
    parse_labels,
    read_labels,
    shipped_sets,
)

PATH = Path("mine.txt")


def names(text: str) -> list[str]:
    return [label.name for label in parse_labels(PATH, text).labels]


def test_a_file_of_labels() -> None:
    head = "# comment\n@looks-at: both\n@prompt: a photo of {}\n\n"
    text = f"{head}cat\ndog: a dog |  a  puppy | a dog\n"
    assert parse_labels(PATH, text) == LabelSet(
        name="mine",
        labels=(
            Label(name="cat", phrases=("cat",)),
            Label(name="dog", phrases=("a dog", "a puppy")),
        ),
        looks_at="both",
        prompt="a photo of {}",
    )


def test_phrases_stand_in_the_prompt() -> None:
    found = parse_labels(PATH, "@prompt: a photo of {}\ncat: a {cat}\ndog\n")
    assert found.texts() == [["a photo of a {cat}"], ["a photo of dog"]]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (r"time\: noon: midday", "time: noon"),
        (r"\#hash", "#hash"),
        (r"\@home", "@home"),
        ("C#", "C#"),
        ("'; DROP TABLE tags; --", "'; DROP TABLE tags; --"),
        ("犬: いぬ", "犬"),
        ("собака", "собака"),
        ("كلب", "كلب"),
        ("and/or", "and/or"),
        ("a\\\\b", "a\\b"),
        ("  much   blank  ", "much blank"),
        ("end\\", "end\\"),
    ],
)
def test_names_of_all_kinds(line: str, name: str) -> None:
    assert names(f"{line}\nother\n") == [name, "other"]


def test_line_ends_and_marks_of_any_system(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(b"\xef\xbb\xbfcat\r\ndog\r\n")
    assert [label.name for label in read_labels(path).labels] == ["cat", "dog"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mine.txt holds no labels"),
        ("# nothing\n\n", "mine.txt holds no labels"),
        ("cat\n", "holds one label only, 'cat'"),
        ("cat\ndog\n\nCAT: a cat\n", "line 4: 'CAT' stands in line 1 already"),
        ("cat\n: phrase\n", "line 2: a label must hold a letter"),
        ("cat\n---\n", "line 2: a label must hold a letter"),
        ("cat\n@looks-at: speech\ndog", "line 2: @looks-at must stand before"),
        ("@looks-at: faces\ncat\ndog", "line 1: @looks-at is one of picture, speech, both"),
        ("@prompt: a photo\ncat\ndog", "line 1: @prompt must hold {}"),
        ("@colour: red\ncat\ndog", "line 1: @colour is not known; there are: @looks-at:"),
        ("@prompt: {}\n@prompt: {}\ncat\ndog", "line 2: @prompt is given twice"),
        ("cat\nd\x07og\n", "line 2: a label is a short text"),
        (f"cat\n{'x' * 201}\n", "line 2: a label is a short text"),
        (f"cat\ndog: {'|'.join(map(str, range(60)))}", "line 2: 60 phrases; at most 50"),
        (
            "\n".join(map(str, range(MOST_LABELS + 1))),
            f"line {MOST_LABELS + 1}: too many labels: at most {MOST_LABELS}",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_labels(PATH, text)
    assert message in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes(b"cat\ncaf\xe9\n")
    with pytest.raises(QueryError, match=r"latin.txt, line 2: this is not UTF-8"):
        read_labels(path)
    with pytest.raises(QueryError, match=r"no file of labels .*; the sets that need no file are"):
        read_labels(tmp_path / "nothing.txt")
    with pytest.raises(QueryError, match="cannot be read"):
        read_labels(tmp_path)


def test_the_shipped_sets_are_whole() -> None:
    assert shipped_sets() == ("actions", "emotions", "scenes")
    looks = {name: read_labels(name).looks_at for name in shipped_sets()}
    assert looks == {"actions": "picture", "emotions": "speech", "scenes": "picture"}
    assert all(len(read_labels(name).labels) >= 10 for name in shipped_sets())
