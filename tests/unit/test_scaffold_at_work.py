"""New plugins of every kind at work together on one video."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from vsearch.config import load_config
from vsearch.library import Library
from vsearch.pipeline.encode import write_video
from vsearch.scaffold.kinds import KINDS
from vsearch.scaffold.write import new_plugin
from vsearch.testing.videos import plain, silence, tone
from vsearch.types import Picture

SAYS = "https://example.org/menu"
RATE = 10
CALLED = ((770, 1209), (852, 1209), (697, 1209), (697, 1209))
"""The keys 4, 7, 1, 1."""
SETTINGS = {
    "embedder": "VSEARCH_MODELS_EMBEDDER",
    "text-encoder": "VSEARCH_MODELS_TEXT",
    "transcriber": "VSEARCH_MODELS_SPEECH",
    "scene-splitter": "VSEARCH_INDEX_SPLITTER",
    "screen-reader": "VSEARCH_MODELS_SCREEN",
    "sound-listener": "VSEARCH_MODELS_SOUND",
    "fuser": "VSEARCH_SEARCH_FUSION",
    "answerer": "VSEARCH_ANSWER_ANSWERER",
}


def pictures() -> Iterator[Picture]:
    """Two seconds of red, then two of blue with a code."""
    code = cv2.QRCodeEncoder.create().encode(SAYS).repeat(6, axis=0).repeat(6, axis=1)
    red, blue = plain(220, 30, 30, (640, 360)), plain(30, 60, 220, (640, 360))
    blue[20 : 40 + len(code) + 20, 40 : 80 + len(code)] = 255
    blue[40 : 40 + len(code), 60 : 60 + len(code)] = code[:, :, None]
    for picture in (red, blue):
        yield from [picture] * (2 * RATE)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    modules = []
    for kind in KINDS:
        folder = new_plugin(f"work-{kind}", kind, tmp_path, [])
        monkeypatch.syspath_prepend(folder / "src")
        modules.append(f"work_{kind.replace('-', '_')}.plugin")
    chosen = {variable: f"work-{kind}.v1" for kind, variable in SETTINGS.items()}
    environ = {
        **chosen,
        "VSEARCH_PLUGINS": ",".join(modules),
        "VSEARCH_MODELS_OFFLINE": "1",
        "VSEARCH_MODELS_FOLDER": str(tmp_path / "models"),
        "VSEARCH_LIBRARY": str(tmp_path / "library"),
        "HOME": str(tmp_path),
    }
    config = load_config(environ=environ)
    return Library(config.library, config, print)


def test_every_kind_does_its_work(library: Library, tmp_path: Path) -> None:
    keys = [
        np.concatenate([tone(low, 0.2) + tone(high, 0.2), silence(0.1)]) for low, high in CALLED
    ]
    samples = np.concatenate([silence(0.5), *keys, silence(2.3)])
    video = tmp_path / "videos" / "call.mp4"
    write_video(video, pictures(), RATE, samples)
    report = library.index(video)
    assert not report.problems
    details = library.show("call")
    assert [round(scene.span.start_s, 1) for scene in details.scenes] == [0.0, 2.0]
    assert "".join(segment.text for segment in details.speech) == "4711"
    assert [item.text for item in details.shown] == [SAYS]
    assert details.sounds[0].silence < 1
    (called,) = library.search("4711", limit=1).moments
    assert called.span.start_s < 1
    assert "4711" in called.said
    (blue,) = library.search("saw:blue", limit=1).moments
    assert blue.span.start_s == pytest.approx(2.0, abs=0.1)
    (menu,) = library.search("text:menus", limit=1).moments
    assert menu.shown == SAYS
    answer = library.ask("is the menu at example.org?")
    assert answer.text == f"\u201c{SAYS}\u201d [1]"
    assert answer.by == "work-answerer.v1"
    written = library.export(library.search("4711", limit=1), tmp_path / "found.md")
    assert "| 1 | [call.mp4](videos/call.mp4#t=" in written.read_text()
