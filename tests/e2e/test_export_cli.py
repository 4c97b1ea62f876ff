"""--export of search, chapters and ask, as a person types it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from vsearch.library import Library
from vsearch.testing.videos import write_colours

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def folder(shared_library: Library) -> Path:
    root = shared_library.path.parent
    talk = write_colours(root / "videos" / "talk.mp4", ["red", "green"])
    talk.with_suffix(".srt").write_text(
        "1\n00:00:00,000 --> 00:00:02,000\nThe kettle is red.\n", encoding="utf-8"
    )
    shared_library.index(root / "videos")
    return root


@pytest.fixture
def run(typed: Run, folder: Path, shared_library: Library) -> Run:
    return partial(typed, cwd=folder, library=shared_library.path)


def test_a_search_is_written_and_still_printed(run: Run, folder: Path) -> None:
    done = run("search", "red", "--json", "--export", "found.otio", "--export", "found.m3u8")
    assert json.loads(done.stdout)["moments"]
    assert "written to found.otio\nwritten to found.m3u8\n" in done.stderr
    assert "\nvideos/talk.mp4\n" in (folder / "found.m3u8").read_text(encoding="utf-8")
    run("search", "red", "--export", "whole.m3u8", "--absolute")
    entry = (folder / "whole.m3u8").read_text(encoding="utf-8").splitlines()[-1]
    assert entry == str(folder / "videos" / "talk.mp4")
    run("search", "red", "--export", "list.txt", "--export-as", "edl:16")
    assert "\n001  TALK" in (folder / "list.txt").read_text(encoding="utf-8")


def test_chapters_and_answers_are_written(run: Run, folder: Path) -> None:
    run("chapters", "talk.mp4", "--export", "talk.csv")
    assert (folder / "talk.csv").read_text(encoding="utf-8").startswith("Marker Name,Description,")
    run("ask", "what is red?", "--export", "answer.json")
    document = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    assert document["citations"][0]["quote"] == "The kettle is red."
    run("ask", "who painted the ceiling of the chapel?", "--export", "no.json", code=1)
    assert not (folder / "no.json").exists()


def test_what_writes_nothing_says_so_and_ends_with_one(run: Run, folder: Path) -> None:
    asked = ("ask", "who painted the ceiling of the chapel?", "--export", "no.json")
    assert "so no.json is not written" in run(*asked, code=1).stderr
    done = run("search", 'said:"zzz zzz"', "--export", "none.otio", code=1)
    assert "Error: nothing was found, so none.otio is not written" in done.stderr
    assert not {"no.json", "none.otio"} & {path.name for path in folder.iterdir()}


def test_a_file_is_written_over_only_with_force(run: Run, folder: Path) -> None:
    mine = folder / "mine.json"
    for arguments in (("search", "red"), ("chapters", "talk.mp4"), ("ask", "what is red?")):
        mine.write_text("my own", encoding="utf-8")
        refused = run(*arguments, "--export", "mine.json", code=2)
        assert "mine.json is there already" in refused.stderr
        assert mine.read_text(encoding="utf-8") == "my own"
        run(*arguments, "--export", "mine.json", "--force")
        assert json.loads(mine.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "red", "--export", "found.docx"),
        ("search", "red", "--export", "videos/talk.en.srt"),
        ("chapters", "talk.mp4", "--export", "library/x.edl"),
        ("ask", "what is red?", "--export", "videos/talk.mp4"),
    ],
    ids=lambda arguments: arguments[-1],
)
def test_what_cannot_be_written_is_one_line(
    run: Run, folder: Path, arguments: tuple[str, ...]
) -> None:
    before = sorted(folder.rglob("*"))
    done = run(*arguments, code=2)
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert sorted(folder.rglob("*")) == before
