"""How well speech, music and silence are told apart, on mixtures whose truth is known.

python benchmarks/sound.py --speech FOLDER --music FOLDER --noise FOLDER

Each option may be given several times. Each file of a folder is one source; sources are parted in
two halves, and what is tuned is tuned on the first (--half tune). Without folders everything is
made: music and noise from numbers, speech by espeak-ng. Mixtures hold stretches of talk, music,
talk over music at several levels, noise, talk in noise, and three kinds of silence, at several
volumes.
"""

from __future__ import annotations

import argparse
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from footage import QUIET, can_speak, recording, spoken, trimmed
from numpy.typing import NDArray
from tunes import MUSIC, NOISE

from vsearch.components import open_models
from vsearch.config import load_config
from vsearch.errors import VsearchError
from vsearch.pipeline.sound import STEP, STEP_S, SoundTrack
from vsearch.protocols import PluginContext
from vsearch.registry import load_registry
from vsearch.types import SAMPLE_RATE, Samples, Scene, TimeSpan

KINDS = ("speech", "music", "silence")
UNDER_TALK_DB = (3.0, 8.0, 13.0, 18.0)
STRETCHES, STRETCH_S, SCENE_S = 14, (4.0, 9.0), (1.5, 8.0)
VOICES = ("en-us", "en-gb", "de", "fr", "es", "ru", "en-us+f3", "en-gb+m7", "it+f2", "pl")
LINES = (
    "The last train back to the city leaves at a quarter past eleven, from the second platform.",
    "First we cut the onions, then we fry them slowly in a little oil until they are golden.",
    "Nobody knew who had left the gate open, and the sheep were all over the road by morning.",
    "In nineteen sixty nine two people walked on the moon while a third one waited for them.",
)
Source = Callable[[np.random.Generator, float], Samples]


@dataclass(frozen=True, eq=False)
class Stretch:
    """A piece of a mixture: what it is called, its sound, and what is to be heard in it."""

    name: str
    samples: Samples
    heard: frozenset[str]


class Sources:
    """What the mixtures of one half are made of."""

    def __init__(self, half: int, chance: np.random.Generator, options: argparse.Namespace) -> None:
        self.chance = chance
        made = list(MUSIC.items())[half::2]
        self.music: list[tuple[str, Source]] = [(f"made: {name}", maker) for name, maker in made]
        self.noise: list[tuple[str, Source]] = list(NOISE.items())[half::2]
        files = {
            name: _files(getattr(options, name), half) for name in ("speech", "music", "noise")
        }
        self.music += [("recorded", _from_file(path)) for path in files["music"]]
        self.noise += [("recorded", _from_file(path)) for path in files["noise"]]
        talk = [("recorded", trimmed(_loaded(path))) for path in files["speech"]]
        if can_speak():
            voices = VOICES[half::2]
            talk += [("made", spoken(line, voice)) for line in LINES for voice in voices]
        self.talk: dict[str, list[Samples]] = defaultdict(list)
        for name, piece in talk:
            if len(piece) > SAMPLE_RATE and np.abs(piece).max() > QUIET:
                self.talk[name].append(_level(piece, -20))

    def pick(self, pool: Sequence[tuple[str, Source]], seconds: float) -> tuple[str, Samples]:
        """A stretch of one source; made and recorded ones come equally often."""
        recorded = [item for item in pool if item[0] == "recorded"]
        others = [item for item in pool if item[0] != "recorded"]
        chosen = recorded if recorded and self.chance.random() < 0.5 else others
        name, source = chosen[int(self.chance.integers(len(chosen)))]
        samples = source(self.chance, seconds)
        # Some clips have a sound track with nothing on it.
        return (name, _level(samples, -20)) if samples.any() else self.pick(pool, seconds)

    def speech(self, seconds: float) -> tuple[str, Samples]:
        """Utterances with short pauses, for about so long, all of them recorded or none."""
        name = str(self.chance.choice(sorted(self.talk)))
        parts: list[Samples] = []
        while sum(map(len, parts)) < seconds * SAMPLE_RATE:
            parts.append(self.talk[name][int(self.chance.integers(len(self.talk[name])))])
            parts.append(np.zeros(int(self.chance.uniform(0.1, 0.35) * SAMPLE_RATE), np.float32))
        return name, np.concatenate(parts[:-1])


def _files(folders: Sequence[Path], half: int) -> list[Path]:
    kinds = {".wav", ".ogg", ".flac", ".mp3", ".g722", ".mp4", ".webm", ".avi"}
    found = [
        path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in kinds
    ]
    return found[half::2]


def _loaded(path: Path) -> Samples:
    try:
        return recording(path)
    except (VsearchError, ValueError):
        return np.zeros(0, np.float32)


def _from_file(path: Path) -> Source:
    whole: list[Samples] = []

    def cut(chance: np.random.Generator, seconds: float) -> Samples:
        if not whole:
            whole.append(_without_pauses(_loaded(path)))
        samples, length = whole[0], int(seconds * SAMPLE_RATE)
        if len(samples) <= length:
            return np.resize(samples, length) if len(samples) else np.zeros(length, np.float32)
        start = int(chance.integers(len(samples) - length))
        return samples[start : start + length]

    return cut


def _without_pauses(samples: Samples) -> Samples:
    """Sound without what is far below its mean level: a bark is noise, the wait after it is not."""
    steps = samples[: len(samples) // STEP * STEP].reshape(-1, STEP)
    power = np.square(steps).mean(axis=1)
    return steps[power > power.mean() * 1e-3].ravel()


def _level(samples: Samples, decibels: float) -> Samples:
    """Sound at this mean level."""
    power = float(np.sqrt(np.square(samples, dtype=np.float64).mean())) if len(samples) else 0.0
    return (samples * (10 ** (decibels / 20) / max(power, 1e-6))).astype(np.float32)


def stretches(sources: Sources) -> Iterator[Stretch]:
    """The stretches of one mixture, kinds in turn and in no order."""
    kinds = ["talk", "music", "over", "over", "noise", "in noise", "silence"] * (STRETCHES // 7)
    for kind in sources.chance.permutation(kinds):
        seconds = float(sources.chance.uniform(*STRETCH_S))
        yield _stretch(str(kind), sources, seconds)


def _stretch(kind: str, sources: Sources, seconds: float) -> Stretch:
    chance = sources.chance
    if kind == "silence":
        level = float(chance.choice([-200.0, -90.0, -66.0]))
        quiet = chance.normal(0, 10 ** (level / 20), int(seconds * SAMPLE_RATE))
        return Stretch(
            f"silence at {level:.0f} dB", quiet.astype(np.float32), frozenset({"silence"})
        )
    if kind in {"music", "noise"}:
        name, samples = sources.pick(getattr(sources, kind), seconds)
        heard = frozenset({"music"}) if kind == "music" else frozenset()
        return Stretch(f"{kind} ({name})", samples, heard)
    name, talk = sources.speech(seconds)
    if kind == "talk":
        return Stretch(f"talk ({name})", talk, frozenset({"speech"}))
    under_db = float(chance.choice(UNDER_TALK_DB))
    pool = sources.music if kind == "over" else sources.noise
    _, below = sources.pick(pool, len(talk) / SAMPLE_RATE + 0.01)
    mixed = talk + below[: len(talk)] * 10 ** (-under_db / 20)
    if kind == "in noise":
        return Stretch(f"talk, noise {under_db:.0f} dB below", mixed, frozenset({"speech"}))
    return Stretch(f"talk, music {under_db:.0f} dB below", mixed, frozenset({"speech", "music"}))


@dataclass(frozen=True, eq=False)
class Mixture:
    """A sound, what is to be heard in each tenth of a second, and the name of its stretch."""

    samples: Samples
    truth: dict[str, NDArray[np.bool_]]
    names: list[str]


def mixture(sources: Sources) -> Mixture:
    """Stretches one after the other, all of them louder or quieter."""
    parts, names = [], []
    truth: dict[str, list[NDArray[np.bool_]]] = defaultdict(list)
    volume = 10 ** (float(sources.chance.choice([-12.0, -4.0, 6.0])) / 20)
    for stretch in stretches(sources):
        count = len(stretch.samples) // STEP
        parts.append(
            stretch.samples[: count * STEP] * (1 if "silence" in stretch.heard else volume)
        )
        names += [stretch.name] * count
        for kind in KINDS:
            truth[kind].append(np.full(count, kind in stretch.heard))
    samples = np.clip(np.concatenate(parts), -1, 1).astype(np.float32)
    return Mixture(samples, {kind: np.concatenate(truth[kind]) for kind in KINDS}, names)


def scenes_of(length_s: float, chance: np.random.Generator) -> list[Scene]:
    """Scenes that begin where they like."""
    ends = np.cumsum(chance.uniform(*SCENE_S, size=int(length_s / SCENE_S[0]) + 1))
    edges = [0.0, *ends[ends < length_s - 1].tolist(), length_s]
    return [
        Scene(id=number, video_id="mixture", span=TimeSpan(start_s=start, end_s=end))
        for number, (start, end) in enumerate(itertools.pairwise(edges))
    ]


def steps_of(length_s: float) -> list[Scene]:
    """A scene for each step, to look at every one of them."""
    edges = np.arange(round(length_s / STEP_S) + 1) * STEP_S
    return [
        Scene(id=n, video_id="mixture", span=TimeSpan(start_s=float(a), end_s=float(b)))
        for n, (a, b) in enumerate(itertools.pairwise(edges))
    ]


def report(mixtures: Sequence[Mixture], tracks: Sequence[SoundTrack], seed: int) -> None:
    """Print what is right of tenths of a second, of scenes, and of each kind of stretch."""
    chance = np.random.default_rng(seed)
    truth = {kind: np.concatenate([item.truth[kind] for item in mixtures]) for kind in KINDS}
    names = np.array([name for item in mixtures for name in item.names])
    found = {kind: np.zeros(len(names), bool) for kind in KINDS}
    errors: dict[str, list[float]] = defaultdict(list)
    at = 0
    for item, track in zip(mixtures, tracks, strict=True):
        length_s = len(item.names) * STEP_S
        for place, sound in enumerate(track.of_scenes(steps_of(length_s))):
            for kind in KINDS:
                found[kind][at + place] = getattr(sound, kind) >= 0.5
        at += len(item.names)
        scenes = scenes_of(length_s, chance)
        for scene, sound in zip(scenes, track.of_scenes(scenes), strict=True):
            part = slice(round(scene.span.start_s / STEP_S), round(scene.span.end_s / STEP_S))
            for kind in KINDS:
                errors[kind].append(abs(getattr(sound, kind) - item.truth[kind][part].mean()))
    print(f"{len(names) * STEP_S / 60:.1f} min, {len(errors['music'])} scenes")
    print(
        "| kind | precision | recall | F1 | mean error of a scene's share | scenes rightly filed |"
    )
    print("|---|---|---|---|---|---|")
    for kind in KINDS:
        both = (found[kind] & truth[kind]).sum()
        precision, recall = both / max(1, found[kind].sum()), both / truth[kind].sum()
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        error = np.array(errors[kind])
        print(
            f"| {kind} | {precision:.2f} | {recall:.2f} | {f1:.2f} | {error.mean():.3f} "
            f"| {(error < 0.5).mean():.2f} |"
        )
    print("\n| stretch | minutes | called speech | music | silence |\n|---|---|---|---|---|")
    for name in sorted(set(names)):
        here = names == name
        shares = " | ".join(f"{found[kind][here].mean():.2f}" for kind in KINDS)
        print(f"| {name} | {here.sum() * STEP_S / 60:.1f} | {shares} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("speech", "music", "noise"):
        parser.add_argument(f"--{name}", type=Path, action="append", default=[])
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--mixtures", type=int, default=12)
    parser.add_argument("--listener", default="ina.v1")
    options = parser.parse_args()
    half = ("tune", "report").index(options.half)
    chance = np.random.default_rng(40 + half)
    config = load_config()
    context = PluginContext(weights=open_models(config, print))
    listener = load_registry(config.plugins).sound_listener(options.listener, context)
    sources = Sources(half, chance, options)
    mixtures = [mixture(sources) for _ in range(options.mixtures)]
    tracks = []
    for item in mixtures:
        tracks.append(SoundTrack())
        tracks[-1].add(0.0, item.samples, listener.listen(item.samples))
    report(mixtures, tracks, seed=half)


if __name__ == "__main__":
    main()
