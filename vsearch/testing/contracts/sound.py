"""What everything must do that tells speech and music from other sound."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from vsearch.protocols import SoundListener
from vsearch.testing.videos import silence, tone
from vsearch.types import SAMPLE_RATE, Samples


class SoundListenerContract(ABC):
    """Holds for everything that tells speech and music from other sound."""

    @abstractmethod
    def make(self) -> SoundListener:
        """A new listener."""

    def test_silence_is_neither_speech_nor_music(self) -> None:
        """Where nothing is heard nothing is invented."""
        listener = self.make()
        listener.warm_up()
        kinds = listener.listen(silence(5))
        assert not kinds.speech.any()
        assert not kinds.music.any()

    def test_steps_cover_the_whole_block(self) -> None:
        """There is one value of each kind for every step, the last one begun included."""
        for seconds in (0.3, 1.0, 7.77):
            samples = tone(440, seconds)
            self._check_steps(samples)

    def test_short_and_empty_sound_is_no_error(self) -> None:
        """A click or nothing at all can be listened to."""
        self._check_steps(silence(0))
        self._check_steps(np.ones(1, np.float32))

    def test_the_same_sound_is_heard_in_the_same_way(self) -> None:
        """What came before a block changes nothing."""
        listener = self.make()
        samples = np.concatenate([tone(440, 3), silence(1), tone(1000, 3)])
        first = listener.listen(samples)
        listener.listen(tone(660, 2))
        again = listener.listen(samples.copy())
        assert np.array_equal(first.speech, again.speech)
        assert np.array_equal(first.music, again.music)

    def _check_steps(self, samples: Samples) -> None:
        kinds = self.make().listen(samples)
        assert kinds.step_s > 0
        assert len(kinds.speech) == len(kinds.music)
        wanted = int(np.ceil(len(samples) / SAMPLE_RATE / kinds.step_s - 1e-6))
        assert len(kinds.speech) == wanted
        assert kinds.speech.dtype == kinds.music.dtype == np.bool_
