"""Clips: whether they hold the right frames, stay in time, and what copying saves.

    python benchmarks/clips.py ../shared/data/videos [--cuts 3] [--seed 1]

Random cuts are made from each video of the folder, in turn as MP4 and Matroska (every fifth as
WebM). A cut is exact if it has as many frames as a decode of the source shows in its span, at the
times of those frames, and none is more like a neighbour of its own frame of the source, by 1 dB
(PSNR of small grey pictures; neighbours of 45 dB and more are the same picture). Then flashes and
clicks are made, cut and joined, and it is measured how far apart they come out. Last, the same cuts
are made twice, copying what can be copied and encoding everything, one after the other.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import patch

import av
import numpy as np

from vsearch.clips import render as rendering
from vsearch.clips.edit import Look, Made, Piece
from vsearch.clips.read import look_into
from vsearch.clips.render import render
from vsearch.pipeline.video import SUFFIXES, open_video
from vsearch.types import TimeSpan

Grey = np.ndarray[Any, np.dtype[np.float32]]
SMALL = (160, 90)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", type=Path)
    parser.add_argument("--cuts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    videos = sorted(path for path in options.videos.iterdir() if path.suffix.lower() in SUFFIXES)
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        exact(videos, options.cuts, chance, Path(folder))
        drifts(chance, Path(folder))
        copying(videos, chance, Path(folder))


def exact(videos: list[Path], cuts: int, chance: random.Random, folder: Path) -> None:
    """How many random cuts hold exactly the frames of their spans."""
    right, copied, frames, levels = 0, 0, 0, []
    numbers = range(cuts)
    for count, (video, number) in enumerate(
        (video, number) for video in videos for number in numbers
    ):
        piece = some_piece(video, chance, 4.0)
        ending = "webm" if count % 5 == 4 else ("mp4", "mkv")[number % 2]
        made = render([piece], folder / f"cut.{ending}")
        problem, level = compared(piece, made)
        right += not problem
        copied, frames = copied + made.copied_frames, frames + made.frames
        levels.append(level)
        if problem:
            print(f"{video.name} {piece.span.start_s:.3f} to {piece.span.end_s:.3f} s: {problem}")
    print(f"{right} of {len(levels)} cuts are exact; {copied} of {frames} frames were copied")
    print(
        f"worst frame of a cut: median {statistics.median(levels):.1f} dB, least {min(levels):.1f}"
    )


def some_piece(video: Path, chance: random.Random, longest_s: float) -> Piece:
    length_s = length_of(video)
    start_s = chance.uniform(0, 0.85 * length_s)
    end_s = min(length_s, start_s + chance.uniform(0.3, longest_s))
    return Piece(path=video, span=TimeSpan(start_s=start_s, end_s=end_s))


def length_of(video: Path) -> float:
    """How long a video is, by its own word or else by its last frame."""
    return look_into(video).end_s or max(at_s for at_s, _ in greys(video, 1e9))


def compared(piece: Piece, made: Made) -> tuple[str, float]:
    """What is wrong with a clip, if anything, and how good its worst frame is."""
    span = piece.span
    whole = list(greys(piece.path, span.end_s + 0.5))
    first = next((n for n, (at_s, _) in enumerate(whole) if at_s >= span.start_s - 1e-6), 0)
    wanted = [
        n for n, (at_s, _) in enumerate(whole) if span.start_s - 1e-6 <= at_s < span.end_s - 1e-6
    ]
    if not wanted or whole[first][0] - span.start_s > 0.25:
        wanted = [max(0, first - 1), *wanted]  # a still that was there before
    found = list(greys(made.path, 1e9))
    if len(found) != len(wanted):
        return f"{len(found)} frames instead of {len(wanted)}", 0.0
    level = 99.0
    for (at_s, picture), number in zip(found, wanted, strict=True):
        # The first is shown at once, where it is late in the stretch too.
        own_s = 0.0 if number == wanted[0] else whole[number][0] - span.start_s
        if abs(at_s - own_s) > 0.0015:
            return f"frame {number} at {at_s:.4f} s instead of {own_s:.4f} s", level
        own = psnr(picture, whole[number][1])
        level = min(level, own)
        for _, other in whole[max(0, number - 3) : number + 4]:
            if psnr(picture, other) > own + 1 and psnr(whole[number][1], other) < 45:
                return f"frame {number} is more like another", level
    return "", level


def greys(path: Path, until_s: float) -> Iterator[tuple[float, Grey]]:
    """Frames as small grey pictures, with their times counted from the first one."""
    with open_video(path, "id") as reader:
        for shot in reader.shots():
            if shot.pts_s > until_s:
                return
            yield shot.pts_s, shot.small(SMALL).astype(np.float32).mean(axis=2)


def psnr(one: Grey, other: Grey) -> float:
    error = float(np.square(one - other).mean())
    return min(99.0, 10 * float(np.log10(255**2 / max(error, 1e-9))))


def drifts(chance: random.Random, folder: Path) -> None:
    """How far flashes and clicks come apart over many joins."""
    for rate, sound_rate, ending in (
        (Fraction(25), 48_000, "mp4"),
        (Fraction(30000, 1001), 44_100, "mp4"),
        (Fraction(24000, 1001), 44_100, "mkv"),
        (Fraction(30), 48_000, "webm"),
    ):
        source = flashing(folder / "flashes.mp4", rate, sound_rate)
        starts = [chance.uniform(0, 8) for _ in range(60)]
        spans = [TimeSpan(start_s=at, end_s=at + chance.uniform(0.6, 1.4)) for at in starts]
        pieces = [Piece(path=source, span=span) for span in spans]
        made = render(pieces, folder / f"joined.{ending}", Look(fade_s=0.0))
        found = apart_s(made.path)
        print(
            f"60 pieces at {float(rate):.2f} frames and {sound_rate} Hz in {ending}: {len(found)} "
            f"flashes, worst drift {1000 * max(map(abs, found)):.1f} ms, "
            f"of the last ten {1000 * max(map(abs, found[-10:])):.1f} ms"
        )


def flashing(path: Path, rate: Fraction, sound_rate: int) -> Path:
    """Ten seconds that flash and click at the same moments, two or three times a second."""
    frames = round(10 * rate)
    lit = {number for number in range(frames) if number % 11 == 3}
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=rate, options={"g": "30"})
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        sound: Any = container.add_stream("aac", rate=sound_rate)
        sound.layout = "mono"
        for number in range(frames):
            picture = np.full((96, 160, 3), 235 if number in lit else 16, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
        wave = np.zeros((1, round(10 * sound_rate)), np.float32)
        for number in lit:
            at, length = round(number / rate * sound_rate), sound_rate // 200
            burst = 0.8 * np.sin(2 * np.pi * 2000 * np.arange(length) / sound_rate)
            wave[0, at : at + length] = burst[: wave.shape[1] - at]
        for start in range(0, wave.shape[1] - 1024, 1024):
            block = np.ascontiguousarray(wave[:, start : start + 1024])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = sound_rate, start
            container.mux(sound.encode(frame))
        container.mux(sound.encode())
    return path


def apart_s(path: Path) -> list[float]:
    """For each flash, how much later its click comes."""
    flashes, was = [], False
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.video[0]):
            now = float(frame.to_ndarray(format="gray").mean()) > 128
            if now and not was:
                flashes.append(float(frame.time))
            was = now
    loud = []
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[0]):
            wave = np.abs(frame.to_ndarray()).max(axis=0)
            loud += [float(frame.time) + n / frame.sample_rate for n in np.flatnonzero(wave > 0.25)]
    clicks = [at for at, before in zip(loud, [-1.0, *loud], strict=False) if at - before > 0.02]
    return [min((click - flash for click in clicks), key=abs) for flash in flashes]


def copying(videos: list[Path], chance: random.Random, folder: Path) -> None:
    """What time copying saves, over cuts of a video of which something can be copied."""
    ratios, shares = [], []
    for video in videos:
        length_s = length_of(video)
        start_s = chance.uniform(0.05, 0.15) * length_s
        span = TimeSpan(start_s=start_s, end_s=start_s + 0.7 * length_s)
        piece = Piece(path=video, span=span)
        made, took_s = timed(piece, folder / "copied.mp4")
        if not made.copied_frames:
            continue
        with patch.object(rendering, "plan", lambda *_: None):
            _, whole_s = timed(piece, folder / "encoded.mp4")
        ratios.append(took_s / whole_s)
        shares.append(made.copied_frames / made.frames)
    print(
        f"70 % of each video, where any of it can be copied ({len(ratios)} videos; median share "
        f"{statistics.median(shares):.2f}): {statistics.median(ratios):.2f} of the time "
        f"of encoding everything ({min(ratios):.2f} to {max(ratios):.2f})"
    )


def timed(piece: Piece, path: Path) -> tuple[Made, float]:
    """A clip, and the processor time of all threads that it took."""
    start = time.process_time()
    made = render([piece], path, Look())
    return made, time.process_time() - start


if __name__ == "__main__":
    main()
