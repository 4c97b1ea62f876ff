"""Sound and subtitles, inside a video and beside it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from vsearch.pipeline.speech import read_subtitles, sidecars
from vsearch.pipeline.tracks import read_sound, subtitle_file
from vsearch.pipeline.video import open_video
from vsearch.testing.fakes import FakeTranscriber
from vsearch.testing.videos import silence, tone, write_colours
from vsearch.types import SAMPLE_RATE


def test_sound_comes_in_blocks_cut_where_it_is_quiet(tmp_path: Path) -> None:
    samples = np.concatenate([tone(440, 5), silence(1), tone(660, 6), silence(1), tone(440, 3)])
    path = write_colours(tmp_path / "a.mp4", ["red"] * 8, samples=samples)
    blocks = list(read_sound(path, block_s=10.0))
    assert len(blocks) == 3
    total = sum(len(block) for _, block in blocks) / SAMPLE_RATE
    assert total == pytest.approx(16, abs=0.3)
    cut_s = blocks[1][0]
    assert 5 < cut_s < 6.2
    assert min(len(block) for _, block in blocks) > 3 * SAMPLE_RATE
    assert blocks[0][0] == pytest.approx(0, abs=0.1)


def write_sound(path: Path, pieces: list[tuple[float, np.ndarray]]) -> Path:
    """A video whose sound has pieces at given times, with nothing between them."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("pcm_s16le", rate=SAMPLE_RATE)
        sound.layout = "mono"
        for _ in range(200):
            picture = np.zeros((48, 64, 3), np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
        for start_s, samples in pieces:
            whole = (samples * 32767).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, int(start_s * SAMPLE_RATE)
            frame.time_base = Fraction(1, SAMPLE_RATE)
            container.mux(sound.encode(frame))
        container.mux(sound.encode())
    return path


@pytest.mark.parametrize("gap_s", [2.0, 13.0])
def test_a_gap_in_the_sound_moves_no_words(tmp_path: Path, gap_s: float) -> None:
    pieces = [(0.0, tone(440, 2)), (2.0 + gap_s, tone(660, 2))]
    path = write_sound(tmp_path / "a.mkv", pieces)
    heard = [
        (round(start_s + item.span.start_s), item.text)
        for start_s, block in read_sound(path)
        for item in FakeTranscriber().transcribe(block)
    ]
    assert heard[0] == (0, "country")
    assert heard[-1] == (round(3.0 + gap_s), "train")


def test_a_silent_film_has_no_sound(tmp_path: Path) -> None:
    assert list(read_sound(write_colours(tmp_path / "a.mp4", ["red"]))) == []


SRT = """1
00:00:01,000 --> 00:00:02,500
Hello <i>there</i>
{\\an8}again

2
00:00:03,000 --> 00:00:04,000
Über
"""
VTT = "WEBVTT\n\n00:01.000 --> 00:02.500\nHello there again\n\n00:03.000 --> 00:04.000\nÜber\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.srt", SRT.encode()),
        ("a.srt", SRT.encode("utf-8-sig")),
        ("a.srt", SRT.encode("cp1252")),
        ("a.srt", SRT.encode("utf-16")),
        ("a.srt", SRT.replace("\n", "\r\n").encode()),
        ("a.vtt", VTT.encode()),
    ],
)
def test_subtitles_in_any_usual_form(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    cues = subtitle_file(path)
    assert [cue.text for cue in cues] == ["Hello there again", "Über"]
    assert (cues[0].span.start_s, cues[0].span.end_s) == (1.0, 2.5)


def test_subtitles_beside_a_video_are_found_and_broken_ones_passed_over(tmp_path: Path) -> None:
    path = write_colours(tmp_path / "film.mp4", ["red", "blue"])
    (tmp_path / "film.srt").write_text("no subtitles here")
    (tmp_path / "film.de.srt").write_text(SRT)
    (tmp_path / "film2.srt").write_text(SRT)
    for name in ("film.part2.srt", "film.pt-BR.forced.srt", "filmography.en.srt"):
        (tmp_path / name).write_text(SRT)
    names = [item.name for item in sidecars(path)]
    assert names == ["film.srt", "film.de.srt", "film.pt-BR.forced.srt"]
    with open_video(path, "id") as reader:
        speech = read_subtitles(reader.video)
    assert speech is not None
    assert speech.source == "subtitles film.de.srt"
    assert speech.segments[1].language == "de"


def test_subtitles_inside_a_video_are_found(tmp_path: Path) -> None:
    path = write_colours(tmp_path / "plain.mp4", ["red", "blue"])
    (tmp_path / "text.srt").write_text(SRT)
    joined = tmp_path / "joined.mkv"
    with (
        av.open(str(path)) as pictures,
        av.open(str(tmp_path / "text.srt")) as text,
        av.open(str(joined), "w") as out,
    ):
        copies = {}
        for source in (pictures.streams.video[0], text.streams.subtitles[0]):
            copies[source] = out.add_stream_from_template(source)
        copies[text.streams.subtitles[0]].metadata["language"] = "eng"
        for source in copies:
            for packet in source.container.demux(source):
                if packet.dts is not None:
                    packet.stream = copies[source]
                    out.mux(packet)
    with open_video(joined, "id") as reader:
        speech = read_subtitles(reader.video)
    assert speech is not None
    assert speech.source == "subtitles in the file"
    assert [segment.text for segment in speech.segments] == ["Hello there again", "Über"]
    assert speech.segments[0].language == "en"


def test_subtitles_that_do_not_name_their_language_have_that_of_their_text(tmp_path: Path) -> None:
    path = write_colours(tmp_path / "film.mp4", ["red"])
    lines = ("Guten Abend, meine Damen und Herren.", "Der letzte Zug ist schon abgefahren.")
    cues = [f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n" for n, line in enumerate(lines)]
    (tmp_path / "film.srt").write_text("\n".join(cues))
    with open_video(path, "id") as reader:
        speech = read_subtitles(reader.video)
    assert speech is not None
    assert [segment.language for segment in speech.segments] == ["de", "de"]
    (tmp_path / "film.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHm.\n")
    with open_video(path, "id") as reader:
        speech = read_subtitles(reader.video)
    assert speech is not None
    assert speech.segments[0].language == "und"
