"""kill -9 at every step of forgetting a video: the library stays whole, and the next run ends it.

VSEARCH_TEST_KILLS=100 kills at every single file that is touched, not at a few.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tests.unit.remains import in_bytes, inside, needles
from vsearch.config import Config
from vsearch.library import Library
from vsearch.testing.videos import write_colours

KILLS = int(os.environ.get("VSEARCH_TEST_KILLS", "3"))
CHILD = """
import os, signal, sys
from vsearch.library import open_library
library = open_library(sys.argv[1])
video, last, seen = library.find("odd.mp4"), int(sys.argv[2]), 0

def count(event, details):
    global seen
    if event in {"open", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "sqlite3.connect"}:
        if str(details[0]).removeprefix("file://").startswith(sys.argv[1]):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
library.forget(video)
print(seen)
"""


def run_to(step: int, library: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Forget the video, killed before the file that is touched at this step; 0 is never."""
    command = [sys.executable, "-c", CHILD, str(library), str(step)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def made_library(tmp_path: Path, config: Config) -> Library:
    library = Library(config.library, config, print)
    for name, colours in {"a": ["red", "green"], "odd": ["purple", "black"]}.items():
        path = write_colours(tmp_path / "videos" / f"{name}.mp4", colours)
        text = "zorblaxian femtoquark" if name == "odd" else "ordinary words"
        path.with_suffix(".srt").write_text(f"1\n00:00:00,200 --> 00:00:01,800\n{text}\n")
    library.index(tmp_path / "videos")
    return library


def test_forgetting_can_be_killed_anywhere(vsearch, tmp_path: Path, fake_config: Config) -> None:
    made = made_library(tmp_path, fake_config)
    sought = needles(made, made.find("odd.mp4").id, ["zorblaxian", "femtoquark"])
    found = in_bytes(made.path, sought)
    assert len(found) > 10
    whole = tmp_path / "whole"
    shutil.copytree(made.path, whole)
    done = run_to(0, whole, vsearch.environ)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps > 20
    kills = min(KILLS, steps)
    for step in [1 + number * steps // kills for number in range(kills)]:
        library = tmp_path / f"killed-{step}"
        shutil.copytree(made.path, library)
        killed = run_to(step, library, vsearch.environ)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        is_done = check_whole(library, fake_config)
        wanted = ["--removed"] if is_done else ["odd.mp4", "--yes"]
        assert not is_done or not in_bytes(library, sought), f"step {step}"
        again = vsearch("forget", *wanted, "--json", "-l", library)
        assert again.returncode == 0, f"step {step}: {again.stderr}"
        assert not json.loads(again.stdout)["traces"]
        assert in_bytes(library, sought) == {}, f"step {step}"
        assert inside(library, sought, tmp_path / "opened") == {}, f"step {step}"
        shutil.rmtree(library)
    print(f"killed at {kills} of {steps} steps")


def check_whole(path: Path, config: Config) -> bool:
    """It opens, and the other video is whole and found; whether all had been done already."""
    library = Library(path, config, print)
    names = {video.path.name for video in library.videos()}
    assert {"a.mp4"} <= names <= {"a.mp4", "odd.mp4"}
    assert library.search("ordinary words").moments[0].video.path.name == "a.mp4"
    assert library.check() == library.counts().frames
    for frame in library.show("a.mp4").frames:
        assert library.picture(library.find("a.mp4").id, frame.id)
    return "odd.mp4" not in names and not library.has_traces()
