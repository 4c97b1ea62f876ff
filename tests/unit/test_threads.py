"""One Library object, many threads: some ask, one changes the library under them."""

from __future__ import annotations

import os
import random
import shutil
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from vsearch.config import Config
from vsearch.encoding import read_picture
from vsearch.errors import UnknownVideo
from vsearch.library import Library
from vsearch.testing.videos import tone, write_colours

SECONDS = float(os.environ.get("VSEARCH_TEST_SECONDS", "2"))
READERS = 8


@contextmanager
def switching_often() -> Iterator[None]:
    """Threads take turns every few microseconds, so that what can go wrong does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@pytest.fixture
def library(tmp_path: Path, fake_library: Library) -> Library:
    videos = tmp_path / "videos"
    for name, colours in {"a": ["red", "green"], "b": ["blue", "red"]}.items():
        write_colours(videos / f"{name}.mp4", colours, samples=tone(660, 4), signs={1: "exit"})
    fake_library.index(videos)
    coming = tmp_path / "coming"
    for name, colours in {"c": ["yellow"], "d": ["purple", "green"]}.items():
        path = write_colours(coming / f"{name}.mp4", colours, seconds_each=1.0)
        path.with_suffix(".srt").write_text(f"1\n00:00:00,100 --> 00:00:00,900\nsaid in {name}\n")
    return fake_library


def readings(library: Library, picture: Path) -> list[Callable[[], object]]:
    """What readers do; each checks what it gets."""

    def search() -> None:
        moments = library.search("red").moments
        assert moments[0].video.path.name in {"a.mp4", "b.mp4"}
        for moment in moments:
            assert moment.score == moment.score

    def look() -> None:
        for moment in library.search("green", limit=2, video="a.mp4").moments:
            assert library.picture_of(moment).shape[2] == 3

    def compare() -> None:
        query = library.embed("red")["visual"].matrix
        assert (library.vectors("a.mp4")["visual"].batch.matrix @ query.T).max() > 0.99

    def answer() -> None:
        assert library.ask("how many videos are there?").text

    return [
        search,
        look,
        compare,
        answer,
        lambda: library.ask("what is said in c?"),
        lambda: library.summary("a.mp4", pictures=3),
        lambda: library.chapters("b.mp4"),
        lambda: library.search(image=picture, limit=3),
        lambda: library.search(like="a.mp4@0:01"),
        lambda: library.search("train -blue in:videos"),
        lambda: library.search(f"{random.random()} exit"),
        lambda: library.sql("SELECT count(*) FROM frames"),
        lambda: [library.show(video.id) for video in library.videos()],
        library.unusual,
        library.close,
    ]


def change(library: Library, coming: Path) -> None:
    """Take videos in, tag, and forget them again."""
    library.index(coming)
    library.tag("scenes", least=0.01)
    library.keep_threshold(0.5)
    library.remove("c.mp4")
    library.forget("d.mp4")
    library.untag("scenes")


def test_readers_and_a_writer_share_one_library(library: Library, tmp_path: Path) -> None:
    frame = library.search("red").moments[0]
    picture = tmp_path / "red.jpg"
    picture.write_bytes(library.picture(frame.video.id, frame.frame.id))
    until, wrong, done = time.monotonic() + SECONDS, list[BaseException](), list[int]()

    def read(number: int) -> None:
        choose, count = random.Random(number), 0
        todo = readings(library, picture)
        while time.monotonic() < until and not wrong:
            try:
                choose.choice(todo)()
                count += 1
            except UnknownVideo:
                pass  # it was there a moment ago
            except BaseException as error:
                wrong.append(error)
        done.append(count)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    with switching_often():
        for thread in threads:
            thread.start()
        changes = 0
        try:
            while time.monotonic() < until and not wrong:
                change(library, tmp_path / "coming")
                changes += 1
        finally:
            for thread in threads:
                thread.join()
    if wrong:
        raise wrong[0]
    assert min(done) > 0 and changes > 0
    print(f"{sum(done)} answers during {changes} rounds of changes")
    assert [video.path.name for video in library.videos()] == ["a.mp4", "b.mp4"]


def ask_at_once(library: Library, start: threading.Barrier, found: list[list[float]]) -> None:
    start.wait()
    found.append([moment.score for moment in library.search("red").moments])


def test_what_many_threads_find_first_is_the_same(library: Library) -> None:
    """The first calls of all threads at once: components are made once, and answers are equal."""
    expected = [moment.score for moment in library.search("red").moments]
    for _ in range(5):
        fresh = Library(library.path, library.config, print)
        found: list[list[float]] = []
        together = (fresh, threading.Barrier(READERS), found)
        threads = [threading.Thread(target=ask_at_once, args=together) for _ in range(READERS)]
        with switching_often():
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert found == [expected] * READERS


def test_reading_pictures_leaves_the_warnings_of_the_program_alone(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "one.png"
    Image.fromarray(np.zeros((400, 400, 3), np.uint8)).save(path)
    before = list(warnings.filters)
    threads = [
        threading.Thread(target=lambda: [read_picture(path) for _ in range(40)]) for _ in range(8)
    ]
    with switching_often():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert list(warnings.filters) == before


def test_a_closed_library_is_opened_again_by_using_it(library: Library) -> None:
    with library as opened:
        before = [moment.score for moment in opened.search("red").moments]
        assert opened._store._loaded is not None
    assert library._store._loaded is None
    assert not library._components._embedders
    assert [moment.score for moment in library.search("red").moments] == before
    library.close()
    library.close()


def test_a_closed_library_holds_no_file(library: Library, fake_config: Config) -> None:
    """On Windows an open file cannot be removed; here the open files are counted."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("only Linux tells which files are open")

    def held() -> list[str]:
        names = [str(path.readlink()) for path in folder.iterdir() if path.is_symlink()]
        return [name for name in names if name.startswith(str(library.path))]

    library.search("red")
    assert held()
    library.close()
    assert not held()
    shutil.rmtree(library.path)


@pytest.mark.real
def test_closing_lets_go_of_real_sessions(weights, tmp_path: Path) -> None:
    from vsearch.components import Components
    from vsearch.config import load_config
    from vsearch.types import Block, VectorSpace
    from vsearch_plugins import _onnx_text

    folder = str(weights("minilm").folder)
    config = load_config(environ={"VSEARCH_MODELS_FOLDER": folder, "HOME": str(tmp_path)})
    made = Components(config, print)
    space = VectorSpace(name="", dim=384, revision="")
    block = Block(name="speech", component="minilm.v1", space=space)
    held = len(_onnx_text._towers)
    threads = [threading.Thread(target=lambda: made.embed_texts(block, ["x"])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_onnx_text._towers) == held + 1
    made.close()
    assert len(_onnx_text._towers) == held
