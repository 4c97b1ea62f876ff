"""vsearch clip and vsearch search --cut as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.showing import ODD, clip_folder, colours, frames
from vsearch.library import Library
from vsearch.pipeline.tracks import embedded_subtitles
from vsearch.testing.videos import RATE, write_colours

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(shared_library: Library) -> Path:
    return clip_folder(shared_library)


@pytest.fixture
def run(typed, folder: Path, shared_library: Library, tmp_path: Path) -> Run:
    return partial(typed, cwd=tmp_path, library=shared_library.path)


def test_the_command_runs_in_a_process_of_its_own(vsearch, tmp_path: Path) -> None:
    video = write_colours(tmp_path / "one.mp4", ["red", "blue"])
    done = vsearch("clip", video, "1", "3", "-o", tmp_path / "out.mp4")
    assert (done.returncode, done.stderr) == (0, "")
    assert colours(tmp_path / "out.mp4") == ["red", "blue"]


def test_a_clip_shows_its_stretch_and_nothing_else(run: Run, tmp_path: Path) -> None:
    said = run("clip", "flag", "0:01.5", "3.5", "-o", "piece.mp4")
    assert said.stdout == "piece.mp4  0:02.0\n"
    assert colours(tmp_path / "piece.mp4") == ["red", "white"]
    assert len(frames(tmp_path / "piece.mp4")) == 2 * RATE
    run("clip", "flag.mp4", "2", "+2s")
    assert colours(tmp_path / "flag-0m02s-0m04s.mp4") == ["white"]


def test_the_json_of_a_clip_says_what_was_made(run: Run, folder: Path, tmp_path: Path) -> None:
    clip = json.loads(run("clip", "talk", "3", "--length", "9", "--handles", "1", "--json").stdout)
    assert clip["path"] == str(tmp_path / "talk-0m03s-0m12s.mp4")
    assert clip["duration_s"] == pytest.approx(6, abs=0.01)
    (piece,) = clip["pieces"]
    assert piece["video"]["path"] == str(folder / "videos" / "talk.mp4")
    assert (piece["start_s"], piece["end_s"], piece["at_s"]) == (2, 8, 0)
    assert clip["notes"] == ["talk.mp4 ends at 8.0 s, and so does the clip"]


def test_a_file_of_no_library_is_cut_too(run: Run, folder: Path, tmp_path: Path) -> None:
    alone = folder / "new" / "alone.mp4"
    nowhere = tmp_path / "none"
    run("clip", str(alone), "1", "3", "-o", "a.mkv", library=nowhere)
    assert colours(tmp_path / "a.mkv") == ["green", "red"]
    assert not (tmp_path / "none").exists()
    assert "there is no library" in run("clip", "flag", "1", "3", code=4, library=nowhere).stderr


def test_odd_names_are_no_trouble(run: Run, folder: Path, tmp_path: Path) -> None:
    made = json.loads(run("clip", str(folder / "videos" / ODD), "1", "3", "--json").stdout)
    assert Path(made["path"]).name.isprintable()
    assert colours(Path(made["path"])) == ["orange", "white"]
    (tmp_path / "-odd.mp4").write_bytes((folder / "new" / "alone.mp4").read_bytes())
    run("clip", "-o", "-out.mp4", "--", "-odd.mp4", "0", "1")
    assert colours(tmp_path / "-out.mp4") == ["green"]
    long = f"{'é' * 115}.mp4"
    run("clip", "flag", "0", "1", "-o", long)
    assert colours(tmp_path / long) == ["red"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("flag", "3", "2"), 2, "cannot end at 2 s and begin at 3 s"),
        (("flag", "soon", "2"), 2, "write times as 90, 1:30"),
        (("flag", "2"), 2, "either the END of the clip or its --length"),
        (("flag", "7", "9"), 2, "flag.mp4 is over at 0:06"),
        (("nothing", "1", "2"), 2, "no video"),
        (("flag", "1", "2", "-o", "no/such/folder.mp4"), 2, "does not exist"),
        (("flag", "1", "2", "-o", "clip.txt"), 2, "must end in .mp4"),
        (("flag", "1", "2", "-o", f"{'x' * 300}.mp4"), 1, "too long"),
        (("flag", "1", "2", "--vertical", "--crop", "1:1"), 2, "give one of the two"),
        (("flag", "1", "2", "--handles", "99"), 2, "'--handles'"),
        (("flag", "1", "2", "--dissolve", "1"), 2, "No such option: --dissolve"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_nothing(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    before = sorted(tmp_path.iterdir())
    assert said in run("clip", *arguments, code=code).stderr
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_is_written_over_and_no_video_of_the_library_ever(
    run: Run, folder: Path, shared_library: Library, tmp_path: Path
) -> None:
    flag = folder / "videos" / "flag.mp4"
    kept = flag.read_bytes()
    (tmp_path / "there.mp4").write_text("mine")
    assert "--force" in run("clip", "sea", "0", "1", "-o", "there.mp4", code=2).stderr
    assert (tmp_path / "there.mp4").read_text() == "mine"
    run("clip", "sea", "0", "1", "-o", "there.mp4", "--force")
    assert colours(tmp_path / "there.mp4") == ["blue"]
    (tmp_path / "link.mp4").symlink_to(flag)
    os.link(flag, tmp_path / "second.mp4")
    for way in (str(flag), "link.mp4", "second.mp4"):
        said = run("clip", "sea", "0", "1", "-o", way, "--force", code=2).stderr
        assert "never written over" in said
    inside = str(shared_library.path / "clip.mp4")
    assert "lies in the library" in run("clip", "sea", "0", "1", "-o", inside, code=2).stderr
    assert flag.read_bytes() == kept
    alone = folder / "new" / "alone.mp4"
    kept = alone.read_bytes()
    said = run("clip", str(alone), "0", "1", "-o", str(alone), "--force", code=2).stderr
    assert "cut from" in said
    assert alone.read_bytes() == kept


def test_a_video_that_changed_is_refused(run: Run, folder: Path, shared_library: Library) -> None:
    changing = folder / "videos" / "changing.mp4"
    write_colours(changing, ["white", "red"])
    shared_library.index(changing)
    write_colours(changing, ["green", "blue"])
    os.utime(changing, (1, 1))
    assert "changed" in run("clip", "changing", "0", "1", code=2).stderr
    changing.unlink()
    assert "gone" in run("clip", "changing", "0", "1", code=2).stderr
    shared_library.remove("changing")


def test_a_search_writes_a_clip_of_each_moment(run: Run, tmp_path: Path) -> None:
    said = run("search", "red", "--cut", "moments", "--limit", "2").stdout
    first = tmp_path / "moments" / "01-flag-0m00s.mp4"
    assert f"moments/{first.name}" in said
    assert colours(first) == ["red"]
    kept = first.stat().st_mtime_ns
    found = json.loads(run("search", "red", "--cut", "moments", "--limit", "2", "--json").stdout)
    assert Path(found["clips"][0]["path"]).name == "01-flag-0m00s-2.mp4"
    assert [clip["rank"] for clip in found["clips"]] == [
        moment["rank"] for moment in found["moments"] if moment["score"] > 0
    ]
    assert first.stat().st_mtime_ns == kept
    assert "no folder" in run("search", "red", "--cut", str(first), code=2).stderr
    run("search", "--cut", "none", "said:zebra")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "given", [("--handles", "1"), ("--fade", "0.02"), ("--vertical",), ("--subtitles", "soft")]
)
def test_how_clips_are_is_only_said_where_there_are_some(run: Run, given: tuple[str, ...]) -> None:
    refused = run("search", "red", *given, code=2).stderr
    assert f"{given[0]} is about clips, and there are none: add --cut" in refused
    assert "--force is about" in run("search", "red", "--force", code=2).stderr


def test_the_help_of_a_search_names_clips_last_and_says_what_they_need(run: Run) -> None:
    told = run("search", "--help").stdout.partition("Options:")[2]
    assert told.index("--image FILE") < told.index("--absolute") < told.index("--handles")
    assert "With --cut: as much more at both ends." in told
    assert "With --cut" not in run("clip", "--help").stdout


def test_no_empty_folder_stays_where_no_clip_could_be_made(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    away = (folder / "videos").rename(folder / "away")
    try:
        run("search", "blue", "--cut", "moments", code=3)
        (tmp_path / "mine").mkdir()
        run("search", "blue", "--cut", "mine", code=3)
    finally:
        away.rename(folder / "videos")
    assert not (tmp_path / "moments").exists()
    assert (tmp_path / "mine").is_dir()


def test_a_clip_that_cannot_be_made_costs_a_line(run: Run, folder: Path, tmp_path: Path) -> None:
    sea, away = folder / "videos" / "sea.mp4", folder / "away.mp4"
    sea.rename(away)
    try:
        done = run("search", "blue", "--cut", "moments", code=3)
        reel = json.loads(run("reel", "blue", "-o", "r.mp4", "--json").stdout)
    finally:
        away.rename(sea)
    assert "sea.mp4 is gone" in done.stderr
    made = {path.name[3:7] for path in (tmp_path / "moments").iterdir()}
    assert made
    assert "sea-" not in made
    assert "sea.mp4" not in {Path(piece["video"]["path"]).name for piece in reel["pieces"]}
    assert "file gone or changed" in {item["why"] for item in reel["left_out"]}


def test_what_was_made_can_be_played(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = tmp_path / "bin" / "mpv"
    player.parent.mkdir()
    player.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/played\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(player.parent), prepend=os.pathsep)
    run("clip", "flag", "0", "1", "-o", "a.mp4", "--open")
    assert (tmp_path / "played").read_text().split()[-1] == "a.mp4"


def test_an_emptied_library_is_no_trouble(run: Run, tmp_path: Path) -> None:
    write_colours(tmp_path / "one.mp4", ["red"])
    emptied = tmp_path / "emptied"
    run("index", str(tmp_path / "one.mp4"), "--json", library=emptied)
    run("remove", "one", "--yes", library=emptied)
    assert "nothing was found" in run("reel", "red", code=1, library=emptied).stderr
    assert (
        json.loads(run("search", "red", "--cut", "m", "--json", library=emptied).stdout)["clips"]
        == []
    )
    assert "no video" in run("clip", "one", "0", "1", code=2, library=emptied).stderr
    run("clip", "one.mp4", "0", "1", library=emptied)


def test_upright_with_subtitles_in_the_picture(run: Run, tmp_path: Path) -> None:
    run("clip", "talk", "1", "5", "--vertical", "--subtitles", "burnt", "-o", "up.mp4")
    run("clip", "talk", "1", "5", "--vertical", "-o", "plain.mp4")
    burnt, plain = frames(tmp_path / "up.mp4"), frames(tmp_path / "plain.mp4")
    assert burnt[0].shape == (96, 54, 3)
    spoken, silent = 2 * RATE, RATE // 2
    changed = np.abs(burnt[spoken].astype(int) - plain[spoken]).max(axis=2) > 60
    assert changed[48:84].sum() > 40
    assert changed[:40].sum() == 0
    assert (np.abs(burnt[silent].astype(int) - plain[silent]) > 60).sum() == 0
    soft = tmp_path / "soft.mp4"
    run("clip", "talk", "1", "5", "--subtitles", "soft", "-o", str(soft))
    cues, _ = embedded_subtitles(soft)
    assert " ".join(cue.text for cue in cues) == "train train"
    times = (cues[0].span.start_s, cues[-1].span.end_s)
    assert times == pytest.approx((1, 3), abs=0.11)
