"""Narrated videos of several topics, whose joints are known: what chapters are measured on.

`told` shows other clips with each topic, `held` shows one clip all the time, so that only what is
said changes. The second half of the topics is in videos of their own, for testing. Clips of the
data folder are shown, and talks.json is read aloud by espeak-ng.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import footage
import numpy as np
from set_parts import VOICES, Row, row, write_json

from vsearch.types import SAMPLE_RATE, Picture, Samples

EACH_HALF = 8
FEWEST, MOST = 3, 6
KINDS = ("told", "held")


def write_talks(data: Path, out: Path) -> None:
    """Write both kinds of videos with their joints, unless they are there."""
    talks = json.loads(Path(__file__).with_name("talks.json").read_text(encoding="utf-8"))
    clips = sorted(path for path in (data / "videos").iterdir() if is_clip(path))
    for kind in KINDS:
        if (out / kind / "truth.json").exists():
            continue
        if not footage.can_speak():
            sys.exit("espeak-ng, which reads aloud, is missing: apt-get install espeak-ng")
        (out / kind / "videos").mkdir(parents=True, exist_ok=True)
        rows = list(written(kind, talks, clips, out / kind / "videos"))
        write_json(out / kind / "truth.json", rows)


def is_clip(path: Path) -> bool:
    """Whether a file has moving pictures that can be shown for some seconds."""
    return path.suffix in {".mp4", ".webm", ".avi", ".gif"} and footage.length_s(path) >= 3


def written(
    kind: str, talks: dict[str, list[str]], clips: Sequence[Path], videos: Path
) -> Iterator[Row]:
    """The videos of a kind, those for tuning with one half of the topics, the rest with another."""
    chance = random.Random(kind)
    names = sorted(talks)
    chance.shuffle(names)
    halves = names[::2], names[1::2]
    for number in range(2 * EACH_HALF):
        half = halves[number % 2]
        topics = chance.sample(half, chance.randint(FEWEST, MOST))
        path = videos / f"{kind}-{number + 1:02d}.mp4"
        sounds = [talk(talks[topic], VOICES[number // 2 % 2], chance) for topic in topics]
        shown = chance.sample(clips, 1 if kind == "held" else 2 * len(topics))
        spans = write_talk(path, sounds, shown)
        yield from (
            row(topic, topic, path.name, span) for topic, span in zip(topics, spans, strict=True)
        )


def talk(sentences: Sequence[str], voice: str, chance: random.Random) -> Samples:
    """Some of the sentences about a topic, with short pauses; longer ones tell nothing."""
    count = chance.randint(4, len(sentences))
    pieces = [footage.spoken(sentence, voice) for sentence in sentences[:count]]
    pauses = [0.0, *(chance.uniform(0.3, 0.9) for _ in pieces[1:]), chance.uniform(0.3, 0.9)]
    return footage.laid_out(pieces, pauses)[0]


def write_talk(path: Path, sounds: Sequence[Samples], clips: Sequence[Path]) -> list[footage.Span]:
    """One video of several topics, each over an equal share of the clips."""
    rate, each = footage.SLOW_RATE, max(1, len(clips) // len(sounds))
    step = SAMPLE_RATE // rate
    tracks = [np.pad(sound, (0, -len(sound) % step)) for sound in sounds]
    counts = [len(track) // step for track in tracks]
    if len(clips) == 1:
        reel: Iterator[Picture] = footage.looped(clips, rate, math.inf)
        reel = itertools.islice(reel, sum(counts))
    else:
        groups = [clips[start : start + each] for start in range(0, len(clips), each)]
        reel = itertools.chain.from_iterable(
            itertools.islice(footage.looped(group, rate, footage.PICTURE_S), count)
            for group, count in zip(groups, counts, strict=True)
        )
    footage.write_whole(path, reel, rate, np.concatenate(tracks))
    return footage.in_a_row(counts, rate)
