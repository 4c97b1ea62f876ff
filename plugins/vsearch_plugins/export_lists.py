"""Lists: markers as CSV, playlists, subtitles of an edit, and JSON with links into the videos."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator

from vsearch.cues import Cue
from vsearch.export.cuts import Cut, CutList
from vsearch.export.lines import as_json, clean
from vsearch.export.subtitles import as_srt, as_vtt, cues_of
from vsearch.export.timeline import Edit, laid_out, timecode
from vsearch.hookspecs import RegisterExporter, hookimpl
from vsearch.protocols import PluginContext
from vsearch.types import TimeSpan

COLUMNS = ("Marker Name", "Description", "In", "Out", "Duration", "Marker Type")
"""Those of the lists of markers that Premiere writes."""

FORMULA = ("=", "+", "-", "@")


class PremiereMarkers:
    """Writes .csv: markers with the columns of Premiere's own lists."""

    endings: tuple[str, ...] = (".csv",)

    def write(self, cuts: CutList) -> str:
        """A marker for each cut, in the time of its video if there is but one, else of the edit."""
        edit = laid_out(cuts)
        one = len({piece.cut.video.id for piece in edit.pieces}) == 1
        written = io.StringIO()
        table = csv.writer(written)
        table.writerow(COLUMNS)
        for piece in edit.pieces:
            at = round(piece.first * edit.rate / piece.rate) if one else piece.at
            codes = (at, at + piece.length, piece.length)
            times = [timecode(code, edit.rate, drop=edit.drop) for code in codes]
            words = piece.cut.said or piece.cut.shown
            table.writerow([_cell(piece.cut.title), _cell(words), *times, "Comment"])
        return written.getvalue()


class Playlist:
    """Writes .m3u8: VLC plays each cut, other players the whole videos."""

    endings: tuple[str, ...] = (".m3u8", ".m3u")

    def write(self, cuts: CutList) -> str:
        """Three lines and a path for each cut."""
        lines = ["#EXTM3U", f"#PLAYLIST:{clean(cuts.title)}"]
        for cut in cuts.cuts:
            lines += [
                f"#EXTINF:{_seconds(cut.span.duration_s)},{clean(cut.title)}",
                f"#EXTVLCOPT:start-time={_seconds(cut.span.start_s)}",
                f"#EXTVLCOPT:stop-time={_seconds(cut.span.end_s)}",
                _entry(cut),
            ]
        return "\n".join(lines) + "\n"


class Srt:
    """Writes .srt in the time of the edit."""

    endings: tuple[str, ...] = (".srt",)

    def write(self, cuts: CutList) -> str:
        """What is said in the cuts, as they follow one another."""
        return as_srt(list(_cues(laid_out(cuts))))


class Vtt:
    """Writes .vtt in the time of the edit."""

    endings: tuple[str, ...] = (".vtt",)

    def write(self, cuts: CutList) -> str:
        """What is said in the cuts, as they follow one another."""
        return as_vtt(list(_cues(laid_out(cuts))))


class Json:
    """Writes .json: the documents of docs/cli.md, each with links to its moment."""

    endings: tuple[str, ...] = (".json",)

    def write(self, cuts: CutList) -> str:
        """One document."""
        found = [{**cut.document, "media": _links(cut)} for cut in cuts.cuts]
        document = {"title": cuts.title, "kind": cuts.kind, cuts.kind: found}
        return as_json(document)


def _links(cut: Cut) -> dict[str, str]:
    fragment = f"#t={_seconds(cut.span.start_s)},{_seconds(cut.span.end_s)}"
    return {
        "path": cut.path,
        "url": cut.url + fragment,
        "file_url": cut.file_url + fragment,
    }


def _cues(edit: Edit) -> Iterator[Cue]:
    for piece in edit.pieces:
        at_s = float(piece.at / edit.rate)
        room_s = float(piece.length / edit.rate)
        for cue in cues_of(piece.cut.speech, piece.span):
            start_s, end_s = cue.span.start_s, min(cue.span.end_s, room_s)
            if end_s > start_s:
                yield Cue(span=TimeSpan(start_s=at_s + start_s, end_s=at_s + end_s), text=cue.text)


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    plain = clean(text)
    return f"'{plain}" if plain.startswith(FORMULA) else plain


def _entry(cut: Cut) -> str:
    """A path as it stands, since % is itself in it; as a URL where a line cannot hold it."""
    path = cut.path
    whole = path == clean(path) and "://" not in path and not _is_broken(path)
    if not whole:
        return cut.file_url
    return f"./{path}" if path.startswith("#") else path


def _is_broken(path: str) -> bool:
    """Whether a path has bytes that are no letters."""
    return os.fsencode(path).decode("utf-8", "replace") != path


def _seconds(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _premiere(argument: str, context: PluginContext) -> PremiereMarkers:
    return PremiereMarkers()


def _playlist(argument: str, context: PluginContext) -> Playlist:
    return Playlist()


def _srt(argument: str, context: PluginContext) -> Srt:
    return Srt()


def _vtt(argument: str, context: PluginContext) -> Vtt:
    return Vtt()


def _json(argument: str, context: PluginContext) -> Json:
    return Json()


@hookimpl
def register_exporters(register: RegisterExporter) -> None:
    """Offer lists."""
    register("premiere.v1", _premiere)
    register("m3u.v1", _playlist)
    register("srt.v1", _srt)
    register("vtt.v1", _vtt)
    register("json.v1", _json)
