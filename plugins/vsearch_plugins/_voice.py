"""Where somebody speaks: Silero VAD on ONNX Runtime (MIT)."""

from __future__ import annotations

import weakref
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.protocols import PluginContext
from vsearch.types import SAMPLE_RATE, Samples, TimeSpan

MODEL, FILE = "silero-vad", "silero_vad_16k_op15.onnx"
WINDOW, OVERLAP = 512, 64
SPOKEN = 0.5
PAD_S = 0.2
GAP_S = 2.0
SHORTEST_S = 0.25


@lru_cache(maxsize=1)
def voice_finder(context: PluginContext) -> VoiceFinder:
    """One finder for all components of a run: they ask about the same blocks."""
    return VoiceFinder(context)


class VoiceFinder:
    """Finds the stretches of a sound in which somebody speaks; what it heard last it remembers."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._last: tuple[weakref.ref[Samples], NDArray[np.float32]] | None = None

    def warm_up(self) -> None:
        """Load the network."""
        _ = self._session

    def find(self, samples: Samples, longest_s: float) -> list[TimeSpan]:
        """Stretches of speech with short gaps closed, none longer than longest_s."""
        return _joined(self.spoken(samples), longest_s)

    def spoken(self, samples: Samples) -> list[TimeSpan]:
        """Stretches of speech with a little room around each; those next to each other overlap."""
        step_s = WINDOW / SAMPLE_RATE
        spoken = self._remembered(samples) >= SPOKEN
        edges = np.flatnonzero(np.diff(np.concatenate([[0], spoken.view(np.int8), [0]])))
        total_s = len(samples) / SAMPLE_RATE
        return [
            TimeSpan(
                start_s=max(0.0, first * step_s - PAD_S), end_s=min(total_s, last * step_s + PAD_S)
            )
            for first, last in edges.reshape(-1, 2)
            if (last - first) * step_s >= SHORTEST_S
        ]

    def _remembered(self, samples: Samples) -> NDArray[np.float32]:
        """The chances of the block that was asked about last, or of a new one."""
        if self._last is None or self._last[0]() is not samples:
            self._last = weakref.ref(samples), self._chances(samples)
        return self._last[1]

    def _chances(self, samples: Samples) -> NDArray[np.float32]:
        """The chance of speech in every window of 32 ms."""
        windows = -(-len(samples) // WINDOW)
        padded = np.zeros(OVERLAP + windows * WINDOW, np.float32)
        padded[OVERLAP : OVERLAP + len(samples)] = samples
        state = np.zeros((2, 1, 128), np.float32)
        rate = np.array(SAMPLE_RATE, np.int64)
        chances = np.zeros(windows, np.float32)
        for number in range(windows):
            start = number * WINDOW
            window = padded[None, start : start + OVERLAP + WINDOW]
            inputs = {"input": window, "state": state, "sr": rate}
            chance, state = self._session.run(None, inputs)
            chances[number] = chance[0, 0]
        return chances

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = self._context.weights.file(MODEL, FILE)
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _joined(spans: list[TimeSpan], longest_s: float) -> list[TimeSpan]:
    """Close gaps too short to matter, as long as the stretch fits the model's window."""
    found: list[TimeSpan] = []
    for span in (piece for whole in spans for piece in _pieces(whole, longest_s)):
        close = bool(found) and span.start_s - found[-1].end_s < GAP_S
        if close and span.end_s - found[-1].start_s <= longest_s:
            found[-1] = found[-1].join(span)
        else:
            found.append(span)
    return found


def _pieces(span: TimeSpan, longest_s: float) -> list[TimeSpan]:
    count = max(1, int(np.ceil(span.duration_s / longest_s)))
    ends = np.linspace(span.start_s, span.end_s, count + 1).tolist()
    return [TimeSpan(start_s=a, end_s=b) for a, b in pairwise(ends)]
