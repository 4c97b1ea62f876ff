"""A query that comes as arguments means what was typed; words with a minus are no options."""

from __future__ import annotations

import json
import shlex
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from vsearch.cli.words import WordsCommand, joined
from vsearch.query.grammar import parse

app = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})


@app.command(cls=WordsCommand)
def search(
    words: Annotated[list[str], typer.Argument()],
    limit: Annotated[int, typer.Option("--limit", "-n")] = 10,
    library: Annotated[str, typer.Option("--library", "-l")] = "default",
    play: Annotated[bool, typer.Option("--open/--no-open", "-o")] = False,
) -> None:
    typer.echo(json.dumps([words, limit, library, play]))


def given(line: str) -> list[object]:
    done = CliRunner().invoke(app, shlex.split(line))
    assert done.exit_code == 0, done.output
    found: list[object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("dog", "dog"),
        ("'the last train'", "the last train"),
        ("""'dog "the last train" -cat'""", 'dog "the last train" -cat'),
        ('he said "last train"', 'he said "last train"'),
        ('dog said:"last train"', 'dog said:"last train"'),
        ('dog -said:"last train"', 'dog -said:"last train"'),
        ('dog -"last train"', 'dog -"last train"'),
        ('dog in:"my videos/a b"', 'dog in:"my videos/a b"'),
        ('dog SAW:"red car"', 'dog SAW:"red car"'),
        ("dog 'said:(the last train)'", "dog said:(the last train)"),
        ("""dog 'said:"last train" x'""", 'dog said:"last train" x'),
        ("dog '“last train” x'", "dog “last train” x"),
        ('dog "Terminator: Dark Fate"', 'dog "Terminator: Dark Fate"'),
        ('dog "note:the last one"', 'dog "note:the last one"'),
        ("dog '- a b'", 'dog "- a b"'),
        ("dog '' ' ' cat", "dog cat"),
        ("a man sings while 'a dog barks'", 'a man sings while "a dog barks"'),
        ("dog then cat within 30s -bird", "dog then cat within 30s -bird"),
        ("dog in:x ' cat'", "dog in:x  cat"),
    ],
)
def test_quotes_that_the_shell_took_are_put_back(typed: str, query: str) -> None:
    assert joined(shlex.split(typed)) == query


@pytest.mark.parametrize(
    "typed", ['dog said:"last train" -"a cat" in:"a b"', 'dog -saw:"a b" longer:90s']
)
def test_a_line_typed_with_quotes_is_that_query(typed: str) -> None:
    assert parse(joined(shlex.split(typed))) == parse(typed)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dog -cat", [["dog", "-cat"], 10, "default", False]),
        ("dog -lamp -news -n5x", [["dog", "-lamp", "-news", "-n5x"], 10, "default", False]),
        ("-cat dog -saw:x", [["-cat", "dog", "-saw:x"], 10, "default", False]),
        ('dog -"last train"', [["dog", "-last train"], 10, "default", False]),
        ("dog -n 3 -cat", [["dog", "-cat"], 3, "default", False]),
        ("dog -n3 -cat", [["dog", "-cat"], 3, "default", False]),
        ("dog --limit 3 --limit=4", [["dog"], 4, "default", False]),
        ("dog -l family -cat", [["dog", "-cat"], 10, "family", False]),
        ("dog -l -cat", [["dog"], 10, "-cat", False]),
        ("dog --library -cat -o", [["dog"], 10, "-cat", True]),
        ("dog -o -cat --no-open", [["dog", "-cat"], 10, "default", False]),
        ("dog - -cat", [["dog", "-", "-cat"], 10, "default", False]),
        ("-cat -- dog -cow --limit", [["-cat", "dog", "-cow", "--limit"], 10, "default", False]),
        ("-5 degrees -n3 -0", [["-5", "degrees", "-0"], 3, "default", False]),
        ("-n -5 dog", [["dog"], -5, "default", False]),
        ("dog -étoile -42", [["dog", "-étoile", "-42"], 10, "default", False]),
    ],
)  # fmt: skip
def test_words_with_a_minus_are_words(line: str, expected: list[object]) -> None:
    assert given(line) == expected


@pytest.mark.parametrize("line", ["-h", "--help", "dog -h"])
def test_help_still_helps(line: str) -> None:
    done = CliRunner().invoke(app, shlex.split(line))
    assert done.exit_code == 0
    assert "--limit" in done.output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("dog --limt 3", "No such option: --limt"),
        ("dog --limt 3", "--limit"),
        ("dog -x", "-x"),
        ("dog -n", "-n"),
        ("dog -n three", "Invalid value for '--limit'"),
        ("", "Missing argument"),
    ],
)
def test_wrong_options_are_still_refused(line: str, message: str) -> None:
    done = CliRunner().invoke(app, shlex.split(line))
    assert done.exit_code == 2
    assert message in done.output
