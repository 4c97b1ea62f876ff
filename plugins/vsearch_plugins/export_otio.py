"""OpenTimelineIO: a timeline with a clip for each cut, read by Resolve, Premiere and many tools."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from vsearch.documents import of_span
from vsearch.export.cuts import CutList
from vsearch.export.lines import as_json, clean
from vsearch.export.timeline import Edit, Laid, laid_out
from vsearch.hookspecs import RegisterExporter, hookimpl
from vsearch.protocols import PluginContext

LONGEST_NAME = 120


class OpenTimeline:
    """Writes .otio, by the schemas that every version of the library reads."""

    endings: tuple[str, ...] = (".otio",)

    def write(self, cuts: CutList) -> str:
        """A timeline with a track of pictures, and one of sound where there is any."""
        edit = laid_out(cuts)
        tracks = [_track("V1", "Video", [_clip(piece) for piece in edit.pieces])]
        if any(piece.cut.video.has_audio for piece in edit.pieces):
            tracks.append(_track("A1", "Audio", [_sound(piece) for piece in edit.pieces]))
        return as_json(_timeline(cuts, edit, tracks))


def _timeline(cuts: CutList, edit: Edit, tracks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Timeline.1",
        "name": clean(cuts.title),
        "global_start_time": _time(0, edit.rate),
        "metadata": {"vsearch": {"kind": cuts.kind}},
        "tracks": {**_item("Stack.1", "tracks"), "children": tracks},
    }


def _track(name: str, kind: str, children: list[dict[str, Any]]) -> dict[str, Any]:
    return {**_item("Track.1", name), "kind": kind, "children": children}


def _sound(piece: Laid) -> dict[str, Any]:
    if piece.cut.video.has_audio:
        return _clip(piece)
    return {**_item("Gap.1", ""), "source_range": _range(0, piece.frames, piece.rate)}


def _clip(piece: Laid) -> dict[str, Any]:
    start = piece.clock + piece.first
    return {
        **_item("Clip.1", clean(piece.cut.title)),
        "source_range": _range(start, piece.frames, piece.rate),
        "markers": [_marker(piece, start)],
        "metadata": {"vsearch": _known(piece)},
        "media_reference": {
            "OTIO_SCHEMA": "ExternalReference.1",
            "name": clean(piece.cut.name),
            "target_url": piece.cut.url,
            "available_range": _range(piece.clock, piece.available, piece.rate),
            "metadata": {"vsearch": {"id": piece.cut.video.id}},
        },
    }


def _marker(piece: Laid, start: int) -> dict[str, Any]:
    words = clean(piece.cut.said or piece.cut.shown or piece.cut.title)
    return {
        "OTIO_SCHEMA": "Marker.2",
        "name": words[:LONGEST_NAME],
        "color": "GREEN",
        "marked_range": _range(start, piece.frames, piece.rate),
        "metadata": {"vsearch": _known(piece)},
    }


def _known(piece: Laid) -> dict[str, Any]:
    cut = piece.cut
    return {
        "number": cut.number,
        "video": cut.video.id,
        **of_span(cut.span),
        "title": clean(cut.title),
        "said": clean(cut.said),
        "shown": clean(cut.shown),
        "score": cut.score,
        "rank": cut.rank,
        "tags": [clean(tag) for tag in cut.tags],
    }


def _item(schema: str, name: str) -> dict[str, Any]:
    """What every item has."""
    return {
        "OTIO_SCHEMA": schema,
        "name": name,
        "source_range": None,
        "effects": [],
        "markers": [],
        "metadata": {},
    }


def _range(first: int, frames: int, rate: Fraction) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "start_time": _time(first, rate),
        "duration": _time(frames, rate),
    }


def _time(frames: int, rate: Fraction) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": float(frames), "rate": float(rate)}


def _make(argument: str, context: PluginContext) -> OpenTimeline:
    return OpenTimeline()


@hookimpl
def register_exporters(register: RegisterExporter) -> None:
    """Offer OpenTimelineIO."""
    register("otio.v1", _make)
