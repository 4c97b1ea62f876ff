"""Label sets: plain files of labels, one a line, each with the phrases it is recognised by."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from vsearch.errors import QueryError
from vsearch.types import SPEECH, VISUAL

LooksAt: TypeAlias = Literal["picture", "speech", "both"]
BLOCKS: Mapping[LooksAt, tuple[str, ...]] = {
    "picture": (VISUAL,),
    "speech": (SPEECH,),
    "both": (VISUAL, SPEECH),
}
SHIPPED = Path(__file__).parent.parent / "labels"
HEADERS = ("looks-at", "prompt")
MOST_LABELS = 1000
MOST_PHRASES = 50
LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A word for `tag:`, and the phrases that it is recognised by."""

    name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSet:
    """Labels that are alternatives to one another; the prompt is put around each phrase."""

    name: str
    labels: tuple[Label, ...]
    looks_at: LooksAt = "picture"
    prompt: str = "{}"

    @property
    def blocks(self) -> tuple[str, ...]:
        """The blocks that the labels are looked for in."""
        return BLOCKS[self.looks_at]

    def texts(self) -> list[list[str]]:
        """The phrases of each label as they are encoded."""
        return [
            [self.prompt.replace("{}", phrase) for phrase in label.phrases] for label in self.labels
        ]


def shipped_sets() -> tuple[str, ...]:
    """The names of the sets that vsearch brings along."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.txt")))


def read_labels(source: str | os.PathLike[str]) -> LabelSet:
    """The set of a file, or one that vsearch brings along, by its name."""
    text = os.fspath(source)
    path = SHIPPED / f"{text}.txt" if text in shipped_sets() else Path(text)
    return parse_labels(path, _content(path))


def parse_labels(path: Path, text: str) -> LabelSet:
    """The set that a file holds, named after the file."""
    reader = _Reader(path)
    for number, line in enumerate(text.split("\n"), start=1):
        reader.read(number, line)
    return reader.finish()


def as_known(text: str) -> str:
    """A name as names are compared: without case and doubled blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _content(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise QueryError(
            f"{path}, line {line}: this is not UTF-8: save the file as UTF-8"
        ) from None
    except FileNotFoundError:
        known = ", ".join(shipped_sets())
        raise QueryError(
            f"there is no file of labels {path}; the sets that need no file are: {known}"
        ) from None
    except OSError as error:
        raise QueryError(f"{path} cannot be read: {error.strerror}") from error


@dataclass
class _Reader:
    path: Path
    headers: dict[str, str] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def read(self, number: int, line: str) -> None:
        """Take one line: a comment, a header, or a label."""
        text = line.strip()
        if not text or text.startswith("#"):
            return
        if text.startswith("@"):
            self._header(number, text)
        else:
            self._label(number, text)

    def finish(self) -> LabelSet:
        """The set, once all lines are read."""
        if not self.labels:
            raise QueryError(f"{self.path} holds no labels; write one a line")
        if len(self.labels) == 1:
            raise QueryError(
                f"{self.path} holds one label only, {self.labels[0].name!r}: a scene is judged by "
                "which label fits better, so there must be two or more"
            )
        looks_at: LooksAt = self.headers.get("looks-at", "picture")  # type: ignore[assignment]
        prompt = self.headers.get("prompt", "{}")
        labels = tuple(self.labels)
        return LabelSet(name=self.path.stem, labels=labels, looks_at=looks_at, prompt=prompt)

    def _header(self, number: int, text: str) -> None:
        name, _, value = (part.strip() for part in text[1:].partition(":"))
        if name not in HEADERS:
            known = ", ".join(f"@{header}:" for header in HEADERS)
            raise self._wrong(number, f"@{name} is not known; there are: {known}")
        if self.labels:
            raise self._wrong(number, f"@{name} must stand before the first label")
        if name in self.headers:
            raise self._wrong(number, f"@{name} is given twice")
        if name == "looks-at" and value not in BLOCKS:
            known = ", ".join(get_args(LooksAt))
            raise self._wrong(number, f"@looks-at is one of {known}, not {value!r}")
        if name == "prompt" and "{}" not in value:
            raise self._wrong(number, "@prompt must hold {} where the phrase stands")
        self.headers[name] = value

    def _label(self, number: int, text: str) -> None:
        parts = list(_split(text))
        name, phrases = parts[0], [part for part in parts[1:] if part]
        if not any(letter.isalnum() for letter in name):
            raise self._wrong(number, "a label must hold a letter or a number")
        if not name.isprintable() or len(name) > LONGEST:
            raise self._wrong(number, f"a label is a short text of at most {LONGEST} characters")
        if len(phrases) > MOST_PHRASES:
            raise self._wrong(number, f"{len(phrases)} phrases; at most {MOST_PHRASES} are taken")
        if (first := self.lines.setdefault(as_known(name), number)) != number:
            raise self._wrong(number, f"{name!r} stands in line {first} already")
        if len(self.labels) == MOST_LABELS:
            raise self._wrong(number, f"too many labels: at most {MOST_LABELS} are taken")
        self.labels.append(Label(name=name, phrases=tuple(dict.fromkeys(phrases)) or (name,)))

    def _wrong(self, number: int, reason: str) -> QueryError:
        return QueryError(f"{self.path}, line {number}: {reason}")


def _split(text: str) -> Iterator[str]:
    """A label and its phrases; a backslash takes the meaning from the sign behind it."""
    part, separator, letters = "", ":", iter(text)
    for letter in letters:
        if letter == "\\":
            part += next(letters, "\\")
        elif letter == separator:
            yield " ".join(part.split())
            part, separator = "", "|"
        else:
            part += letter
    yield " ".join(part.split())
