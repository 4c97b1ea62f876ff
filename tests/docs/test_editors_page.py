"""The commands and the Python of docs/editors.md run in the order in which they stand there."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest

from vsearch.cli import main
from vsearch.testing.contracts import ExporterContract
from vsearch.testing.videos import write_colours

PAGE = (Path(__file__).parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return [text for name, text in found if name == language]


@pytest.fixture
def folder(vsearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with the video that the page speaks of."""
    video = write_colours(tmp_path / "videos" / "holiday.mp4", ["red", "blue"])
    video.with_suffix(".en.srt").write_text(
        "1\n00:00:00,000 --> 00:00:02,000\nA red car drives by.\n\n"
        "2\n00:00:02,000 --> 00:00:04,000\nThe sea is of a deep blue colour.\n",
        encoding="utf-8",
    )
    for name, value in vsearch.environ.items():
        if name.startswith("VSEARCH_"):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    type_in(monkeypatch, "vsearch index videos")
    return tmp_path


def type_in(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr(sys, "argv", shlex.split(line, comments=True))
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0, line


def test_the_commands_and_the_python_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines() if line]
    assert len(lines) >= 8
    for line in lines:
        type_in(monkeypatch, line)
    written = {path.name for path in folder.iterdir()}
    assert {"cars.otio", "cars.edl", "cars.srt", "cars.m3u8", "sea.json", "transcripts"} <= written
    for code in blocks("python"):
        exec(compile(code, "editors.md", "exec"), {})
    assert "HOLIDAY" in (folder / "list.txt").read_text(encoding="utf-8")


def page_exporter() -> ModuleType:
    (code,) = (code for code in blocks("python") if "hookimpl" in code)
    module = ModuleType("places")
    exec(compile(code, "editors.md", "exec"), vars(module))
    return module


class TestThePagesExporter(ExporterContract):
    def make(self):
        return page_exporter().Places()
