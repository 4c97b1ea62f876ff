"""The commands and the Python of docs/tags.md run in the order in which they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vsearch.testing.videos import tone, write_colours

PAGE = (Path(__file__).parents[2] / "docs" / "tags.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return [text for name, text in found if name == language]


@pytest.fixture
def folder(vsearch, tmp_path: Path) -> Path:
    """A library with the videos and the file of labels that the page speaks of."""
    for name in ("talk.mp4", "lecture.mp4"):
        write_colours(tmp_path / name, ["red", "green", "blue"], samples=tone(660, 6.0))
    (labels,) = (text for text in blocks("") if text.startswith("# pets.txt"))
    (tmp_path / "pets.txt").write_text(labels)
    assert vsearch("index", tmp_path).returncode == 0
    return tmp_path


def run(vsearch, folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=vsearch.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_commands_run_in_order(vsearch, folder: Path) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines() if line]
    assert len(lines) >= 11
    for line in lines:
        done = run(vsearch, folder, re.sub(r"^vsearch", f"{sys.executable} -m vsearch", line))
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_the_python_runs_after_them(vsearch, folder: Path) -> None:
    (code,) = blocks("python")
    (folder / "page.py").write_text(f"import vsearch\nlibrary = vsearch.open_library()\n{code}")
    vsearch("tag", "--labels", folder / "pets.txt", "--least", "0.5", "--most", "1")
    done = run(vsearch, folder, f"{sys.executable} page.py")
    assert done.returncode == 0, done.stderr
    assert "scenes" in done.stdout
