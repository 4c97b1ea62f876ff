"""Late fusion: each part ranks the rows for itself, and the ranks are added up.

Reciprocal-rank fusion (Cormack, Clarke and Buettcher, 2009), weighted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vsearch.hookspecs import RegisterFuser, hookimpl
from vsearch.protocols import PluginContext
from vsearch.types import Matrix

K = 60


class RankFuser:
    """Adds up 1 / (k + rank); a part that does not speak for a row adds nothing."""

    separate = True

    def __init__(self, k: int = K) -> None:
        if k < 0:
            raise ValueError(f"the constant is 0 or more, not {k}")
        self._k = k

    def fuse(self, names: Sequence[str], parts: Matrix, weights: Matrix) -> Matrix:
        """What each part adds to the score of each row."""
        # Rows that score the same share a rank, so that their order in the table plays no part.
        columns = [np.searchsorted(np.sort(column), column) for column in -parts.T]
        ranks = np.stack(columns, axis=1) + 1
        # In units of a first place, so that scores can be read.
        found = np.where(parts > 0, weights * (self._k + 1) / (self._k + ranks), 0)
        return found.astype(np.float32)


def _make(argument: str, context: PluginContext) -> RankFuser:
    return RankFuser(int(argument or K))


@hookimpl
def register_fusers(register: RegisterFuser) -> None:
    """Offer reciprocal ranks: ranks.v1, or ranks.v1:K for another constant."""
    register("ranks.v1", _make)
