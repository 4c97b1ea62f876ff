"""Takes a query apart into words, quoted words and fields, each with its place for messages."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from vsearch.errors import QueryError

QUOTES = '"“”„‟«»'
WORD_FIELDS = ("saw", "said", "text")
PICTURE_FIELDS = ("image", "like")
FILTERS = ("in", "video", "longer", "shorter", "after", "before", "lang", "tag", "sound")
FIELDS = (*WORD_FIELDS, *PICTURE_FIELDS, *FILTERS)

SIMILAR = 0.75
"""How near a name must come to a known one to be taken for a slip rather than for text."""
SHOWN_CHARACTERS = 72
AFTER_VALUE = ",.;!?)"

Shape: TypeAlias = Literal["word", "quoted", "group"]
_NAME = re.compile(r"([^\W\d_]+):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, or a field with its value; literal ones are never operators."""

    at: int
    value_at: int
    field: str
    text: str
    shape: Shape
    negated: bool
    literal: bool

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these words, standing there as plain text."""
        plain = self.shape == "word" and not (self.field or self.negated or self.literal)
        return plain and self.text in words


def error_at(message: str, text: str, at: int) -> QueryError:
    """A message with the query below it and a caret under the place it is about."""
    start = max(0, min(at - SHOWN_CHARACTERS // 2, len(text) - SHOWN_CHARACTERS))
    end = start + SHOWN_CHARACTERS
    before = ("…" if start else "") + _printable(text[start:at])
    after = _printable(text[at:end]) + ("…" if end < len(text) else "")
    return QueryError(f"{message}\n  {before}{after}\n  {' ' * _columns(before)}^")


def _printable(text: str) -> str:
    """A text on one line, a blank or a mark for what would move what comes after it."""
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    marks = sum(unicodedata.category(letter) in {"Mn", "Me"} for letter in text)
    wide = sum(unicodedata.east_asian_width(letter) in {"W", "F"} for letter in text)
    return len(text) - marks + wide


def tokens(text: str) -> list[Token]:
    """The parts of a query, from left to right."""
    return list(_Reader(text).tokens())


class _Reader:
    """Reads a query from left to right; at is where it has come to."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def tokens(self) -> Iterator[Token]:
        self._skip_blanks()
        while self._here():
            yield self._token()
            self._skip_blanks()

    def _token(self) -> Token:
        start = self.at
        literal = self._here() == "\\"
        if literal and self._here(1).isalnum():
            self.at += 1
        negated = not literal and self._sign()
        field = "" if literal else self._field(start)
        value_at = self.at
        shape, value = self._value(field, negated, literal)
        return Token(
            at=start,
            value_at=value_at,
            field=field,
            text=value,
            shape=shape,
            negated=negated,
            literal=literal,
        )

    def _sign(self) -> bool:
        """Step over a minus that means without: one that touches what it takes away."""
        after = self._here(1)
        if self._here() != "-" or not (after.isalnum() or (after and after in QUOTES)):
            return False
        self.at += 1
        return True

    def _field(self, start: int) -> str:
        """Step over the name of a field; other words with a colon are text."""
        found = _NAME.match(self.text, self.at)
        if not found:
            return ""
        name = found[1].lower()
        glued = not self._here(len(found[0])).isspace() and found.end() < len(self.text)
        if name in FIELDS:
            if self._here(len(found[0])).isspace():
                return ""  # as people write: he said: hello
            if not glued:
                advice = f"; for the word itself write {name}\\:"
                raise error_at(f"{name}: needs a value right after it{advice}", self.text, start)
            self.at = found.end()
            return name
        near = difflib.get_close_matches(name, FIELDS, 1, SIMILAR)
        if near and glued and not self.text.startswith("//", found.end()):
            advice = f"did you mean {near[0]}:? For the text itself write {name}\\:"
            raise error_at(f"there is no field {name}: here, {advice}", self.text, self.at)
        return ""

    def _value(self, field: str, negated: bool, literal: bool) -> tuple[Shape, str]:
        shape: Shape = "word"
        if not literal and self._here() in QUOTES:
            shape, value = "quoted", self._enclosed(QUOTES, "quote")
        elif field in WORD_FIELDS and self._here() == "(":
            shape, value = "group", self._enclosed(")", "parenthesis")
        else:
            value = self._until(str.isspace)
        if shape != "word" and (field or negated):
            self._nothing_glued(field)
        return shape, value

    def _enclosed(self, closers: str, name: str) -> str:
        start = self.at
        self.at += 1
        value = self._until(lambda letter: letter in closers or self._is_nested(closers))
        if not self._here():
            advice = f"close it, or write \\{self.text[start]} for the character itself"
            raise error_at(f"this {name} is never closed: {advice}", self.text, start)
        self.at += 1
        if not value.strip():
            raise error_at(f"nothing stands in this {name}", self.text, start)
        return value

    def _is_nested(self, closers: str) -> bool:
        """Refuse quotes and parentheses within parentheses: they would have no meaning."""
        if closers == ")" and self._here() in f"({QUOTES}":
            raise error_at(
                f"{self._here()} cannot stand within parentheses; \\{self._here()} is the "
                "character itself",
                self.text,
                self.at,
            )
        return False

    def _nothing_glued(self, field: str) -> None:
        after = self._here()
        if after and not after.isspace() and after not in AFTER_VALUE:
            what = f"the value of {field}:" if field else "the quote"
            raise error_at(f"a blank must follow {what}", self.text, self.at)

    def _until(self, stop: Callable[[str], bool]) -> str:
        """The characters up to one that stops; one after a backslash never does."""
        found = []
        while self._here() and not stop(self._here()):
            after = self._here(1)
            if self._here() == "\\" and after and not (after.isalnum() or after.isspace()):
                self.at += 1
            found.append(self._here())
            self.at += 1
        return "".join(found)

    def _skip_blanks(self) -> None:
        while self._here().isspace():
            self.at += 1

    def _here(self, ahead: int = 0) -> str:
        """The character at this place, nothing behind the end."""
        return self.text[self.at + ahead : self.at + ahead + 1]
