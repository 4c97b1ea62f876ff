"""Early fusion: the weighted sum of all parts, which one inner product over joint vectors gives."""

from __future__ import annotations

from collections.abc import Sequence

from vsearch.hookspecs import RegisterFuser, hookimpl
from vsearch.protocols import PluginContext
from vsearch.types import Matrix


class JointFuser:
    """Adds the parts up."""

    separate = False

    def fuse(self, names: Sequence[str], parts: Matrix, weights: Matrix) -> Matrix:
        """What each part adds to the score of each row."""
        found: Matrix = parts * weights
        return found


def _make(argument: str, context: PluginContext) -> JointFuser:
    return JointFuser()


@hookimpl
def register_fusers(register: RegisterFuser) -> None:
    """Offer the weighted sum."""
    register("joint.v1", _make)
