"""vsearch transcript as a person types it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from vsearch.library import Library
from vsearch.pipeline.tracks import subtitle_file
from vsearch.testing.videos import write_colours

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def folder(shared_library: Library) -> Path:
    """Two talks of one name, and a video in which nothing is said."""
    root = shared_library.path.parent
    for part, colour in (("a", "red"), ("b", "green")):
        talk = write_colours(root / "videos" / part / "talk.mp4", [colour], seconds_each=4)
        talk.with_suffix(".en.srt").write_text(
            f"1\n00:00:00,000 --> 00:00:02,000\nThis is {part}.\n\n"
            "2\n00:00:02,000 --> 00:00:04,000\nAnd its end.\n",
            encoding="utf-8",
        )
    write_colours(root / "videos" / "a" / "silent.mp4", ["blue"])
    shared_library.index(root / "videos")
    return root


@pytest.fixture
def run(typed: Run, folder: Path, shared_library: Library) -> Run:
    return partial(typed, "transcript", cwd=folder, library=shared_library.path)


def test_one_video(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run("a/talk.mp4").stdout == "This is a. And its end.\n"
    told = run("a/talk.mp4", "--times", "--chapters").stdout
    assert told == "0:00 End\n--------\n\n[0:00] This is a. And its end.\n"
    document = json.loads(run("a/talk.mp4", "--json").stdout)
    assert document["speech_source"] == "subtitles talk.en.srt"
    assert [item["text"] for item in document["speech"]] == ["This is a.", "And its end."]
    target = tmp_path / "talk.vtt"
    run("a/talk.mp4", "-o", str(target))
    assert [cue.text for cue in subtitle_file(target)] == ["This is a.", "And its end."]
    assert "Language: en" in target.read_text(encoding="utf-8")
    refused = run("b/talk.mp4", "-o", str(target), code=2)
    assert "is there already" in refused.stderr
    run("b/talk.mp4", "-o", str(target), "--force")
    assert subtitle_file(target)[0].text == "This is b."
    silent = run("silent.mp4", "--format", "srt")
    assert (silent.stdout, "nothing is said in" in silent.stderr) == ("", True)
    unwritten = run("silent.mp4", "-o", str(tmp_path / "silent.srt"), code=1)
    assert "silent.srt is not written" in unwritten.stderr
    assert not (tmp_path / "silent.srt").exists()


@pytest.mark.parametrize(
    "arguments", [("--format", "srt"), ("-o", "said.vtt"), ("-o", "said.json", "--format", "txt")]
)
def test_json_is_one_format_and_no_other(
    run: Run, folder: Path, arguments: tuple[str, ...]
) -> None:
    refused = run("a/talk.mp4", "--json", *arguments, code=2)
    assert "--json is --format json" in refused.stderr
    assert not list(folder.glob("said.*"))


def test_all_videos(run: Run, folder: Path, shared_library: Library, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = json.loads(run("--all", str(out), "--format", "srt", "--json").stdout)
    ids = {video.path.parent.name: video.id for video in shared_library.videos()}
    files = sorted(path.name for path in out.iterdir())
    assert len(files) == 2 == len(done["written"])
    assert [Path(item["video"]["path"]).name for item in done["silent"]] == ["silent.mp4"]
    mine = out / f"talk-{ids['b'][:8]}.srt"
    assert subtitle_file(mine)[0].text == "This is b."
    mine.write_text("corrected by hand", encoding="utf-8")
    again = run("--all", str(out), "--format", "srt")
    assert "2 files that were there already are as they were" in again.stderr
    assert mine.read_text(encoding="utf-8") == "corrected by hand"
    run("--all", str(out), "--format", "srt", "--force")
    assert subtitle_file(mine)[0].text == "This is b."


def test_no_file_becomes_the_subtitles_of_a_video_unasked(run: Run, folder: Path) -> None:
    beside = folder / "videos" / "a"
    before = sorted(beside.iterdir())
    for arguments in (
        ("silent.mp4", "-o", str(beside / "silent.srt")),
        ("a/talk.mp4", "-o", str(beside / "talk.en.srt"), "--force"),
        ("a/talk.mp4", "--format", "srt", "-o", str(folder / "library" / "x.srt")),
        ("a/talk.mp4", "-o", str(beside / "silent.mp4"), "--force"),
        ("--all", str(beside), "--format", "vtt"),
        ("--all", str(folder / "library" / "transcripts")),
        ("--all", str(beside / "talk.mp4")),
        ("--all", str(folder / "none" / "deeper")),
        (),
        ("a/talk.mp4", "--all", str(beside)),
        ("--all", str(folder), "-o", "x.srt"),
    ):
        run(*arguments, code=2)
    assert sorted(beside.iterdir()) == before
    assert not (folder / "library" / "transcripts").exists()
    assert not (folder / "none").exists()
    run("--all", str(beside), "--format", "txt")  # no index run reads these
    target = beside / "talk.srt"
    run("a/talk.mp4", "-o", str(target), "--as-subtitles")
    assert subtitle_file(target)[0].text == "This is a."
