"""Evaluations of a small library whose right answers are known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from vsearch.contents import Contents
from vsearch.errors import QueryError
from vsearch.evaluate import Ranking, evaluate
from vsearch.evaluate.ask import Searcher
from vsearch.evaluate.places import Names
from vsearch.evaluate.plot import draw
from vsearch.evaluate.report import BLIND, CHANCE, FUSED, Report
from vsearch.library import Library
from vsearch.testing.videos import silence, tone, write_colours

TRUTH = [
    {"query": "red", "video": "flag.mp4", "start_s": 0, "end_s": 2, "kind": "seen"},
    {"query": "green", "video": "sea", "start_s": 2, "end_s": 4, "kind": "seen"},
    {"query": "blue", "video": ["flag", "sea"], "kind": "seen"},
    {"query": "train", "video": "talk.mp4", "start_s": 2, "end_s": 4, "kind": "said"},
    {"query": "a rocket launch", "video": None},
]


@pytest.fixture
def library(fake_library: Library, tmp_path: Path) -> Library:
    folder = tmp_path / "videos"
    write_colours(folder / "flag.mp4", ["red", "white", "blue"])
    write_colours(folder / "sea.mp4", ["blue", "green"])
    said = np.concatenate([silence(2), tone(660, 2), silence(6)])
    write_colours(
        folder / "talk.mp4", ["purple", "orange", "yellow", "black", "white"], samples=said
    )
    fake_library.index(folder)
    return fake_library


@pytest.fixture
def write(tmp_path: Path):
    def make(records: list[dict]) -> Path:
        path = tmp_path / "truth.json"
        path.write_text(json.dumps(records, indent=None).replace("}, ", "},\n"))
        return path

    return make


def values(report: Report, name: str, subject: str = "videos", kind: str = "") -> list[float]:
    row = report.section(subject, kind).row(name)  # type: ignore[arg-type, union-attr]
    return [score.value for score in row.scores.values()]


def test_each_part_is_measured_and_all_together(library: Library, write) -> None:
    report = evaluate(library, write(TRUTH))
    assert (report.videos, report.queries, report.unanswerable) == (3, 5, 1)
    assert values(report, FUSED) == pytest.approx([1, 1, 1, 1, 1, 1])
    assert values(report, "picture", kind="seen")[0] == 1
    assert values(report, "speech", kind="said")[0] == 1
    # Pictures never show a train: all that they rank by is the meaningless word.
    assert values(report, "speech", kind="seen")[0] < 1
    assert [section.kind for section in report.sections] == ["", "", "seen", "seen", "said", "said"]
    assert values(report, FUSED, "moments")[:3] == pytest.approx([1, 1, 1], abs=0.06)
    assert report.section("moments").queries == 3  # type: ignore[union-attr]


def test_blind_and_chance_are_as_worked_out(library: Library, write) -> None:
    report = evaluate(library, write(TRUTH))
    # The longest first: talk, flag, sea. Ranks: red 2, green 3, blue 2 (flag) and 3, train 1.
    log = np.log2([2, 3, 4])
    both = (1 / log[1] + 1 / log[2]) / (1 / log[0] + 1 / log[1])
    gains = [1 / log[1], 1 / log[2], both, 1]
    assert values(report, BLIND) == pytest.approx(
        [1 / 4, 1, 1, 2, np.mean(gains), np.mean([1 / 2, 1 / 3, 1 / 2, 1])]
    )
    # Three queries with one right video of three, and one with two.
    assert values(report, CHANCE)[0] == pytest.approx((3 * (1 / 3) + 2 / 3) / 4)
    assert values(report, CHANCE)[5] == pytest.approx((3 * (11 / 18) + 5 / 6) / 4)
    assert report.sections[0].row(CHANCE).scores["mrr"].low is None


def test_thresholds_tell_what_is_not_there(library: Library, write) -> None:
    report = evaluate(library, write(TRUTH))
    rocket = next(item for item in report.answered if item.query == "a rocket launch")
    assert (rocket.rank, rocket.right) == (None, False)
    assert [item.right for item in report.answered[:4]] == [True] * 4
    lowest = min(item.score for item in report.answered[:4])
    assert rocket.score < report.curve.best.threshold < lowest
    assert (report.curve.best.precision, report.curve.best.recall) == (1, 1)
    assert report.curve.points[-1].precision == pytest.approx(4 / 5)
    assert report.curve.average_precision == pytest.approx(1)


def test_the_right_video_at_the_wrong_time_is_not_right(library: Library, write) -> None:
    path = write([{"query": "red", "video": "flag", "start_s": 4, "end_s": 6}])
    report = evaluate(library, path)
    assert report.answered[0].rank == 1
    assert not report.answered[0].right
    assert values(report, FUSED, "moments")[2] == pytest.approx(0, abs=0.06)


def test_what_is_not_in_the_library_is_left_out_or_counted(library: Library, write) -> None:
    path = write([*TRUTH[:2], {"query": "a lake", "video": "lake.mp4", "start_s": 1, "end_s": 2}])
    report = evaluate(library, path)
    assert (report.queries, report.absent, report.absent_queries) == (2, ("lake.mp4",), 1)
    assert values(report, FUSED)[0] == 1
    counted = evaluate(library, path, count_absent=True)
    assert counted.queries == 3
    # Recalls, nDCG and 1/rank of the lost query are 0, even at 10 of 3 videos; its rank is 4.
    assert values(counted, FUSED) == pytest.approx([2 / 3, 2 / 3, 2 / 3, 1, 2 / 3, 2 / 3])
    assert values(counted, BLIND)[2] == pytest.approx(2 / 3)
    assert values(counted, CHANCE)[0] == pytest.approx(2 / 9)
    assert counted.curve.points[-1].recall == pytest.approx(2 / 3)
    assert counted.section("moments").queries == 2  # type: ignore[union-attr]
    with pytest.raises(QueryError, match=r"none of the videos .* such as 'lake.mp4', is in"):
        evaluate(library, write([{"query": "a lake", "video": "lake.mp4"}]), count_absent=True)
    with pytest.raises(QueryError, match="there is nothing to find"):
        evaluate(library, write([{"query": "a lake", "video": None}]))


def test_videos_go_by_path_name_stem_ending_and_id(library: Library) -> None:
    flag = library.find("flag.mp4")
    copy = flag.path.with_name("banner_1.0_2.0.mp4")
    copy.write_bytes(flag.path.read_bytes())
    library.index(copy)
    names = [str(flag.path), "flag.mp4", "flag", "videos/flag.mp4", "videos/flag", flag.id]
    names += [flag.id[:8], "../videos/flag.mp4", "banner_1.0_2.0"]
    known = Names(library, flag.path.parent.parent / "truths")
    assert {name: known.find(name) for name in names} == dict.fromkeys(names, flag)
    for name in ("ag.mp4", "other/flag.mp4", "fla", "", "/", flag.id[:3]):
        assert known.find(name) is None


def test_a_name_of_two_videos_is_an_error_with_its_line(library: Library, write) -> None:
    other = library.find("flag.mp4").path.parent / "more" / "flag.mp4"
    write_colours(other, ["black", "white"])
    library.index(other)
    with pytest.raises(QueryError, match=r"line 2: 'flag' names several videos: .*more.flag\.mp4"):
        evaluate(library, write([TRUTH[3], {"query": "red", "video": "flag"}]))
    exact = evaluate(library, write([{"query": "black", "video": "more/flag"}]), bootstrap=0)
    assert exact.answered[0].rank is not None


def test_notices_say_what_could_not_be_measured(fake_library: Library, tmp_path, write) -> None:
    write_colours(tmp_path / "mute" / "mute.mp4", ["red", "green"])
    fake_library.index(tmp_path / "mute")
    path = write([{"query": "red", "video": "mute", "start_s": 60, "end_s": 70}])
    report = evaluate(fake_library, path)
    assert any("1 right spans begin after the end" in line for line in report.notices)
    assert any("nothing is said in this library" in line for line in report.notices)
    assert "speech" not in {row.name for row in report.sections[0].rows}


def test_a_copy_that_is_folded_into_a_better_one_is_right(
    fake_library: Library, tmp_path: Path, write
) -> None:
    write_colours(tmp_path / "v" / "one.mp4", ["red", "red", "blue"])
    write_colours(tmp_path / "v" / "two.mp4", ["red", "red", "white"])
    fake_library.index(tmp_path / "v")
    (best,) = fake_library.search("red", limit=1).moments
    (copy,) = best.copies
    assert copy.video.id != best.video.id
    name, far = copy.video.path.name, copy.span.end_s
    for span, right in (((copy.span.start_s, far), True), ((far + 0.5, far + 1), False)):
        record = {"query": "red", "video": name, "start_s": span[0], "end_s": span[1]}
        assert evaluate(fake_library, write([record])).answered[0].right is right


def test_what_nothing_speaks_for_is_not_found(library: Library, write) -> None:
    """Nobody says sea and no file is called purple: by words alone all other videos score 0."""
    words = Ranking(name="words", weights={"visual": 0.0, "speech": 0.0, "words": 1.0})
    searcher, flag = Searcher(library), library.find("flag.mp4")
    ids = {video.id for video in library.videos()}
    assert searcher.places("sea", words, ids) == [1]
    assert searcher.places("purple", words, ids) == []
    assert searcher.best("purple", words) is None
    assert len(searcher.spans("purple", words, flag)) == 0
    assert len(searcher.spans("flag", words, flag)) > 0
    record = {"query": "purple", "video": "flag", "start_s": 0, "end_s": 2}
    report = evaluate(library, write([record]), rankings=[words])
    assert values(report, "words")[0] == 0
    assert (report.answered[0].rank, report.answered[0].score) == (None, None)


def test_names_are_looked_up_in_one_read(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = library.paths()
    assert {len(found) for found in paths.values()} == {1}
    reads: list[int] = []
    monkeypatch.setattr(library, "paths", lambda: reads.append(1) or paths)
    monkeypatch.delattr(Contents, "show")
    known = Names(library, library.path)
    assert [known.find(f"gone{n}.mp4") for n in range(3)] == [None] * 3
    assert reads == [1]


def test_published_benchmarks_find_their_videos_by_id(
    fake_library: Library, tmp_path: Path
) -> None:
    write_colours(tmp_path / "v" / "video7020.mp4", ["red", "green"])
    write_colours(tmp_path / "v" / "NUsG9BgSes0_210.0_360.0.mp4", ["blue", "white", "black"])
    fake_library.index(tmp_path / "v")
    rows = "key,vid_key,video_id,sentence\nret0,msr7020,video7020,green\nret1,msr1,video1,blue\n"
    (tmp_path / "test.csv").write_text(rows)
    report = evaluate(fake_library, tmp_path / "test.csv")
    assert (report.form, report.absent, report.queries) == ("MSR-VTT 1kA", ("video1",), 1)
    assert values(report, FUSED)[0] == 1
    record = {"qid": 1, "query": "white", "vid": "NUsG9BgSes0_210.0_360.0", "duration": 6}
    (tmp_path / "val.jsonl").write_text(json.dumps({**record, "relevant_windows": [[2, 4]]}))
    report = evaluate(fake_library, tmp_path / "val.jsonl")
    assert report.form == "QVHighlights"
    assert values(report, FUSED, "moments")[:4] == pytest.approx([1, 1, 1, 1], abs=0.11)


def test_rankings_of_ones_own(library: Library, write) -> None:
    asked: list[tuple[int, int]] = []
    ways = [Ranking(name="loud", weights={"visual": 0.1, "speech": 5.0})]
    report = evaluate(
        library, write(TRUTH), rankings=ways, progress=lambda *step: asked.append(step)
    )
    assert [row.name for row in report.sections[0].rows] == ["loud", BLIND, CHANCE]
    assert asked == [(done, 5) for done in range(1, 6)]


def test_the_same_seed_gives_the_same_report(library: Library, write) -> None:
    path, fused = write(TRUTH), [Ranking(name=FUSED)]
    first, second, other = (evaluate(library, path, rankings=fused, seed=n) for n in (3, 3, 4))
    assert first.sections == second.sections
    assert other.sections != first.sections


def test_few_results_first_and_all_if_need_be(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ranks are those of a full search, however few results are looked at first."""
    ways = Ranking(name=FUSED)
    ids = [video.id for video in library.videos()]
    whole = [Searcher(library).places("purple", ways, {video_id}) for video_id in ids]
    talk = library.find("talk.mp4")
    spans = Searcher(library).spans("purple", ways, talk)
    monkeypatch.setattr("vsearch.evaluate.ask.FIRST_LOOK", 1)
    assert [Searcher(library).places("purple", ways, {video_id}) for video_id in ids] == whole
    assert (Searcher(library).spans("purple", ways, talk) == spans).all()
    assert sorted(place for (place,) in whole) == [1, 2, 3]
    assert len(spans) == 2, "nothing speaks for the other three"


def test_a_plot_is_drawn(library: Library, write, tmp_path: Path) -> None:
    report = evaluate(library, write(TRUTH))
    for ending, start in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        path = tmp_path / f"plot.{ending}"
        draw(report, path, kept=0.5)
        assert path.read_bytes().startswith(start)
    drawn = (tmp_path / "plot.svg").read_text()
    for words in ("fused", "picture", "speech", BLIND, CHANCE, "best F1", "kept: score 0.5"):
        assert words in drawn
