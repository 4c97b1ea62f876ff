"""Silero and INA's network on real speech, made music and noise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vsearch.pipeline.tracks import read_sound
from vsearch.protocols import PluginContext
from vsearch.types import SAMPLE_RATE, Samples
from vsearch_plugins._sustained import sustained
from vsearch_plugins._voice import VoiceFinder, voice_finder
from vsearch_plugins.sound_ina import InaListener

pytestmark = pytest.mark.real


@pytest.fixture
def listener(real_context: Callable[..., PluginContext]) -> InaListener:
    return InaListener(real_context("ina-sound", "silero-vad"))


def chords(seconds: float) -> Samples:
    """A new chord each second, with a few overtones."""
    parts = []
    for root in np.random.default_rng(3).choice([220, 247, 262, 294, 330], int(seconds)):
        times = np.arange(SAMPLE_RATE) / SAMPLE_RATE
        waves = [
            np.sin(2 * np.pi * root * ratio * overtone * times) / overtone
            for ratio in (1, 1.25, 1.5)
            for overtone in (1, 2, 3, 4)
        ]
        parts.append(np.sum(waves, axis=0) * np.minimum(1, 8 * np.minimum(times, 1 - times)))
    return (0.05 * np.concatenate(parts)).astype(np.float32)


def noise(seconds: float) -> Samples:
    samples = np.random.default_rng(5).standard_normal(int(seconds * SAMPLE_RATE))
    return (0.05 * samples).astype(np.float32)


def test_talk_music_both_and_neither(listener: InaListener, test_data: Path) -> None:
    talk = np.concatenate([block for _, block in read_sound(test_data / "speech" / "jfk.flac")])
    seconds = len(talk) / SAMPLE_RATE

    def shares(samples: Samples) -> tuple[float, float]:
        kinds = listener.listen(samples)
        return float(kinds.speech.mean()), float(kinds.music.mean())

    speech, music = shares(talk)
    assert speech > 0.7
    assert music < 0.3  # an old recording that hums
    speech, music = shares(chords(seconds))
    assert speech < 0.1
    assert music > 0.9
    speech, music = shares(talk + 0.6 * chords(seconds + 1)[: len(talk)])
    assert speech > 0.7
    assert music > 0.7
    speech, music = shares(noise(seconds))
    assert speech < 0.2
    assert music < 0.1


def test_tones_that_are_held_stand_out() -> None:
    assert sustained(chords(8)).mean() > 2 * sustained(noise(8)).mean()
    assert len(sustained(np.zeros(0, np.float32))) == len(sustained(np.zeros(9, np.float32))) == 1


def test_one_block_is_listened_to_for_voices_once(
    real_context: Callable[..., PluginContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = real_context("silero-vad")
    finder, heard = voice_finder(context), []
    assert voice_finder(context) is finder
    once = VoiceFinder._chances
    monkeypatch.setattr(
        VoiceFinder, "_chances", lambda self, samples: heard.append(1) or once(self, samples)
    )
    samples = noise(2)
    finder.find(samples, 29.0)
    finder.spoken(samples)
    assert len(heard) == 1
    finder.spoken(samples.copy())
    assert len(heard) == 2
