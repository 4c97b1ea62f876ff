"""docs/python.md: every block runs, and every public name and method stands on it."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import vsearch
from vsearch.testing.videos import tone, write_colours

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_every_block_runs(vsearch, tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    write_colours(videos / "holiday.mp4", ["red", "green"], samples=tone(660, 4), signs={0: "exit"})
    write_colours(videos / "other.mp4", ["blue"])
    assert len(BLOCKS) >= 8
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n\n".join(BLOCKS)],
        cwd=tmp_path,
        env=vsearch.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for line in (
        "holiday.mp4 0.0 s, score",
        "2 scenes, 4 sentences",
        "1 of 2",
        "2 0 () False",
        "no video in",
        "2 3 3 catalog",
    ):
        assert line in done.stdout, f"{line}\n{done.stdout}"
    assert (tmp_path / "1.png").stat().st_size > 100


def test_the_examples_are_typed(tmp_path: Path) -> None:
    """Under mypy's strict rules, but for the functions that the page leaves untyped for brevity."""
    pytest.importorskip("mypy")
    script = tmp_path / "page.py"
    script.write_text("\n\n".join(BLOCKS), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--check-untyped-defs"]
    command += ["--allow-untyped-defs", "--allow-untyped-calls", "--no-incremental"]
    command += ["--follow-imports", "silent", str(script)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", vsearch.__all__)
def test_every_public_name_is_mentioned(name: str) -> None:
    assert re.search(rf"\b{name}\b", PAGE)


@pytest.mark.parametrize("kind", [vsearch.Library, vsearch.AsyncLibrary])
def test_every_public_method_is_mentioned(kind: type) -> None:
    reference = PAGE.partition("## Reference")[2]
    for name in dir(kind):
        if not name.startswith("_"):
            assert re.search(rf"`{name}\b|`{name}\(|, {name}\(", reference), name
            assert inspect.getdoc(getattr(kind, name)), name


def test_types_come_along() -> None:
    for package in ("vsearch", "vsearch_index", "vsearch_plugins"):
        assert files(package).joinpath("py.typed").is_file()
