"""How an edit looks: sizes, windows, what is painted, dissolves, subtitles, and what is upright."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.unit.clipmaterial import Kind, frames_in, number_in, numbers_in, write_numbered
from vsearch.clips.edit import Look, Piece, Window, places
from vsearch.clips.render import render
from vsearch.pipeline.tracks import Cue, embedded_subtitles
from vsearch.types import Picture, TimeSpan


def piece(path: Path, start_s: float = 0.0, end_s: float = 1.0) -> Piece:
    return Piece(path=path, span=TimeSpan(start_s=start_s, end_s=end_s))


def size_of(path: Path) -> tuple[int, int]:
    with av.open(str(path)) as container:
        return container.streams.video[0].width, container.streams.video[0].height


def colour_at(picture: Picture, x: float, y: float) -> list[int]:
    height, width = picture.shape[:2]
    return picture[int(y * height), int(x * width)].astype(int).tolist()


def near(found: list[int], wanted: tuple[int, int, int], most: int = 12) -> bool:
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= most


def test_pieces_of_other_sizes_and_rates_are_fitted_into_the_first(tmp_path: Path) -> None:
    wide = write_numbered(tmp_path / "wide.mp4", Kind(size_px=(320, 160), colour=(200, 30, 30)))
    tall = write_numbered(
        tmp_path / "tall.mp4", Kind(size_px=(120, 160), rate=Fraction(30), colour=(30, 30, 200))
    )
    made = render([piece(wide), piece(tall)], tmp_path / "made.mp4")
    assert size_of(made.path) == (320, 160)
    found = frames_in(made.path)
    assert [at_s for at_s, _ in found] == pytest.approx([number / 30 for number in range(60)])
    assert near(colour_at(found[5][1], 0.05, 0.5), (200, 30, 30))
    assert near(colour_at(found[45][1], 0.05, 0.5), (0, 0, 0))
    assert near(colour_at(found[45][1], 0.5, 0.5), (30, 30, 200))
    assert number_in(found[45][1][:, 100:220]) == 15


def test_another_size_has_bars_where_the_proportions_differ(tmp_path: Path) -> None:
    source = write_numbered(tmp_path / "source.mp4", Kind(size_px=(320, 160)))
    made = render([piece(source)], tmp_path / "made.mp4", Look(size_px=(200, 200)))
    assert size_of(made.path) == (200, 200)
    picture = frames_in(made.path)[7][1]
    assert near(colour_at(picture, 0.5, 0.1), (0, 0, 0))
    assert near(colour_at(picture, 0.5, 0.5), (90, 60, 120))
    assert number_in(picture[50:150]) == 7


def test_windows_keep_their_part(tmp_path: Path) -> None:
    source = write_numbered(tmp_path / "source.mp4", Kind(size_px=(320, 160)))
    right = Window(left=0.5, top=0.25, width=0.5, height=0.5)
    left = Window(left=0.0, top=0.0, width=0.5, height=0.5)
    made = render([piece(source), piece(source)], tmp_path / "a.mp4", Look(windows=(right, left)))
    assert size_of(made.path) == (160, 80)
    whole = frames_in(source)[7][1].astype(int)
    for found, (x, y) in ((frames_in(made.path)[7], (160, 40)), (frames_in(made.path)[32], (0, 0))):
        wanted = whole[y : y + 80, x : x + 160]
        assert np.abs(found[1].astype(int) - wanted).mean() < 6


def test_a_vertical_window_has_a_size_of_its_own(tmp_path: Path) -> None:
    source = write_numbered(tmp_path / "source.mp4", Kind(size_px=(320, 160)))
    middle = Window(left=0.36, top=0.0, width=0.28125, height=1.0)
    look = Look(windows=(middle,), size_px=(180, 320))
    made = render([piece(source)], tmp_path / "made.mp4", look)
    picture = frames_in(made.path)[0][1]
    assert picture.shape == (320, 180, 3)
    assert all(near(colour_at(picture, x, 0.5), (90, 60, 120)) for x in (0.01, 0.5, 0.99))


def test_paint_is_asked_with_the_time_in_the_edit(tmp_path: Path) -> None:
    source = write_numbered(tmp_path / "source.mp4")
    asked: list[float] = []

    def paint(picture: Picture, at_s: float) -> Picture:
        asked.append(at_s)
        picture = picture.copy()
        picture[40:60] = (10, 200, 10)
        return picture

    made = render([piece(source, 1, 2), piece(source)], tmp_path / "m.mp4", Look(paint=paint))
    assert asked == pytest.approx([number / 25 for number in range(50)])
    assert made.copied_frames == 0
    assert all(
        near(colour_at(picture, 0.5, 0.5), (10, 200, 10)) for _, picture in frames_in(made.path)
    )


def test_pictures_dissolve_in_a_straight_line(tmp_path: Path) -> None:
    red = write_numbered(tmp_path / "red.mp4", Kind(colour=(220, 20, 20)))
    blue = write_numbered(tmp_path / "blue.mp4", Kind(colour=(20, 20, 220)))
    pieces = [piece(red), piece(blue)]
    made = render(pieces, tmp_path / "made.mp4", Look(dissolve_s=0.4))
    assert made.places == places(pieces, 0.4)
    assert made.duration_s == pytest.approx(1.6)
    found = frames_in(made.path)
    assert len(found) == 40
    for number, (_, picture) in enumerate(found):
        share = min(1.0, max(0.0, (number - 15) / 10))
        wanted = (round(220 - 200 * share), 20, round(20 + 200 * share))
        assert near(colour_at(picture, 0.5, 0.5), wanted), number


def test_both_pieces_move_while_they_dissolve(tmp_path: Path) -> None:
    source = write_numbered(tmp_path / "source.mp4")
    seen: dict[float, int] = {}

    def paint(picture: Picture, at_s: float) -> Picture:
        high = picture.copy()
        high[high > 128] = 235
        high[high <= 128] = 16
        seen[at_s] = number_in(high)
        return picture

    look = Look(dissolve_s=0.4, paint=paint)
    render([piece(source), piece(source, 1, 2)], tmp_path / "made.mp4", look)
    numbers = list(seen.values())
    assert numbers[15:19] == [15, 16, 17, 18]  # while the first one is stronger
    assert numbers[22:] == list(range(32, 50))


@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm", "mov"])
def test_subtitles_can_be_switched_on(tmp_path: Path, ending: str) -> None:
    cues = [
        Cue(span=TimeSpan(start_s=0.5, end_s=1.0), text="Gruß & <Kuss>"),
        Cue(span=TimeSpan(start_s=0.1, end_s=0.4), text="first of all"),
    ]
    source = write_numbered(tmp_path / "source.mp4", Kind(sound_rate=48_000, tone_hz=500))
    made = render([piece(source)], tmp_path / f"made.{ending}", Look(cues=cues))
    assert bool(made.copied_frames) == (ending != "webm")
    found, _ = embedded_subtitles(made.path)
    assert [cue.span for cue in found] == [cues[1].span, cues[0].span]
    assert found[0].text == "first of all"
    assert found[1].text.startswith("Gruß &")


def test_turned_and_stretched_pictures_become_upright(tmp_path: Path) -> None:
    wide = write_numbered(tmp_path / "wide.mp4", Kind(aspect=Fraction(2)))
    made = render([piece(wide, 0.1, 0.7)], tmp_path / "made.webm")
    assert size_of(made.path) == (320, 96)
    assert numbers_in(made.path) == list(range(3, 18))
    made = render([piece(wide, 0.1, 0.7)], tmp_path / "made.mp4", Look(size_px=(320, 96)))
    assert numbers_in(made.path) == list(range(3, 18))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_videos(tmp_path: Path, turn: int) -> None:
    source = turned(write_numbered(tmp_path / "plain.mp4"), tmp_path / "source.mp4", turn)
    upright = frames_in(source)[20][1]
    made = render([piece(source, 0.2, 1.0)], tmp_path / "made.webm")
    assert np.abs(frames_in(made.path)[15][1].astype(int) - upright).mean() < 8
    assert size_of(made.path) == ((96, 160) if turn != 180 else (160, 96))
    made = render([piece(source, 0.2, 1.0)], tmp_path / "made.mp4")
    assert made.copied_frames
    assert np.abs(frames_in(made.path)[15][1].astype(int) - upright).mean() < 8


def turned(source: Path, target: Path, turn: int) -> Path:
    """The same file, but its header says that it is to be turned."""
    data = source.read_bytes()
    one = (1 << 16).to_bytes(4, "big")
    matrix = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
    a, b, c, d = ((value * 65536).to_bytes(4, "big", signed=True) for value in matrix[turn])
    rest = (1 << 30).to_bytes(4, "big")
    zero = bytes(4)
    plain = one + zero * 3 + one + zero * 3 + rest
    track = data.index(b"tkhd")
    at = data.index(plain, track)
    target.write_bytes(data[:at] + a + b + zero + c + d + zero * 3 + rest + data[at + 36 :])
    return target


def write_hdr(path: Path) -> Path:
    """A grey in the middle of what PQ can say, which stands for 104 nits."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx265", rate=25, options={"x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p10le"
        context = stream.codec_context
        context.colorspace = context.color_primaries = 9
        context.color_trc, context.color_range = 16, 1
        for _ in range(10):
            frame = av.VideoFrame(64, 64, "yuv420p10le")
            for plane in frame.planes:
                plane.update(np.full(plane.buffer_size // 2, 512, np.uint16).tobytes())
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_hdr_becomes_ordinary_where_it_is_encoded(tmp_path: Path) -> None:
    source = write_hdr(tmp_path / "hdr.mp4")
    made = render([piece(source, 0.1, 0.3)], tmp_path / "made.mp4")
    with av.open(str(made.path)) as container:
        frame = next(container.decode(video=0))
    assert (frame.colorspace, frame.color_primaries, frame.color_trc) == (1, 1, 1)
    grey = (104 / 203) ** (1 / 2.4)  # 203 nits are what white is in ordinary video
    assert frame.to_ndarray()[:64].mean() == pytest.approx(16 + 219 * grey, abs=4)


def test_colours_stay_what_they_are(tmp_path: Path) -> None:
    for pix_fmt in ("yuv420p", "yuvj420p", "yuv444p"):
        kind = Kind(pix_fmt=pix_fmt, colour=(200, 100, 50))
        source = write_numbered(tmp_path / f"{pix_fmt}.mp4", kind)
        before = frames_in(source)[5][1]
        for name, look in (("a", Look()), ("b", Look(paint=lambda picture, at_s: picture))):
            made = render([piece(source, 0.2, 0.3)], tmp_path / f"{name}.mp4", look)
            after = frames_in(made.path)[0][1]
            assert near(colour_at(after, 0.5, 0.5), tuple(colour_at(before, 0.5, 0.5)), 5), pix_fmt
