"""vsearch tag, tag: and vsearch unusual in processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vsearch.testing.videos import write_colours

LABELS = "@looks-at: picture\nred: red\nsea: blue\ngrass: green\n'; DROP: yellow\n"
ROWS = "video,start_s,end_s,label\na.mp4,0,2,red\na.mp4,2,4,grass\nb.mp4,,,sea\nb.mp4,0,2,red\n"


@pytest.fixture
def colours(vsearch, tmp_path: Path) -> Path:
    write_colours(tmp_path / "videos" / "a.mp4", ["red", "green"])
    write_colours(tmp_path / "videos" / "b.mp4", ["blue", "blue"])
    assert vsearch("index", tmp_path / "videos").returncode == 0
    path = tmp_path / "colours.txt"
    path.write_text(LABELS)
    return path


def test_tags_are_put_on_shown_searched_and_removed(vsearch, colours: Path) -> None:
    assert "No tags yet" in vsearch("tag").stderr
    dry = vsearch("tag", "--labels", colours, "--dry-run")
    assert "Nothing was kept" in dry.stderr
    done = vsearch("tag", "--labels", colours)
    assert done.returncode == 0, done.stderr
    assert "colours: 3 scenes of 2 videos, 3 tagged" in done.stdout
    assert (
        "nothing to do, 2 videos had its tags already" in vsearch("tag", "--labels", colours).stdout
    )
    found = json.loads(vsearch("search", "anything tag:sea", "--json").stdout)["moments"]
    assert {Path(moment["video"]["path"]).name for moment in found} == {"b.mp4"}
    assert [tag["label"] for tag in found[0]["tags"]] == ["sea"]
    assert "tags       sea" in vsearch("search", "blue tag:colours/sea", "--explain").stdout
    shown = vsearch("show", "a.mp4").stdout
    assert re.search(r"red (9\d|100)%", shown), shown
    shown = json.loads(vsearch("show", "a.mp4", "--json").stdout)
    assert [scene["tags"][0]["label"] for scene in shown["scenes"]] == ["red", "grass"]
    wrong = vsearch("search", "anything tag:seas")
    assert wrong.returncode == 2
    assert "the nearest: sea" in wrong.stderr
    listed = json.loads(vsearch("tag", "--json").stdout)["label_sets"]
    assert listed[0]["counts"] == {"red": 1, "sea": 1, "grass": 1, "'; DROP": 0}
    query = "SELECT label, count(*) AS n FROM tags GROUP BY label ORDER BY label"
    rows = json.loads(vsearch("sql", query, "--json").stdout)["rows"]
    assert rows == [{"label": name, "n": 1} for name in ("grass", "red", "sea")]
    assert vsearch("tag", "--remove", "colours").returncode == 0
    assert json.loads(vsearch("tag", "--json").stdout)["label_sets"] == []


def test_the_sets_that_come_along_are_named(vsearch, colours: Path) -> None:
    printed = vsearch("tag").stdout
    assert "Sets that come along:" in printed
    shipped = json.loads(vsearch("tag", "--json").stdout)["shipped"]
    assert [item["label_set"] for item in shipped] == ["actions", "emotions", "scenes"]
    text = " ".join(printed.split())
    for item in shipped:
        head = f"{item['label_set']} ({len(item['labels'])} labels, {item['looks_at']}): "
        assert head + ", ".join(item["labels"]) in text


def test_videos_indexed_later_are_told_of_and_tagged(vsearch, colours: Path) -> None:
    vsearch("tag", "--labels", colours)
    write_colours(colours.parent / "videos" / "c.mp4", ["red"])
    done = vsearch("index", colours.parent / "videos")
    assert "1 video without tags of colours yet: `vsearch tag --labels colours`" in done.stderr
    again = vsearch("tag", "--labels", "colours")  # the library knows the labels by their name
    assert "1 scene of 1 video, 1 tagged; 2 videos had its tags already" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--labels", "nothing.txt"], "there is no file of labels nothing.txt"),
        (["a.mp4"], "say which labels"),
        (["--remove", "colours"], "no tags of a set 'colours'"),
        (["--remove", "colours", "--dry-run"], "give nothing else with it"),
        (["--labels", "scenes", "--least", "0"], "above 0 up to 1"),
        (["--labels", "scenes", "lake.mp4"], "no video in"),
    ],
)
def test_what_cannot_be_done_is_said(vsearch, colours: Path, arguments, message: str) -> None:
    done = vsearch("tag", *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_tagging_imports_no_torch(vsearch, colours: Path) -> None:
    code = "import sys\nfrom vsearch.cli.app import app\n"
    code += f"app(['tag', '--labels', {str(colours)!r}], standalone_mode=False)\n"
    code += "print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=vsearch.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"torch", "av", "timm"} & set(done.stdout.split())


def test_a_killed_run_leaves_the_tags_as_they_were(vsearch, colours: Path) -> None:
    vsearch("tag", "--labels", colours)
    before = vsearch("tag", "--json").stdout
    other = colours.with_name("other") / "colours.txt"
    other.parent.mkdir()
    other.write_text("red\nblue\n")
    code = "import os, signal\nimport vsearch_index.writer as writer\nkept = writer.write_tags\n"
    code += "def killed(*arguments, **more):\n    kept(*arguments, **more)\n"
    code += f"    os.kill(os.getpid(), {int(signal.SIGKILL)})\nwriter.write_tags = killed\n"
    code += f"import vsearch\nvsearch.open_library().tag({str(other)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", code], env=vsearch.environ, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert vsearch("tag", "--json").stdout == before
    assert "3 tagged" in vsearch("tag", "--labels", other, "--least", "0.01").stdout


@pytest.fixture
def truth(vsearch, colours: Path) -> Path:
    vsearch("tag", "--labels", colours)
    path = colours.with_name("truth.csv")
    path.write_text(ROWS)
    return path


def test_tags_are_judged(vsearch, truth: Path) -> None:
    plot = truth.with_name("confusion.svg")
    done = vsearch("eval", truth, "--plot", plot)
    assert done.returncode == 0, done.stderr
    assert "Is the best tag of colours right? 4 items" in done.stdout
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["accuracy", ".75", ".25-1.00", ".50", ".00-1.00", ".25"] in lines
    assert ["1", "red", "1", "1", ".", "."] in lines
    assert all(len(line) <= 100 for line in done.stdout.splitlines())
    drawn = plot.read_text()
    assert "grass" in drawn
    assert "accuracy 0.75" in drawn


def test_the_json_of_judged_tags_is_documented(vsearch, truth: Path) -> None:
    document = json.loads(vsearch("eval", truth, "--json", "--bootstrap", 20).stdout)
    (section,) = document["label_sets"]
    assert section["confusion"]["labels"] == ["red", "sea", "grass"]
    assert section["confusion"]["counts"][0] == [1, 1, 0, 0]
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    part = page.partition("A truth of labels")[2]
    for name in {*document, *section, *section["confusion"], *section["labels"][0]}:
        assert f"`{name}`" in part or f"`{name}`" in page.partition("`vsearch eval TRUTH")[2], name


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ("video,label\na.mp4,purple\n", [], "no label set of the library (colours) has all"),
        ("video,label,label_set\na.mp4,red,mine\n", [], "no tags of a set 'mine'"),
        ("video,label\nlake.mp4,red\n", [], "none of the videos"),
        ("video,label\na.mp4,red\n", ["--keep-threshold", "best"], "are for queries"),
    ],
)
def test_what_cannot_be_judged_is_said(vsearch, truth: Path, rows, options, message: str) -> None:
    truth.write_text(rows)
    done = vsearch("eval", truth, *options)
    assert done.returncode == 2
    assert message in done.stderr


def test_unusual_scenes_of_a_real_video(vsearch, tmp_path: Path) -> None:
    shown = [["red", "green"][place % 2] for place in range(24)]
    shown[12] = "yellow"
    write_colours(tmp_path / "videos" / "a.mp4", shown, seconds_each=1)
    assert vsearch("index", tmp_path / "videos").returncode == 0
    done = vsearch("unusual", "--json")
    (scene,) = json.loads(done.stdout)["scenes"]
    assert scene["start_s"] == 12
    assert scene["reasons"][0]["block"] == "visual"
    text = vsearch("unusual", "a.mp4", "-n", 1)
    assert "looks unlike anything else; nearest: 0:" in text.stdout
    assert "1 scene of 24 stand out" in text.stderr


def test_few_scenes_are_not_compared(vsearch, colours: Path) -> None:
    done = vsearch("unusual")
    assert done.returncode == 0
    assert "3 scenes: too few to tell what is usual." in done.stderr
    assert vsearch("unusual", "lake.mp4").returncode == 2
    assert os.environ.get("VSEARCH_LIBRARY") is None
