"""What is printed: nothing that a video says or is called moves the terminal."""

from __future__ import annotations

import pytest

from vsearch.cli import output

HOSTILE = "\x1b]0;owned\x07\x1b[31mred\u202e \x9b2J"


def test_no_word_of_a_video_speaks_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    shown = output.table("words")
    shown.add_row(HOSTILE)
    output.console().print(shown)
    output.console().print(HOSTILE, style="bold")
    output.tell(HOSTILE)
    printed = capsys.readouterr()
    assert printed.out.count("red") == 2
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(printed.out + printed.err)


def test_letters_and_lines_stay_as_they_are() -> None:
    for text in ("Grüße\tund\n犬 [bold]", "\u05e9\u05dc\u05d5\u05dd", ""):
        assert output.plain(text) == text
