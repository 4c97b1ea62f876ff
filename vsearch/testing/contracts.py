"""What every component must do, as tests that plugin authors inherit.

class TestMyEmbedder(EmbedderContract):
    def make(self):
        return MyEmbedder(...)
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from vsearch.protocols import Embedder, Fuser, SceneSplitter, TextEncoder, Transcriber
from vsearch.testing.videos import silence, tone
from vsearch.types import SAMPLE_RATE, SPEECH, VISUAL, WORDS, Matrix, Picture

TEXTS = ("a red car", "two dogs on the beach", "ünïcödé — 東京", "word " * 500)
SAME = 1e-3


def plain(red: int, green: int, blue: int, size_px: tuple[int, int] = (64, 48)) -> Picture:
    """A picture of one colour with a little texture."""
    picture = np.zeros((size_px[1], size_px[0], 3), np.uint8)
    picture[:] = (red, green, blue)
    picture[::4, ::4] ^= 8
    return picture


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


class TranscriberContract(ABC):
    """Holds for everything that writes down speech."""

    @abstractmethod
    def make(self) -> Transcriber:
        """A new transcriber."""

    def test_silence_says_nothing(self) -> None:
        """Where nobody speaks nothing is invented."""
        transcriber = self.make()
        transcriber.warm_up()
        assert list(transcriber.transcribe(silence(5))) == []

    def test_short_and_empty_sound_is_no_error(self) -> None:
        """A click or nothing at all can be listened to."""
        transcriber = self.make()
        assert list(transcriber.transcribe(silence(0))) == []
        assert list(transcriber.transcribe(np.zeros(1, np.float32))) == []

    def test_words_lie_inside_the_sound(self) -> None:
        """Every utterance has words, a language, and times inside its block, in order."""
        samples = np.concatenate([tone(440, 3), silence(1), tone(660, 2)])
        heard = list(self.make().transcribe(samples))
        for item in heard:
            assert item.text.strip() == item.text != ""
            assert item.language
            assert 0 <= item.span.start_s <= item.span.end_s <= len(samples) / SAMPLE_RATE + 0.05
        starts = [item.span.start_s for item in heard]
        assert starts == sorted(starts)


class SceneSplitterContract(ABC):
    """Holds for everything that finds cuts."""

    @abstractmethod
    def make(self) -> SceneSplitter:
        """A new splitter."""

    def test_a_hard_cut_is_found_where_it_is(self) -> None:
        """One cut from red to blue is found once, at the first blue frame, soon enough."""
        splitter = self.make()
        detector = splitter.start(10.0)
        found: dict[float, int] = {}
        for number in range(60):
            colour = (200, 30, 30) if number < 30 else (30, 30, 200)
            picture = plain(*colour, size_px=splitter.picture_px)
            found.update(dict.fromkeys(detector.push(number / 10, picture), number))
        assert [round(cut_s, 2) for cut_s in found] == [3.0]
        assert next(iter(found.values())) - 30 <= detector.lag_frames

    def test_a_still_picture_has_no_cut(self) -> None:
        """Nothing is found where nothing happens."""
        splitter = self.make()
        detector = splitter.start(25.0)
        picture = plain(90, 90, 90, size_px=splitter.picture_px)
        assert not [cut for n in range(100) for cut in detector.push(n / 25, picture)]

    def test_videos_do_not_disturb_each_other(self) -> None:
        """A new detector knows nothing of the video before."""
        splitter = self.make()
        splitter.start(25.0).push(0.0, plain(250, 250, 250, size_px=splitter.picture_px))
        fresh = splitter.start(25.0)
        dark = plain(0, 0, 0, size_px=splitter.picture_px)
        assert not [cut for n in range(20) for cut in fresh.push(n / 25, dark)]


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
