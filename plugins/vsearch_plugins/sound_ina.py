"""Speech by Silero VAD, music by INA's network and by tones that are held: all of it small.

The network takes music under talk for talk; held tones are found there too. Both are weighed as a
logistic regression over half of the mixtures of benchmarks/sound.py weighs them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vsearch.hookspecs import RegisterListener, hookimpl
from vsearch.protocols import PluginContext, SoundKinds
from vsearch.types import SAMPLE_RATE, Samples, TimeSpan

if TYPE_CHECKING:
    from vsearch_plugins._sound_network import SoundNetwork

MODEL, FILE = "ina-sound", "keras_speech_music_noise_cnn.hdf5"
STEP_S = 0.1
EVERY = 20
"""The network looks at every 20th frame: five times a second."""
LOOKS = 11
"""Its chances are averaged over so many looks."""
NETWORK_WEIGHT, HELD_WEIGHT, OFFSET = 3.8, 2.2, 4.6
STEPS = 21
"""The chances of both together are averaged over so many steps."""
MUSICAL = 0.5


class InaListener:
    """Speech where Silero finds a voice, music where INA's network hears it."""

    def __init__(self, context: PluginContext) -> None:
        from vsearch_plugins._voice import voice_finder

        self._context = context
        self._voice = voice_finder(context)

    def warm_up(self) -> None:
        """Load both networks."""
        self._voice.warm_up()
        _ = self._network

    def listen(self, samples: Samples) -> SoundKinds:
        """What is heard in a block of sound of at most a few minutes, its last step included."""
        count = int(np.ceil(len(samples) / SAMPLE_RATE / STEP_S))
        if not count:
            nothing = np.zeros(0, bool)
            return SoundKinds(step_s=STEP_S, speech=nothing, music=nothing)
        speech = _marked(self._voice.spoken(samples), count)
        return SoundKinds(step_s=STEP_S, speech=speech, music=self._music(samples, count))

    def _music(self, samples: Samples, count: int) -> NDArray[np.bool_]:
        from vsearch_plugins._sound_network import HOP, MUSIC, SEEN_SAMPLES
        from vsearch_plugins._sustained import EVERY_S, FIRST_S, sustained

        middles_s = (np.arange(count) + 0.5) * STEP_S
        heard = _averaged(self._network.chances(samples, EVERY)[:, MUSIC], LOOKS)
        heard_s = (np.arange(len(heard)) * EVERY * HOP + SEEN_SAMPLES / 2) / SAMPLE_RATE
        held = sustained(samples)
        held_s = np.arange(len(held)) * EVERY_S + FIRST_S
        score = NETWORK_WEIGHT * np.interp(middles_s, heard_s, heard)
        score += HELD_WEIGHT * np.interp(middles_s, held_s, held) - OFFSET
        chances = 1 / (1 + np.exp(-score))
        return np.asarray(_averaged(chances.astype(np.float32), STEPS) >= MUSICAL)

    @cached_property
    def _network(self) -> SoundNetwork:
        from vsearch_plugins._sound_network import SoundNetwork

        return SoundNetwork(self._context.weights.file(MODEL, FILE))


def _marked(spans: list[TimeSpan], count: int) -> NDArray[np.bool_]:
    """The steps that lie in a span with at least half of their time."""
    found = np.zeros(count, bool)
    for span in spans:
        found[round(span.start_s / STEP_S) : round(span.end_s / STEP_S)] = True
    return found


def _averaged(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """A moving mean; at the ends over what there is."""
    kernel = np.ones(min(width, 2 * len(values) - 1), np.float32)
    total = np.convolve(values, kernel, "full")
    count = np.convolve(np.ones_like(values), kernel, "full")
    first = (len(kernel) - 1) // 2
    mean: NDArray[np.float32] = (total / count)[first : first + len(values)]
    return mean


def _make(argument: str, context: PluginContext) -> InaListener:
    return InaListener(context)


@hookimpl
def register_sound_listeners(register: RegisterListener) -> None:
    """Offer Silero and INA's network together."""
    register("ina.v1", _make)
