"""vsearch eval in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROWS = "query,video,start_s,end_s,kind\n"
TRUTH = ROWS + (
    "red,flag.mp4,0,2,seen\n"
    "green,sea.mp4,2,4,seen\n"
    "train,talk.mp4,2,4,said\n"
    "a rocket launch,,,,\n"
    "a lake,lake.mp4,,,seen\n"
)


@pytest.fixture
def truth(vsearch, folder: Path, tmp_path: Path) -> Path:
    assert vsearch("index", folder).returncode == 0
    path = tmp_path / "truth.csv"
    path.write_text(TRUTH)
    return path


def test_tables_say_what_is_found(vsearch, truth: Path) -> None:
    done = vsearch("eval", truth)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["ranking", "R@1", "R@5", "R@10", "median", "rank", "nDCG@10", "MRR"] in lines
    fused = next(line for line in lines if line[:1] == ["fused"])
    assert fused == ["fused", "1.00", "1.00", "1.00", "1", "1.00", "1.00"]
    assert {"picture", "speech", "query-blind", "chance", "seen", "said"} <= {
        line[0] for line in lines if line
    }
    assert "inside the right video? 3 queries" in done.stdout
    assert "1 query is left out: 1 video not in the library (lake.mp4)" in done.stderr
    assert "95 %, 1000 samples, seed 0" in done.stderr


def test_the_json_is_the_documented_one(vsearch, truth: Path) -> None:
    done = vsearch("eval", truth, "--json", "--bootstrap", 50, "--seed", 7)
    document = json.loads(done.stdout)
    assert done.stderr == ""
    documented = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    part = documented.partition("`vsearch eval TRUTH --json`")[2]

    def names(value: object) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(names, value)) if value else set()
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set()

    assert {name for name in names(document) if f"`{name}`" not in part} == set()
    assert (document["format"], document["queries"], document["bootstrap"]) == ("CSV", 4, 50)
    assert document["absent"] == ["lake.mp4"]
    assert [item["right"] for item in document["answers"]] == [True, True, True, False]
    assert document["answers"][3]["rank"] is None
    first = document["sections"][0]
    assert (first["subject"], first["kind"], first["queries"]) == ("videos", "", 3)
    assert document["threshold"]["best"]["f1"] == 1
    assert document["threshold"]["kept"] is None


def test_a_threshold_is_kept_and_forgotten(vsearch, truth: Path) -> None:
    def kept() -> dict | None:
        return json.loads(vsearch("eval", truth, "--json").stdout)["threshold"]["kept"]

    done = vsearch("eval", truth, "--keep-threshold", "best")
    assert done.returncode == 0, done.stderr
    assert "keeps the threshold" in done.stderr
    assert "kept in the library" in done.stdout
    best = kept()
    assert best is not None
    assert best["f1"] == 1
    vsearch("eval", truth, "--keep-threshold", "-1.5")
    assert kept()["threshold"] == -1.5  # type: ignore[index]
    assert "no threshold now" in vsearch("eval", truth, "--keep-threshold", "none").stderr
    assert kept() is None


def test_what_cannot_be_kept_costs_no_report(vsearch, truth: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "none.csv"
    wrong.write_text(ROWS + "red,sea.mp4,5,6,\n")
    plot = tmp_path / "plot.svg"
    done = vsearch("eval", wrong, "--keep-threshold", "best", "--json", "--plot", plot)
    assert done.returncode == 2
    assert "Error: no best result is right: there is no threshold worth keeping" in done.stderr
    assert json.loads(done.stdout)["threshold"]["kept"] is None
    assert plot.exists()
    with FileLock(tmp_path / "library" / "writer.lock"):
        done = vsearch("eval", truth, "--keep-threshold", "best", "--json")
    assert done.returncode == 5
    assert json.loads(done.stdout)["queries"] == 4


def test_options_choose_queries_and_draw(vsearch, truth: Path, tmp_path: Path) -> None:
    plot = tmp_path / "plot.png"
    done = vsearch("eval", truth, "--kind", "seen", "-n", 1, "--plot", plot, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["queries"] == 1
    assert plot.read_bytes().startswith(b"\x89PNG")
    counted = json.loads(vsearch("eval", truth, "--count-absent", "--json").stdout)
    scores = counted["sections"][0]["rows"][0]["scores"]
    assert scores["recall@1"]["value"] == 0.75
    assert counted["absent_counted"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (["--plot", "x.gif"], "a plot ends in .png, .svg, .pdf, not in '.gif'"),
        (["--plot", "gone/x.png"], "gone does not exist"),
        (["--keep-threshold", "high"], "takes best, a number or none, not high"),
        (["--keep-threshold", "nan"], "takes best, a number or none, not nan"),
        (["--keep-threshold", "-inf"], "takes best, a number or none, not -inf"),
        (["--kind", "smelt"], "no queries of the kind 'smelt'; there are: seen, said"),
        (["--bootstrap", "-1"], "Invalid value for '--bootstrap'"),
    ],
)
def test_wrong_options_end_in_one_line(vsearch, truth: Path, more: list, reason: str) -> None:
    done = vsearch("eval", truth, *more)
    assert done.returncode == 2
    assert reason in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_wrong_truth_and_missing_libraries_have_their_codes(
    vsearch, truth: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(ROWS + "red,flag.mp4,5,2,\n")
    done = vsearch("eval", wrong)
    assert done.returncode == 2
    assert f"Error: {wrong}, line 2: a span must end after it starts" in done.stderr
    wrong.write_text(ROWS + "red,gone.mp4,,,\n")
    assert vsearch("eval", wrong).returncode == 2
    assert vsearch("eval", truth, "--library", tmp_path / "nowhere").returncode == 4
    assert vsearch("eval", truth, "--keep-threshold", "best", "-l", tmp_path / "no").returncode == 4
    assert not (tmp_path / "no").exists()


def test_narrow_terminals_do_without_intervals(vsearch, truth: Path, tmp_path: Path) -> None:
    """Neither table is cut: what does not fit is left out as a whole."""
    pty = pytest.importorskip("pty", reason="a terminal of its own")
    many = tmp_path / "many.csv"
    many.write_text(TRUTH + "blue,talk.mp4,1,2,seen\nwhite,talk.mp4,,,seen\n")
    for width, intervals in ((100, True), (70, False)):
        leader, follower = pty.openpty()
        done = subprocess.Popen(
            [sys.executable, "-m", "vsearch", "eval", str(many)],
            stdout=follower,
            stderr=subprocess.DEVNULL,
            env={**vsearch.environ, "COLUMNS": str(width), "TERM": "xterm"},
        )
        os.close(follower)
        shown = b""
        try:
            while part := os.read(leader, 4096):
                shown += part
        except OSError:  # the other side has hung up
            pass
        assert done.wait(60) == 0
        text = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())
        assert max(len(line.rstrip()) for line in text.splitlines()) <= width
        header = next(line.split() for line in text.splitlines() if "R@1" in line)
        assert header == ["ranking", "R@1", "R@5", "R@10", "median", "rank", "nDCG@10", "MRR"]
        assert bool(re.search(r"\.\d\d-(1\.00|\.\d\d)", text)) is intervals
