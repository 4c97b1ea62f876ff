"""kill -9 at random moments: VSEARCH_TEST_KILLS=50 does it fifty times."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vsearch.testing.videos import tone, write_colours

KILLS = int(os.environ.get("VSEARCH_TEST_KILLS", "8"))
VIDEOS = 16
COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")


@pytest.mark.timeout(60 * max(10, KILLS))
def test_a_killed_run_leaves_a_consistent_library(vsearch, tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    for number in range(VIDEOS):
        colours = [
            COLOURS[number % 6],
            COLOURS[(number + 1) % 6],
            COLOURS[(number + 2 + number // 6) % 6],
        ]
        write_colours(
            folder / f"{number:02d}.mp4",
            colours,
            samples=tone(440, 6),
            size_px=(320, 180),
            signs={2: "exit"},
        )
    whole_s = time_of_a_whole_run(vsearch, folder, tmp_path / "reference")
    expected = answers(vsearch, tmp_path / "reference")
    randomness = random.Random(1)
    killed = partial = 0
    library = tmp_path / "library-0"
    for number in range(4 * KILLS):
        if killed == KILLS:
            break
        killed += kill_at(vsearch, folder, library, randomness.uniform(0.1, 1.0) * whole_s)
        kept = check(vsearch, library)
        partial += 0 < kept < VIDEOS
        if kept == VIDEOS:
            assert answers(vsearch, library) == expected
            library = tmp_path / f"library-{number + 1}"
    finish(vsearch, folder, library)
    assert answers(vsearch, library) == expected
    print(f"{killed} runs killed; {partial} times some videos were committed and others not")
    assert killed == KILLS
    assert partial


def time_of_a_whole_run(vsearch, folder: Path, library: Path) -> float:
    start = time.monotonic()
    assert vsearch("index", folder, "-l", library).returncode == 0
    return time.monotonic() - start


def kill_at(vsearch, folder: Path, library: Path, seconds: float) -> bool:
    """Start a run and kill it; whether it was still running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vsearch", "index", str(folder), "-l", str(library)],
        env=vsearch.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    running = process.poll() is None
    process.kill()
    process.wait()
    return running


def check(vsearch, library: Path) -> int:
    """The library opens, every video in it is whole, and each can be found; how many there are."""
    if not (library / "catalog.duckdb").exists():
        return 0
    listed = vsearch("list", "--json", "-l", library)
    assert listed.returncode == 0, listed.stderr
    videos = json.loads(listed.stdout)["videos"]
    for video in videos[:3]:
        shown = json.loads(vsearch("show", video["id"], "--json", "-l", library).stdout)
        pictures = [frame["thumbnail"] for scene in shown["scenes"] for frame in scene["keyframes"]]
        assert len(shown["scenes"]) == 3
        assert all(Path(picture).stat().st_size > 100 for picture in pictures)
        assert len(shown["speech"]) >= 5
        assert [item["text"] for item in shown["shown"]] == ["exit"]
    if videos:
        assert len(answers(vsearch, library)["red"]) == len(videos)
        health = json.loads(vsearch("doctor", "--json", "-l", library).stdout)["checks"]
        assert {item["state"] for item in health if item["check"] == "library"} == {"ok"}
    return len(videos)


def finish(vsearch, folder: Path, library: Path) -> None:
    kept = check(vsearch, library)
    report = json.loads(vsearch("index", folder, "--json", "-l", library).stdout)
    assert report["unchanged"] == kept
    assert len(report["indexed"]) == VIDEOS - kept


def answers(vsearch, library: Path) -> dict[str, list[tuple[str, float]]]:
    """What a few questions find, each video once."""
    found = {}
    for query in ("red", "country", "text:exit"):
        done = vsearch("search", query, "--by", "video", "-n", 50, "--json", "-l", library)
        assert done.returncode == 0, done.stderr
        moments = json.loads(done.stdout)["moments"]
        found[query] = sorted((moment["video"]["id"], moment["score"]) for moment in moments)
    return found
