"""What goes wrong with clips is said, and leaves nothing behind."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import av
import pytest

from tests.unit.clipmaterial import Kind, numbers_in, write_numbered
from vsearch.clips.edit import Look, Piece
from vsearch.clips.render import render
from vsearch.errors import QueryError, VideoError
from vsearch.types import TimeSpan


def piece(path: Path, start_s: float = 0.0, end_s: float = 1.0) -> Piece:
    return Piece(path=path, span=TimeSpan(start_s=start_s, end_s=end_s))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return write_numbered(tmp_path / "in" / "source.mp4", Kind(sound_rate=48_000, tone_hz=500))


def refused(pieces: list[Piece], path: Path) -> str:
    before = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    with pytest.raises((VideoError, QueryError)) as caught:
        render(pieces, path)
    assert (sorted(path.parent.iterdir()) if path.parent.is_dir() else []) == before
    return str(caught.value)


def test_what_cannot_be_cut_is_named(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "made.mp4"
    (tmp_path / "in" / "text.mp4").write_text("no video")
    (tmp_path / "in" / "empty.mp4").touch()
    assert "is not there" in refused([piece(tmp_path / "none.mp4")], out)
    assert "cannot be read as a video" in refused([piece(tmp_path / "in" / "text.mp4")], out)
    assert "is empty" in refused([piece(tmp_path / "in" / "empty.mp4")], out)
    assert "ends at 2.40 s" in refused([piece(source, 2.5, 3.0)], out)
    assert "nothing lies between 1.00 and 1.00 s" in refused([piece(source, 1.0, 1.0)], out)
    assert "at least one piece" in refused([], out)
    assert "must end in .mp4" in refused([piece(source)], tmp_path / "made.avi")
    assert "does not exist" in refused([piece(source)], tmp_path / "nowhere" / "made.mp4")


def test_no_file_that_is_cut_from_is_written_over(tmp_path: Path, source: Path) -> None:
    before = source.read_bytes()
    linked = tmp_path / "linked.mp4"
    linked.symlink_to(source)
    for path in (source, linked):
        assert "never written over" in refused([piece(source)], path)
    assert source.read_bytes() == before


def test_a_piece_ends_where_its_file_ends(tmp_path: Path, source: Path) -> None:
    made = render([piece(source, 2.0, 9.0), piece(source, 0.0, 0.2)], tmp_path / "made.mp4")
    assert numbers_in(made.path) == [*range(50, 60), *range(5)]
    assert made.places[1].start_s == pytest.approx(0.4, abs=0.03)


@pytest.mark.parametrize("look", [Look(), Look(paint=lambda picture, at_s: picture)])
def test_it_can_be_stopped_and_tells_how_far_it_is(
    tmp_path: Path, source: Path, look: Look
) -> None:
    told: list[float] = []
    with pytest.raises(VideoError, match="stopped"):
        render(
            [piece(source, 0.1, 2.0)],
            tmp_path / "made.mp4",
            look,
            progress=told.append,
            stop=lambda: len(told) > 20,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert told == sorted(told)
    assert 0 < told[-1] < 1
    render([piece(source, 0.1, 2.0)], tmp_path / "made.mp4", look, progress=told.append)
    assert told[-1] == 1.0


@pytest.mark.parametrize("name", ["made.mp4", "made.webm"])
def test_ctrl_c_leaves_nothing(tmp_path: Path, source: Path, name: str) -> None:
    def interrupt(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    kept = tmp_path / name
    kept.write_bytes(b"an older file")
    with pytest.raises(KeyboardInterrupt):
        render([piece(source, 0.1, 2.0)], kept, progress=interrupt)
    assert kept.read_bytes() == b"an older file"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", name]


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_damaged_part_is_an_error_and_others_are_not(tmp_path: Path, ending: str) -> None:
    source = write_numbered(tmp_path / f"source.{ending}", Kind(frames=100))
    with av.open(str(source)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    data = bytearray(source.read_bytes())
    at, size = places[48]
    data[at + 60 : at + size] = bytes(size - 60)
    source.write_bytes(bytes(data))
    encoded = Look(size_px=(80, 48))
    for span in ((0.5, 1.2), (3.0, 3.5)):
        assert render([piece(source, *span)], tmp_path / "good.mp4", encoded).frames
    with pytest.raises(VideoError, match=r"cannot be decoded.*choose another"):
        render([piece(source, 1.5, 3.0)], tmp_path / "made.mp4", encoded)
    assert not list(tmp_path.glob("*made*"))


def test_a_file_that_is_cut_short(tmp_path: Path) -> None:
    kind = Kind(frames=200)
    whole = write_numbered(tmp_path / "whole.mp4", kind)
    made = render([piece(whole, 0.0, 8.0)], tmp_path / "source.mp4")
    source = made.path
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    assert numbers_in(render([piece(source, 0.5, 1.5)], tmp_path / "good.mp4").path) == [
        *range(13, 38)
    ]
    with pytest.raises(VideoError, match="choose another"):
        render([piece(source, 0.5, 7.5)], tmp_path / "made.mp4")
    assert not list(tmp_path.glob("*made*"))


def test_a_full_disk_is_said(tmp_path: Path, source: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import resource\n"
        "from vsearch.clips.edit import Look, Piece; from vsearch.clips.render import render\n"
        "from vsearch.types import TimeSpan; from vsearch.errors import VsearchError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "piece = Piece(path=Path(sys.argv[1]), span=TimeSpan(start_s=0.1, end_s=2.3))\n"
        "try: render([piece], Path(sys.argv[2]), Look(size_px=(320, 192)))\n"
        "except VsearchError as error: print(error); sys.exit(3)\n"
    )
    out = tmp_path / "made.mp4"
    done = subprocess.run(
        [sys.executable, "-c", code, source, out], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert f"{out} cannot be written: file too large" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    kind = Kind(frames=300, size_px=(640, 384), options={"preset": "ultrafast"})
    source = write_numbered(tmp_path / "source.mp4", kind)
    held: dict[float, int] = {}

    def look(share: float) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        held[share] = pages * resource.getpagesize()

    small = Look(size_px=(320, 192))
    render([piece(source, 0.1, 12.0)], tmp_path / "made.mp4", small, progress=look)
    after = [size for share, size in sorted(held.items()) if share > 0.4]
    assert max(after) - after[0] < 40_000_000  # all frames together have 110 MB
