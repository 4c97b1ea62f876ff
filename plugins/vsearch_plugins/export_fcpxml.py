"""FCPXML 1.9: what Final Cut Pro and Resolve read, times as whole frames of each rate."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from html import escape

from vsearch.export.cuts import CutList
from vsearch.export.lines import clean
from vsearch.export.timeline import DROPPING, Edit, Laid, laid_out
from vsearch.hookspecs import RegisterExporter, hookimpl
from vsearch.protocols import PluginContext

HEIGHTS = {(1280, 720): "720p", (1920, 1080): "1080p", (3840, 2160): "3840x2160p"}
"""The sizes that Final Cut has names for."""

SOUND_HZ = {32000: "32k", 44100: "44.1k", 48000: "48k", 88200: "88.2k", 96000: "96k"}
LONGEST = 200


class FinalCut:
    """Writes .fcpxml: a library with one event with one project."""

    endings: tuple[str, ...] = (".fcpxml",)

    def write(self, cuts: CutList) -> str:
        """A project with a clip for each cut, its words in a note and a marker."""
        edit = laid_out(cuts)
        formats = _formats(edit)
        assets = {piece.cut.video.id: f"a{n}" for n, piece in enumerate(_sources(edit), start=1)}
        lines = [
            *_resources(edit, formats, assets),
            *_project(cuts, edit, formats),
            *(line for piece in edit.pieces for line in _clip(edit, piece, formats, assets)),
        ]
        return "\n".join(
            [
                '<?xml version="1.0" encoding="UTF-8"?>',
                "<!DOCTYPE fcpxml>",
                '<fcpxml version="1.9">',
                *lines,
                "</spine></sequence></project></event></library>",
                "</fcpxml>\n",
            ]
        )


_Format = tuple[Fraction, int, int]


def _format_of(piece: Laid) -> _Format:
    video = piece.cut.video
    return piece.rate, video.width_px, video.height_px


def _formats(edit: Edit) -> dict[_Format, str]:
    """The format of the edit first: that of its first cut of the edit's rate."""
    leading = next(piece for piece in edit.pieces if piece.rate == edit.rate)
    found = dict.fromkeys([_format_of(leading), *(_format_of(piece) for piece in edit.pieces)])
    return {form: f"r{number}" for number, form in enumerate(found, start=1)}


def _sources(edit: Edit) -> list[Laid]:
    """One piece of each video."""
    return list({piece.cut.video.id: piece for piece in edit.pieces}.values())


def _resources(edit: Edit, formats: dict[_Format, str], assets: dict[str, str]) -> Iterator[str]:
    yield "<resources>"
    for (rate, width, height), name in formats.items():
        known = HEIGHTS.get((width, height))
        called = {"name": f"FFVideoFormat{known}{_rate_name(rate)}"} if known else {}
        yield _empty(
            "format",
            id=name,
            **called,
            frameDuration=_time(1, rate),
            width=width,
            height=height,
        )
    for piece in _sources(edit):
        yield from _asset(piece, formats, assets)
    yield "</resources>"


def _asset(piece: Laid, formats: dict[_Format, str], assets: dict[str, str]) -> Iterator[str]:
    yield _open(
        "asset",
        id=assets[piece.cut.video.id],
        name=piece.cut.name,
        start=_time(piece.clock, piece.rate),
        duration=_time(piece.available, piece.rate),
        hasVideo=1,
        format=formats[_format_of(piece)],
        videoSources=1,
        **_sound(piece),
    )
    yield _empty("media-rep", kind="original-media", src=piece.cut.url)
    yield "</asset>"


def _sound(piece: Laid) -> dict[str, object]:
    cut = piece.cut
    if not cut.video.has_audio:
        return {}
    found: dict[str, object] = {"hasAudio": 1, "audioSources": 1}
    if cut.channels and cut.sound_hz:
        found |= {"audioChannels": cut.channels, "audioRate": cut.sound_hz}
    return found


def _project(cuts: CutList, edit: Edit, formats: dict[_Format, str]) -> Iterator[str]:
    hz = {piece.cut.sound_hz for piece in edit.pieces} & set(SOUND_HZ)
    yield "<library>" + _open("event", name=cuts.title)
    yield _open("project", name=cuts.title)
    yield _open(
        "sequence",
        format=next(iter(formats.values())),
        duration=_time(edit.length, edit.rate),
        tcStart="0s",
        tcFormat="DF" if edit.drop else "NDF",
        audioLayout="stereo",
        audioRate=SOUND_HZ[max(hz)] if hz else "48k",
    )
    yield "<spine>"


def _clip(
    edit: Edit, piece: Laid, formats: dict[_Format, str], assets: dict[str, str]
) -> Iterator[str]:
    cut = piece.cut
    start = _time(piece.clock + piece.first, piece.rate)
    role = {"audioRole": "dialogue"} if cut.video.has_audio else {}
    yield _open(
        "asset-clip",
        ref=assets[cut.video.id],
        offset=_time(piece.at, edit.rate),
        name=cut.title,
        start=start,
        duration=_time(piece.length, edit.rate),
        format=formats[_format_of(piece)],
        tcFormat="DF" if edit.drop and piece.rate in DROPPING else "NDF",
        **role,
    )
    if words := clean(cut.said or cut.shown):
        yield f"<note>{_text(words)}</note>"
    if piece.rate != edit.rate:
        yield _empty("conform-rate", scaleEnabled=0, srcFrameRate=_rate_told(piece.rate))
    yield _empty(
        "marker",
        start=start,
        duration=_time(1, piece.rate),
        value=(words or cut.title)[:LONGEST],
        **({} if cut.score is None else {"note": f"score {cut.score:.2f}"}),
    )
    for tag in cut.tags:
        yield _empty("keyword", start=start, duration=_time(piece.frames, piece.rate), value=tag)
    yield "</asset-clip>"


def _time(frames: int, rate: Fraction) -> str:
    """A time in frames: 1001/30000s is one of 29.97 in a second."""
    if not frames:
        return "0s"
    return f"{frames * rate.denominator}/{rate.numerator}s"


def _rate_told(rate: Fraction) -> str:
    return f"{float(rate):.2f}".removesuffix(".00")


def _rate_name(rate: Fraction) -> str:
    return _rate_told(rate).replace(".", "")


def _open(element: str, /, **attributes: object) -> str:
    told = "".join(f' {key}="{_text(str(value))}"' for key, value in attributes.items())
    return f"<{element}{told}>"


def _empty(element: str, /, **attributes: object) -> str:
    return _open(element, **attributes)[:-1] + "/>"


def _text(text: str) -> str:
    return escape(clean(text))


def _make(argument: str, context: PluginContext) -> FinalCut:
    return FinalCut()


@hookimpl
def register_exporters(register: RegisterExporter) -> None:
    """Offer FCPXML."""
    register("fcpxml.v1", _make)
