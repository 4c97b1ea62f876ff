"""What everything must do that turns text and pictures into vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from vsearch.protocols import Embedder, TextEncoder
from vsearch.testing.videos import plain
from vsearch.types import Matrix

TEXTS = ("a red car", "two dogs on the beach", "ünïcödé — 東京", "word " * 500)
SAME = 1e-3


def _check_unit(matrix: Matrix) -> None:
    lengths = np.linalg.norm(matrix, axis=1)
    assert np.allclose(lengths, 1, atol=0.01), f"vectors must have length 1, not {lengths}"


class TextEncoderContract(ABC):
    """Holds for everything that embeds text."""

    @abstractmethod
    def make(self) -> TextEncoder:
        """A new encoder."""

    def test_space_is_known_and_stable(self) -> None:
        """The space has a name, a size and a revision, and two encoders agree on it."""
        space = self.make().space
        assert space.name
        assert space.revision
        assert space.dim > 0
        assert space == self.make().space

    def test_texts_become_unit_vectors(self) -> None:
        """Any text gives a vector of length 1: long, foreign or odd."""
        encoder = self.make()
        encoder.warm_up()
        batch = encoder.embed_texts(TEXTS)
        assert batch.space == encoder.space
        assert batch.matrix.shape == (len(TEXTS), encoder.space.dim)
        _check_unit(batch.matrix)

    def test_each_text_stands_alone(self) -> None:
        """A text's vector does not depend on what else is embedded beside it."""
        encoder = self.make()
        together = encoder.embed_texts(TEXTS).matrix
        for row, text in enumerate(TEXTS):
            alone = encoder.embed_texts([text]).matrix[0]
            assert np.abs(alone - together[row]).max() < SAME

    def test_other_texts_have_other_vectors(self) -> None:
        """Texts that mean different things differ."""
        first, second = self.make().embed_texts(TEXTS[:2]).matrix
        assert np.abs(first - second).max() > SAME

    def test_no_text_gives_no_vector(self) -> None:
        """An empty list is no error."""
        assert len(self.make().embed_texts([])) == 0


class EmbedderContract(TextEncoderContract):
    """Holds for everything that embeds pictures and text."""

    @abstractmethod
    def make(self) -> Embedder:
        """A new embedder."""

    def test_pictures_become_unit_vectors(self) -> None:
        """Pictures of any shape give vectors in the space of the texts."""
        embedder = self.make()
        embedder.warm_up()
        shapes = ((64, 48), (48, 64), (333, 7), (1, 1), (512, 288))
        batch = embedder.embed_pictures([plain(200, 30, 30, shape) for shape in shapes])
        assert batch.space == embedder.space
        assert batch.matrix.shape == (len(shapes), embedder.space.dim)
        _check_unit(batch.matrix)

    def test_each_picture_stands_alone(self) -> None:
        """A picture's vector does not depend on its batch."""
        embedder = self.make()
        pictures = [plain(200, 30, 30), plain(30, 200, 30), plain(30, 30, 200)]
        together = embedder.embed_pictures(pictures).matrix
        for row, picture in enumerate(pictures):
            alone = embedder.embed_pictures([picture]).matrix[0]
            assert float(alone @ together[row]) > 1 - SAME

    def test_pictures_are_left_alone(self) -> None:
        """Embedding changes no pixel."""
        picture = plain(10, 200, 90)
        before = picture.copy()
        self.make().embed_pictures([picture])
        assert (picture == before).all()

    def test_no_picture_gives_no_vector(self) -> None:
        """An empty list is no error."""
        assert len(self.make().embed_pictures([])) == 0
