"""One writer and many readers."""

from __future__ import annotations

import json
import multiprocessing
import threading
from pathlib import Path

import pytest

from vsearch.errors import LibraryBusy
from vsearch.files import FileStamp
from vsearch.testing.records import (
    ask,
    make_record,
)
from vsearch_index.lock import writer_lock
from vsearch_index.store import LibraryStore


def test_a_second_writer_is_told_who_is_writing(filled: LibraryStore) -> None:
    holding, done = multiprocessing.get_context("spawn").Event(), threading.Event()
    process = multiprocessing.get_context("spawn").Process(
        target=_hold, args=(filled.path, holding), daemon=True
    )
    process.start()
    assert holding.wait(30)
    try:
        with pytest.raises(LibraryBusy, match=f"process {process.pid} on"), filled.writer():
            done.set()
        assert not done.is_set()
        assert len(ask(LibraryStore(filled.path))[0]) == 18
    finally:
        process.kill()
        process.join()
    with filled.writer():
        pass


def _hold(path: Path, holding) -> None:  # type: ignore[no-untyped-def]
    with LibraryStore(path).writer():
        holding.set()
        threading.Event().wait(60)


def test_a_reader_without_the_lock_serves_the_last_index(
    filled: LibraryStore, tmp_path: Path
) -> None:
    with filled.writer() as writer:
        writer.commit(make_record(tmp_path, "d.mp4"))
        reader = LibraryStore(filled.path)
        assert len(ask(reader)[0]) == 18
        writer.publish()
        assert len(ask(reader)[0]) == 20
        assert reader.generation().revision.number == 4


def test_readers_get_through_while_a_writer_commits(filled: LibraryStore, tmp_path: Path) -> None:
    stop, failures, reads = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                reads.append(len(ask(LibraryStore(filled.path))[0]))
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    with filled.writer() as writer:
        for number in range(10):
            writer.commit(make_record(tmp_path, f"more{number}.mp4"))
            writer.publish()
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(reads) > 3


def test_a_reader_whose_writer_died_catches_up(filled: LibraryStore, tmp_path: Path) -> None:
    """A long-lived reader saw the old index while a writer was there that never published."""
    reader = LibraryStore(filled.path)
    with filled.writer() as writer:
        writer.commit(make_record(tmp_path, "d.mp4"))
        assert len(reader.generation().index) == 18
    assert len(reader.generation().index) == 24


def test_the_index_is_stale_only_once_a_file_has_another_name(
    filled: LibraryStore, tmp_path: Path
) -> None:
    number = filled.generation().number
    same_name = tmp_path / "else" / tmp_path.name / "a.mp4"
    same_name.parent.mkdir(parents=True)
    for path in (same_name, tmp_path / "birthday.mp4"):
        path.write_text("x")
    with filled.writer() as writer:
        assert not writer.link(FileStamp.of(same_name), "a.mp4-0").renames
    assert LibraryStore(filled.path).generation().number == number
    with filled.writer() as writer:
        assert writer.link(FileStamp.of(tmp_path / "birthday.mp4"), "a.mp4-0").renames
    renewed = LibraryStore(filled.path)
    assert len(renewed.rows().worded("birthday", ("name",)).positions) == 6


def test_a_lock_dies_with_its_note(tmp_path: Path) -> None:
    with writer_lock(tmp_path):
        assert json.loads((tmp_path / "writer.json").read_text())["pid"]
        with pytest.raises(LibraryBusy), writer_lock(tmp_path):
            pass
        assert (tmp_path / "writer.json").exists()
    assert not (tmp_path / "writer.json").exists()
