"""The sound of a clip begins to the sample, and stays with its pictures however many are joined."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.unit.clipmaterial import Kind, drifts_s, frames_in, sound_in, write_numbered
from vsearch.clips.edit import Look, Made, Piece
from vsearch.clips.form import SoundForm
from vsearch.clips.render import render
from vsearch.clips.sound import track
from vsearch.types import TimeSpan

NTSC = Fraction(30000, 1001)
MOST_S = 0.02


def piece(path: Path, start_s: float, end_s: float) -> Piece:
    return Piece(path=path, span=TimeSpan(start_s=start_s, end_s=end_s))


def check_drifts(made: Made, at_least: int) -> None:
    found = drifts_s(made.path)
    assert len(found) >= at_least
    assert max(map(abs, found)) < MOST_S, found
    wave, rate = sound_in(made.path)
    assert len(wave) / rate == pytest.approx(made.duration_s, abs=MOST_S)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm", "mov"])
@pytest.mark.parametrize("rate", [Fraction(25), NTSC], ids=["25", "29.97"])
def test_pictures_and_sound_stay_together_over_joins(
    tmp_path: Path, ending: str, rate: Fraction
) -> None:
    kind = Kind(rate=rate, sound_rate=44_100, flash_every=10, frames=80)
    source = write_numbered(tmp_path / "source.mp4", kind)
    spans = [(0.15, 1.3), (0.5, 2.2), (1.1, 1.9), (0.05, 1.01)]
    made = render([piece(source, *span) for span in spans], tmp_path / f"made.{ending}")
    assert bool(made.copied_frames) == (ending != "webm")
    check_drifts(made, 8)


def test_between_two_pieces_nothing_is_heard_that_was_cut_away(tmp_path: Path) -> None:
    kind = Kind(sound_rate=48_000, flash_every=10)
    source = write_numbered(tmp_path / "source.mp4", kind)
    pieces = [piece(source, 0.1, 0.395), piece(source, 0.965, 1.5)]
    made = render(pieces, tmp_path / "made.mp4", Look(fade_s=0.0))
    wave, rate = sound_in(made.path)
    assert np.flatnonzero(np.abs(wave) > 0.1)[0] / rate == pytest.approx(0.295 + 0.235, abs=0.002)
    check_drifts(made, 1)


def test_sixty_pieces_add_up_to_no_error(tmp_path: Path) -> None:
    kind = Kind(rate=NTSC, sound_rate=44_100, flash_every=10, frames=90)
    source = write_numbered(tmp_path / "source.mp4", kind)
    starts = [0.1 + 0.0313 * number for number in range(60)]
    pieces = [piece(source, at, at + 0.7137) for at in starts]
    made = render(pieces, tmp_path / "made.mp4", Look(fade_s=0.0))  # that no click is faded away
    assert made.duration_s == pytest.approx(60 * 0.7137)
    check_drifts(made, 60)
    found = drifts_s(made.path)
    assert max(map(abs, found[-10:])) < MOST_S


def test_files_of_all_kinds_are_joined(tmp_path: Path) -> None:
    plain = Kind(sound_rate=44_100, flash_every=10)
    webm = {"codec": "libvpx-vp9", "sound_codec": "libopus", "options": {"deadline": "realtime"}}
    times = [40 * number + 10 * (number % 3) for number in range(60)]
    sources = [
        write_numbered(tmp_path / "a.mp4", plain),
        write_numbered(tmp_path / "b.webm", Kind(sound_rate=48_000, flash_every=10, **webm)),
        write_numbered(tmp_path / "c.mkv", Kind(rate=NTSC, sound_rate=32_000, flash_every=10)),
        write_numbered(
            tmp_path / "d.mkv",
            Kind(sound_rate=48_000, flash_every=10, times=times, time_base=Fraction(1, 1000)),
        ),
        write_numbered(tmp_path / "e.mp4", Kind(sound_rate=48_000, flash_every=10, channels=2)),
        write_numbered(tmp_path / "f.ts", Kind(sound_rate=48_000, flash_every=10)),
    ]
    made = render([piece(source, 0.3, 1.7) for source in sources], tmp_path / "made.mp4")
    check_drifts(made, 18)


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
@pytest.mark.parametrize("sound_starts_s", [-0.3, 0.3])
@pytest.mark.parametrize("first", [-10, 0, 35])
def test_streams_that_start_at_other_times(
    tmp_path: Path, ending: str, sound_starts_s: float, first: int
) -> None:
    kind = Kind(
        sound_rate=48_000,
        flash_every=10,
        times=[40 * (first + number) for number in range(60)],
        time_base=Fraction(1, 1000),
        sound_starts_s=max(first, 0) * 0.04 + sound_starts_s,
    )
    source = write_numbered(tmp_path / f"source.{ending}", kind)
    check_drifts(render([piece(source, 0.7, 1.9)], tmp_path / "made.mp4"), 3)


def test_sound_begins_and_ends_to_the_sample(tmp_path: Path) -> None:
    kind = Kind(sound_rate=44_100, flash_every=10, sound_codec="pcm_s16le")
    source = write_numbered(tmp_path / "source.mov", kind)
    form = SoundForm(rate=44_100, channels=1)
    start_s = 10 / 25 - 0.1
    pieces = [piece(source, start_s, start_s + 0.5)]
    wave = np.concatenate(list(track(pieces, [TimeSpan(start_s=0, end_s=0.5)], form, 0.0)), axis=1)
    assert wave.shape == (1, round(0.5 * 44_100))
    assert np.flatnonzero(np.abs(wave[0]) > 0.01)[0] == round(0.1 * 44_100) + 1


def test_sound_begins_to_the_sample_in_the_file(tmp_path: Path) -> None:
    for ending, most in (("mp4", 4), ("mkv", 50), ("webm", 50)):
        kind = Kind(sound_rate=48_000, flash_every=10)
        source = write_numbered(tmp_path / "source.mp4", kind)
        made = render([piece(source, 0.3, 1.0)], tmp_path / f"made.{ending}", Look(fade_s=0.0))
        wave, rate = sound_in(made.path)
        began = np.flatnonzero(np.abs(wave) > 0.25)[0]
        assert abs(began - 0.1 * rate) < 12 + most, ending


def test_ends_are_faded(tmp_path: Path) -> None:
    source = write_numbered(tmp_path / "source.mp4", Kind(sound_rate=48_000, tone_hz=1000))
    pieces = [piece(source, 0.3, 0.8), piece(source, 1.0, 1.5)]
    made = render(pieces, tmp_path / "made.mp4", Look(fade_s=0.1))
    wave, rate = sound_in(made.path)
    for border_s in (0.0, 0.5, 1.0):
        near = loudness(wave, rate, border_s - 0.005, border_s + 0.005)
        assert near < 0.05, border_s
    assert loudness(wave, rate, 0.045, 0.055) == pytest.approx(0.25 / 2**0.5, rel=0.1)
    assert loudness(wave, rate, 0.15, 0.35) == pytest.approx(0.5 / 2**0.5, rel=0.05)


def loudness(wave: np.ndarray, rate: int, start_s: float, end_s: float) -> float:
    part = wave[max(0, round(start_s * rate)) : round(end_s * rate)]
    return float(np.sqrt(np.square(part).mean()))


def test_sound_crosses_over_where_pictures_dissolve(tmp_path: Path) -> None:
    low = write_numbered(tmp_path / "low.mp4", Kind(sound_rate=48_000, tone_hz=500))
    high = write_numbered(tmp_path / "high.mp4", Kind(sound_rate=48_000, tone_hz=3000))
    pieces = [piece(low, 0.2, 1.2), piece(high, 0.2, 1.2)]
    made = render(pieces, tmp_path / "made.mp4", Look(dissolve_s=0.4))
    assert made.duration_s == pytest.approx(1.6)
    wave, rate = sound_in(made.path)
    shares = [tones(wave, rate, at_s) for at_s in (0.4, 0.8, 1.2)]
    assert shares[0][0] > 0.95 and shares[0][1] < 0.02
    assert shares[1] == pytest.approx([0.71, 0.71], abs=0.06)
    assert shares[2][0] < 0.02 and shares[2][1] > 0.95


def tones(wave: np.ndarray, rate: int, at_s: float) -> list[float]:
    """How loud 500 and 3000 Hz are around a time, in shares of what was put in."""
    part = wave[round((at_s - 0.04) * rate) : round((at_s + 0.04) * rate)]
    at = np.arange(len(part)) / rate
    return [float(abs((part * np.exp(-2j * np.pi * hz * at)).mean()) * 4) for hz in (500, 3000)]


def test_a_piece_without_sound_is_silent_and_none_at_all_has_no_track(tmp_path: Path) -> None:
    silent = write_numbered(tmp_path / "silent.mp4")
    loud = write_numbered(tmp_path / "loud.mp4", Kind(sound_rate=22_050, tone_hz=1000, channels=2))
    made = render([piece(silent, 0, 1), piece(loud, 0, 1)], tmp_path / "made.mp4")
    wave, rate = sound_in(made.path)
    assert rate == 22_050
    assert loudness(wave, rate, 0.0, 0.95) < 0.01
    assert loudness(wave, rate, 1.1, 1.9) > 0.3
    made = render([piece(silent, 0, 1), piece(silent, 1, 2)], tmp_path / "none.mp4")
    with av.open(str(made.path)) as container:
        assert not container.streams.audio


def test_sound_goes_on_under_the_last_picture(tmp_path: Path) -> None:
    kind = Kind(sound_rate=48_000, tone_hz=500, times=[*range(25), 75], frames=26)
    source = write_numbered(tmp_path / "source.mp4", kind)
    made = render([piece(source, 0.5, 2.5)], tmp_path / "made.mp4")
    wave, rate = sound_in(made.path)
    assert loudness(wave, rate, 1.7, 1.9) > 0.3
    assert frames_in(made.path)[-1][0] == pytest.approx(0.46)
    with av.open(str(made.path)) as container:
        stream = container.streams.video[0]
        end_s = (stream.start_time + stream.duration) * stream.time_base
        assert end_s == pytest.approx(2.0, abs=0.001)


def test_a_voice_goes_on_over_two_pieces_that_follow_one_another(tmp_path: Path) -> None:
    source = write_numbered(tmp_path / "source.mp4", Kind(sound_rate=44_100, tone_hz=441))
    pieces = [piece(source, 0.31, 0.8), piece(source, 0.8, 1.2), piece(source, 1.2, 1.9)]
    made = render(pieces, tmp_path / "made.mp4")
    whole = render([piece(source, 0.31, 1.9)], tmp_path / "whole.mp4")
    one, other = sound_in(made.path)[0], sound_in(whole.path)[0]
    assert len(one) == len(other)
    assert np.abs(one - other).max() < 0.1


def test_sound_with_a_hole_is_silent_there_and_right_after_it(tmp_path: Path) -> None:
    kind = Kind(sound_rate=48_000, flash_every=10, frames=80)
    source, holed = write_numbered(tmp_path / "source.mkv", kind), tmp_path / "holed.mkv"
    with av.open(str(source)) as container, av.open(str(holed), "w") as target:
        streams = {
            stream.index: target.add_stream_from_template(stream, opaque=True)
            for stream in container.streams
        }
        for packet in container.demux():
            lost = packet.stream.type == "audio" and packet.pts and 900 <= packet.pts < 1500
            if packet.size and not lost:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    made = render([piece(holed, 0.5, 2.5)], tmp_path / "made.mp4", Look(fade_s=0.0))
    wave, rate = sound_in(made.path)
    starts = np.flatnonzero(
        np.diff(np.flatnonzero(np.abs(wave) > 0.25), prepend=-rate) > rate // 20
    )
    clicks_s = np.flatnonzero(np.abs(wave) > 0.25)[starts] / rate
    assert clicks_s == pytest.approx([0.3, 1.1, 1.5, 1.9], abs=0.003)
