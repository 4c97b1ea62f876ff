"""Every example of docs/clips.md runs, and every option is on the page."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from vsearch.cli import main
from vsearch.cli.clipping import FileOptions
from vsearch.cli.reel import ReelOptions
from vsearch.testing.videos import write_colours

PAGE = (Path(__file__).parent.parent.parent / "docs" / "clips.md").read_text(encoding="utf-8")


def test_the_examples_of_the_page_run_and_write_files(
    vsearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_colours(tmp_path / "videos" / "holiday.mp4", ["red", "green", "white"])
    write_colours(tmp_path / "videos" / "talk.mp4", ["blue", "green"])
    for name, value in vsearch.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def run(*command: str) -> None:
        monkeypatch.setattr(sys, "argv", ["vsearch", *command])
        with pytest.raises(SystemExit) as done:
            main()
        assert not done.value.code, command

    run("index", "videos")
    (commands,), (code,), (moments,) = (
        re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
        for language in ("sh", "python", "json")
    )
    for line in commands.splitlines():
        words = line.partition("#")[0].split()
        assert words[0] == "vsearch"
        run(*words[1:])
    exec(code, {})
    (tmp_path / "mine.json").write_text(moments, encoding="utf-8")
    run("reel", "--moments", "mine.json")
    made = {path.name for path in tmp_path.glob("*.mp4")}
    assert made == {
        *("holiday-0m01s-0m03s.mp4", "red.mp4", "best.mp4", "piece.mp4", "red-reel.mp4"),
        *("best-reel.mp4", "mine-reel.mp4"),
    }
    assert list((tmp_path / "moments").glob("01-*.mp4"))


def test_every_option_is_on_the_page() -> None:
    names = {*FileOptions.__dataclass_fields__, *ReelOptions.__dataclass_fields__}
    for name in names:
        assert f"--{'open' if name == 'play' else name}" in PAGE, name
