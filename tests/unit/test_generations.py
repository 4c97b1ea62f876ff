"""Generations of the index: large ones are trusted by their stamps, and none that is damaged."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from vsearch.testing.records import ask, fill, make_record
from vsearch_index import generations
from vsearch_index.catalog import Catalog
from vsearch_index.store import LibraryStore


@pytest.fixture
def digested(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files are large from their first byte on, and those whose digest is checked are noted."""
    seen: list[str] = []
    digest = generations._digest

    def noting(path: Path) -> str:
        seen.append(path.suffix)
        return digest(path)

    monkeypatch.setattr(generations, "LARGE_BYTES", 0)
    monkeypatch.setattr(generations, "_digest", noting)
    return seen


def test_a_checked_generation_is_not_read_whole_again(
    filled: LibraryStore, digested: list[str]
) -> None:
    before = ask(filled)
    assert ask(LibraryStore(filled.path)) == before
    assert not digested


def test_a_copied_library_is_checked_once(
    filled: LibraryStore, digested: list[str], tmp_path: Path
) -> None:
    before = ask(filled)
    shutil.copytree(filled.path, tmp_path / "copy")
    assert ask(LibraryStore(tmp_path / "copy")) == before
    assert sorted(digested) == [".faiss", ".npy", ".npz", ".words"]
    assert ask(LibraryStore(tmp_path / "copy")) == before
    assert len(digested) == 4, "the new stamps were noted"
    assert LibraryStore(tmp_path / "copy").generation().number == 1, "nothing was built anew"


def test_the_index_of_another_library_is_refused(filled: LibraryStore, tmp_path: Path) -> None:
    """Restored from two backups: as many commits, but of other videos."""
    other = LibraryStore(tmp_path / "other")
    fill(other, *(make_record(tmp_path, f"{name}.mp4", seed=7) for name in "xyz"))
    assert other.generation().revision.number == filled.generation().revision.number
    before = ask(filled)
    shutil.rmtree(filled.path / "index")
    shutil.copytree(other.path / "index", filled.path / "index")
    assert ask(LibraryStore(filled.path)) == before
    manifest = json.loads((filled.path / "index" / "current.json").read_text())
    assert manifest["library"] == filled.generation().revision.library
    assert manifest["generation"] == 2


@pytest.mark.usefixtures("digested")
@pytest.mark.parametrize("kind", [".faiss", ".npy", ".npz", ".words"])
def test_a_large_file_that_changed_is_checked_and_rebuilt(filled: LibraryStore, kind: str) -> None:
    before = ask(filled)
    (path,) = (filled.path / "index").glob(f"gen-*{kind}")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 1))
    fresh = LibraryStore(filled.path)
    assert ask(fresh) == before
    assert fresh.generation().number == 0 or fresh.generation().number > 1
    assert LibraryStore(filled.path).generation().number == 2


@pytest.mark.parametrize("text", ["", "[]", "{", '{"gen-000001.faiss": [1, 2, 3]}'])
def test_stamps_that_say_nothing_lead_to_a_full_check(
    filled: LibraryStore, digested: list[str], text: str
) -> None:
    before = ask(filled)
    (stamps,) = (filled.path / "index").glob("gen-*.json")
    stamps.write_text(text)
    assert ask(LibraryStore(filled.path)) == before
    assert len(digested) == 4


def test_everything_of_an_old_generation_is_swept(filled: LibraryStore) -> None:
    with filled.writer() as writer:
        for _ in range(3):
            writer.publish()
    kept = sorted(path.name for path in (filled.path / "index").glob("gen-*"))
    assert kept == [
        f"gen-{number:06d}{kind}"
        for number in (3, 4)
        for kind in (".faiss", ".json", ".npy", ".npz", ".words")
    ]


def test_a_file_that_cannot_be_swept_stays_for_the_next_time(
    filled: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name.startswith("gen-"):
            raise PermissionError(13, "mapped by another process", str(path))
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch, filled.writer() as writer:
        patch.setattr(Path, "unlink", refuse)
        for _ in range(3):
            writer.publish()
    assert len(ask(LibraryStore(filled.path))[0]) == 18
    assert len(list((filled.path / "index").glob("gen-*.faiss"))) == 4


def test_the_table_of_frames_says_what_the_catalog_says(
    filled: LibraryStore, tmp_path: Path
) -> None:
    table = filled.generation().frames
    expected = make_record(tmp_path, "b.mp4")
    pairs = table.at(np.flatnonzero(table.of_videos(["b.mp4-0"])))
    assert sorted(frame.pts_s for frame, _ in pairs) == [frame.pts_s for frame in expected.frames]
    assert {frame for frame, _ in pairs} == set(expected.frames)
    assert {scene for _, scene in pairs} == set(expected.scenes)
    assert table.at(np.zeros(0, np.int64)) == []
    assert table.of_videos(["b.mp4-0", "nowhere"]).sum() == 6
    assert table.of_videos([]).sum() == 0
    ids = np.array([frame.id for frame in expected.frames])
    assert set(table.ids[table.of_videos(["b.mp4-0"])]) == set(ids)


def test_a_catalog_is_read_within_a_read_and_in_a_folder_of_any_name(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "it's a; folder" / "catalog.duckdb")
    catalog.create()
    with catalog.reading() as outer:
        with catalog.reading() as inner:
            assert inner.execute("SELECT count(*) FROM videos").fetchall() == [(0,)]
        assert outer.execute("SELECT count(*) FROM videos").fetchall() == [(0,)]
    with catalog.writing() as connection:
        connection.execute("INSERT INTO meta VALUES ('a', 'b')")
    with catalog.reading() as connection:
        found = connection.execute("SELECT value FROM meta WHERE key = 'a'").fetchall()
    assert found == [("b",)]
