"""The default fusion: what is seen, heard and read, each counted by its own strength.

The score is the p-norm of the three. With p = 1 they add up, so that noise of one drowns a match in
the other; with p = infinity the stronger one alone counts, so that nothing is gained by matching
all. In between, a part that stands out carries the row, and two that do carry it further. Words
found as they are count with the speech that they are found in.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from vsearch.hookspecs import RegisterFuser, hookimpl
from vsearch.protocols import PluginContext
from vsearch.types import SPEECH, WORDS, Matrix

POWER = 2.0


class PowerFuser:
    """The p-norm of what speaks for a row."""

    separate = True

    def __init__(self, power: float = POWER) -> None:
        if not 1 <= power < inf:
            raise ValueError(f"the power is 1 or more, not {power}")
        self._power = power

    def fuse(self, names: Sequence[str], parts: Matrix, weights: Matrix) -> Matrix:
        """What each part adds to the score of each row."""
        voices = np.array([SPEECH if name == WORDS else name for name in names])
        support = np.maximum(parts, 0) * weights
        total = np.zeros_like(support)
        for voice in np.unique(voices):
            same = voices == voice
            total[:, same] = support[:, same].sum(axis=1, keepdims=True)
        # Each voice once: its parts share what it adds in proportion.
        strength = np.divide(support, total, out=np.zeros_like(support), where=total > 0)
        powered = strength * total**self._power
        norm = powered.sum(axis=1, keepdims=True)
        found = np.divide(powered, norm, out=np.zeros_like(powered), where=norm > 0)
        fused: Matrix = (found * norm ** (1 / self._power)).astype(np.float32)
        return fused


def _make(argument: str, context: PluginContext) -> PowerFuser:
    return PowerFuser(float(argument or POWER))


@hookimpl
def register_fusers(register: RegisterFuser) -> None:
    """Offer the p-norm: power.v1, or power.v1:P for another p."""
    register("power.v1", _make)
