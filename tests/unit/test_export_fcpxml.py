"""FCPXML checked as strictly as Apple's DTD does, and read again by OpenTimelineIO's adapter."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from importlib import import_module
from typing import Any
from xml.etree import ElementTree

import pytest

from vsearch.export.cuts import CutList
from vsearch.export.timeline import laid_out
from vsearch.testing.cuts import SPANS, hostile_list, made_moments
from vsearch_plugins.export_fcpxml import FinalCut

# There is no wheel of it for Python 3.14 yet; everywhere else it has to be there.
find = pytest.importorskip if sys.version_info >= (3, 14) else import_module
otio: Any = find("opentimelineio")

N = Fraction(1000, 1001)
RATES = (24 * N, Fraction(24), Fraction(25), 30 * N, Fraction(30), Fraction(50), 60 * N)

# What may stand in which element of FCPXML 1.9, and in which order.
CHILDREN = {
    "fcpxml": "resources library",
    "resources": "format* asset*",
    "asset": "media-rep",
    "library": "event",
    "event": "project",
    "project": "sequence",
    "sequence": "spine",
    "spine": "asset-clip*",
    "asset-clip": "note? conform-rate? marker* keyword*",
}
ATTRIBUTES = {
    "fcpxml": ("version", ""),
    "format": ("id frameDuration", "name width height"),
    "asset": (
        "id start duration hasVideo format",
        "name videoSources hasAudio audioSources audioChannels audioRate",
    ),
    "media-rep": ("kind src", ""),
    "event": ("", "name"),
    "project": ("", "name"),
    "sequence": ("format duration tcStart tcFormat", "audioLayout audioRate"),
    "asset-clip": ("ref offset start duration", "name format tcFormat audioRole"),
    "conform-rate": ("srcFrameRate", "scaleEnabled"),
    "marker": ("start value", "duration note"),
    "keyword": ("value", "start duration"),
}


def check_structure(element: ElementTree.Element) -> None:
    pattern = "".join(
        f"(?:{re.escape(item.rstrip('?*'))},){'' if item[-1] not in '?*' else item[-1]}"
        for item in CHILDREN.get(element.tag, "").split()
    )
    assert re.fullmatch(pattern, "".join(f"{child.tag}," for child in element)), element.tag
    needed, more = (set(part.split()) for part in ATTRIBUTES.get(element.tag, ("", "")))
    assert needed <= set(element.attrib) <= needed | more, element.tag
    for child in element:
        check_structure(child)


def fcp_time(text: str) -> Fraction:
    assert text.endswith("s")
    return Fraction(text[:-1])


def check_fcpxml(text: str, found: CutList) -> list[ElementTree.Element]:
    """The structure, the references, and every time as whole frames of its own rate."""
    root = ElementTree.fromstring(text)
    assert root.get("version") == "1.9"
    assert "<!DOCTYPE fcpxml>" in text
    check_structure(root)
    edit = laid_out(found)
    steps = {
        item.get("id"): fcp_time(item.get("frameDuration", "")) for item in root.iter("format")
    }
    assets = {item.get("id"): item for item in root.iter("asset")}
    (sequence,) = root.iter("sequence")
    assert steps[sequence.get("format")] == 1 / edit.rate
    assert fcp_time(sequence.get("duration", "")) == edit.length / edit.rate
    clips = list(root.iter("asset-clip"))
    for clip, piece in zip(clips, edit.pieces, strict=True):
        asset = assets[clip.get("ref")]
        assert steps[asset.get("format")] == steps[clip.get("format")] == 1 / piece.rate
        assert fcp_time(clip.get("offset", "")) == piece.at / edit.rate
        assert fcp_time(clip.get("start", "")) == (piece.clock + piece.first) / piece.rate
        assert fcp_time(clip.get("duration", "")) == piece.length / edit.rate
        assert fcp_time(asset.get("start", "")) == piece.clock / piece.rate
        assert fcp_time(asset.get("duration", "")) == piece.available / piece.rate
        (media,) = asset
        assert media.get("src") == piece.cut.url
    return clips


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: f"{float(rate):.2f}")
@pytest.mark.parametrize("timecode", ["", "01:02:03:04"])
def test_fcpxml_is_exact_and_as_apple_says(rate: Fraction, timecode: str) -> None:
    found = made_moments(rate, timecode=timecode)
    text = FinalCut().write(found)
    clips = check_fcpxml(text, found)
    assert [clip.findtext("note") for clip in clips] == ["Some words."] * len(SPANS)
    assert f'name="FFVideoFormat1080p{float(rate):.2f}"'.replace(".00", "").replace(".", "") in text


def test_fcpxml_conforms_other_rates_and_takes_hostile_words() -> None:
    found = made_moments(Fraction(25), Fraction(30), 60 * N)
    clips = check_fcpxml(FinalCut().write(found), found)
    told = [rate.get("srcFrameRate") for clip in clips for rate in clip.iter("conform-rate")]
    assert told == ["30"] * 5 + ["59.94"] * 5
    for clip, text in zip(
        check_fcpxml(FinalCut().write(hostile_list()), hostile_list()),
        [cut.said for cut in hostile_list().cuts],
        strict=True,
    ):
        plain = " ".join("".join(x if x.isprintable() else " " for x in text).split())
        assert (clip.findtext("note") or "") == plain
    silent = FinalCut().write(made_moments(Fraction(25), sound=False))
    assert "hasAudio" not in silent
    assert "audioRole" not in silent


@pytest.mark.parametrize("rate", [24, 25, 30, 50])
def test_fcpxml_is_read_by_the_adapter(rate: int) -> None:
    """The adapter knows FCPXML up to 1.8, where the path stood in the asset itself.

    It also rounds times down after dividing floating-point numbers, so a frame may be missing, and
    takes 29.97 for 29; whole rates are compared to a frame, and the exact test is the one above.
    """
    found = made_moments(Fraction(rate))
    text = re.sub(
        r'(<asset [^>]*)>\s*<media-rep [^>]*(src="[^"]*")/>', r"\1 \2>", FinalCut().write(found)
    )
    (timeline,) = otio.adapters.read_from_string(text, "fcpx_xml")
    clips = [item for item in timeline.tracks[0] if isinstance(item, otio.schema.Clip)]
    edit = laid_out(found)
    assert len(clips) == len(edit.pieces)
    for clip, piece in zip(clips, edit.pieces, strict=True):
        assert clip.name == piece.cut.title
        assert clip.media_reference.target_url == piece.cut.url
        assert 0 <= piece.first - clip.source_range.start_time.value <= 1
        assert 0 <= piece.frames - clip.source_range.duration.value <= 1
        assert clip.markers[0].name == "Some words."
