"""The network of inaSpeechSegmenter (INA, MIT) that tells speech, music and noise apart.

It looks at two thirds of a second of a mel spectrogram (Doukhan et al. 2018). The network is built
here from the published weights; no code of that project is used.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vsearch.types import SAMPLE_RATE, Matrix, Samples

if TYPE_CHECKING:
    import torch

SPEECH, MUSIC, NOISE = 0, 1, 2
FRAME, HOP, FFT = 400, 160, 512
BANDS, BANDS_USED, LOWEST_HZ, HIGHEST_HZ = 24, 21, 100.0, 8000.0
PRE_EMPHASIS = 0.97
FLOOR = np.float32(1e-12)
SEEN = 68
"""How many frames the network sees at once."""
SEEN_SAMPLES = (SEEN - 1) * HOP + FRAME
FRAMES_AT_ONCE, PATCHES_AT_ONCE = 3000, 256
EPSILON = 1e-3


class SoundNetwork:
    """Chances of speech, music and noise at steady times of a sound."""

    def __init__(self, path: Path) -> None:
        import torch

        self._layers = _read_layers(path)
        self._bank = mel_bank()
        self._window = np.hanning(FRAME).astype(np.float32)
        self._torch = torch

    def chances(self, samples: Samples, every: int) -> Matrix:
        """A row of chances for every so many frames; the n-th patch begins at frame n * every."""
        if len(samples) < SEEN_SAMPLES:
            samples = np.resize(samples, SEEN_SAMPLES)
        spectrum = self._spectrum(samples)
        patches = np.lib.stride_tricks.sliding_window_view(spectrum, SEEN, axis=0)[::every]
        found = [
            self._classify(patches[start : start + PATCHES_AT_ONCE].transpose(0, 2, 1))
            for start in range(0, len(patches), PATCHES_AT_ONCE)
        ]
        return np.concatenate(found)

    def _spectrum(self, samples: Samples) -> Matrix:
        """The logarithm of the energy in each mel band, a row for each frame."""
        frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
        parts = []
        for start in range(0, len(frames), FRAMES_AT_ONCE):
            part = frames[start : start + FRAMES_AT_ONCE]
            before = np.concatenate([part[:, :1], part[:, :-1]], axis=1)
            spectrum = np.fft.rfft((part - PRE_EMPHASIS * before) * self._window, FFT)
            power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
            parts.append(np.log(np.maximum(power @ self._bank.T, FLOOR)))
        return np.concatenate(parts)

    def _classify(self, patches: Matrix) -> Matrix:
        torch, run = self._torch, self._torch.nn.functional
        centred = patches - patches.mean(axis=(1, 2), keepdims=True)
        spread = np.maximum(centred.std(axis=(1, 2), keepdims=True), 1e-6)
        first, second, third, fourth, *dense = self._layers
        with torch.inference_mode():
            x = torch.from_numpy(np.ascontiguousarray(centred / spread, np.float32))[:, None]
            x = run.pad(run.relu(run.conv2d(x, *first)), (0, 0, 1, 1))
            x = run.relu(run.conv2d(run.max_pool2d(x, (4, 2)), *second))
            x = run.pad(run.relu(run.conv2d(x, *third)), (0, 1, 0, 0))
            x = run.relu(run.conv2d(run.max_pool2d(x, 2), *fourth))
            x = run.max_pool2d(x, (4, 1)).flatten(1)
            for layer in dense[:-1]:
                x = run.relu(run.linear(x, *layer))
            chances: Matrix = torch.softmax(run.linear(x, *dense[-1]), 1).numpy()
        return chances


def mel_bank() -> Matrix:
    """Triangles that are as wide on the mel scale, without the last value of each falling side.

    Leaving that out is how the spectra were made that the network was trained on.
    """
    lowest, highest = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(lowest, highest, BANDS + 2) / 2595) - 1)
    places = np.arange(FFT // 2 + 1)
    hz = places * SAMPLE_RATE / FFT
    bank = np.zeros((BANDS, len(places)), np.float32)
    for band, (low, middle, high) in enumerate(zip(edges, edges[1:], edges[2:], strict=False)):
        height = 2 / (high - low)
        first, top, last = (int(edge * FFT / SAMPLE_RATE) for edge in (low, middle, high))
        rising = (places > first) & (places <= top)
        falling = (places > top) & (places < last)
        bank[band, rising] = height / (middle - low) * (hz[rising] - low)
        bank[band, falling] = height / (high - middle) * (high - hz[falling])
    return bank[:BANDS_USED]


def _read_layers(path: Path) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Weights and biases, each with the normalisation that follows it worked in."""
    import h5py
    import torch

    with h5py.File(path) as file:
        stored = file["model_weights"]

        def read(layer: str, name: str) -> torch.Tensor:
            return torch.from_numpy(np.array(stored[layer][layer][f"{name}:0"]))

        # The file keeps the numbers that the layers had when it was made.
        names = [(f"conv2d_{12 + n}", f"batch_normalization_{15 + n}") for n in range(4)]
        names += [(f"dense_{6 + n}", f"batch_normalization_{19 + n}") for n in range(4)]
        layers = [_normalised(read, *pair) for pair in names]
        last = read("dense_10", "kernel").T.contiguous(), read("dense_10", "bias")
    return [*layers, last]


def _normalised(read: Any, layer: str, norm: str) -> tuple[torch.Tensor, torch.Tensor]:
    import torch

    kernel = read(layer, "kernel")
    kernel = kernel.permute(3, 2, 0, 1) if kernel.ndim == 4 else kernel.T
    scale = read(norm, "gamma") / torch.sqrt(read(norm, "moving_variance") + EPSILON)
    weight = kernel * scale.reshape(-1, *[1] * (kernel.ndim - 1))
    bias = (read(layer, "bias") - read(norm, "moving_mean")) * scale + read(norm, "beta")
    return weight.contiguous(), bias
