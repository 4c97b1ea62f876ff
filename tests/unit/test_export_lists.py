"""Lists read again by others: the csv module, FFmpeg, a strict reader of playlists, JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from vsearch.cues import Cue
from vsearch.export.cuts import Cut, CutList
from vsearch.export.timeline import laid_out
from vsearch.pipeline.tracks import subtitle_file
from vsearch.testing.cuts import (
    HOSTILE_NAMES,
    HOSTILE_WORDS,
    hostile_list,
    made_cut,
    made_list,
    made_video,
)
from vsearch_plugins.export_labelstudio import LabelStudio
from vsearch_plugins.export_lists import COLUMNS, Json, Playlist, PremiereMarkers, Srt, Vtt

NTSC = Fraction(30000, 1001)


def rows_of(found: CutList) -> list[dict[str, str]]:
    table = csv.DictReader(io.StringIO(PremiereMarkers().write(found), newline=""), strict=True)
    rows = list(table)
    assert tuple(table.fieldnames or ()) == COLUMNS
    assert all(set(row) == set(COLUMNS) for row in rows)
    return rows


def test_markers_of_one_video_have_its_time() -> None:
    video = made_video("talk.mp4", 25)
    rows = rows_of(made_list([made_cut(1, video, (12.0, 17.2)), made_cut(2, video, (2.0, 3.0))]))
    assert [(row["In"], row["Out"], row["Duration"]) for row in rows] == [
        ("00:00:12:00", "00:00:17:05", "00:00:05:05"),
        ("00:00:02:00", "00:00:03:00", "00:00:01:00"),
    ]
    assert rows[0]["Marker Name"] == "talk 0:12"
    assert rows[0]["Description"] == "Some words."
    assert {row["Marker Type"] for row in rows} == {"Comment"}


def test_markers_of_several_videos_have_the_time_of_the_edit() -> None:
    cuts = [made_cut(1, made_video("a.mp4", NTSC), (12.0, 17.005))]
    cuts.append(made_cut(2, made_video("b.mp4", NTSC), (2.0, 3.0)))
    rows = rows_of(made_list(cuts))
    assert [(row["In"], row["Out"]) for row in rows] == [
        ("00:00:00;00", "00:00:05;00"),
        ("00:00:05;00", "00:00:06;00"),
    ]


def test_no_spreadsheet_runs_what_is_said() -> None:
    rows = rows_of(hostile_list())
    assert len(rows) == len(HOSTILE_WORDS)
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert rows[2]["Description"] == '\'=HYPERLINK("http://x")'
    assert rows[7]["Marker Name"] == "'=cmd() 0:08"


def playlist(text: str) -> Iterator[tuple[float, str, float, float, str]]:
    """Length, title, start, stop and place of each entry; anything unforeseen is an error."""
    lines = iter(text.removesuffix("\n").split("\n"))
    assert next(lines) == "#EXTM3U"
    assert next(lines).startswith("#PLAYLIST:")
    for line in lines:
        info = re.fullmatch(r"#EXTINF:([\d.]+),(.*)", line)
        start = re.fullmatch(r"#EXTVLCOPT:start-time=([\d.]+)", next(lines))
        stop = re.fullmatch(r"#EXTVLCOPT:stop-time=([\d.]+)", next(lines))
        place = next(lines)
        assert info
        assert start
        assert stop
        assert place
        assert not place.startswith("#")
        yield float(info[1]), info[2], float(start[1]), float(stop[1]), place


def test_playlists_name_the_files_and_the_times() -> None:
    found = made_list([made_cut(1, made_video("a.mp4"), (12.3456, 17.2)), *hostile_list().cuts])
    entries = list(playlist(Playlist().write(found)))
    assert len(entries) == len(found.cuts)
    length, title, start_s, stop_s, place = entries[0]
    assert (length, title, start_s, stop_s) == (4.854, "a 0:12", 12.346, 17.2)
    assert place == "videos/a.mp4"
    for (*_, place), name in zip(entries[1:], HOSTILE_NAMES, strict=True):
        if place.startswith("file://"):  # what no line can hold
            path = unquote(urlsplit(place).path, errors="surrogateescape")
            assert path == f"/videos/{name}"
        else:
            assert place == f"videos/{name}"


def test_a_name_that_begins_like_a_comment_is_no_comment() -> None:
    video = made_video("#1.mp4")
    cut = Cut(number=1, video=video, path="#1.mp4", span=made_cut(1, video).span, title="x")
    (entry,) = playlist(Playlist().write(made_list([cut])))
    assert entry[-1] == "./#1.mp4"


def read_back(exporter: Srt | Vtt, found: CutList, path: Path) -> list[Cue]:
    path = path.with_suffix(exporter.endings[0])
    path.write_text(exporter.write(found), encoding="utf-8")
    return subtitle_file(path)


@pytest.mark.parametrize("exporter", [Srt(), Vtt()], ids=["srt", "vtt"])
def test_subtitles_have_the_time_of_the_edit(exporter: Srt | Vtt, tmp_path: Path) -> None:
    video = made_video("a.mp4", NTSC)
    found = made_list(
        [made_cut(number, video, (10.0 * number, 10.0 * number + 2.5)) for number in range(1, 5)]
    )
    edit = laid_out(found)
    cues = read_back(exporter, found, tmp_path / "a")
    assert [cue.text for cue in cues] == ["Some words."] * 4
    for cue, piece in zip(cues, edit.pieces, strict=True):
        assert cue.span.start_s == pytest.approx(float(piece.at / edit.rate), abs=0.034)
        assert cue.span.end_s <= float((piece.at + piece.length) / edit.rate) + 0.001
    for first, second in pairwise(cues):
        assert first.span.end_s <= second.span.start_s


def test_subtitles_end_with_their_cut_at_another_rate(tmp_path: Path) -> None:
    """A third of a second is eight frames of 25: what is said in it ends before the next cut."""
    short, long = made_video("a.mp4", 30), made_video("b.mp4", 25)
    cuts = [made_cut(1, short, (1.0, 4 / 3)), made_cut(2, long, (1.0, 3.0))]
    found = made_list([*cuts, made_cut(3, long, (5.0, 6.0))])
    first, second, _ = read_back(Srt(), found, tmp_path / "a")
    assert (first.span.end_s, second.span.start_s) == (0.32, 0.32)


@pytest.mark.parametrize("exporter", [Srt(), Vtt()], ids=["srt", "vtt"])
def test_no_words_forge_a_subtitle(exporter: Srt | Vtt, tmp_path: Path) -> None:
    found = hostile_list()
    cues = read_back(exporter, found, tmp_path / "a")
    starts = [float(piece.at / 25) for piece in laid_out(found).pieces if piece.cut.said]
    assert [cue.span.start_s for cue in cues] == pytest.approx(starts, abs=0.04)


def test_links_lead_to_the_moment() -> None:
    found = made_list([made_cut(1, made_video("100% #1.mp4"), (12.5, 17.2004))])
    document = json.loads(Json().write(found))
    assert (document["title"], document["kind"]) == ("a dog", "moments")
    (moment,) = document["moments"]
    assert moment["said"] == "Some words."
    assert moment["media"] == {
        "path": "videos/100% #1.mp4",
        "url": "videos/100%25%20%231.mp4#t=12.5,17.2",
        "file_url": "file:///videos/100%25%20%231.mp4#t=12.5,17.2",
    }
    for item, name in zip(
        json.loads(Json().write(hostile_list()))["moments"], HOSTILE_NAMES, strict=True
    ):
        parts = urlsplit(item["media"]["url"])
        assert not parts.scheme
        assert not parts.netloc
        assert unquote(parts.path, errors="surrogateescape") == f"videos/{name}"
        assert re.fullmatch(r"t=[\d.]+,[\d.]+", parts.fragment)
        assert item["media"]["path"] == f"videos/{name}"


def test_label_studio_gets_a_task_for_each_video() -> None:
    one, two = made_video("a b.mp4", 25), made_video("c.mp4", 30)
    cuts = [
        made_cut(1, one, (2.0, 4.0)),
        made_cut(2, two, (1.0, 2.0)),
        made_cut(3, one, (8.0, 9.0)),
    ]
    tasks = json.loads(LabelStudio().write(made_list(cuts)))
    assert [task["data"]["video"] for task in tasks] == [
        "/data/local-files/?d=videos/a%20b.mp4",
        "/data/local-files/?d=videos/c.mp4",
    ]
    (prediction,) = tasks[0]["predictions"]
    regions = prediction["result"]
    assert len({region["id"] for task in tasks for region in task["predictions"][0]["result"]}) == 3
    # Frames count from 1, and the last one is inside.
    assert [region["value"]["ranges"] for region in regions] == [
        [{"start": 51, "end": 100}],
        [{"start": 201, "end": 225}],
    ]
    for region in regions:
        assert region["type"] == "timelinelabels"
        assert region["value"]["timelinelabels"] == ["kitchen"]
        assert (region["from_name"], region["to_name"]) == ("timelineLabels", "video")


@pytest.mark.parametrize("rate", [Fraction(5), Fraction(8), Fraction(25, 2)])
def test_label_studio_counts_at_the_rate_that_it_is_told(rate: Fraction) -> None:
    span = (float(20 / rate), float(35 / rate))
    (task,) = json.loads(LabelStudio().write(made_list([made_cut(1, made_video("a", rate), span)])))
    ((marked,),) = [region["value"]["ranges"] for region in task["predictions"][0]["result"]]
    told = task["data"]["frame_rate"]
    assert ((marked["start"] - 1) / told, marked["end"] / told) == pytest.approx(span)
