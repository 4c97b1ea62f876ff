"""Music and noise put together from numbers, for benchmarks that need a known truth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vsearch.types import SAMPLE_RATE, Samples

Chance = np.random.Generator
Maker = Callable[[Chance, float], Samples]
MINOR, MAJOR = (0, 3, 7, 10), (0, 4, 7, 12)
SCALE = (0, 2, 4, 7, 9, 12)


def _times(seconds: float) -> NDArray[np.float64]:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _hz(note: float) -> float:
    return float(440 * 2 ** ((note - 69) / 12))


def _scaled(samples: NDArray[np.floating]) -> Samples:
    return (samples / max(1e-9, float(np.abs(samples).max()))).astype(np.float32)


def _faded(samples: NDArray[np.floating], attack_s: float, release_s: float) -> Samples:
    shape = np.ones(len(samples))
    first, last = int(attack_s * SAMPLE_RATE), int(release_s * SAMPLE_RATE)
    shape[:first] = np.linspace(0, 1, len(shape[:first]))
    shape[len(shape) - last :] *= np.linspace(1, 0, len(shape[len(shape) - last :]))
    return (samples * shape).astype(np.float32)


def _partials(note: float, seconds: float, strengths: tuple[float, ...], vibrato: float) -> Samples:
    times = _times(seconds)
    wave = 2 * np.pi * _hz(note) * times + vibrato * np.sin(2 * np.pi * 5.5 * times)
    total = sum(part * np.sin(number * wave) for number, part in enumerate(strengths, start=1))
    return np.asarray(total, np.float32)


def _pluck(chance: Chance, note: float, seconds: float) -> Samples:
    """A string after Karplus and Strong."""
    period = max(2, int(SAMPLE_RATE / _hz(note)))
    string = chance.uniform(-1, 1, period)
    rounds = int(seconds * SAMPLE_RATE) // period + 1
    out = np.empty((rounds, period))
    for number in range(rounds):
        out[number] = string
        string = 0.498 * (string + np.roll(string, 1))
    return out.ravel()[: int(seconds * SAMPLE_RATE)].astype(np.float32)


def _placed(total: Samples, at_s: float, part: Samples, level: float = 1.0) -> None:
    first = int(at_s * SAMPLE_RATE)
    room = total[first : first + len(part)]
    room += level * part[: len(room)]


def chords(chance: Chance, seconds: float) -> Samples:
    """Slow chords of a soft organ."""
    total = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    root, length_s = int(chance.integers(45, 60)), float(chance.uniform(1.0, 2.5))
    for at_s in np.arange(0, seconds, length_s):
        base = root + int(chance.choice(SCALE))
        for step in MINOR if chance.random() < 0.5 else MAJOR:
            part = _partials(base + step, length_s + 0.3, (1, 0.5, 0.3, 0.15, 0.1), 0.02)
            _placed(total, float(at_s), _faded(part, 0.08, 0.3))
    return _scaled(total)


def strings(chance: Chance, seconds: float) -> Samples:
    """A plucked melody."""
    total = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    root, beat_s = int(chance.integers(50, 65)), float(chance.uniform(0.18, 0.4))
    for at_s in np.arange(0, seconds, beat_s):
        _placed(total, float(at_s), _pluck(chance, root + int(chance.choice(SCALE)), 1.2))
    return _scaled(total)


def flute(chance: Chance, seconds: float) -> Samples:
    """One voice with vibrato and a little breath."""
    total = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    root, at_s = int(chance.integers(65, 76)), 0.0
    while at_s < seconds:
        length_s = float(chance.uniform(0.25, 1.2))
        part = _partials(root + int(chance.choice(SCALE)), length_s, (1, 0.3, 0.1), 0.3)
        part += chance.normal(0, 0.02, len(part)).astype(np.float32)
        _placed(total, at_s, _faded(part, 0.05, 0.08))
        at_s += length_s
    return _scaled(total)


def drums(chance: Chance, seconds: float) -> Samples:
    """A beat of three drums."""
    total = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    beat_s, times = float(chance.uniform(0.22, 0.32)), _times(0.25)
    fall = np.exp(-times * 18)
    kick = np.sin(2 * np.pi * (50 + 80 * np.exp(-times * 30)) * times) * fall
    for number, at_s in enumerate(np.arange(0, seconds, beat_s)):
        noise = chance.normal(0, 1, len(times))
        hat = np.diff(noise, prepend=0) * np.exp(-times * 60)
        _placed(total, float(at_s), hat.astype(np.float32), 0.25)
        if number % 4 == 0:
            _placed(total, float(at_s), kick.astype(np.float32), 1.2)
        if number % 4 == 2:
            _placed(total, float(at_s), (noise * fall).astype(np.float32), 0.5)
    return _scaled(total)


def band(chance: Chance, seconds: float) -> Samples:
    """Drums, bass, chords and a melody together."""
    bass = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    root = int(chance.integers(33, 43))
    for at_s in np.arange(0, seconds, 0.5):
        part = _partials(root + int(chance.choice((0, 5, 7))), 0.45, (1, 0.6, 0.4, 0.2), 0.0)
        _placed(bass, float(at_s), _faded(part, 0.01, 0.1))
    parts = (drums(chance, seconds), chords(chance, seconds), strings(chance, seconds), bass)
    return _scaled(np.sum([0.8 * parts[0], 0.5 * parts[1], 0.6 * parts[2], 0.7 * parts[3]], axis=0))


def arpeggio(chance: Chance, seconds: float) -> Samples:
    """Quick square waves, as old games have them."""
    total = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    root, beat_s = int(chance.integers(50, 65)), float(chance.uniform(0.09, 0.16))
    for number, at_s in enumerate(np.arange(0, seconds, beat_s)):
        note = root + (MINOR if number // 32 % 2 else MAJOR)[number % 4]
        part = np.sign(np.sin(2 * np.pi * _hz(note) * _times(beat_s)))
        _placed(total, float(at_s), _faded(part, 0.004, 0.02))
    return _scaled(total)


def _coloured(chance: Chance, seconds: float, slope: float) -> NDArray[np.float64]:
    """Noise whose energy falls with the frequency to the power of slope."""
    count = int(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(chance.normal(0, 1, count))
    spectrum /= np.maximum(np.fft.rfftfreq(count, 1 / SAMPLE_RATE), 20) ** (slope / 2)
    return np.fft.irfft(spectrum, count)


def _slowly(chance: Chance, seconds: float, every_s: float) -> NDArray[np.float64]:
    """A line that wanders between a quarter and one."""
    knots = chance.uniform(0.25, 1, int(seconds / every_s) + 2)
    return np.interp(_times(seconds), np.arange(len(knots)) * every_s, knots)


def wind(chance: Chance, seconds: float) -> Samples:
    """Deep noise that swells."""
    return _scaled(_coloured(chance, seconds, 2.0) * _slowly(chance, seconds, 1.5))


def hiss(chance: Chance, seconds: float) -> Samples:
    """Steady noise: rain, a fan, a bad recording."""
    return _scaled(_coloured(chance, seconds, float(chance.uniform(0, 1))))


def applause(chance: Chance, seconds: float) -> Samples:
    """Very many short bursts of noise."""
    total = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    clap = chance.normal(0, 1, 400) * np.exp(-np.arange(400) / 60)
    for at in chance.integers(0, len(total), int(seconds * 180)):
        room = total[at : at + 400]
        room += chance.uniform(0.2, 1) * np.roll(clap, int(chance.integers(0, 40)))[: len(room)]
    return _scaled(total)


def traffic(chance: Chance, seconds: float) -> Samples:
    """A deep drone with cars that pass."""
    drone = _scaled(_coloured(chance, seconds, 1.6)) * _slowly(chance, seconds, 3.0)
    hum = sum(np.sin(2 * np.pi * part * 47 * _times(seconds)) / part for part in (1, 2, 3))
    return _scaled(drone + 0.05 * hum)


MUSIC: dict[str, Maker] = {
    maker.__name__: maker for maker in (chords, strings, flute, drums, band, arpeggio)
}
NOISE: dict[str, Maker] = {maker.__name__: maker for maker in (wind, hiss, applause, traffic)}
