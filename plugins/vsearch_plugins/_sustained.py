"""How much a sound holds its tones: continuous frequency activation, in numpy.

Seyerlehner, Pohle, Schedl and Widmer, "Automatic music detection in television productions", 2007.
Tones of music stay at their pitch for a while, those of a voice glide, noise has none; so music is
found under talk too. Here the tones of up to 4 kHz count, and the TONES strongest of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vsearch.types import SAMPLE_RATE, Matrix, Samples

FRAME, HOP, FRAMES_AT_ONCE = 1024, 256, 2000
LOWEST, HIGHEST = 4, 260
"""The part of the spectrum that is looked at, in steps of 15.6 Hz."""
AROUND, STANDS_OUT, FAINT = 10, 1.0, 1e-3
"""A tone stands out where its logarithm exceeds the mean of so many on both sides by 1."""
HELD = 95
"""So many frames before and after are looked at: 3 s in all."""
EVERY = 6
PEAK_AROUND, TONES = 5, 20
EVERY_S = EVERY * HOP / SAMPLE_RATE
FIRST_S = FRAME / 2 / SAMPLE_RATE


def sustained(samples: Samples) -> NDArray[np.float32]:
    """How much tones are held, once for every EVERY_S from FIRST_S on; speech has about 1."""
    if len(samples) < FRAME:
        samples = np.pad(samples, (0, FRAME - len(samples)))
    spectrum = _spectrum(samples)
    standing = (spectrum - _around(spectrum, AROUND, 1) > STANDS_OUT).astype(np.float32)
    held = _around(standing, HELD, 0)[::EVERY, LOWEST:HIGHEST]
    sharp = held - _around(held, PEAK_AROUND, 1)
    inner = held[:, 1:-1]
    is_peak = (inner >= held[:, :-2]) & (inner > held[:, 2:])
    peaks = np.where(is_peak, sharp[:, 1:-1], 0)
    strongest: NDArray[np.float32] = np.partition(peaks, -TONES, axis=1)[:, -TONES:].sum(axis=1)
    return strongest


def _spectrum(samples: Samples) -> Matrix:
    """The logarithm of the strength of each pitch, a row for each frame."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    window = np.hanning(FRAME).astype(np.float32)
    parts = []
    for start in range(0, len(frames), FRAMES_AT_ONCE):
        found = np.fft.rfft(frames[start : start + FRAMES_AT_ONCE] * window)
        strengths = np.abs(found[:, : HIGHEST + AROUND]).astype(np.float32)
        parts.append(np.log(strengths + np.float32(FAINT)))
    return np.concatenate(parts)


def _around(values: Matrix, reach: int, axis: int) -> Matrix:
    """The mean of each value and its neighbours on both sides; at the ends of those there are."""
    length = values.shape[axis]
    sums = np.cumsum(values, axis=axis, dtype=np.float64)
    sums = np.concatenate([np.zeros_like(np.take(sums, [0], axis)), sums], axis=axis)
    first = np.maximum(0, np.arange(length) - reach)
    last = np.minimum(length, np.arange(length) + reach + 1)
    total = np.take(sums, last, axis) - np.take(sums, first, axis)
    shape = [-1 if place == axis else 1 for place in range(values.ndim)]
    mean: Matrix = (total / (last - first).reshape(shape)).astype(np.float32)
    return mean
