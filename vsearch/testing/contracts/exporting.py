"""What every exporter must do."""

from __future__ import annotations

from vsearch.errors import QueryError
from vsearch.export.cuts import CutList
from vsearch.protocols import Exporter
from vsearch.testing.cuts import hostile_list, made_cut, made_list, made_video

ALLOWED = {"\n", "\r", "\t"}


class ExporterContract:
    """Inherit, and make() returns a fresh exporter."""

    def make(self) -> Exporter:
        """A fresh exporter."""
        raise NotImplementedError

    def written(self, cuts: CutList) -> bytes:
        """What is written, as it would lie on disk."""
        content = self.make().write(cuts)
        return content.encode() if isinstance(content, str) else content

    def test_it_says_what_its_files_end_in(self) -> None:
        """Endings are small letters after a point."""
        endings = self.make().endings
        assert isinstance(endings, tuple)
        assert endings
        for ending in endings:
            assert ending.startswith(".")
            assert ending == ending.lower()

    def test_the_same_cuts_give_the_same_file(self) -> None:
        """Nothing depends on the time or on chance."""
        cuts = made_list([made_cut(1, made_video("a.mp4")), made_cut(2, made_video("b.mp4"))])
        first = self.written(cuts)
        assert first
        assert self.written(cuts) == first

    def test_every_cut_is_in_it(self) -> None:
        """A second cut, and one without sound or words, change the file."""
        one = made_cut(1, made_video("a.mp4"))
        several = [one, made_cut(2, made_video("b.mp4", sound=False), (5.0, 9.0), said="More.")]
        assert self.written(made_list(several)) != self.written(made_list([one]))
        assert isinstance(self.written(made_list([made_cut(1, one.video, said="")])), bytes)

    def test_hostile_names_and_words_stay_data(self) -> None:
        """Whatever videos are called and people say can be written; signs nobody sees are not."""
        content = self.make().write(hostile_list())
        if isinstance(content, str):
            unseen = {x for x in content if ord(x) < 32 or 127 <= ord(x) < 160} - ALLOWED
            assert not unseen
            content.encode()

    def test_several_frame_rates_are_written_or_refused(self) -> None:
        """What a format cannot hold is an error that says so, and never a wrong file."""
        cuts = made_list(
            [made_cut(1, made_video("a.mp4", 25)), made_cut(2, made_video("b.mp4", 30))]
        )
        try:
            assert self.written(cuts)
        except QueryError as error:
            assert "a.mp4" in str(error) or "rate" in str(error)
