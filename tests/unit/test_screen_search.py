"""Text on the screen from a video to a moment, with the fakes: signs are words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vsearch.config import Config, load_config
from vsearch.errors import PluginError, QueryError
from vsearch.hookspecs import hookimpl
from vsearch.library import Library
from vsearch.query.pool import certain
from vsearch.query.question import Term
from vsearch.testing.fakes import FakeReader
from vsearch.testing.videos import silence, tone, write_colours
from vsearch.types import SCREEN, SPEECH, VISUAL


def with_settings(config: Config, **settings: object) -> Config:
    index = {name: value for name, value in settings.items() if name == "screen_text"}
    models = {name: value for name, value in settings.items() if name == "screen"}
    return replace(
        config,
        index=replace(config.index, **index),
        models=replace(config.models, **models),
    )


def opened(config: Config, **settings: object) -> Library:
    return Library(config.library, with_settings(config, **settings), print)


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    folder = shared_library.path.parent / "videos"
    write_colours(folder / "shop.mp4", ["red", "green", "blue"], signs={1: "closed", 2: "exit"})
    write_colours(
        folder / "station.mp4",
        ["blue", "orange", "purple"],
        signs={0: "platform"},
        samples=tone(660, 6.0),
    )
    write_colours(folder / "plain.mp4", ["red", "yellow"])
    assert len(shared_library.index(folder).indexed) == 3
    return shared_library


def spots(library: Library, query: str = "", **asked: object) -> list[tuple[str, int]]:
    found = library.search(query, limit=50, **asked).moments  # type: ignore[arg-type]
    return [
        (moment.video.path.stem, round(moment.span.start_s)) for moment in found if moment.score > 0
    ]


def test_what_is_shown_is_kept_with_its_times(library: Library) -> None:
    shown = {video.path.stem: library.show(video.path).shown for video in library.videos()}
    assert [(item.text, round(item.span.start_s)) for item in shown["shop"]] == [
        ("closed", 2),
        ("exit", 4),
    ]
    assert [item.text for item in shown["station"]] == ["platform"]
    assert shown["plain"] == ()
    assert library.counts().shown_texts == 3
    rows = library.sql("SELECT text FROM shown ORDER BY text").rows
    assert rows == (("closed",), ("exit",), ("platform",))


def test_text_is_found_by_field_by_words_and_exactly(library: Library) -> None:
    for query in ("text:exit", 'text:"exit"', '"exit"', "exit"):
        assert spots(library, query)[0] == ("shop", 4), query
    assert spots(library, shown="platform")[0] == ("station", 0)
    assert spots(library, exact=Term(text="closed", field="text")) == [("shop", 2)]


def test_a_text_that_is_only_a_little_near_is_not_found(library: Library) -> None:
    for word in ("zebra", "springtime", "volcano", "giraffe"):
        assert spots(library, f"text:{word}") == []
    assert spots(library, "text:closed zebra")[0] == ("shop", 2)


@pytest.mark.parametrize(
    ("screen", "words", "asked", "counts"),
    [
        *[(3.9, 0, True, 0), (4.1, 0, True, 4.1), (1.0, 0.5, True, 1.0), (-1.0, 0, True, -1.0)],
        *[(1.9, 0, False, 0), (2.5, 0, False, 0.5), (2.5, 3.0, False, 0.5)],
    ],
)
def test_a_text_counts_from_where_it_is_no_chance(
    screen: float, words: float, asked: bool, counts: float
) -> None:
    column, held = np.array([screen], np.float32), np.array([words], np.float32)
    assert certain(column, held, asked=asked)[0] == pytest.approx(counts)


def test_a_moment_says_what_is_shown_and_that_it_counted(library: Library) -> None:
    (best, *_) = library.search("text:exit", explain=True).moments
    assert best.shown == "exit"
    assert best.said == ""
    assert best.matched == ("exit",)
    parts = {item.block: item for item in best.evidence}
    assert list(parts) == [VISUAL, SPEECH, SCREEN, "words"]
    assert parts[SCREEN].share > 0 < parts["words"].share
    assert parts[VISUAL].share == 0 == parts[SPEECH].share
    assert parts[SCREEN].rank == 1


def test_text_can_be_left_out(library: Library) -> None:
    assert ("shop", 4) in spots(library, "red blue green")
    assert ("shop", 4) not in spots(library, 'red blue green -text:"exit"')
    assert ("shop", 4) not in spots(library, "red blue green -exit")
    assert "station" in dict(spots(library, "blue -said:platform"))


def test_said_is_not_shown_and_shown_is_not_said(library: Library) -> None:
    assert spots(library, 'said:"platform"') == []
    assert spots(library, 'text:"train"') == []
    both = spots(library, 'train text:"platform"')
    assert both[0] == ("station", 0)


def test_weights_and_order_take_the_screen_too(library: Library) -> None:
    none = {"visual": 0.0, "speech": 0.0, "screen": 0.0, "words": 0.0}
    assert spots(library, "exit", weights=none) == []
    assert spots(library, "exit", weights=none | {"screen": 1.0})[0] == ("shop", 4)
    (best, *_) = library.search("text:closed THEN text:exit").moments
    assert [round(step.start_s) for step in best.steps] == [2, 4]


def test_a_short_scene_is_cut_to_its_sign(fake_library: Library, tmp_path: Path) -> None:
    """One scene of 30 s, the sign for the last ten of it."""
    path = write_colours(tmp_path / "a.mp4", ["red"], seconds_each=30.0)
    fake_library.index(path)
    assert fake_library.show(path).shown == ()
    path = write_colours(tmp_path / "b.mp4", ["white"] * 3, seconds_each=10.0, signs={2: "welcome"})
    fake_library.index(path)
    (shown,) = fake_library.show(path).shown
    (best, *_) = fake_library.search('text:"welcome"').moments
    assert best.span == shown.span
    assert 18 <= shown.span.start_s <= 22


def test_where_nothing_was_read_asking_for_text_says_so(
    fake_config: Config, tmp_path: Path
) -> None:
    plain = opened(fake_config)
    plain.index(write_colours(tmp_path / "short.mp4", ["red"], samples=silence(2.0)))
    assert [block.name for block in plain.blocks()] == [VISUAL, SPEECH, SCREEN]
    for query in ("text:exit", 'red -text:"exit"'):
        with pytest.raises(QueryError, match="no text was read off the pictures"):
            plain.search(query)
    assert spots(plain, "red") == [("short", 0)]


def test_reading_can_be_left_out_and_come_later(fake_config: Config, tmp_path: Path) -> None:
    without = opened(fake_config, screen_text=False)
    without.index(write_colours(tmp_path / "a.mp4", ["red", "blue"], signs={1: "exit"}))
    assert [block.name for block in without.blocks()] == [VISUAL, SPEECH]
    before = without.search("red").moments
    reading = opened(fake_config)
    assert [moment.score for moment in reading.search("red").moments] == [
        moment.score for moment in before
    ]
    with pytest.raises(QueryError, match="no text was read"):
        reading.search("text:exit")
    assert reading.blocks() == without.blocks()
    reading.index(write_colours(tmp_path / "b.mp4", ["green", "red"], signs={0: "closed"}))
    assert [block.name for block in reading.blocks()] == [VISUAL, SPEECH, SCREEN]
    assert spots(reading, "text:closed")[0] == ("b", 0)
    again = opened(fake_config, screen_text=False)
    report = again.index(write_colours(tmp_path / "c.mp4", ["red", "white"], signs={0: "exit"}))
    assert len(report.indexed) == 1
    assert again.counts().shown_texts == 1
    assert spots(again, "text:closed")[0] == ("b", 0)


class Broken(FakeReader):
    """Reads the first two pictures, and then no more."""

    def __init__(self) -> None:
        self.left = 2

    def find(self, picture):
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("out of ink")
        return super().find(picture)


class Unloadable(FakeReader):
    def warm_up(self) -> None:
        raise ImportError("no module named ink")


@hookimpl
def register_screen_readers(register) -> None:
    register("broken.v1", lambda argument, context: Broken())
    register("unloadable.v1", lambda argument, context: Unloadable())


@pytest.fixture
def odd_readers(fake_config: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    import sys

    monkeypatch.setitem(sys.modules, "odd_readers", sys.modules[__name__])
    return load_config(
        {
            "library": str(fake_config.library),
            "plugins": ["vsearch.testing.fakes", "odd_readers"],
            "models.embedder": "fake.v1",
            "models.text": "fake.v1",
            "models.speech": "fake.v1",
            "index.splitter": "fake.v1",
            "models.offline": True,
        },
        {},
    )


def test_pictures_that_cannot_be_read_stop_no_video(odd_readers: Config, tmp_path: Path) -> None:
    library = opened(odd_readers, screen="broken.v1")
    colours = ["red", "green", "blue", "white"]
    signs = {0: "exit", 3: "closed"}
    report = library.index(write_colours(tmp_path / "a.mp4", colours, signs=signs))
    assert len(report.indexed) == 1
    (problem,) = report.problems
    assert problem.partial
    assert "2 of 4 pictures could not be read: RuntimeError: out of ink" in problem.reason
    assert [item.text for item in library.show("a.mp4").shown] == ["exit"]
    assert spots(library, "blue")


def test_a_reader_that_cannot_be_loaded_is_named(odd_readers: Config, tmp_path: Path) -> None:
    path = write_colours(tmp_path / "a.mp4", ["red"])
    with pytest.raises(PluginError, match=r"unloadable.v1 could not be loaded: .*no module"):
        opened(odd_readers, screen="unloadable.v1").index(path)
    with pytest.raises(PluginError, match="no screen reader called 'nothing.v1'"):
        opened(odd_readers, screen="nothing.v1").index(path)
    assert len(opened(odd_readers, screen="nothing.v1", screen_text=False).index(path).indexed) == 1


def test_a_video_that_cannot_be_decoded_leaves_no_text_to_the_next(
    fake_library: Library, tmp_path: Path
) -> None:
    whole = write_colours(tmp_path / "a.mp4", ["red", "blue"] * 3, signs={1: "exit"})
    (tmp_path / "b.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 3])
    write_colours(tmp_path / "c.mp4", ["green", "red"])
    fake_library.index(tmp_path)
    assert fake_library.show("c.mp4").shown == ()
    assert len(fake_library.show("a.mp4").shown) == 1
