"""vsearch search as a person types it: its examples, its mistakes, what it prints."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from vsearch.library import Library
from vsearch.testing.fakes import COLOURS
from vsearch.testing.videos import write_colours

Ask = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def folder(shared_library: Library) -> Path:
    """A folder of videos that the library knows, to run commands in."""
    root = shared_library.path.parent
    long = write_colours(
        root / "holiday" / "holiday.mp4", ["red", "green", "blue"], seconds_each=31
    )
    write_srt(long, ["a dog runs on the beach", "the last train [music]", "somebody laughs"])
    write_colours(root / "talks" / "talk.mp4", ["purple", "orange"], seconds_each=4)
    write_colours(root / "talks" / "copy.mp4", ["purple", "orange"], seconds_each=5)
    Image.new("RGB", (30, 30), COLOURS["orange"]).save(root / "sketch.png")
    (root / "text.png").write_text("dear diary")
    assert len(shared_library.index([root / "holiday", root / "talks"]).indexed) == 3
    return root


def write_srt(video: Path, lines: list[str]) -> None:
    cues = [
        f"{n + 1}\n00:00:{n * 20 + 2:02d},000 --> 00:00:{n * 20 + 5:02d},500\n{line}\n"
        for n, line in enumerate(lines)
    ]
    video.with_suffix(".en.srt").write_text("\n".join(cues), encoding="utf-8")


@pytest.fixture
def ask(vsearch, folder: Path, shared_library: Library) -> Ask:
    """`vsearch search` in the folder, with what stands behind it as it is typed."""
    environ = {**vsearch.environ, "VSEARCH_LIBRARY": str(shared_library.path)}

    def run(typed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "vsearch", "search", *shlex.split(typed)],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


def moments(done: subprocess.CompletedProcess[str]) -> list[dict]:
    assert done.returncode == 0, done.stderr
    found: list[dict] = json.loads(done.stdout)["moments"]
    return found


def places(done: subprocess.CompletedProcess[str]) -> list[tuple[str, float]]:
    return [(Path(item["video"]["path"]).name, item["start_s"]) for item in moments(done)]


def test_the_examples_of_its_help_run(ask: Ask) -> None:
    shown = ask("--help").stdout
    lines = re.findall(r"^ +vsearch search (.+)$", shown, re.MULTILINE)
    assert len(lines) >= 8
    for line in lines:
        typed = line.partition(" | ")[0].replace(" --open", "")
        done = ask(typed)
        assert done.returncode == 0, f"{typed}\n{done.stderr}"
        said = re.search("moments? in|Nothing found|No good match", done.stderr)
        assert said or "--json" in typed


def test_words_pictures_and_moments_find_what_they_name(ask: Ask) -> None:
    assert places(ask("--json the last train"))[0] == ("holiday.mp4", 22)
    assert places(ask('--json tunnel "the last train"')) == [("holiday.mp4", 22)]
    assert places(ask("--json --image sketch.png"))[0][0] in {"talk.mp4", "copy.mp4"}
    like = places(ask("--json --like talk.mp4@0:01"))
    assert ("talk.mp4", 0) not in like
    assert like[0] == ("copy.mp4", 0)


def test_a_word_with_a_minus_is_left_out_and_no_option(ask: Ask) -> None:
    with_it = {name for name, _ in places(ask("--json purple -n 20"))}
    assert with_it & {"talk.mp4", "copy.mp4"}
    without = {name for name, _ in places(ask("--json purple -talks -n20"))}
    assert without == {"holiday.mp4"}
    assert ask("purple -talk --limt 3").returncode == 2


def test_the_document_says_all_about_a_moment(ask: Ask) -> None:
    document = json.loads(ask('--json --explain "somebody laughs" -n 1').stdout)
    assert (document["page"], document["more"], document["threshold"]) == (1, True, None)
    (best,) = document["moments"]
    assert (best["start_s"], best["end_s"], best["weak"]) == (42, 45.5, False)
    assert best["matched"] == ["somebody", "laughs"]
    assert best["ranks"]["words"] == 1
    assert 0 <= best["keyframe_s"] <= 93
    assert sum(best["evidence"].values()) == pytest.approx(1, abs=1e-3)
    steps = moments(ask("--json saw:red THEN saw:green"))[0]["steps"]
    assert [list(step) for step in steps] == [["start_s", "end_s"]] * 2
    (copy,) = moments(ask("--json saw:orange"))[0]["copies"]
    assert list(copy) == ["video", "start_s", "end_s"]
    assert Path(copy["video"]["path"]).name in {"talk.mp4", "copy.mp4"}


def test_pages_follow_each_other_to_the_end(ask: Ask) -> None:
    whole = places(ask("--json red -n 50"))
    first = ask("red -n 2")
    assert len(whole) > 3
    assert places(ask("--json red -n 2")) + places(ask("--json red -n 2 --page 2")) == whole[:4]
    if "more match less" not in first.stderr:
        assert "more with --page 2" in first.stderr
    beyond = ask("red -n 2 --page 99")
    assert (beyond.returncode, beyond.stdout) == (0, "")
    assert "There are no more results." in beyond.stderr
    assert json.loads(ask("--json red --page 99").stdout)["moments"] == []


def test_the_reasons_are_told_in_full(ask: Ask) -> None:
    done = ask("--explain the last train -n 1")
    assert "1  holiday.mp4  0:22.0-0:25.5  score" in done.stdout
    assert re.search(
        r"words +\d+% +\+\d\.\d\d  alone it would be number 1: the, last, train", done.stdout
    )
    assert "speech" in done.stdout
    assert "“the last train [music]”" in done.stdout
    assert re.search(r"keyframe +0:\d\d\.\d  /", done.stdout)
    steps = ask("--explain saw:red THEN saw:green -n 1").stdout
    assert "step 1     0:00.0-" in steps
    assert "step 2     0:31.0-" in steps
    assert "alike      " in ask("--explain saw:orange -n 1").stdout
    assert "(+1 alike)" in ask("saw:orange -n 1").stdout


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "the query is empty"),
        ("in:holiday", "only says where to look"),
        ("'dog longer:abc'", "longer: takes a length such as 90s"),
        ("'dog tags:beach'", "tag:"),
        ("dog in:nowhere", "in: no video of the library lies in 'nowhere'"),
        ("dog video:nothing.mp4", "video: no video of the library is called 'nothing.mp4'"),
        ("text:exit", "text: finds nothing"),
        ("dog tag:beach", "tag: finds nothing"),
        ("--image nothing.png", "there is no picture nothing.png"),
        ("--image text.png", "text.png cannot be read as a picture"),
        ("--image holiday", "holiday cannot be read as a picture: Is a directory"),
        ("--like nothing.mp4", "no video in"),
        ("--like talk.mp4@9:00", "talk.mp4 is 8.0 s long: it has no moment at 540 s"),
        ("--like ''", "like takes a video"),
        ("dog --page 0", "--page"),
        ("dog --by day", "--by"),
        ("dog --per-video -1", "--per-video"),
    ],
)
def test_mistakes_end_in_a_clear_line(ask: Ask, typed: str, words: str) -> None:
    done = ask(typed)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_place_of_a_mistake_is_shown(ask: Ask) -> None:
    lines = ask("'dog longer:abc'").stderr.splitlines()
    assert lines[1:] == ["  dog longer:abc", "             ^"]


def test_weak_moments_are_said_to_be_no_good_match(ask: Ask, shared_library: Library) -> None:
    shared_library.keep_threshold(2.5)
    try:
        good, nothing = ask("saw:red"), ask("zebra")
        assert "No good match" not in good.stderr
        assert "less than the library's threshold" in good.stderr
        assert "No good match. The nearest is:" in nothing.stderr
        assert nothing.stdout.count(".mp4") == 1
        document = json.loads(ask("--json zebra").stdout)
        assert document["threshold"] == 2.5
        assert all(item["weak"] for item in document["moments"])
    finally:
        shared_library.keep_threshold(None)


def test_a_library_without_speech_still_answers(vsearch, tmp_path: Path) -> None:
    write_colours(tmp_path / "v" / "mute.mp4", ["red", "green"])
    vsearch("index", tmp_path / "v")
    assert "mute.mp4" in vsearch("search", "green").stdout
    said = vsearch("search", 'said:"train"')
    assert (said.returncode, said.stdout) == (0, "")
    assert "Nothing found." in said.stderr
    assert vsearch("search", "said:train").stderr == "Nothing found.\n"


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="xdg-open is of other systems")
@pytest.mark.parametrize("opener", ["", "echo tried >&2; exit 3", "exit 0", "sleep 4"])
def test_without_a_player_one_line_says_which_are_looked_for(
    vsearch, tmp_path: Path, opener: str
) -> None:
    write_colours(tmp_path / "a.mp4", ["red"])
    assert vsearch("index", tmp_path / "a.mp4").returncode == 0
    programs = tmp_path / "programs"
    programs.mkdir()
    if opener:
        (programs / "xdg-open").write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{opener}\n")
        (programs / "xdg-open").chmod(0o755)
    done = vsearch("search", "red", "--open", PATH=str(programs))
    fails = opener in ("", "echo tried >&2; exit 3")
    lines = [line for line in done.stderr.splitlines() if " in " not in line]
    assert done.returncode == (3 if fails else 0)
    assert len(lines) == 1
    assert ("looked for mpv, vlc and ffplay" in lines[0]) == fails
    assert ("the moment is at 0:00" in lines[0]) == (not fails)
