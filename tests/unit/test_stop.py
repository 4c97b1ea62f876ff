"""An index run is ended from another thread, as a server does it."""

from __future__ import annotations

import threading
from pathlib import Path

from vsearch.library import Library
from vsearch.testing.videos import write_colours


def test_a_run_is_stopped_and_goes_on_later(tmp_path: Path, fake_library: Library) -> None:
    for number, colour in enumerate(("red", "green", "blue", "red", "green", "blue")):
        write_colours(tmp_path / "videos" / f"{number}.mp4", [colour], seconds_each=1.0)
    stop = threading.Event()

    def after_the_first(told: object) -> None:
        if getattr(told, "done", 0):
            stop.set()

    report = fake_library.index(tmp_path / "videos", stop=stop, progress=after_the_first)
    assert report.interrupted
    assert 1 <= len(fake_library.videos()) < 6
    assert not fake_library.index(tmp_path / "videos", stop=threading.Event()).interrupted
    assert len(fake_library.videos()) == 6


def test_a_run_that_is_over_leaves_the_event_alone(tmp_path: Path, fake_library: Library) -> None:
    write_colours(tmp_path / "videos" / "one.mp4", ["red"], seconds_each=1.0)
    stop = threading.Event()
    fake_library.index(tmp_path / "videos", stop=stop)
    assert not stop.is_set()
