"""Several processes, interrupts and closed pipes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vsearch.testing.videos import write_colours


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interrupt_at_any_moment_is_no_traceback(vsearch, folder: Path) -> None:
    vsearch("index", folder)
    for delay_s in (0.02, 0.1, 0.2, 0.3, 0.4):
        process = start(vsearch, "search", "train")
        time.sleep(delay_s)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        # Until Python has come as far as our main(), the interrupt is Python's own affair.
        ours = re.search(r'cli.__init__\.py", line \d+, in main', errors)
        assert process.returncode in {0, 130} or not ours, errors


def test_output_into_a_closed_pipe_is_no_error(vsearch, folder: Path) -> None:
    vsearch("index", folder)
    command = f"{sys.executable} -m vsearch list --json | head -c 1"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, env=vsearch.environ, check=False
    )
    assert "Traceback" not in done.stderr


MANY = 60


def many_videos(folder: Path) -> None:
    """Enough to keep a writer busy for seconds: one video with other bytes behind its end."""
    whole = write_colours(folder / "long.mp4", ["red", "green", "blue"] * 4, size_px=(640, 360))
    data = whole.read_bytes()
    for number in range(1, MANY):
        (folder / f"long{number}.mp4").write_bytes(data + number.to_bytes(4, "big"))


def start(vsearch, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "vsearch", *map(str, arguments)],
        env=vsearch.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background may have made us ignore interrupts.
        preexec_fn=None if os.name == "nt" else _heed_interrupts,
    )


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for_writer(library: Path, process: subprocess.Popen[str]) -> None:
    """Until the process has committed a video: the pictures of the next one are written then."""
    deadline = time.monotonic() + 60
    while not (library / "writer.json").exists() or len(list(library.glob("thumbnails/*/*"))) < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_writer_at_a_time_and_readers_beside_it(vsearch, folder: Path, tmp_path: Path) -> None:
    vsearch("index", folder)
    many_videos(folder)
    writer = start(vsearch, "index", folder)
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "library" / "writer.json").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        second = vsearch("index", folder)
        found = vsearch("search", "--json", "train")
        assert writer.poll() is None, "the writer was too quick for this test to mean anything"
    finally:
        output, errors = writer.communicate(timeout=120)
    assert second.returncode == 5
    assert f"process {writer.pid}" in second.stderr
    assert "vsearch index" in second.stderr or "__main__.py index" in second.stderr
    assert json.loads(found.stdout)["moments"][0]["video"]["path"].endswith("talk.mp4")
    assert writer.returncode == 0, errors
    assert f"{MANY} indexed" in output


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_interrupting_keeps_what_is_done(vsearch, folder: Path, tmp_path: Path) -> None:
    many_videos(folder)
    process = start(vsearch, "index", folder)
    wait_for_writer(tmp_path / "library", process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "run the same command again" in errors
    assert "Traceback" not in errors
    kept = len(json.loads(vsearch("list", "--json").stdout)["videos"])
    assert 0 < kept < MANY + 3
    report = json.loads(vsearch("index", "--json", folder).stdout)
    assert report["unchanged"] == kept
    assert len(report["indexed"]) == MANY + 3 - kept
