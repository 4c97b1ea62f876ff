"""SQL over a library: what it answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from vsearch.cli.sql import plain
from vsearch.errors import QueryError, StoreError
from vsearch.library import Library
from vsearch.testing.records import fill, make_record
from vsearch.testing.videos import write_colours
from vsearch.types import Moment
from vsearch_index.sql import HITS, VIEWS
from vsearch_index.store import LibraryStore

PAGE = (Path(__file__).parent.parent.parent / "docs" / "search.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## SQL")[2]


def test_the_views_hold_what_the_library_holds(filled: LibraryStore) -> None:
    details = filled.details("a.mp4-0")
    found = filled.sql().answer("SELECT * FROM videos WHERE id = 'a.mp4-0'")
    assert found.columns == tuple(VIEWS["videos"])
    (row,) = found.rows
    video = dict(zip(found.columns, row, strict=True))
    assert video["path"] == str(details.video.path)
    assert video["frame_rate"] == pytest.approx(30000 / 1001)
    assert (video["duration_s"], video["width_px"], video["has_audio"]) == (6.0, 64, True)
    frames = filled.sql().answer(
        "SELECT id, pts_s FROM frames WHERE video_id = 'a.mp4-0' ORDER BY pts_s"
    )
    assert frames.rows == tuple((frame.id, frame.pts_s) for frame in details.frames)
    said = filled.sql().answer("SELECT text, language FROM speech WHERE video_id = 'a.mp4-0'")
    assert said.rows == (("it's said", "en"),)
    stat = details.video.path.stat()
    where = f"path = '{video['path']}'"
    file = filled.sql().answer(f"SELECT size_bytes, epoch_us(modified_at) FROM files WHERE {where}")
    assert file.rows == ((stat.st_size, stat.st_mtime_ns // 1000),)


def test_rows_are_cut_and_names_are_told_apart(filled: LibraryStore) -> None:
    found = filled.sql().answer("SELECT id, id, id AS id_2 FROM videos ORDER BY id", limit=2)
    assert found.columns == ("id", "id_2", "id_2_2")
    assert [row[0] for row in found.rows] == ["a.mp4-0", "b.mp4-0"]
    assert found.cut
    assert not filled.sql().answer("SELECT id FROM videos", limit=3).cut
    assert filled.sql().answer("SELECT * FROM range(10000000000)", limit=1).cut, (
        "rows are made as needed"
    )


def test_hits_are_a_table(fake_library: Library, tmp_path: Path) -> None:
    write_colours(tmp_path / "a.mp4", ["red", "green"])
    write_colours(tmp_path / "b.mp4", ["blue"])
    fake_library.index(tmp_path)
    searched = fake_library.search("red", limit=2)
    found = fake_library.sql("SELECT * FROM hits ORDER BY rank", hits=searched)
    assert found.columns == tuple(HITS)

    def row(moment: Moment) -> tuple[object, ...]:
        ids = moment.video.id, moment.scene.id, moment.frame.id
        span = moment.span
        return (moment.rank, float(moment.score), *ids, span.start_s, span.end_s, moment.said)

    assert found.rows == tuple(map(row, searched.moments))
    joined = "SELECT path FROM hits JOIN videos ON videos.id = video_id WHERE rank = 1"
    assert fake_library.sql(joined, hits=searched).rows == ((str(tmp_path / "a.mp4"),),)
    with pytest.raises(QueryError, match=r'--hits "QUERY"'):
        fake_library.sql("SELECT * FROM hits")


def test_the_page_lists_the_real_views(filled: LibraryStore) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", SECTION, re.MULTILINE)
    documented = {view: re.findall(r"`(\w+)`", columns) for view, columns in rows}
    assert documented == {view: list(columns) for view, columns in filled.sql().described().items()}


def test_the_queries_of_the_page_run(fake_library: Library, tmp_path: Path) -> None:
    write_colours(tmp_path / "a.mp4", ["red", "green"])
    fake_library.index(tmp_path)
    (block,) = re.findall(r"```sql\n(.*?)```", SECTION, re.DOTALL)
    queries = [query for query in block.split(";") if query.strip()]
    assert len(queries) >= 3
    for query in queries:
        fake_library.sql(query, hits=fake_library.search("red"))


def test_no_library_and_an_older_one_say_so(
    filled: LibraryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match="vsearch index FOLDER"):
        LibraryStore(tmp_path / "none").sql().answer("SELECT 1")
    monkeypatch.setattr("vsearch_index.catalog.MIGRATIONS", ("one", "two", "and more"))
    with pytest.raises(StoreError, match="brings an older one up to date"):
        filled.sql().answer("SELECT 1")


def test_any_folder_may_hold_a_library(tmp_path: Path) -> None:
    store = LibraryStore(tmp_path / 'it\'s; "here"')
    fill(store, make_record(tmp_path, "a.mp4"))
    assert store.sql().answer("SELECT count(*) FROM videos").rows == ((1,),)


def test_the_command(vsearch, tmp_path: Path) -> None:
    write_colours(tmp_path / "videos" / "a.mp4", ["red", "green"])
    vsearch("index", tmp_path / "videos")
    listed = vsearch("sql")
    assert all(view in listed.stdout for view in (*VIEWS, "hits"))
    assert "hits" in json.loads(vsearch("sql", "--json").stdout)["views"]
    found = vsearch("sql", "SELECT path, 'nan'::DOUBLE AS x FROM videos", "--json").stdout
    path = str(tmp_path / "videos" / "a.mp4")
    assert json.loads(found) == {"columns": ["path", "x"], "rows": [{"path": path, "x": None}]}
    assert vsearch("sql", "SELECT 'a,b' AS t, NULL AS n", "--csv").stdout == 't,n\n"a,b",\n'
    shown = vsearch("sql", "SELECT * FROM range(101)")
    assert "The first 100 rows; --json and --csv print all of them" in shown.stderr
    assert len(vsearch("sql", "SELECT * FROM range(101)", "--csv").stdout.splitlines()) == 102
    best = vsearch("sql", "--hits", "red", "-n", "1", "SELECT count(*) AS n FROM hits", "--csv")
    assert best.stdout == "n\n1\n"
    endless = "SELECT count(*) FROM range(1000000000000) AS r WHERE hash(r.range) = 0"
    late = vsearch("sql", endless, "--timeout", "0.5")
    assert (late.returncode, late.stderr.partition(":")[0]) == (2, "Error")
    wrong = vsearch("sql", "SELEC 1")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("Error: Parser Error")


def test_values_become_json() -> None:
    (row,) = duckdb.execute(
        "SELECT 1.5::DECIMAL(3, 1), DATE '2024-05-01', TIMESTAMP '2024-05-01 07:00:00', "
        "'ab'::BLOB, [1, 'inf'::DOUBLE], {'a': NULL}, MAP {1: true}, 'x', 2"
    ).fetchall()
    day, at = "2024-05-01", "2024-05-01T07:00:00"
    expected = ["1.5", day, at, "6162", [1, None], {"a": None}, {"1": True}, "x", 2]
    assert [plain(value) for value in row] == expected
    json.dumps(expected, allow_nan=False)
