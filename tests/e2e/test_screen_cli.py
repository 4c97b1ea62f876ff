"""Text on the screen at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vsearch.testing.videos import tone, write_colours


@pytest.fixture
def folder(vsearch, tmp_path: Path) -> Path:
    videos = tmp_path / "videos"
    write_colours(videos / "shop.mp4", ["red", "green"], signs={1: "closed"})
    write_colours(videos / "beach.mp4", ["blue", "yellow"])
    report = json.loads(vsearch("index", videos, "--json").stdout)
    assert len(report["indexed"]) == 2
    stages = {stage["name"]: stage for stage in report["stages"]}
    assert stages["read screen"]["calls"] == 4
    assert stages["read lines"]["calls"] == 1
    return videos


def test_what_is_shown_is_found_and_printed(vsearch, folder: Path) -> None:
    found = vsearch("search", "text:closed")
    assert "shop.mp4" in found.stdout
    assert "[closed]" in found.stdout
    assert "screen" in found.stdout
    explained = vsearch("search", "text:closed", "--explain").stdout
    assert "shown      “closed”" in explained
    (best, *_) = json.loads(vsearch("search", "text:closed", "--json").stdout)["moments"]
    assert (best["shown"], best["said"], best["matched"]) == ("closed", "", ["closed"])
    assert best["evidence"]["screen"] > 0


def test_what_a_moment_is_found_by_is_quoted(vsearch, tmp_path: Path) -> None:
    """A sign is to be read while somebody speaks: each is quoted where it is what was found."""
    write_colours(tmp_path / "a.mp4", ["red"], signs={0: "closed"}, samples=tone(660, 2.0))
    vsearch("index", tmp_path)
    (moment,) = json.loads(vsearch("search", "red", "--json").stdout)["moments"]
    heard, sign = moment["said"], moment["shown"]
    assert heard
    assert sign == "closed"
    by_sign = vsearch("search", "text:closed").stdout
    assert "[closed]" in by_sign
    assert heard not in by_sign
    by_speech = vsearch("search", f"said:({heard})").stdout
    assert heard in by_speech
    assert "[closed]" not in by_speech
    both = vsearch("search", f"said:({heard}) text:closed").stdout
    assert f"{heard} [closed]" in " ".join(both.split())


def test_show_tells_what_is_to_be_read(vsearch, folder: Path) -> None:
    assert "words shown" in vsearch("show", "shop.mp4").stdout
    assert "words shown" not in vsearch("show", "beach.mp4").stdout
    (shown,) = json.loads(vsearch("show", "shop.mp4", "--json").stdout)["shown"]
    assert shown["text"] == "closed"
    assert shown["start_s"] == pytest.approx(2, abs=0.2)
    assert shown["end_s"] == pytest.approx(4, abs=0.2)


def test_without_reading_text_is_an_error_that_says_what_to_do(vsearch, tmp_path: Path) -> None:
    path = write_colours(tmp_path / "a.mp4", ["red"], signs={0: "exit"})
    off = {"VSEARCH_INDEX_SCREEN_TEXT": "false"}
    report = json.loads(vsearch("index", path, "--json", **off).stdout)
    assert "read screen" not in {stage["name"] for stage in report["stages"]}
    asked = vsearch("search", "text:exit")
    assert asked.returncode == 2
    assert "index.screen_text" in asked.stderr
    assert "exit" not in vsearch("show", "a.mp4").stdout
