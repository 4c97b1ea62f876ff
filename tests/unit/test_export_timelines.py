"""Timelines read again by OpenTimelineIO and its adapters, to the frame."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from typing import Any
from urllib.parse import unquote

import pytest

from vsearch.errors import ConfigError, QueryError
from vsearch.export.timeline import DROPPING, Edit, laid_out
from vsearch.protocols import PluginContext
from vsearch.registry import load_registry
from vsearch.testing.cuts import (
    HOSTILE_NAMES,
    hostile_list,
    made_cut,
    made_list,
    made_moments,
    made_video,
)
from vsearch_plugins.export_edl import CmxList, ResolveMarkers, reel_names
from vsearch_plugins.export_otio import OpenTimeline

# There is no wheel of it for Python 3.14 yet; everywhere else it has to be there.
find = pytest.importorskip if sys.version_info >= (3, 14) else import_module
otio: Any = find("opentimelineio")

N = Fraction(1000, 1001)
RATES = (24 * N, Fraction(24), Fraction(25), 30 * N, Fraction(30), Fraction(50), 60 * N)


def clips_of(timeline: Any, kind: str = "Video") -> list[Any]:
    (track,) = [track for track in timeline.tracks if track.kind == kind]
    return list(track)


def same_frames(clips: list[Any], edit: Edit) -> None:
    """The clips are the pieces of the edit: each frame in and out, to the frame."""
    assert len(clips) == len(edit.pieces)
    for clip, piece in zip(clips, edit.pieces, strict=True):
        span = clip.source_range
        assert span.start_time.rate == pytest.approx(float(piece.rate), rel=1e-6)
        assert span.start_time.value == piece.clock + piece.first
        assert span.duration.value == piece.frames


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: f"{float(rate):.2f}")
@pytest.mark.parametrize("timecode", ["", "01:02:03:04"])
def test_otio_is_read_to_the_frame(rate: Fraction, timecode: str) -> None:
    found = made_moments(rate, timecode=timecode)
    timeline = otio.adapters.read_from_string(OpenTimeline().write(found), "otio_json")
    edit = laid_out(found)
    for kind in ("Video", "Audio"):
        same_frames(clips_of(timeline, kind), edit)
    for clip, piece in zip(clips_of(timeline), edit.pieces, strict=True):
        reference = clip.media_reference
        assert reference.target_url == piece.cut.url == f"videos/{piece.cut.name}"
        whole, part = reference.available_range, clip.source_range
        assert whole.start_time <= part.start_time
        assert part.end_time_exclusive() <= whole.end_time_exclusive()
        assert clip.metadata["vsearch"]["said"] == "Some words."
        (marker,) = clip.markers
        assert marker.name == "Some words."
        assert marker.metadata["vsearch"]["score"] == 1.5
        assert clip.visible_range() == clip.source_range
    assert timeline.duration().to_seconds() == pytest.approx(float(edit.length / rate))


def test_otio_holds_several_rates_and_gaps_where_there_is_no_sound() -> None:
    silent = made_cut(2, made_video("silent.mp4", 30, sound=False), (1, 4))
    found = made_list([made_cut(1, made_video("a.mp4", 25), (1, 3)), silent])
    timeline = otio.adapters.read_from_string(OpenTimeline().write(found), "otio_json")
    same_frames(clips_of(timeline), laid_out(found))
    heard = clips_of(timeline, "Audio")
    assert [type(item).__name__ for item in heard] == ["Clip", "Gap"]
    assert heard[1].duration().to_seconds() == 3
    alone = otio.adapters.read_from_string(OpenTimeline().write(made_list([silent])), "otio_json")
    assert [track.kind for track in alone.tracks] == ["Video"]


def test_otio_takes_hostile_names_and_words() -> None:
    found = hostile_list()
    timeline = otio.adapters.read_from_string(OpenTimeline().write(found), "otio_json")
    for clip, name in zip(clips_of(timeline), HOSTILE_NAMES, strict=True):
        url = clip.media_reference.target_url
        assert re.fullmatch(r"[A-Za-z0-9/%._~-]+", url)
        assert unquote(url, errors="surrogateescape") == f"videos/{name}"


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: f"{float(rate):.2f}")
@pytest.mark.parametrize("timecode", ["", "01:02:03:04", "01:02:03;04"])
def test_edl_is_read_to_the_frame(rate: Fraction, timecode: str) -> None:
    found = made_moments(rate, timecode=timecode)
    edit = laid_out(found)
    text = CmxList().write(found)
    dropping = rate in DROPPING and timecode != "01:02:03:04"
    assert edit.drop is dropping
    assert ("FCM: DROP FRAME" in text, ";" in text) == (dropping, dropping)
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate))
    for name in ("V", "A1", "A2"):
        (track,) = [track for track in timeline.tracks if track.name == name]
        same_frames(list(track), edit)
        for clip, piece in zip(track, edit.pieces, strict=True):
            assert track.range_of_child(clip).start_time.value == piece.at
            assert clip.name == piece.cut.name
            assert clip.metadata["cmx_3600"]["reel"] == f"{float(rate):.3f}".replace(".", "_")
            assert f"SOURCE FILE: {piece.cut.path}" in clip.metadata["cmx_3600"]["comments"]
    first = re.search(r"^001 .* (\S+) \S+$", text, re.MULTILINE)
    assert first
    assert first[1] == ("01:00:00;00" if dropping else "01:00:00:00")


@pytest.mark.parametrize(
    ("sound", "channels", "tracks"),
    [(False, 0, ["V"]), (True, 1, ["V", "A1"]), (True, 2, ["V", "A1", "A2"]), (True, 6, None)],
)
def test_edl_has_the_tracks_of_the_sound(
    sound: bool, channels: int, tracks: list[str] | None
) -> None:
    cut = replace(made_cut(1, made_video("a.mp4", sound=sound)), channels=channels)
    text = CmxList().write(made_list([cut]))
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=25)
    assert [track.name for track in timeline.tracks] == (tracks or ["V", "A1", "A2"])


def test_edl_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(QueryError, match=r"one frame rate.*25 \(25.000.mp4\), 30 \(30.000.mp4\)"):
        CmxList().write(made_moments(Fraction(25), Fraction(30)))
    video = made_video("a.mp4")
    many = made_list([made_cut(number, video) for number in range(1, 1001)])
    with pytest.raises(QueryError, match="at most 999 events, not 1000"):
        CmxList().write(many)
    assert "\n999  A " in CmxList().write(made_list(many.cuts[:999]))


def test_edl_takes_hostile_names_and_words() -> None:
    found = hostile_list()
    text = CmxList().write(found)
    events = re.findall(r"^\d{3}  (\S+) +AA/V +C( +\d\d:\d\d:\d\d:\d\d){4}$", text, re.MULTILINE)
    assert len(events) == len(found.cuts)
    assert all(
        re.match(r"\d{3}  |\* |TITLE: |FCM: |$", line) and line.isprintable()
        for line in text.split("\n")
    )
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=25)
    (track,) = [track for track in timeline.tracks if track.name == "V"]
    same_frames(list(track), laid_out(found))


def test_reels_are_legal_and_no_two_the_same() -> None:
    names = [
        "recording-0001.mp4",
        "recording-0002.mp4",
        "recordings of 0002.mp4",
        "Été à Nîmes.mov",
        "東京.mp4",
        "大阪.mp4",
        "ax.mp4",
        "BLACK.mov",
        ".hidden",
    ]
    reels = reel_names({str(number): name for number, name in enumerate(names)})
    assert reels["0"] == "RECOR001"
    assert reels["3"] == "ETEANMES"[:5] + "MES"
    assert len(set(reels.values())) == len(names)
    assert all(re.fullmatch(r"[A-Z0-9_]{1,8}", reel) for reel in reels.values())
    assert not set(reels.values()) & {"AX", "BL", "BLACK"}
    many = {str(number): "same name.mp4" for number in range(300)}
    assert len(set(reel_names(many).values())) == 300
    assert reel_names({"1": "recording-0001.mp4"}, 32) == {"1": "RECORDING_0001"}
    registry, context = load_registry(["vsearch_plugins.export_edl"]), PluginContext(weights=None)  # type: ignore[arg-type]
    assert "RECORDING_0001" in registry.exporter("edl.v1:32", context).write(
        made_list([made_cut(1, made_video("recording-0001.mp4"))])
    )
    with pytest.raises(ConfigError, match="8 to 32"):
        registry.exporter("edl.v1:64", context)


@pytest.mark.parametrize("rate", [Fraction(25), 30 * N], ids=["25", "29.97"])
def test_resolves_markers_are_events_of_one_frame(rate: Fraction) -> None:
    one, two = made_video("a.mp4", rate), made_video("b.mp4", rate)
    cuts = [made_cut(1, one, (4.0, 6.0), said="2 of | them"), made_cut(2, two, (8.0, 9.0))]
    for found, starts in (
        (made_list(cuts), [0, laid_out(made_list(cuts)).pieces[1].at]),
        (made_list(cuts[:1]), [laid_out(made_list(cuts[:1])).pieces[0].first]),
    ):
        text = ResolveMarkers().write(found)
        codes = re.findall(r"^\d{3}  001 +V +C +(\S+) (\S+) \1 \2$", text, re.MULTILINE)
        opentime = otio.opentime
        frames = [
            [opentime.from_timecode(code, float(rate)).value for code in pair] for pair in codes
        ]
        base = 107_892 if rate in DROPPING else 3600 * rate
        assert [start - base for start, _ in frames] == starts
        assert all(end - start == 1 for start, end in frames)
    notes = re.findall(r"^(.*) \|C:ResolveColorGreen \|M:(.*) \|D:(\d+)$", text, re.MULTILINE)
    assert notes == [("\u201c2 of / them\u201d", "a 0:04", str(round(2 * rate)))]
    assert len(re.findall(r"\|C:", ResolveMarkers().write(hostile_list()))) == len(HOSTILE_NAMES)
