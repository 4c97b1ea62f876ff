"""The benchmark that is made from a data folder: its answers are where it says."""

from __future__ import annotations

import importlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from vsearch.pipeline.tracks import read_sound, subtitle_file
from vsearch.pipeline.video import open_video
from vsearch.testing.fakes import COLOURS, colour_name
from vsearch.testing.videos import tone, write_colours
from vsearch.types import SAMPLE_RATE

BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def patch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    """Scripts of the benchmarks can be imported, nobody reads aloud, and pictures are small."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.syspath_prepend(BENCHMARKS)
        monkeypatch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
        monkeypatch.setattr(importlib.import_module("footage"), "SIZE_PX", (160, 90))
        yield monkeypatch


@pytest.fixture(scope="module")
def make_set(patch: pytest.MonkeyPatch) -> ModuleType:
    return importlib.import_module("make_set")


@pytest.fixture(scope="module")
def made(
    make_set: ModuleType, patch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """A benchmark made from a clip of each colour and a long one."""
    data = tmp_path_factory.mktemp("data")
    for colour in COLOURS:
        write_colours(data / "videos" / f"{colour}.mp4", [colour], seconds_each=1.3)
    write_colours(data / "videos" / "long.mp4", ["red"], seconds_each=61)
    captions = {f"{colour}.mp4": f"a {colour} wall" for colour in COLOURS}
    captions["long.mp4"] = "a penguin behind a wall"
    write_list(
        data / "videos.json", {name: {"captions": [text]} for name, text in captions.items()}
    )
    write_colours(data / "speech" / "hum.mp4", ["red"], samples=tone(440, 2.0))
    write_list(data / "speech.json", {"hum.mp4": {"text": "one two three four five"}})
    patch.setattr(sys, "argv", ["make_set.py", str(data), str(data / "set")])
    make_set.main()
    return data / "set", {f"a {colour} wall": colour for colour in COLOURS}


def write_list(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


def truth(folder: Path, part: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((folder / part / "truth.json").read_text())
    return rows


def colours_of(path: Path) -> list[tuple[float, str]]:
    """When each frame is shown, and its colour away from the black around it."""
    with open_video(path, "id") as reader:
        frames = [(shot.pts_s, shot.picture(90)[30:60, 60:90]) for shot in reader.shots()]
    return [(at_s, colour_name(middle)) for at_s, middle in frames]


def test_a_benchmark_says_where_its_answers_are(
    made: tuple[Path, dict[str, str]], make_set: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, shown = made
    joined = [row for row in truth(folder, "joined") if row["video"]]
    assert {row["query"] for row in joined} == set(shown)  # the long clip is left out
    for row in joined:
        [[start_s, end_s]] = row["spans"]
        frames = colours_of(folder / "joined" / "videos" / row["video"])
        within = [colour for at_s, colour in frames if start_s - 0.01 <= at_s < end_s - 0.01]
        assert len(within) == pytest.approx(1.3 * 25, abs=1.5)
        assert set(within) == {shown[row["query"]]}
    clips = [row for row in truth(folder, "clips") if row["video"]]
    assert len(clips) == len(shown) + 1 == len({row["video"] for row in clips})
    for row in clips:
        colour = colours_of(folder / "clips" / "videos" / row["video"])[5][1]
        assert colour == shown.get(row["query"], "red")
    before = (folder / "joined" / "truth.json").stat().st_mtime_ns
    make_set.main()
    assert (folder / "joined" / "truth.json").stat().st_mtime_ns == before
    assert "espeak-ng is missing" in capsys.readouterr().out


def test_words_lie_where_a_benchmark_says(made: tuple[Path, dict[str, str]]) -> None:
    folder, _ = made
    said = [row for row in truth(folder, "spoken") if row["video"]]
    assert [row["query"] for row in said] == ["one two", "three four five"]
    [[start_s, end_s]] = said[0]["spans"]
    [(_, samples)] = read_sound(folder / "spoken" / "videos" / said[0]["video"])
    loud = np.flatnonzero(np.abs(samples) > 0.1) / SAMPLE_RATE
    assert (loud[0], loud[-1]) == pytest.approx((start_s, end_s), abs=0.05)
    for row in truth(folder, "subtitled"):
        if row["video"]:
            path = folder / "subtitled" / "videos" / row["video"]
            [[start_s, end_s]] = row["spans"]
            spans = [
                (cue.span.start_s, cue.span.end_s)
                for cue in subtitle_file(path.with_suffix(".srt"))
            ]
            assert (start_s, end_s) in [pytest.approx(span, abs=0.01) for span in spans]


def test_what_is_there_is_not_asked_for_as_if_it_were_not(
    made: tuple[Path, dict[str, str]],
) -> None:
    nowhere = {row["query"] for row in truth(made[0], "clips") if row["video"] is None}
    assert len(nowhere) > 20
    assert not any("penguin" in query for query in nowhere)
    assert not (made[0] / "heard" / "truth.json").exists()


def test_the_sentences_are_told_apart(make_set: ModuleType) -> None:
    parts = importlib.import_module("set_parts")
    texts = json.loads((BENCHMARKS / "sentences.json").read_text(encoding="utf-8"))
    for key in ("sentences", "names", "topics"):
        said = [row["say"] for row in texts[key]]
        assert len(said) == len(set(said))
    for row in texts["sentences"]:
        assert not set(parts.halves(row["say"])) & {row["ask"]}
    groups = parts.dealt(range(29), 5, random.Random(0))
    assert sorted(len(group) for group in groups) == [4, 5, 5, 5, 5, 5]
    assert sorted(item for group in groups for item in group) == list(range(29))
