"""Attention fusion: a part counts the more, the further its best row stands out for this question.

A question about what is seen has one picture far above the rest and no such speech, and the other
way round: the softmax over those peaks shares the weight out anew for every question.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from vsearch.hookspecs import RegisterFuser, hookimpl
from vsearch.protocols import PluginContext
from vsearch.types import Matrix

TEMPERATURE = 2.0


class AttentionFuser:
    """Adds the parts up with weights of the question's own."""

    separate = True

    def __init__(self, temperature: float = TEMPERATURE) -> None:
        if not 0 < temperature < inf:
            raise ValueError(f"the temperature is more than 0, not {temperature}")
        self._temperature = temperature

    def fuse(self, names: Sequence[str], parts: Matrix, weights: Matrix) -> Matrix:
        """What each part adds to the score of each row."""
        asked = weights > 0
        if not len(parts) or not asked.any():
            return np.zeros_like(parts)
        peaks = np.where(asked, parts.max(axis=0) / self._temperature, -np.inf)
        attention = np.exp(peaks - peaks.max())
        found: Matrix = parts * weights * attention
        return found.astype(np.float32)


def _make(argument: str, context: PluginContext) -> AttentionFuser:
    return AttentionFuser(float(argument or TEMPERATURE))


@hookimpl
def register_fusers(register: RegisterFuser) -> None:
    """Offer attention: attention.v1, or attention.v1:T for a softer or a harder choice."""
    register("attention.v1", _make)
