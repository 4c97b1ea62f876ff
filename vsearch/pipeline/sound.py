"""Sound -> SceneSound: how much of each scene is speech, music and silence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vsearch.protocols import SoundKinds
from vsearch.types import SAMPLE_RATE, Samples, Scene, SceneSound, TimeSpan

Flags = NDArray[np.bool_]
STEP_S = 0.1
STEP = int(STEP_S * SAMPLE_RATE)

SILENT_DB, LOUDEST_SILENCE_DB = -60.0, -50.0
"""Below the first nothing is heard anywhere; above the second nothing counts as silence."""
BELOW_LOUD_DB = 45.0
"""So far below the loud parts of its own video nothing is heard either."""
LOUD_PERCENTILE = 95
SHORTEST_SILENCE_S = 0.5
FLOOR_DB = -120.0


@dataclass(slots=True, eq=False)
class SoundTrack:
    """What is heard in a video, block by block; a few bytes for each tenth of a second."""

    _blocks: list[_Block] = field(default_factory=list)

    def add(self, start_s: float, samples: Samples, kinds: SoundKinds) -> None:
        """Note what is heard in the next block."""
        levels = levels_db(samples)
        speech, music = (
            _in_steps(flags, kinds.step_s, len(levels)) for flags in (kinds.speech, kinds.music)
        )
        self._blocks.append(_Block(start_s=start_s, levels=levels, speech=speech, music=music))

    def of_scenes(self, scenes: Sequence[Scene]) -> tuple[SceneSound, ...]:
        """The shares of each scene; what lies beside the sound, before or after it, is silent."""
        heard = self._whole(max((scene.span.end_s for scene in scenes), default=0.0))
        return tuple(
            SceneSound(
                scene_id=scene.id,
                speech=_share(heard.speech, scene.span),
                music=_share(heard.music, scene.span),
                silence=_share(heard.silence, scene.span),
            )
            for scene in scenes
        )

    def _whole(self, end_s: float) -> _Heard:
        """All blocks on one line of time, silent where there is none."""
        ends_s = [block.start_s + len(block.levels) * STEP_S for block in self._blocks]
        count = int(np.ceil(max([end_s, *ends_s]) / STEP_S)) + 1
        levels = np.full(count, FLOOR_DB, np.float32)
        speech, music = np.zeros(count, bool), np.zeros(count, bool)
        for block in self._blocks:
            first = max(0, round(block.start_s / STEP_S))
            part = slice(first, min(count, first + len(block.levels)))
            length = max(0, part.stop - first)
            levels[part] = block.levels[:length]
            speech[part] |= block.speech[:length]
            music[part] |= block.music[:length]
        silence = silent(levels)
        return _Heard(speech=speech & ~silence, music=music & ~silence, silence=silence)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Block:
    start_s: float
    levels: NDArray[np.float32]
    speech: Flags
    music: Flags


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Heard:
    speech: Flags
    music: Flags
    silence: Flags


def no_sound(scenes: Iterable[Scene]) -> tuple[SceneSound, ...]:
    """The shares of a video without a sound track: all of it is silent."""
    return tuple(
        SceneSound(scene_id=scene.id, speech=0.0, music=0.0, silence=1.0) for scene in scenes
    )


def levels_db(samples: Samples) -> NDArray[np.float32]:
    """How loud each tenth of a second is, in decibels below the loudest that there can be."""
    count = -(-len(samples) // STEP)
    squares = np.zeros(count * STEP, np.float32)
    np.square(samples, out=squares[: len(samples)])
    power = squares.reshape(count, STEP).mean(axis=1)
    found: NDArray[np.float32] = 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))
    return found


def silent(levels: NDArray[np.float32]) -> Flags:
    """Where nothing is heard, by what is quiet in itself and quiet for its video."""
    sounding = levels[levels > SILENT_DB]
    loud = float(np.percentile(sounding, LOUD_PERCENTILE)) if len(sounding) else SILENT_DB
    limit = min(max(SILENT_DB, loud - BELOW_LOUD_DB), LOUDEST_SILENCE_DB)
    return _lasting(levels <= limit, SHORTEST_SILENCE_S)


def _lasting(flags: Flags, shortest_s: float) -> Flags:
    """The stretches that last: a breath between two words is no silence."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.view(np.int8), [0]])))
    found = np.zeros_like(flags)
    for first, last in edges.reshape(-1, 2):
        found[first:last] = (last - first) * STEP_S >= shortest_s
    return found


def _in_steps(flags: Flags, step_s: float, count: int) -> Flags:
    """Values for steps of any length, as values for STEP_S each."""
    if not len(flags):
        return np.zeros(count, bool)
    middles = (np.arange(count) + 0.5) * STEP_S
    places = np.minimum((middles / step_s).astype(np.int64), len(flags) - 1)
    return flags[places]


def _share(flags: Flags, span: TimeSpan) -> float:
    """How much of a span is marked, parts of steps counted as parts."""
    if not span.duration_s:
        return float(flags[min(int(span.start_s / STEP_S), len(flags) - 1)])
    first, last = int(span.start_s / STEP_S), int(np.ceil(span.end_s / STEP_S))
    starts = np.arange(first, last) * STEP_S
    inside = np.minimum(starts + STEP_S, span.end_s) - np.maximum(starts, span.start_s)
    weights = np.clip(inside, 0.0, None)
    return float(np.clip((weights * flags[first:last]).sum() / weights.sum(), 0.0, 1.0))
