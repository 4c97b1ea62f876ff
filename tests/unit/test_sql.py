"""SQL over a library: what it answers, and that it can do nothing else."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
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


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO {at}.videos SELECT * FROM {at}.videos",
        "UPDATE {at}.videos SET duration_s = 1",
        "DELETE FROM {at}.videos",
        "DROP TABLE {at}.videos",
        "DROP VIEW videos",
        "CREATE TABLE mine AS SELECT 1",
        "COPY videos TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/out.parquet'",
        "EXPORT DATABASE '{folder}/out'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
        "SELECT * FROM read_csv('{folder}/secret.csv')",
        "SELECT * FROM '{folder}/secret.csv'",
        "SELECT * FROM read_text('{folder}/secret.csv')",
        "SELECT * FROM read_blob('{folder}/secret.csv')",
        "SELECT * FROM sniff_csv('{folder}/secret.csv')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM query('FROM read_text(''{folder}/secret.csv'')')",
        "SELECT * FROM read_csv('.tmp/secret.csv')",
        "SELECT getenv('HOME')",
        "ATTACH '{folder}/other.duckdb'",
        "ATTACH ':memory:' AS other",
        "DETACH {at}",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA enable_profiling",
        "SET VARIABLE x = 1",
        "CREATE SECRET (TYPE s3)",
        "CALL enable_logging()",
        "BEGIN",
        "PREPARE p AS SELECT 1",
        "SELECT * FROM store",
        "SELECT * FROM vectors",
        "SELECT * FROM meta",
        "SELECT 1; DROP VIEW videos",
        "",
        "SELEC 1",
        "SELECT missing FROM videos",
        "SELECT 'x'::INTEGER",
    ],
)
def test_nothing_but_reading_the_views_is_possible(
    filled: LibraryStore, tmp_path: Path, query: str
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    store = filled  # noqa: F841 - a name that DuckDB could find in Python
    before = sorted(tmp_path.rglob("*")), filled.counts()
    with pytest.raises(QueryError) as caught:
        filled.sql().answer(query.format(at="catalog.main", folder=tmp_path))
    assert str(caught.value)
    assert "\n" not in str(caught.value)
    assert (sorted(tmp_path.rglob("*")), filled.counts()) == before


@pytest.mark.parametrize("change", ["DELETE FROM {at}.videos", "DROP TABLE {at}.videos"])
def test_the_catalog_itself_refuses_changes(filled: LibraryStore, change: str) -> None:
    """Not only the kind of a statement stands between a query and the catalog."""
    with (
        filled._catalog.attached("known") as connection,
        pytest.raises(duckdb.InvalidInputException, match="read-only mode"),
    ):
        connection.execute(change.format(at="known"))


FORMS = ("csv", "parquet", "json")
TARGETS = (
    "{file}",
    "{file}.wal",
    "file:{file}",
    "file://{file}",
    "{folder}/./{name}",
    "{file}.tmp",
)
TARGETS += ("{file}.wal.recovery", "{file}.wal.checkpoint", "{folder}/new")
COPIES = tuple(
    f"COPY (SELECT 1 AS a, 2 AS b) TO '{{target}}' (FORMAT {form}{option})"
    for form in FORMS
    for option in ("", ", USE_TMP_FILE false", ", PARTITION_BY (a), OVERWRITE true")
)
ATTEMPTS = (
    *(f"WITH x AS ({copy}) SELECT * FROM x" for copy in COPIES),
    *(f"EXPLAIN ANALYZE {copy}" for copy in COPIES),
    "EXPLAIN ANALYZE EXPORT DATABASE '{target}'",
    "EXPLAIN ANALYZE ATTACH '{target}' AS z",
    "SELECT * FROM enable_logging(storage = 'file', storage_config = {{'path': '{target}'}})",
    "SELECT size FROM read_blob('{target}')",
    "SELECT * FROM read_text('{target}')",
    "SELECT * FROM read_csv('{target}')",
    "SELECT * FROM '{target}'",
)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("checked", [True, False], ids=["asked", "past the check of its kind"])
def test_the_files_of_the_catalog_are_out_of_reach(
    filled: LibraryStore, target: str, checked: bool
) -> None:
    """External access that is off still allows the path of an attached database, and its log."""
    file = filled.path / "catalog.duckdb"
    file.with_name("catalog.duckdb.wal").write_bytes(b"")
    place = target.format(file=file, folder=file.parent, name=file.name)
    before = {path: path.read_bytes() for path in filled.path.rglob("*") if path.is_file()}
    for attempt in ATTEMPTS:
        query = attempt.format(target=place)
        if checked:
            with pytest.raises(QueryError):
                filled.sql().answer(query)
        else:
            with filled.sql()._connected(None) as connection, pytest.raises(duckdb.Error):
                connection.execute(query).fetchall()
        found = {path: path.read_bytes() for path in filled.path.rglob("*") if path.is_file()}
        assert found == before, query
    assert filled.sql().answer("SELECT count(*) FROM videos").rows == ((3,),)


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


def test_a_query_waits_for_a_writer(filled: LibraryStore) -> None:
    """Another process has the catalog open for writing: the query comes after it."""
    holds = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print(1, flush=True); "
    code = [sys.executable, "-c", f"{holds}time.sleep(0.6)", str(filled.path / "catalog.duckdb")]
    with subprocess.Popen(code, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        started = time.monotonic()
        assert filled.sql().answer("SELECT count(*) FROM videos").rows == ((3,),)
        assert time.monotonic() - started > 0.2


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
    wrong = vsearch("sql", "SELEC 1")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("Error: Parser Error")


def wait_until_open(process: int, path: Path) -> None:
    """Return when a process has a file open, and a moment later."""
    for _ in range(600):
        links = Path(f"/proc/{process}/fd").glob("*")
        if any(link.is_symlink() and link.readlink() == path for link in links):
            break
        time.sleep(0.05)
    time.sleep(1)


def heed_interrupts() -> None:
    """Whoever runs the tests in the background may have made us ignore interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")
def test_ctrl_c_ends_a_query(vsearch, tmp_path: Path) -> None:
    write_colours(tmp_path / "videos" / "a.mp4", ["red"])
    vsearch("index", tmp_path / "videos")
    endless = "SELECT count(*) FROM range(1000000000000) AS r WHERE hash(r.range) = 0"
    command = [sys.executable, "-m", "vsearch", "sql", endless]
    with subprocess.Popen(
        command, env=vsearch.environ, stderr=subprocess.PIPE, preexec_fn=heed_interrupts
    ) as running:
        wait_until_open(running.pid, tmp_path / "library" / "catalog.duckdb")
        assert running.poll() is None
        os.kill(running.pid, signal.SIGINT)
        try:
            _, said = running.communicate(timeout=30)
        finally:
            running.kill()
    assert running.returncode == 130
    assert b"Traceback" not in said


def test_values_become_json() -> None:
    (row,) = duckdb.execute(
        "SELECT 1.5::DECIMAL(3, 1), DATE '2024-05-01', TIMESTAMP '2024-05-01 07:00:00', "
        "'ab'::BLOB, [1, 'inf'::DOUBLE], {'a': NULL}, MAP {1: true}, 'x', 2"
    ).fetchall()
    day, at = "2024-05-01", "2024-05-01T07:00:00"
    expected = ["1.5", day, at, "6162", [1, None], {"a": None}, {"1": True}, "x", 2]
    assert [plain(value) for value in row] == expected
    json.dumps(expected, allow_nan=False)
