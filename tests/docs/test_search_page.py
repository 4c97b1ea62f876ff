"""Every example of docs/search.md is understood, and every field and argument is on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vsearch.errors import QueryError
from vsearch.query.asked import Asked
from vsearch.query.grammar import parse
from vsearch.query.question import Term
from vsearch.query.tokens import FIELDS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "search.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`.+`) \| (.+) \|$", PAGE.partition("## In Python")[0], re.MULTILINE)
QUERIES = [query for row, _ in ROWS for query in re.findall(r"`([^`]+)`", row)]
PLAIN = PAGE.partition("## Plain characters")[2].partition("## In Python")[0]


def test_the_page_has_examples() -> None:
    assert len(QUERIES) >= 30


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_of_the_page_is_understood(query: str) -> None:
    assert parse(query) != parse("something else")


@pytest.mark.parametrize(
    ("query", "text"), re.findall(r"^\| `(.+)` \| (?!is)(.+) \|$", PLAIN, re.MULTILINE)
)
def test_an_escaped_query_is_the_text_that_the_page_says(query: str, text: str) -> None:
    assert parse(query).steps[0].clauses[0].terms == (Term(text=text),)


def test_plain_sentences_of_the_page_are_plain() -> None:
    for text in ("a man sings while a dog barks", "jean-luc", "a - b", "12:30"):
        assert f"`{text}`" in PAGE
        assert parse(text).steps[0].clauses[0].terms == (Term(text=text),)


def test_the_error_of_the_page_is_what_is_said() -> None:
    shown = PAGE.partition("Error: ")[2].partition("\n```")[0]
    with pytest.raises(QueryError) as caught:
        parse("dog longer:abc")
    assert str(caught.value) == shown


def test_every_field_and_every_argument_is_on_the_page() -> None:
    in_examples = {name for query in QUERIES for name in re.findall(r"(\w+):", query)}
    assert set(FIELDS) <= in_examples
    arguments = PAGE.partition("## In Python")[2]
    assert set(re.findall(r"`(\w+)=", arguments)) - {"plain"} == set(Asked.__annotations__)


def test_the_python_of_the_page_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    assert names["typed"] == names["same"]
