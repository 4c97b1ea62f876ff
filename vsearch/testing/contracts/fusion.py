"""What everything must do that puts the parts of a score together."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from vsearch.protocols import Fuser
from vsearch.types import SPEECH, VISUAL, WORDS, Matrix

SAME = 1e-3


class FuserContract(ABC):
    """Holds for everything that puts pictures, speech and words together."""

    names = (VISUAL, SPEECH, WORDS)

    @abstractmethod
    def make(self) -> Fuser:
        """A new fuser."""

    def parts(self, rows: int = 200) -> Matrix:
        """Made-up parts: some for a row, some against it, words for few."""
        found = np.random.default_rng(7).normal(0, 2, (rows, len(self.names)))
        found[:, 2] = np.where(np.arange(rows) % 5 == 0, np.abs(found[:, 2]), 0)
        return found.astype(np.float32)

    def fused(self, parts: Matrix, *weights: float) -> Matrix:
        """What the fuser makes of parts, by weights of 1 if no others are given."""
        row = np.array([weights or (1.0,) * len(self.names)], np.float32)
        return self.make().fuse(self.names, parts, row)

    def test_every_row_and_part_has_a_number(self) -> None:
        """The answer is as large as the question, finite, and changes nothing that was given."""
        parts = self.parts()
        before = parts.copy()
        fused = self.fused(parts)
        assert fused.shape == parts.shape
        assert np.isfinite(fused).all()
        assert (parts == before).all()
        assert (fused == self.fused(parts)).all()
        assert self.make().separate in {True, False}

    def test_no_rows_and_no_parts_are_no_error(self) -> None:
        """Nothing found, nothing asked and nothing that speaks for any row can be fused."""
        assert self.fused(self.parts(0)).shape == (0, len(self.names))
        assert not self.fused(self.parts(), 0, 0, 0).any()
        assert not self.fused(self.parts(3) * 0).any()

    def test_a_part_that_does_not_count_adds_nothing(self) -> None:
        """With weight 0 it neither scores nor changes what the others score."""
        parts = self.parts()
        fused = self.fused(parts, 1, 0, 1)
        assert not fused[:, 1].any()
        assert fused.any()
        parts[:, 1] = 100
        assert np.allclose(fused, self.fused(parts, 1, 0, 1), atol=SAME)

    def test_a_row_that_is_better_throughout_scores_more(self) -> None:
        """Whatever the rows between them, more of each part is never less."""
        parts: Matrix = np.abs(self.parts()) + np.float32(0.1)
        parts[17] = parts[4] + np.float32(0.5)
        scores = self.fused(parts).sum(axis=1)
        assert scores[17] > scores[4]

    def test_the_order_of_rows_does_not_matter(self) -> None:
        """The same row scores the same wherever it stands, and so do rows that say the same."""
        parts = self.parts()
        parts[150] = parts[5]
        fused = self.fused(parts)
        assert np.allclose(fused[150], fused[5], atol=SAME)
        assert np.allclose(self.fused(parts[::-1].copy())[::-1], fused, atol=SAME)

    def test_one_part_alone_keeps_its_order(self) -> None:
        """Asked for one part, rows rank as it ranks them."""
        parts: Matrix = np.abs(self.parts())
        alone = self.fused(parts, 1, 0, 0).sum(axis=1)
        assert (alone[np.argsort(parts[:, 0])] == np.sort(alone)).all()
