"""Exports of a library: real files, found again where the exported file says they lie."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import av
import numpy as np
import pytest

from vsearch.errors import PluginError, QueryError, VsearchError
from vsearch.export.cuts import CutList
from vsearch.export.gather import cut_list
from vsearch.export.places import written_path
from vsearch.library import Library
from vsearch.pipeline.tracks import carried_by, subtitle_file
from vsearch.pipeline.video import open_video
from vsearch.testing.fakes import colour_name
from vsearch.testing.videos import tone, write_colours
from vsearch.types import SearchResult

ODD = "100% #1, 'odd' \U0001f3ac.mp4"
FORMS = ("a.otio", "a.edl", "a.fcpxml", "a.m3u8", "a.json", "a.labelstudio.json")


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    """Two videos, one with an odd name, one with sound and subtitles."""
    media = shared_library.path.parent / "project" / "media"
    write_colours(media / ODD, ["green", "red", "blue"])
    talk = write_colours(
        media / "talk talk.mp4", ["white", "red"], seconds_each=3, samples=tone(440, 6)
    )
    talk.with_suffix(".srt").write_text(
        "1\n00:00:00,000 --> 00:00:02,900\nNot this.\n\n"
        "2\n00:00:03,000 --> 00:00:05,000\nSaid while it is red.\n",
        encoding="utf-8",
    )
    shared_library.index(media)
    return shared_library


@pytest.fixture(scope="module")
def red(library: Library) -> SearchResult:
    """Both videos have a red scene."""
    found = library.search("red", limit=2)
    assert {moment.video.path.name for moment in found.moments} == {ODD, "talk talk.mp4"}
    return found


def paths_in(file: Path) -> list[str]:
    """The relative paths that an exported file holds, decoded as its format asks for."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".edl":
        return re.findall(r"^\* SOURCE FILE: (.*)$", text, re.MULTILINE)
    if file.suffix == ".fcpxml":
        found = ElementTree.fromstring(text).iter("media-rep")
        return [unquote(item.get("src", "")) for item in found]
    if file.suffix == ".m3u8":
        return [line for line in text.splitlines() if not line.startswith("#")]
    document = json.loads(text)
    if file.suffix == ".otio":
        clips = document["tracks"]["children"][0]["children"]
        return [unquote(clip["media_reference"]["target_url"]) for clip in clips]
    if isinstance(document, list):
        return [unquote(task["data"]["video"].partition("?d=")[2]) for task in document]
    return [unquote(urlsplit(item["media"]["url"]).path) for item in document["moments"]]


def test_relative_paths_are_found_again_wherever_the_folder_goes(
    library: Library, red: SearchResult, tmp_path: Path
) -> None:
    project = library.path.parent / "project"
    (project / "edit").mkdir()
    for name in FORMS:
        assert library.export(red, project / "edit" / name).is_file()
    moved = tmp_path / "another disk" / "moved"
    shutil.copytree(project, moved)
    for name in FORMS:
        found = paths_in(moved / "edit" / name)
        assert sorted(found) == sorted([f"../media/{ODD}", "../media/talk talk.mp4"]), name
        for path in found:
            with av.open(str(moved / "edit" / path)) as container:
                assert container.streams.video


def test_absolute_paths_are_whole(library: Library, red: SearchResult, tmp_path: Path) -> None:
    for name in FORMS:
        library.export(red, tmp_path / name, absolute=True)
        if "labelstudio" in name:
            continue
        for path in paths_in(tmp_path / name):
            assert Path(path.removeprefix("file://")).is_file()
            assert path.removeprefix("file://").startswith("/")
    text = (tmp_path / "a.fcpxml").read_text(encoding="utf-8")
    assert 'src="file:///' in text


def test_the_frames_that_are_cut_are_those_that_are_red(
    library: Library, red: SearchResult, tmp_path: Path
) -> None:
    """The first and the last frame of each cut show the colour, and those beside them do not."""
    document = json.loads(library.export(red, tmp_path / "a.otio").read_text(encoding="utf-8"))
    for clip in document["tracks"]["children"][0]["children"]:
        span = clip["source_range"]
        rate = span["start_time"]["rate"]
        assert rate == 30  # the files have 10, which no program takes
        first = span["start_time"]["value"] / rate
        end = first + span["duration"]["value"] / rate
        path = tmp_path / unquote(clip["media_reference"]["target_url"])
        with open_video(path, "x") as reader:
            shown = [(shot.pts_s, colour_name(shot.picture(96))) for shot in reader.shots()]
        inside = [colour for at_s, colour in shown if first - 1e-6 <= at_s < end - 1e-6]
        assert set(inside) == {"red"}
        assert len(inside) == sum(colour == "red" for _, colour in shown)


def test_subtitles_are_those_said_in_the_moments(
    library: Library, red: SearchResult, tmp_path: Path
) -> None:
    cues = subtitle_file(library.export(red, tmp_path / "found.srt"))
    assert [cue.text for cue in cues] == ["Said while it is red."]
    before = [moment.video.path.name for moment in red.moments].index("talk talk.mp4")
    assert cues[0].span.start_s == pytest.approx(2.0 * before, abs=0.04)


def test_chapters_and_citations_are_written_too(library: Library, tmp_path: Path) -> None:
    chapters = library.chapters("talk talk.mp4")
    document = json.loads(library.export(chapters, tmp_path / "a.json").read_text(encoding="utf-8"))
    assert (document["kind"], document["title"]) == ("chapters", "Chapters of talk talk")
    assert document["chapters"][0]["title_source"] == chapters[0].title_source
    rows = library.export(chapters, tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1].endswith(",00:00:00:00,00:00:06:00,00:00:06:00,Comment")
    answer = library.ask("what is said while it is red?")
    document = json.loads(library.export(answer, tmp_path / "b.json").read_text(encoding="utf-8"))
    assert document["kind"] == "citations"
    assert document["citations"][0]["number"] == answer.citations[0].number


def test_what_the_files_say_is_passed_on(library: Library, red: SearchResult) -> None:
    cuts = cut_list(library._store, red, Path("a.otio"), absolute=False)
    by_name = {cut.name: cut for cut in cuts.cuts}
    assert by_name["talk talk.mp4"].sound_hz == 16_000
    assert by_name["talk talk.mp4"].channels == 1
    assert by_name[ODD].sound_hz == 0
    assert by_name["talk talk.mp4"].speech[0].text == "Said while it is red."


def test_a_video_whose_disk_is_away_is_still_written(fake_library: Library, tmp_path: Path) -> None:
    path = write_colours(tmp_path / "videos" / "away.mp4", ["red"])
    fake_library.index(tmp_path / "videos")
    found = fake_library.search("red")
    path.rename(tmp_path / "videos" / "hidden")
    text = fake_library.export(found, tmp_path / "a.edl").read_text(encoding="utf-8")
    assert "* SOURCE FILE: videos/away.mp4" in text
    # A copy elsewhere is better than nothing.
    shutil.copy(tmp_path / "videos" / "hidden", tmp_path / "copy.mp4")
    fake_library.index(tmp_path / "copy.mp4")
    text = fake_library.export(found, tmp_path / "b.edl").read_text(encoding="utf-8")
    assert "* SOURCE FILE: copy.mp4" in text


@pytest.mark.parametrize(
    ("name", "form", "message"),
    [
        ("a.docx", None, r"ends in nothing that is written: there are \.csv, \.edl"),
        ("a.otio", "nothing.v1", "no exporter called 'nothing.v1'; there are: edl.v1"),
        ("a.mp4", "otio", "never written over"),
        ("missing/a.otio", None, "does not exist"),
        ("library/a.otio", None, "lies in the library"),
        ("project/media/talk talk.srt", None, "would be taken for, the subtitles of talk talk.mp4"),
        ("project/media/talk talk.en.vtt", None, "call it talk talk.en.found.vtt"),
    ],
)
def test_what_cannot_be_written_is_said(
    library: Library, red: SearchResult, name: str, form: str | None, message: str
) -> None:
    path = library.path.parent / name
    before = path.read_bytes() if path.exists() else None
    for refused in (
        lambda: library.check_export(path, form=form),
        lambda: library.export(red, path, form=form),
    ):
        with pytest.raises((QueryError, PluginError), match=message):
            refused()
    assert (path.read_bytes() if path.exists() else None) == before


def test_no_file_is_written_over_unasked(
    library: Library, red: SearchResult, tmp_path: Path
) -> None:
    path = tmp_path / "cars.json"
    path.write_text("my own", encoding="utf-8")
    (tmp_path / "gone.json").symlink_to(tmp_path / "later.json")
    for there in (path, tmp_path / "gone.json"):
        with pytest.raises(QueryError, match="is there already.*add --force"):
            library.check_export(there)
        with pytest.raises(QueryError, match="is there already.*add --force"):
            library.export(red, there)
    assert path.read_text(encoding="utf-8") == "my own"
    library.check_export(path, overwrite=True)
    assert json.loads(library.export(red, path, overwrite=True).read_text(encoding="utf-8"))


def test_nothing_found_is_no_file(library: Library, tmp_path: Path) -> None:
    nothing = library.search('said:"zzz zzz"')
    with pytest.raises(VsearchError, match=r"nothing was found, so a\.otio is not written"):
        library.export(nothing, tmp_path / "a.otio")
    assert not list(tmp_path.iterdir())


def test_a_moment_for_which_nothing_speaks_is_not_written(
    library: Library, red: SearchResult, tmp_path: Path
) -> None:
    first, second = red.moments
    found = replace(red, moments=(replace(first, score=0.0), second))
    text = library.export(found, tmp_path / "a.json").read_text(encoding="utf-8")
    (moment,) = json.loads(text)["moments"]
    assert moment["video"]["id"] == second.video.id


def test_a_form_counts_more_than_an_ending(
    library: Library, red: SearchResult, tmp_path: Path
) -> None:
    text = library.export(red, tmp_path / "a.txt", form="edl:16").read_text(encoding="utf-8")
    assert re.search(r"^001  (TALK_TALK|100_1_ODD) ", text, re.MULTILINE)
    tasks = library.export(red, tmp_path / "a.json", form="labelstudio")
    assert "predictions" in json.loads(tasks.read_text(encoding="utf-8"))[0]
    assert "FCM" in library.export(red, tmp_path / "a.markers.edl").read_text(encoding="utf-8")
    assert "|C:Resolve" in (tmp_path / "a.markers.edl").read_text(encoding="utf-8")


class Broken:
    endings = (".csv", ".broken")

    def write(self, cuts: CutList) -> str:
        raise ZeroDivisionError("oh")


def test_an_exporter_of_ones_own_may_fail_or_share_an_ending(
    library: Library, red: SearchResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = library._components.registry
    factories = {
        **registry._factories,
        ("exporter", "broken.v1"): lambda argument, context: Broken(),
    }
    monkeypatch.setattr(registry, "_factories", factories)
    with pytest.raises(PluginError, match=r"broken.v1 cannot write a.broken: Zero.*: oh"):
        library.export(red, tmp_path / "a.broken")
    with pytest.raises(QueryError, match=r"broken.v1 or premiere.v1: choose with --export-as"):
        library.export(red, tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())
    library.export(red, tmp_path / "a.csv", form="premiere")


def test_where_a_video_lies(tmp_path: Path) -> None:
    for folder in ("a/b", "a/c", "d/e"):
        (tmp_path / folder).mkdir(parents=True)
    video = tmp_path / "a" / "b" / "x.mp4"
    video.touch()
    (tmp_path / "d" / "e" / "link").symlink_to(tmp_path / "a" / "c")
    (tmp_path / "short").symlink_to(tmp_path / "a" / "b")
    assert written_path(video, tmp_path / "a" / "b") == "x.mp4"
    assert written_path(video, tmp_path / "a" / "c") == "../b/x.mp4"
    assert written_path(video, tmp_path / "a" / "c", absolute=True) == str(video)
    # From a link, two dots lead to where it points; and links to videos stay short.
    assert written_path(video, tmp_path / "d" / "e" / "link") == "../b/x.mp4"
    assert written_path(tmp_path / "short" / "x.mp4", tmp_path) == "short/x.mp4"
    assert written_path(Path("/elsewhere/x.mp4"), tmp_path) == "/elsewhere/x.mp4"
    broken = os.fsdecode(b"caf\xe9.mp4")
    assert written_path(tmp_path / broken, tmp_path) == broken


def test_a_cameras_timecode_is_read(tmp_path: Path) -> None:
    path = tmp_path / "camera.mov"
    with av.open(str(path), "w") as container:
        container.metadata["timecode"] = "10:20:30:12"
        stream = container.add_stream("mpeg4", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        picture = np.zeros((48, 64, 3), np.uint8)
        for _ in range(25):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        container.mux(stream.encode())
    carried = carried_by(path)
    assert (carried.timecode, carried.sound_hz, carried.channels) == ("10:20:30:12", 0, 0)
