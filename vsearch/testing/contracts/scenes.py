"""What everything must do that finds cuts."""

from __future__ import annotations

from abc import ABC, abstractmethod

from vsearch.protocols import SceneSplitter
from vsearch.testing.videos import plain


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
