"""Pictures of clips at one size and rate, sound with pauses: what benchmark videos are made of."""

from __future__ import annotations

import itertools
import math
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np

from vsearch.pipeline.encode import write_video
from vsearch.pipeline.tracks import read_sound
from vsearch.pipeline.video import Shot, open_video
from vsearch.types import SAMPLE_RATE, Picture, Samples

SIZE_PX = (480, 270)
RATE, SLOW_RATE = 25, 10
PICTURE_S, AROUND_S = 7.0, 1.0
QUIET = 0.01
SPEAKER = "espeak-ng"

Span = tuple[float, float]


def is_silent(path: Path) -> bool:
    """Whether a clip has no sound track."""
    with open_video(path, "clip") as reader:
        return not reader.video.has_audio


def length_s(path: Path) -> float:
    """How long a clip promises to be, 0 where it does not say."""
    with open_video(path, "clip") as reader:
        return reader.video.duration_s


def pictures(path: Path, rate: int, most_s: float = math.inf) -> Iterator[Picture]:
    """A clip's pictures on a canvas of SIZE_PX at a steady rate, from its start for most_s."""
    drawn = 0
    with open_video(path, "clip") as reader:
        shots = reader.shots()
        shot = next(shots)
        for following in itertools.chain(shots, (None,)):
            until_s = min(most_s, reader.end_s if following is None else following.pts_s)
            due = math.ceil(until_s * rate - 1e-6)
            if due > drawn:
                yield from itertools.repeat(on_canvas(shot), due - drawn)
                drawn = due
            if following is None or until_s >= most_s:
                return
            shot = following


def on_canvas(shot: Shot) -> Picture:
    """The whole picture as large as the canvas allows, with black around it."""
    width, height = SIZE_PX
    small = shot.picture(height)
    scale = min(width / small.shape[1], height / small.shape[0])
    size = (round(small.shape[1] * scale), round(small.shape[0] * scale))
    frame = av.VideoFrame.from_ndarray(small, format="rgb24")
    fitted = frame.reformat(*size, interpolation="BICUBIC").to_ndarray()
    canvas = np.zeros((height, width, 3), np.uint8)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    canvas[top : top + size[1], left : left + size[0]] = fitted
    return canvas


def looped(clips: Sequence[Path], rate: int, each_s: float) -> Iterator[Picture]:
    """Pictures without end: of one clip after the other, each for at most so long."""
    for clip in itertools.cycle(clips):
        yield from pictures(clip, rate, each_s)


def still(photo: Path, count: int) -> Iterator[Picture]:
    """A photo for so many pictures."""
    return itertools.repeat(next(pictures(photo, RATE)), count)


def write_joined(path: Path, reels: Iterable[Iterator[Picture]], rate: int) -> list[Span]:
    """One video of several reels with hard cuts: where each begins and ends."""
    counts: list[int] = []

    def whole() -> Iterator[Picture]:
        for reel in reels:
            counts.append(0)
            for picture in reel:
                counts[-1] += 1
                yield picture

    write_whole(path, whole(), rate)
    return in_a_row(counts, rate)


def write_spoken(
    path: Path,
    pieces: Sequence[Samples],
    clips: Sequence[Path],
    chance: random.Random,
    *,
    with_sound: bool = True,
) -> list[Span]:
    """Pieces of sound with pauses, over pictures that change at times of their own."""
    pauses_s = [chance.uniform(1.5, 3.0) for _ in range(len(pieces) + 1)]
    track, spans = laid_out(pieces, pauses_s)
    reel = looped(chance.sample(clips, len(clips)), SLOW_RATE, PICTURE_S)
    count = math.ceil(len(track) / SAMPLE_RATE * SLOW_RATE)
    write_whole(path, itertools.islice(reel, count), SLOW_RATE, track if with_sound else None)
    return spans


def write_sections(path: Path, sections: Sequence[tuple[Path, Samples]]) -> list[Span]:
    """For each piece of sound the pictures of a clip from its start: where each pair lies."""
    step = SAMPLE_RATE // SLOW_RATE
    tracks, reels = [], []
    for clip, samples in sections:
        track, _ = laid_out([samples], [AROUND_S, AROUND_S])
        tracks.append(np.pad(track, (0, -len(track) % step)))
        reel = looped([clip], SLOW_RATE, math.inf)
        reels.append(itertools.islice(reel, len(tracks[-1]) // step))
    write_whole(path, itertools.chain(*reels), SLOW_RATE, np.concatenate(tracks))
    return in_a_row([len(track) for track in tracks], SAMPLE_RATE)


def in_a_row(counts: Iterable[int], rate: int) -> list[Span]:
    """Where each of several stretches lies, one after the other."""
    ends = [count / rate for count in itertools.accumulate(counts)]
    return list(zip([0.0, *ends], ends, strict=False))


def write_whole(
    path: Path, reel: Iterable[Picture], rate: int, samples: Samples | None = None
) -> None:
    """Write a video under another name first, so that what has its name is whole."""
    unfinished = path.with_name(f".unfinished-{path.name}")
    write_video(unfinished, reel, rate, samples)
    unfinished.replace(path)


def laid_out(pieces: Sequence[Samples], pauses_s: Sequence[float]) -> tuple[Samples, list[Span]]:
    """Sound with a pause before each piece and one after the last: where each piece lies."""
    track: list[Samples] = []
    spans: list[Span] = []
    at = 0
    for piece, pause_s in zip(pieces, pauses_s, strict=False):
        start = at + int(pause_s * SAMPLE_RATE)
        at = start + len(piece)
        track += [np.zeros(int(pause_s * SAMPLE_RATE), np.float32), piece]
        spans.append((start / SAMPLE_RATE, at / SAMPLE_RATE))
    track.append(np.zeros(int(pauses_s[-1] * SAMPLE_RATE), np.float32))
    return np.concatenate(track), spans


def can_speak() -> bool:
    """Whether the program that reads sentences aloud is installed."""
    return shutil.which(SPEAKER) is not None


def spoken(text: str, voice: str) -> Samples:
    """A sentence read aloud, without the silence around it."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "said.wav"
        subprocess.run([SPEAKER, "-v", voice, "-s", "150", "-w", str(path), text], check=True)
        return trimmed(recording(path))


def recording(path: Path) -> Samples:
    """All the sound of a file."""
    return np.concatenate([block for _, block in read_sound(path)])


def trimmed(samples: Samples) -> Samples:
    """Sound from where it is first loud to where it is last."""
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples
