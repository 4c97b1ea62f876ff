"""What everything must do that writes down speech."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from vsearch.protocols import Transcriber
from vsearch.testing.videos import silence, tone
from vsearch.types import SAMPLE_RATE


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
