"""A clip holds exactly the frames of its span, however they get into it."""

from __future__ import annotations

import itertools
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.unit.clipmaterial import (
    Kind,
    frames_in,
    number_in,
    numbered,
    numbers_in,
    packets_in,
    write_numbered,
)
from vsearch.clips.edit import Look, Made, Piece
from vsearch.clips.render import render
from vsearch.pipeline.video import open_video
from vsearch.types import TimeSpan

NTSC = Fraction(30000, 1001)


def cut(source: Path, start_s: float, end_s: float, name: str = "clip.mp4", **look: object) -> Made:
    piece = Piece(path=source, span=TimeSpan(start_s=start_s, end_s=end_s))
    return render([piece], source.with_name(name), Look(**look))  # type: ignore[arg-type]


def of_rate(rate: Fraction, start_s: float, end_s: float, count: int) -> list[int]:
    return [number for number in range(count) if start_s <= float(number / rate) < end_s]


GOPS = {
    "short groups": {"g": "5", "bf": "0"},
    "reordered": {"g": "12", "bf": "3"},
    "one group": {"g": "1000", "bf": "2"},
    "keyframes only": {"g": "1"},
    "pyramid": {"g": "16", "bf": "7", "x264-params": "b-pyramid=normal:b-adapt=0"},
}


@pytest.mark.parametrize("name", GOPS)
@pytest.mark.parametrize("rate", [Fraction(25), NTSC], ids=["25", "29.97"])
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_frames_are_those_of_the_span(
    tmp_path: Path, name: str, rate: Fraction, ending: str
) -> None:
    options = {"crf": "12", "sc_threshold": "0", **GOPS[name]}
    kind = Kind(rate=rate, options=options)
    source = write_numbered(tmp_path / f"source.{ending}", kind)
    for start_s, end_s in ((0.0, 0.5), (0.31, 1.77), (0.9, 2.4), (1.0, 1.04)):
        made = cut(source, start_s, end_s, f"clip.{ending}")
        wanted = of_rate(rate, start_s, end_s, kind.frames)
        if ending == "mkv":  # whose times are in whole milliseconds
            wanted = [n for n in range(60) if start_s <= round(n * 1000 / rate) / 1000 < end_s]
        found = frames_in(made.path)
        assert [number_in(picture) for _, picture in found] == wanted
        assert made.frames == len(wanted)
        for (at_s, _), number in zip(found, wanted, strict=True):
            assert at_s == pytest.approx(number / rate - start_s, abs=0.0011)


def test_what_lies_on_keyframes_is_copied_bit_for_bit(tmp_path: Path) -> None:
    source = write_numbered(tmp_path / "source.mp4")
    made = cut(source, 12 / 25, 36 / 25)
    assert made.copied_frames == made.frames == 24
    assert packets_in(made.path) == packets_in(source)[12:36]
    assert numbers_in(made.path) == list(range(12, 36))


def test_only_what_a_cut_parts_is_encoded_again(tmp_path: Path) -> None:
    options = {"g": "12", "bf": "0", "crf": "10", "sc_threshold": "0"}
    source = write_numbered(tmp_path / "source.mp4", Kind(options=options))
    made = cut(source, 5 / 25, 43 / 25)
    assert numbers_in(made.path) == list(range(5, 43))
    assert made.copied_frames == 31
    theirs, ours = packets_in(source), packets_in(made.path)
    assert ours[7:] == theirs[12:43]
    assert not set(ours[:7]) & set(theirs)


def test_a_video_of_other_codecs_is_copied_where_it_is_cut_on_keyframes(tmp_path: Path) -> None:
    kinds = {
        "mp4": Kind(
            codec="libx265",
            options={"x265-params": "keyint=12:bframes=2:open-gop=0:log-level=none"},
        ),
        "webm": Kind(codec="libvpx-vp9", options={"g": "12", "deadline": "realtime", "crf": "10"}),
    }
    for ending, kind in kinds.items():
        source = write_numbered(tmp_path / f"source.{ending}", kind)
        theirs = packets_in(source)
        with av.open(str(source)) as container:
            at = [p.pts * p.time_base for p in container.demux(video=0) if p.is_keyframe and p.size]
        made = cut(source, float(at[1]), float(at[3]), f"clip.{ending}")
        assert numbers_in(made.path) == list(range(round(at[1] * 25), round(at[3] * 25)))
        assert made.copied_frames == made.frames
        first = theirs.index(packets_in(made.path)[0])
        assert packets_in(made.path) == theirs[first : first + made.frames]
        made = cut(source, float(at[1]) - 0.08, float(at[3]), f"clip.{ending}")
        assert numbers_in(made.path) == list(range(round(at[1] * 25) - 2, round(at[3] * 25)))
        assert made.copied_frames == 0


def test_webm_is_written_from_anything(tmp_path: Path) -> None:
    source = write_numbered(tmp_path / "source.mp4", Kind(sound_rate=44_100, tone_hz=440))
    made = cut(source, 0.4, 1.2, "clip.webm")
    assert numbers_in(made.path) == list(range(10, 30))
    with av.open(str(made.path)) as container:
        assert [stream.codec.canonical_name for stream in container.streams] == ["vp9", "opus"]


@pytest.mark.parametrize("pattern", [[0, 1, 3, 4, 9], [0, 5, 6, 7, 25]])
@pytest.mark.parametrize("group", ["7", "100"])
def test_a_variable_rate_keeps_its_times(tmp_path: Path, pattern: list[int], group: str) -> None:
    times = [40 * (10 * turn + at) for turn in range(6) for at in pattern if at < 10]
    kind = Kind(times=times, time_base=Fraction(1, 1000), options={"g": group, "crf": "10"})
    source = write_numbered(tmp_path / "source.mp4", kind)
    made = cut(source, 0.4, 1.9)
    wanted = [number for number, at in enumerate(times) if 400 <= at < 1900]
    found = frames_in(made.path)
    assert [number_in(picture) for _, picture in found] == wanted
    assert [at_s for at_s, _ in found] == pytest.approx([times[n] / 1000 - 0.4 for n in wanted])


@pytest.mark.parametrize("group", ["1", "100"])
def test_a_still_that_started_before_the_clip_leads_it(tmp_path: Path, group: str) -> None:
    kind = Kind(times=[0, 2000, 4000, 4040], time_base=Fraction(1, 1000), options={"g": group})
    source = write_numbered(tmp_path / "source.mp4", kind)
    made = cut(source, 1.0, 3.0)
    assert [(at_s, number_in(picture)) for at_s, picture in frames_in(made.path)] == [
        (0, 0),
        (1, 1),
    ]
    made = cut(source, 2.5, 3.5)
    assert [(at_s, number_in(picture)) for at_s, picture in frames_in(made.path)] == [(0, 1)]
    assert made.duration_s == 1.0


def test_open_groups_and_ten_bits_are_encoded_again(tmp_path: Path) -> None:
    opened = {"g": "12", "bf": "3", "x264-params": "open-gop=1:scenecut=0"}
    source = write_numbered(tmp_path / "open.mp4", Kind(options=opened))
    made = cut(source, 0.3, 1.7)
    assert (made.copied_frames, numbers_in(made.path)) == (0, list(range(8, 43)))
    source = write_numbered(tmp_path / "deep.mp4", Kind(pix_fmt="yuv420p10le"))
    made = cut(source, 0.3, 1.7)
    assert (made.copied_frames, numbers_in(made.path)) == (0, list(range(8, 43)))
    with av.open(str(made.path)) as container:
        assert container.streams.video[0].pix_fmt == "yuv420p"


def test_pieces_of_one_file_are_joined_as_they_are(tmp_path: Path) -> None:
    options = {"g": "6", "bf": "2", "crf": "10", "sc_threshold": "0"}
    source = write_numbered(tmp_path / "source.mp4", Kind(options=options))
    spans = [(0.2, 0.9), (1.4, 2.1), (0.0, 0.48), (0.48, 0.5)]
    pieces = [Piece(path=source, span=TimeSpan(start_s=a, end_s=b)) for a, b in spans]
    made = render(pieces, tmp_path / "joined.mp4")
    wanted = [number for a, b in spans for number in of_rate(Fraction(25), a, b, 60)]
    assert numbers_in(made.path) == wanted
    assert 10 < made.copied_frames < made.frames == len(wanted)
    assert made.duration_s == pytest.approx(0.7 + 0.7 + 0.48 + 0.02)


@pytest.mark.parametrize("first_ms", [-400, 1200])
def test_times_are_counted_from_the_first_frame(tmp_path: Path, first_ms: int) -> None:
    times = [first_ms + 40 * number for number in range(50)]
    kind = Kind(times=times, time_base=Fraction(1, 1000))
    source = write_numbered(tmp_path / "source.mkv", kind)
    made = cut(source, 0.4, 1.2)
    assert numbers_in(made.path) == list(range(10, 30))


@pytest.mark.parametrize(
    "kind",
    [
        Kind(options={"g": "12", "bf": "2", "crf": "10"}),
        Kind(options={"g": "24", "bf": "5", "crf": "10", "x264-params": "b-pyramid=normal"}),
        Kind(codec="mpeg4", options={"g": "12", "bf": "2", "qmin": "2", "qmax": "2"}),
    ],
    ids=["h264", "pyramid", "mpeg4"],
)
def test_frames_of_avi_are_shown_in_order_at_a_steady_pace(tmp_path: Path, kind: Kind) -> None:
    source = write_numbered(tmp_path / "source.avi", kind)
    with open_video(source, "") as reader:
        indexed = [(shot.pts_s, number_in(shot.picture(96))) for shot in reader.shots()]
    assert indexed == [(pytest.approx(number / 25), number) for number in range(60)]
    found = frames_in(cut(source, 0.4, 1.6).path)
    assert [number_in(picture) for _, picture in found] == list(range(10, 40))
    assert [at_s for at_s, _ in found] == pytest.approx([n / 25 for n in range(30)])


TURNS = {
    "turned": (0, 1, -1, 0),
    "upside down": (-1, 0, 0, -1),
    "mirrored": (-1, 0, 0, 1),
    "mirrored upside down": (1, 0, 0, -1),
    "mirrored and turned": (0, 1, 1, 0),
    "mirrored and turned back": (0, -1, -1, 0),
}


@pytest.mark.parametrize("name", TURNS)
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_picture_is_as_its_matrix_says(tmp_path: Path, name: str, ending: str) -> None:
    across, down, slant, upright = TURNS[name]
    source = write_numbered(tmp_path / "source.mp4", Kind(frames=25, size_px=(160, 96)))
    write_matrix(source, TURNS[name])
    flat = numbered(20, Kind())
    rows, columns = np.indices(flat.shape[:2]) - np.array([[[47.5]], [[79.5]]])
    x, y = columns * across + rows * slant, columns * down + rows * upright
    wanted = np.zeros((160, 96, 3) if down else flat.shape, np.uint8)
    wanted[np.round(y - y.min()).astype(int), np.round(x - x.min()).astype(int)] = flat
    with open_video(source, "") as reader:
        (shot,) = itertools.islice(reader.shots(), 20, 21)
        assert np.abs(shot.picture(96).astype(int) - wanted).mean() < 8
    made = cut(source, 0.8, 1.0, f"clip.{ending}")
    with open_video(made.path, "") as reader:
        picture = next(reader.shots()).picture(96)
    assert np.abs(picture.astype(int) - wanted).mean() < 8


def write_matrix(path: Path, across_and_down: tuple[int, int, int, int]) -> None:
    """Put a matrix into the track header of an MP4."""
    across, down, slant, upright = (part << 16 for part in across_and_down)
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 4 + 20 + 16
    struct.pack_into(">9i", data, at, across, down, 0, slant, upright, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
