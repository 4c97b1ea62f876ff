"""How videos are listened to while they are indexed, with every kind of sound track."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from vsearch.errors import ModelError
from vsearch.library import Library
from vsearch.testing.fakes import FakeListener
from vsearch.testing.videos import silence, tone, write_colours
from vsearch.types import SAMPLE_RATE, SceneSound

WORD, TUNE = 440, 1000
SRT = "1\n00:00:01,000 --> 00:00:02,500\nhello country\n"


def sounds(library: Library, name: str) -> list[tuple[float, float, float]]:
    found: tuple[SceneSound, ...] = library.show(name).sounds
    return [(round(x.speech, 1), round(x.music, 1), round(x.silence, 1)) for x in found]


def test_every_scene_of_every_video_has_its_shares(fake_library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "v"
    both = np.concatenate([tone(WORD, 2), tone(TUNE, 2), silence(2)])
    write_colours(folder / "both.mp4", ["red", "green", "blue"], samples=both)
    write_colours(folder / "mute.mp4", ["red", "green"])
    write_colours(folder / "read.mp4", ["yellow", "purple"], samples=tone(TUNE, 4))
    (folder / "read.srt").write_text(SRT)
    assert fake_library.index(folder).problems == ()
    assert sounds(fake_library, "both") == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert sounds(fake_library, "mute") == [(0, 0, 1), (0, 0, 1)]
    assert sounds(fake_library, "read") == [(0, 1, 0), (0, 1, 0)]
    assert fake_library.show("read").speech_source == "subtitles read.srt"
    found = fake_library.search("green sound:music").moments
    assert {moment.video.path.stem for moment in found} == {"both", "read"}
    assert [moment.span.start_s for moment in found if moment.video.path.stem == "both"] == [2.0]


def test_switched_off_nobody_listens_for_it(
    fake_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vsearch.config import load_config

    write_colours(tmp_path / "v" / "a.mp4", ["red"], samples=tone(WORD, 2))
    write_colours(tmp_path / "v" / "mute.mp4", ["blue"])
    environ = {"VSEARCH_INDEX_SOUND": "0", "VSEARCH_PLUGINS": "vsearch.testing.fakes"}
    environ |= {f"VSEARCH_MODELS_{name}": "fake.v1" for name in ("EMBEDDER", "TEXT", "SPEECH")}
    config = load_config({"library": str(tmp_path / "off"), "index.splitter": "fake.v1"}, environ)
    library = Library(config.library, config, print)
    library.index(tmp_path / "v")
    assert sounds(library, "a") == sounds(library, "mute") == []
    assert [line.text for line in library.show("a").speech] == ["country", "country"]


def test_a_listener_that_cannot_be_had_stops_nothing(
    fake_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(self: FakeListener) -> None:
        raise ModelError("no weights here")

    monkeypatch.setattr(FakeListener, "warm_up", out_of_reach)
    write_colours(tmp_path / "v" / "a.mp4", ["red"], samples=tone(WORD, 2))
    with pytest.raises(ModelError, match="no weights here"):  # it was asked for by name
        fake_library.index(tmp_path / "v")
    monkeypatch.setattr("vsearch.components.choose_listener", lambda setting: "fake.v1")
    from dataclasses import replace

    config = fake_library.config
    config = replace(config, models=replace(config.models, sound="auto"))
    said: list[str] = []
    library = Library(config.library, config, said.append)
    assert len(library.index(tmp_path / "v").indexed) == 1
    assert said == ["no weights here; going on without shares of speech, music and silence"]
    assert sounds(library, "a") == []
    assert library.show("a").speech


def test_subtitles_stay_where_listening_fails(
    fake_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: FakeListener, samples: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(FakeListener, "listen", broken)
    write_colours(tmp_path / "v" / "a.mp4", ["red"], samples=tone(WORD, 2))
    (tmp_path / "v" / "a.srt").write_text(SRT)
    (problem,) = fake_library.index(tmp_path / "v").problems
    assert problem.partial
    assert "out of luck" in problem.reason
    assert [line.text for line in fake_library.show("a").speech] == ["hello country"]
    assert sounds(fake_library, "a") == []


def write_track(path: Path, samples: np.ndarray, rate: int, layout: str) -> Path:
    """A video of 2 s with a sound track of any rate and number of channels."""
    path.parent.mkdir(exist_ok=True)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("pcm_s16le", rate=rate)
        sound.layout = layout
        for _ in range(20):
            picture = np.full((48, 64, 3), 90, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
        channels = len(av.AudioLayout(layout).channels)
        whole = np.repeat((samples * 32767).astype(np.int16), channels)[None]
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        container.mux(sound.encode(frame))
        container.mux(sound.encode())
    return path


@pytest.mark.parametrize(("rate", "layout"), [(8000, "mono"), (44100, "stereo"), (48000, "5.1")])
def test_any_rate_and_number_of_channels(
    fake_library: Library, tmp_path: Path, rate: int, layout: str
) -> None:
    times = np.arange(2 * rate) / rate
    track = 0.3 * np.sin(2 * np.pi * TUNE * times)
    write_track(tmp_path / "v" / "a.mkv", track, rate, layout)
    assert fake_library.index(tmp_path / "v").problems == ()
    ((speech, music, silent),) = sounds(fake_library, "a")
    assert (speech, silent) == (0, 0)
    assert music >= 0.9


def test_sound_longer_than_the_picture_and_shorter(fake_library: Library, tmp_path: Path) -> None:
    times = np.arange(6 * SAMPLE_RATE) / SAMPLE_RATE
    track = 0.3 * np.sin(2 * np.pi * TUNE * times)
    write_track(tmp_path / "v" / "long.mkv", track, SAMPLE_RATE, "mono")
    write_track(tmp_path / "v" / "short.mkv", track[:SAMPLE_RATE], SAMPLE_RATE, "mono")
    fake_library.index(tmp_path / "v")
    assert sounds(fake_library, "long") == [(0, 1, 0)]
    assert sounds(fake_library, "short") == [(0, 0.5, 0.5)]


def test_a_damaged_sound_track_keeps_what_can_be_heard(
    fake_library: Library, tmp_path: Path
) -> None:
    path = write_colours(tmp_path / "v" / "a.mp4", ["red"] * 4, samples=tone(WORD, 8))
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(container.streams.audio[0]) if packet.size]
        places = [(packet.pos, packet.size) for packet in packets[len(packets) // 2 :]]
    for place, size in places:
        if place is not None:
            data[place : place + size] = b"\xff" * size
    path.write_bytes(bytes(data))
    report = fake_library.index(tmp_path / "v")
    assert len(report.indexed) == 1
    assert all(0 <= value <= 1 for scene in sounds(fake_library, "a") for value in scene)
