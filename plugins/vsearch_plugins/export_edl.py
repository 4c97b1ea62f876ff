"""Edit decision lists: CMX 3600, which every editing program reads, and Resolve's marker lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from unicodedata import normalize

from vsearch.errors import ConfigError, QueryError
from vsearch.export.cuts import CutList
from vsearch.export.lines import clean
from vsearch.export.timeline import Edit, Laid, laid_out, timecode
from vsearch.hookspecs import RegisterExporter, hookimpl
from vsearch.protocols import PluginContext

MOST_EVENTS = 999
REEL, LONGEST_REEL = 8, 32
KEPT_END = 3
LONGEST = 200
STARTS_AT_S = 3600
"""Edits begin at one hour, as everywhere."""

SPECIAL = frozenset({"AX", "BL", "BLACK", "BARS", "NONE"})
"""Names of reels that stand for something else than a reel."""


class CmxList:
    """Writes .edl: one track, one frame rate, times that are exact to the frame."""

    endings: tuple[str, ...] = (".edl",)

    def __init__(self, reel: int = REEL) -> None:
        self._reel = reel

    def write(self, cuts: CutList) -> str:
        """An event for each cut, with the names of its file and its words in comments."""
        edit = laid_out(cuts)
        _check(edit)
        reels = reel_names(
            {piece.cut.video.id: piece.cut.name for piece in edit.pieces}, self._reel
        )
        events = [_event(edit, piece, reels[piece.cut.video.id]) for piece in edit.pieces]
        return "\n".join([_header(cuts, edit), *events])


class ResolveMarkers:
    """Writes .markers.edl: what Resolve reads as the markers of a timeline."""

    endings: tuple[str, ...] = (".markers.edl",)

    def write(self, cuts: CutList) -> str:
        """A marker for each cut, in the time of its video if there is but one, else of the edit."""
        edit = laid_out(cuts)
        one = len({piece.cut.video.id for piece in edit.pieces}) == 1
        markers = [_resolve_marker(edit, piece, one) for piece in edit.pieces]
        return "\n".join([_header(cuts, edit), *markers])


def reel_names(files: dict[str, str], longest: int = REEL) -> dict[str, str]:
    """A reel for each video: capital letters, digits and underscores, no two the same."""
    names: dict[str, str] = {}
    for video_id, file in files.items():
        stem = _reel_of(file.rpartition(".")[0] or file, longest)
        tries = (stem, *(_numbered(stem, number, longest) for number in range(2, len(files) + 3)))
        names[video_id] = next(
            name for name in tries if name not in SPECIAL and name not in names.values()
        )
    return names


def _reel_of(name: str, longest: int) -> str:
    """The name of a file as that of a reel: its beginning, and its last letters, often a number."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    reel = re.sub(r"[^A-Z0-9]+", "_", plain).strip("_")
    if len(reel) > longest:
        reel = reel.replace("_", "")
    if len(reel) > longest:
        reel = reel[: longest - KEPT_END] + reel[-KEPT_END:]
    return reel or "REEL"


def _numbered(stem: str, number: int, longest: int) -> str:
    return f"{stem[: longest - len(str(number)) - 1]}_{number}"


def _check(edit: Edit) -> None:
    rates: dict[Fraction, str] = {}
    for piece in edit.pieces:
        rates.setdefault(piece.rate, clean(piece.cut.name))
    if len(rates) > 1:
        told = ", ".join(f"{float(rate):.5g} ({name})" for rate, name in rates.items())
        raise QueryError(
            f"an EDL has one frame rate, and these videos have several: {told}. Write .otio or "
            "export videos of one rate, such as with in:FOLDER in the query"
        )
    if len(edit.pieces) > MOST_EVENTS:
        raise QueryError(
            f"an EDL has at most {MOST_EVENTS} events, not {len(edit.pieces)}: write .otio, or "
            "several files with --limit and --page"
        )


def _header(cuts: CutList, edit: Edit) -> str:
    mode = "DROP FRAME" if edit.drop else "NON-DROP FRAME"
    return f"TITLE: {clean(cuts.title)[:70]}\nFCM: {mode}\n"


def _event(edit: Edit, piece: Laid, reel: str) -> str:
    sound = "B" if piece.cut.channels == 1 else "AA/V"
    channels = sound if piece.cut.video.has_audio else "V"
    start, at = piece.clock + piece.first, _hour(edit) + piece.at
    codes = (start, start + piece.frames, at, at + piece.length)
    times = " ".join(timecode(code, edit.rate, drop=edit.drop) for code in codes)
    lines = [f"{piece.cut.number:03d}  {reel:<8} {channels:<5} C        {times}"]
    lines += [f"* {comment}" for comment in _comments(piece)]
    return "\n".join(lines) + "\n"


def _comments(piece: Laid) -> Iterator[str]:
    cut = piece.cut
    yield f"FROM CLIP NAME: {clean(cut.name)}"
    yield f"SOURCE FILE: {clean(cut.path)}"
    yield f"COMMENT: {clean(cut.title)[:LONGEST]}"
    if words := clean(cut.said or cut.shown):
        yield f"COMMENT: {words[:LONGEST]}"
    if cut.score is not None:
        yield f"COMMENT: score {cut.score:.2f}"


def _resolve_marker(edit: Edit, piece: Laid, in_video: bool) -> str:
    own = round(piece.first * edit.rate / piece.rate)
    at = _hour(edit) + (own if in_video else piece.at)
    start, end = (timecode(frame, edit.rate, drop=edit.drop) for frame in (at, at + 1))
    note = _unbarred(piece.cut.said or piece.cut.shown)[:LONGEST]
    # A line that begins with a number would be taken for an event.
    note = f"\u201c{note}\u201d" if note[:1].isdigit() else note
    return (
        f"{piece.cut.number:03d}  001      V     C        {start} {end} {start} {end}\n"
        f"{note} |C:ResolveColorGreen |M:{_unbarred(piece.cut.title)} |D:{piece.length}\n"
    )


def _unbarred(text: str) -> str:
    return clean(text).replace("|", "/")


def _hour(edit: Edit) -> int:
    """The frame that has the number 01:00:00:00."""
    base = round(edit.rate)
    return STARTS_AT_S * base - (base // 15 * 54 if edit.drop else 0)


def _edl(argument: str, context: PluginContext) -> CmxList:
    if argument and not (argument.isdecimal() and REEL <= int(argument) <= LONGEST_REEL):
        raise ConfigError(
            f"edl.v1:{argument}: reels have names of {REEL} to {LONGEST_REEL} letters"
        )
    return CmxList(int(argument or REEL))


def _markers(argument: str, context: PluginContext) -> ResolveMarkers:
    return ResolveMarkers()


@hookimpl
def register_exporters(register: RegisterExporter) -> None:
    """Offer edit decision lists, and Resolve's lists of markers."""
    register("edl.v1", _edl)
    register("resolve.v1", _markers)
