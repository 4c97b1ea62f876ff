"""Label Studio: a task for each video, with the cuts as predictions on its timeline."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

from vsearch.export.cuts import CutList
from vsearch.export.lines import as_json, clean
from vsearch.export.timeline import Laid, laid_out
from vsearch.hookspecs import RegisterExporter, hookimpl
from vsearch.protocols import PluginContext

SERVED = "/data/local-files/?d="
"""Where Label Studio serves files that lie under its own document root."""

CONTROL, MEDIA = "timelineLabels", "video"


class LabelStudio:
    """Writes .labelstudio.json, to be imported into a project with timeline labels."""

    endings: tuple[str, ...] = (".labelstudio.json",)

    def write(self, cuts: CutList) -> str:
        """The tasks."""
        tasks: dict[str, dict[str, Any]] = {}
        for piece in laid_out(cuts).pieces:
            task = tasks.setdefault(piece.cut.video.id, _task(piece))
            task["predictions"][0]["result"].append(_region(piece, cuts))
        return as_json(list(tasks.values()))


def _task(piece: Laid) -> dict[str, Any]:
    return {
        "data": {
            MEDIA: SERVED + quote(os.fsencode(piece.cut.path)),
            "name": clean(piece.cut.name),
            "vsearch_id": piece.cut.video.id,
            "frame_rate": float(piece.rate),
        },
        "predictions": [{"model_version": "vsearch", "result": []}],
    }


def _region(piece: Laid, cuts: CutList) -> dict[str, Any]:
    """A stretch of the timeline: frames count from 1, and the last one is inside."""
    title = piece.cut.title if cuts.kind == "chapters" else cuts.title
    return {
        "id": f"vsearch-{piece.cut.number}",
        "from_name": CONTROL,
        "to_name": MEDIA,
        "type": "timelinelabels",
        "value": {
            "ranges": [{"start": piece.first + 1, "end": piece.first + piece.frames}],
            "timelinelabels": [clean(tag) for tag in piece.cut.tags] or [clean(title)],
        },
        "meta": {"text": [clean(piece.cut.said or piece.cut.shown)]},
        **({} if piece.cut.score is None else {"score": round(piece.cut.score, 4)}),
    }


def _make(argument: str, context: PluginContext) -> LabelStudio:
    return LabelStudio()


@hookimpl
def register_exporters(register: RegisterExporter) -> None:
    """Offer tasks for Label Studio."""
    register("labelstudio.v1", _make)
