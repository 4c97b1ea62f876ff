"""vsearch reel as a person types it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.showing import clip_folder, colours
from vsearch.library import Library

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(shared_library: Library) -> Path:
    return clip_folder(shared_library)


@pytest.fixture
def run(typed, folder: Path, shared_library: Library, tmp_path: Path) -> Run:
    return partial(typed, cwd=tmp_path, library=shared_library.path)


def test_a_reel_joins_the_best_moments(run: Run, tmp_path: Path) -> None:
    reel = json.loads(
        run("reel", "blue", "--length", "3.5s", "--order", "best", "-o", "r.mp4", "--json").stdout
    )
    assert reel["duration_s"] <= 3.5
    assert {piece["video"]["path"].rsplit("/")[-1] for piece in reel["pieces"]} <= {
        "flag.mp4",
        "sea.mp4",
    }
    assert "blue" in colours(tmp_path / "r.mp4")
    assert reel["left_out"]


def test_a_reel_of_one_video_and_one_of_given_moments(run: Run, tmp_path: Path) -> None:
    best = json.loads(run("reel", "--video", "talk", "--length", "5", "--json").stdout)
    assert best["path"].endswith("talk-reel.mp4")
    starts = [piece["start_s"] for piece in best["pieces"]]
    assert starts == sorted(starts)
    assert 2 <= best["duration_s"] <= 5
    (tmp_path / "mine.json").write_text(
        json.dumps(
            {
                "moments": [
                    {"video": "sea", "start_s": 3, "end_s": 4},
                    {"video": {"id": "", "path": "flag.mp4"}, "start_s": 1, "end_s": 3},
                ]
            }
        )
    )
    run("reel", "--moments", "mine.json")
    assert colours(tmp_path / "mine-reel.mp4") == ["green", "red", "white"]


def test_a_search_can_be_saved_and_joined_later(run: Run, tmp_path: Path) -> None:
    (tmp_path / "found.json").write_text(run("search", "red", "--limit", "1", "--json").stdout)
    run("reel", "--moments", "found.json", "-o", "r.mp4")
    assert colours(tmp_path / "r.mp4") == ["red"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "names no moments"),
        ("[" * 100_000, "is nested too deep"),
        ('{"moments": 3}', "names no moments"),
        ('[{"video": "flag", "start_s": "x", "end_s": 2}]', "moment 1 is not as it should be"),
        ('[{"video": "flag", "start_s": 3, "end_s": 2}]', "moment 1: a clip cannot begin at 3 s"),
        ('[{"video": "gone", "start_s": 1, "end_s": 2}]', "moment 1: no video"),
    ],
)
def test_files_of_moments_that_make_no_sense_are_refused(
    run: Run, tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "m.json").write_text(content)
    assert said in run("reel", "--moments", "m.json", code=2).stderr


def test_a_reel_of_nothing_is_not_made(run: Run, tmp_path: Path) -> None:
    assert "nothing was found" in run("reel", "said:zebra", code=1).stderr
    nowhere = tmp_path / "none"
    assert "there is no library" in run("reel", "red", code=4, library=nowhere).stderr
    for arguments in ((), ("red", "--video", "flag")):
        assert "a reel is made of" in run("reel", *arguments, code=2).stderr
    assert "a reel lasts" in run("reel", "red", "--length", "1s", code=2).stderr
    assert not list(tmp_path.glob("*.mp4"))
