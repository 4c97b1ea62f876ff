"""The library on disk, with the real DuckDB and FAISS."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from vsearch.errors import StoreError
from vsearch.files import FileStamp
from vsearch.storage import Linked
from vsearch.testing.records import (
    BLOCKS,
    DIM,
    ask,
    fill,
    make_record,
    seeded_vectors,
)
from vsearch.types import VectorSpace
from vsearch_index.catalog import Catalog
from vsearch_index.schema import MIGRATIONS
from vsearch_index.store import LibraryStore


def test_everything_comes_back(filled: LibraryStore, tmp_path: Path) -> None:
    video = next(video for video in filled.videos() if video.path.name == "a.mp4")
    assert video == make_record(tmp_path, "a.mp4").video
    details = filled.details(video.id)
    expected = make_record(tmp_path, "a.mp4")
    assert list(details.frames) == list(expected.frames)
    assert list(details.scenes) == list(expected.scenes)
    assert list(details.speech) == list(expected.speech)
    assert filled.blocks() == BLOCKS
    counts = filled.counts()
    assert (counts.videos, counts.scenes, counts.frames, counts.speech_segments) == (3, 3, 18, 3)
    for frame in details.frames:
        assert filled.thumbnail(video.id, frame.id).read_bytes() == b"jpeg"


def test_the_nearest_rows_rank_by_the_joint_inner_product(filled: LibraryStore) -> None:
    rows = filled.rows()
    query = rows.space.query({"visual": seeded_vectors(5, 1), "speech": seeded_vectors(6, 1)}, {})
    everything = rows.vectors(np.arange(len(rows)))
    expected = np.sort((everything @ query.T)[:, 0])[::-1]
    found = rows.nearest(query, 7)
    assert np.allclose(found.scores, expected[:7], atol=1e-4)
    parts = rows.space.contributions(query, rows.vectors(found.positions))
    assert np.allclose(parts.sum(axis=1), found.scores, atol=1e-4)
    assert len(rows) == 18


def damage_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda path: path.unlink(), id="deleted"),
        pytest.param(lambda path: path.write_bytes(b""), id="emptied"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-9]), id="cut short"),
        pytest.param(damage_middle, id="one byte changed"),
    ],
)
@pytest.mark.parametrize("kind", ["gen-*.faiss", "gen-*.npz", "current.json"])
def test_a_damaged_index_is_rebuilt_and_says_the_same(
    filled: LibraryStore, harm: Callable[[Path], None], kind: str
) -> None:
    before = ask(filled)
    (path,) = (filled.path / "index").glob(kind)
    harm(path)
    fresh = LibraryStore(filled.path)
    assert ask(fresh) == before
    manifest = json.loads((filled.path / "index" / "current.json").read_text())
    assert manifest["rows"] == 18


def test_a_stale_index_is_renewed(filled: LibraryStore, tmp_path: Path) -> None:
    """A writer killed between commit and publish leaves an index that lacks the last video."""
    with filled.writer() as writer:
        writer.commit(make_record(tmp_path, "d.mp4"))
    assert LibraryStore(filled.path).generation().revision.number == 4
    assert len(LibraryStore(filled.path).generation().index) == 24


def test_the_same_videos_give_the_same_index_in_any_order(tmp_path: Path) -> None:
    one, other = LibraryStore(tmp_path / "one"), LibraryStore(tmp_path / "other")
    records = [make_record(tmp_path, name) for name in ("a.mp4", "b.mp4", "c.mp4")]
    fill(one, *records)
    fill(other, *reversed(records))
    assert ask(one) == ask(other)


def test_old_generations_are_swept(filled: LibraryStore) -> None:
    with filled.writer() as writer:
        for _ in range(4):
            writer.publish()
    assert len(list((filled.path / "index").glob("gen-*.faiss"))) == 2


def test_a_failed_commit_stores_nothing(filled: LibraryStore, tmp_path: Path) -> None:
    good = make_record(tmp_path, "d.mp4")
    bad = replace(good, frames=[good.frames[0]] * 6)
    with filled.writer() as writer, pytest.raises(StoreError, match="could not be written"):
        writer.commit(bad)
    assert filled.counts().videos == 3
    fill(filled, good)
    assert filled.counts().videos == 4


def test_other_models_are_refused(filled: LibraryStore, tmp_path: Path) -> None:
    space = VectorSpace(name="other", dim=DIM, revision="2")
    other = replace(
        make_record(tmp_path, "d.mp4"), blocks=(replace(BLOCKS[0], space=space), BLOCKS[1])
    )
    with (
        filled.writer() as writer,
        pytest.raises(StoreError, match="visual vectors.*cannot be mixed in.*models switch "),
    ):
        writer.commit(other)
    assert filled.counts().videos == 3


def test_a_moved_file_keeps_its_video_and_a_copy_is_a_second_file(
    filled: LibraryStore, tmp_path: Path
) -> None:
    video = next(video for video in filled.videos() if video.path.name == "a.mp4")
    video.path.rename(tmp_path / "z.mp4")
    (tmp_path / "copy.mp4").write_text("x")
    with filled.writer() as writer:
        moved = writer.link(FileStamp.of(tmp_path / "z.mp4"), video.id)
        assert moved == Linked(moved_from=video.path, copy_of=None, renames=True)
        copied = writer.link(FileStamp.of(tmp_path / "copy.mp4"), video.id)
        assert copied == Linked(moved_from=None, copy_of=tmp_path / "z.mp4", renames=True)
    assert filled.details(video.id).paths == (tmp_path / "z.mp4", tmp_path / "copy.mp4")


def test_a_file_with_new_content_replaces_its_old_video(
    filled: LibraryStore, tmp_path: Path
) -> None:
    with filled.writer() as writer:
        writer.commit(make_record(tmp_path, "a.mp4", seed=1))
        assert filled.counts().videos == 4, "only the end of a run tells that nothing else holds it"
        assert writer.drop_replaced()
        assert not writer.drop_replaced()
        writer.publish()
    assert sorted(video.id for video in filled.videos()) == ["a.mp4-1", "b.mp4-0", "c.mp4-0"]
    assert len(filled.generation().index) == 18
    assert not filled.thumbnail("a.mp4-0", 0).parent.exists()


def test_a_removed_video_is_gone_from_results(filled: LibraryStore) -> None:
    with filled.writer() as writer:
        writer.remove("b.mp4-0")
        writer.publish()
    rows = filled.rows()
    found = rows.contexts(np.arange(len(rows)))
    assert {context.scene.video_id for context in found.values()} == {"a.mp4-0", "c.mp4-0"}
    assert not filled.thumbnail("b.mp4-0", 0).parent.exists()


def test_an_older_library_is_brought_up_to_date(
    filled: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = (*MIGRATIONS, ("CREATE TABLE later (x INTEGER)",))
    monkeypatch.setattr("vsearch_index.schema.MIGRATIONS", more)
    monkeypatch.setattr("vsearch_index.catalog.MIGRATIONS", more)
    assert len(filled.videos()) == 3  # opened before: another process may still be at work
    later = LibraryStore(filled.path)
    assert len(later.videos()) == 3
    with later._catalog.reading() as connection:
        assert connection.execute("SELECT count(*) FROM later").fetchone() == (0,)


def test_an_older_library_that_cannot_be_written_says_why_it_would_be(
    filled: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = (*MIGRATIONS, ("CREATE TABLE later (x INTEGER)",))
    monkeypatch.setattr("vsearch_index.schema.MIGRATIONS", more)
    monkeypatch.setattr("vsearch_index.catalog.MIGRATIONS", more)

    def refused(path: Path, patience_s: float) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("vsearch_index.store.writer_lock", refused)
    with pytest.raises(StoreError, match=r"by an older vsearch .* cannot be written: Read-only"):
        LibraryStore(filled.path).videos()


def test_a_library_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("n" * 300)):
        with (
            pytest.raises(StoreError, match="is a file|cannot be written"),
            LibraryStore(path).writer(),
        ):
            pass


def test_searching_where_there_is_nothing_says_what_to_do(store: LibraryStore) -> None:
    with pytest.raises(StoreError, match="vsearch index FOLDER"):
        store.videos()


def test_a_folder_of_other_things_is_not_turned_into_a_library(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with (
        pytest.raises(StoreError, match=r"holds other things .letter\.txt"),
        LibraryStore(tmp_path).writer(),
    ):
        pass


def test_a_broken_catalog_is_reported_and_kept(filled: LibraryStore) -> None:
    path = filled.path / "catalog.duckdb"
    path.write_bytes(b"nonsense" * 4096)
    with pytest.raises(StoreError, match="cannot be opened.*nothing was changed"):
        LibraryStore(filled.path).videos()
    assert path.read_bytes() == b"nonsense" * 4096


def test_a_damaged_block_is_reported(filled: LibraryStore) -> None:
    path = filled.path / "catalog.duckdb"
    data = bytearray(path.read_bytes())
    for place in range(12288 + 4096, len(data), 4096):
        data[place : place + 64] = bytes(64)
    path.write_bytes(data)
    with pytest.raises(StoreError, match="cannot be opened.*nothing was changed"):
        LibraryStore(filled.path).details("a.mp4-0")


@pytest.mark.parametrize("sql", ["SELECT * FROM videos WHERE id = ?::INT", "SELECT", "SELECT x"])
def test_a_wrong_question_is_no_damage(filled: LibraryStore, sql: str) -> None:
    with filled._catalog.reading() as connection, pytest.raises(duckdb.Error):
        connection.execute(sql, ["a"])
    with pytest.raises(duckdb.Error), filled._catalog.reading() as connection:
        connection.execute(sql, ["a"])
    with pytest.raises(StoreError, match="cannot be opened"), filled._catalog.reading() as found:
        found.execute("SELECT * FROM a_table_that_is_gone")
    assert len(filled.videos()) == 3


def test_a_library_of_a_newer_version_is_refused(filled: LibraryStore) -> None:
    with duckdb.connect(str(filled.path / "catalog.duckdb")) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(StoreError, match="schema 99"):
        filled.videos()
    with pytest.raises(StoreError, match="newer vsearch"), filled.writer():
        pass


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = Catalog(tmp_path / "catalog.duckdb")
    catalog.create()
    broken = (*MIGRATIONS, ("CREATE TABLE half (x INTEGER)", "CREATE NONSENSE"))
    monkeypatch.setattr("vsearch_index.schema.MIGRATIONS", broken)
    with pytest.raises(duckdb.Error):
        catalog.create()
    with duckdb.connect(str(catalog.path)) as connection:
        tables = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
        version = connection.execute("SELECT version FROM schema_version").fetchone()
    assert "half" not in tables
    assert version == (len(MIGRATIONS),)
