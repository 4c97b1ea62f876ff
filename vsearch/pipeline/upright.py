"""How a picture has to be turned and mirrored so that it is as it is to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, pi
from typing import Any, Protocol

import numpy as np

from vsearch.types import Picture


class HasSideData(Protocol):
    """A decoded frame, which has what its file says of it."""

    @property
    def side_data(self) -> Any:
        """A mapping, in which the matrix may be."""


@dataclass(frozen=True, slots=True)
class Turned:
    """Quarter turns against the clock, and after them left and right exchanged or not."""

    turns: int = 0
    mirrored: bool = False

    @property
    def lies(self) -> bool:
        """Whether width and height change places."""
        return self.turns % 2 == 1

    def upright(self, pixels: Picture) -> Picture:
        """A picture as it is to be seen."""
        picture = np.rot90(pixels, self.turns)
        return picture[:, ::-1] if self.mirrored else picture


AS_IT_IS = Turned()


def turned_of(frame: HasSideData) -> Turned:
    """What the matrix of a frame says, if it has one."""
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return AS_IT_IS
    across, down, slant, upright = (int(n) for n in np.frombuffer(matrix, np.int32)[[0, 1, 3, 4]])
    mirrored = across * upright < down * slant
    # A mirrored one is a turn after which the first column has changed its sign.
    return Turned(round(-atan2(down, -across if mirrored else across) / (pi / 2)) % 4, mirrored)
