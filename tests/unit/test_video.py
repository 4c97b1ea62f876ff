"""Reading real files: every oddity here is written by the test itself."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

from vsearch.errors import VideoError
from vsearch.pipeline.find import find_videos
from vsearch.pipeline.video import content_id, open_video, steady
from vsearch.testing.videos import tone, write_colours
from vsearch.types import SAMPLE_RATE


def shots_of(path: Path) -> tuple[list[float], object]:
    with open_video(path, "id") as reader:
        times = [shot.pts_s for shot in reader.shots()]
    return times, reader


def write_raw(path: Path, codec: str, pix_fmt: str, frames: int = 10, **options: object) -> Path:
    """A short video in any codec and pixel format, its times under the test's control."""
    times = options.pop("times", None)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height = options.get("size", (64, 48))
        stream.pix_fmt = pix_fmt
        if times:
            stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(frames):
            picture = np.full((stream.height, stream.width, 3), number * 20, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pix_fmt)
            if times:
                frame.pts, frame.time_base = times[number], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_a_plain_video_is_described_and_decoded(tmp_path: Path) -> None:
    path = write_colours(tmp_path / "a.mp4", ["red", "blue"], samples=tone(440, 4))
    with open_video(path, "some-id") as reader:
        pictures = [shot.picture(48) for shot in reader.shots()]
    video = reader.video
    assert (video.id, video.width_px, video.height_px, video.has_audio) == (
        "some-id",
        160,
        96,
        True,
    )
    assert video.duration_s == pytest.approx(4.0, abs=0.1)
    assert len(pictures) == 40
    assert pictures[0].shape == (48, 80, 3)
    assert pictures[5].mean(axis=(0, 1)).argmax() == 0
    assert pictures[35].mean(axis=(0, 1)).argmax() == 2
    assert reader.damage == ""


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("a.mkv", "libx264", "yuv420p10le"),
        ("a.mkv", "ffv1", "bgra"),
        ("a.avi", "mjpeg", "yuvj422p"),
        ("a.mkv", "libx264", "yuv444p"),
        ("a.gif", "gif", "rgb8"),
        ("a.webm", "libvpx", "yuv420p"),
        ("a.mkv", "ffv1", "gray"),
        ("a.mkv", "libx264rgb", "rgb24"),
    ],
)
def test_odd_pixel_formats_become_rgb(tmp_path: Path, name: str, codec: str, pix_fmt: str) -> None:
    path = write_raw(tmp_path / name, codec, pix_fmt)
    with open_video(path, "id") as reader:
        pictures = [(shot.picture(48), shot.small((16, 9))) for shot in reader.shots()]
    assert len(pictures) == 10
    assert all(
        large.shape == (48, 64, 3) and small.shape == (9, 16, 3) for large, small in pictures
    )
    assert pictures[9][0].mean() > pictures[0][0].mean() + 100


def test_a_varying_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    times = [0, 40, 80, 1000, 1040, 5000, 5040, 5080, 9000, 9500]
    path = write_raw(tmp_path / "a.mkv", "libx264", "yuv420p", times=times)
    found, _ = shots_of(path)
    assert found == pytest.approx([time / 1000 for time in times], abs=0.002)


def test_times_count_from_the_first_frame(tmp_path: Path) -> None:
    times = [7000 + 100 * number for number in range(10)]
    found, _ = shots_of(write_raw(tmp_path / "a.mkv", "libx264", "yuv420p", times=times))
    assert found[0] == pytest.approx(0, abs=0.002)


def test_a_rotated_video_comes_out_upright(tmp_path: Path) -> None:
    """A camera held upright writes a lying picture and a matrix that says how to turn it."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        picture = np.zeros((48, 64, 3), np.uint8)
        picture[:, :32] = (255, 0, 0)  # the left half is red
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    write_rotation(path, degrees_clockwise=90)
    with open_video(path, "id") as reader:
        upright = next(iter(reader.shots())).picture(48)
    assert upright.shape == (64, 48, 3)
    # Turned clockwise, what was left is on top.
    assert upright[8, 24, 0] > 200
    assert upright[56, 24, 0] < 60


def write_rotation(path: Path, degrees_clockwise: int) -> None:
    """Put a rotation into the track header of an MP4, as phones do."""
    assert degrees_clockwise == 90
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4 + 4 + 4 * 5 + 8 + 2 * 4
    one = 0x10000
    matrix = [0, one, 0, -one & 0xFFFFFFFF, 0, 0, 48 * one, 0, 0x40000000]
    data[start : start + 36] = b"".join(value.to_bytes(4, "big") for value in matrix)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "text.mp4",
            b"this is no video at all" * 50,
            "cannot be read as a video: it is something else, or damaged",
        ),
        ("empty.mp4", b"", "is empty"),
        ("noise.mp4", bytes(range(256)) * 64, "cannot be read as a video"),
    ],
)
def test_what_is_no_video_says_so(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(VideoError, match=f"{name} {reason}"):
        shots_of(path)


def test_sound_without_picture_says_so(tmp_path: Path) -> None:
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=SAMPLE_RATE)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(tone(440, 0.064)[None], format="fltp", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(VideoError, match="no picture to index .sound only."):
        shots_of(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="No such file"):
        shots_of(tmp_path / "gone.mp4")


def test_a_truncated_video_without_its_index_says_so(tmp_path: Path) -> None:
    path = write_colours(tmp_path / "a.mp4", ["red", "green", "blue"])
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(VideoError, match=r"a\.mp4 cannot be read as a video"):
        shots_of(path)


def test_a_truncated_video_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_colours(tmp_path / "a.mkv", ["red", "green", "blue"] * 4, size_px=(320, 240))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    times, reader = shots_of(path)
    assert 5 < times[-1] < 20
    assert "cut short" in reader.damage or "damaged" in reader.damage  # type: ignore[attr-defined]


def test_a_truncated_file_with_sound_is_not_believed(tmp_path: Path) -> None:
    """A WebM says how long the whole file is, but not how long its picture is."""
    samples = tone(440, 24)
    path = write_colours(tmp_path / "a.mkv", ["red", "green"] * 6, samples=samples)
    data = path.read_bytes().replace(b"DURATION", b"DURATIOM")
    path.write_bytes(data[: len(data) // 2])
    times, reader = shots_of(path)
    assert reader.damage  # type: ignore[attr-defined]
    assert reader.full_end_s() < 20  # type: ignore[attr-defined]
    assert times[-1] < 20


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        ([0, 0.1, 8.0, 8.1, 0.2, 0.3, 0.4], [0, 0.1, 0.2, 0.3, 0.4]),
        ([0, 0.1, 30.0, 30.1, 60.0], [0, 0.1, 30.0, 30.1, 60.0]),
        ([n * 5.0 for n in range(20)], [n * 5.0 for n in range(20)]),
        ([50, 50.1, 50.2], [50, 50.1, 50.2]),
        ([0, None, 0.2], [0, None, 0.2]),
    ],
)
def test_frames_with_impossible_times_are_left_out(times: list, kept: list) -> None:
    frames = [SimpleNamespace(time=time) for time in times]
    assert [frame.time for frame in steady(frames)] == kept  # type: ignore[arg-type]


def test_damage_in_the_middle_costs_a_part_only(tmp_path: Path) -> None:
    path = write_colours(tmp_path / "a.mkv", ["red", "green", "blue"] * 4, size_px=(320, 240))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = b"\xff" * 300
    path.write_bytes(data)
    times, _ = shots_of(path)
    assert len(times) > 100
    assert times == sorted(times)


def test_identity_is_the_content(tmp_path: Path) -> None:
    first, second = tmp_path / "a.bin", tmp_path / "b.bin"
    first.write_bytes(b"x" * 3_000_000)
    second.write_bytes(b"x" * 3_000_000)
    assert content_id(first) == content_id(second)
    second.write_bytes(b"x" * 2_999_999 + b"y")
    assert content_id(first) != content_id(second)


def test_joined_recordings_go_on_where_the_clock_starts_again(tmp_path: Path) -> None:
    parts = [write_colours(tmp_path / f"{n}.ts", ["red", "blue"]).read_bytes() for n in range(2)]
    (tmp_path / "joined.ts").write_bytes(b"".join(parts))
    times, _ = shots_of(tmp_path / "joined.ts")
    assert len(times) == 80
    assert times[-1] == pytest.approx(7.9, abs=0.3)
    assert max(b - a for a, b in pairwise(times)) < 0.5


def test_sound_longer_than_the_picture_is_no_damage(tmp_path: Path) -> None:
    for name in ("a.mkv", "a.mp4"):
        path = write_colours(tmp_path / name, ["red"], samples=tone(440, 9))
        with open_video(path, "id") as reader:
            assert len(list(reader.shots())) == 20
            assert reader.damage == ""
            assert reader.full_end_s() == pytest.approx(9, abs=0.2)


def test_only_videos_are_found_each_once(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.MKV", "c.txt", ".hidden.mp4", "code.ts", "stream.ts", "sub/d.webm"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\x47abc" if name == "stream.ts" else b"abc")
    (tmp_path / ".trash").mkdir()
    (tmp_path / ".trash" / "e.mp4").write_bytes(b"abc")
    names = [path.name for path in find_videos([tmp_path, tmp_path / "b.mp4", tmp_path / "c.txt"])]
    assert names == ["a.MKV", "b.mp4", "stream.ts", "d.webm", "c.txt"]
