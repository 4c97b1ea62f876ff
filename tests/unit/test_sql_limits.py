"""What SQL over a library cannot do: change it, reach files, run for ever, or keep others out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from vsearch.errors import QueryError
from vsearch.testing.records import fill, make_record
from vsearch.testing.videos import write_colours
from vsearch_index.store import LibraryStore


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


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT INTERVAL '2000000000 days'", "cannot be shown.*::VARCHAR"),
        ("SELECT now()", r"a time with a time zone; cast it, as in now\(\)::TIMESTAMP"),
        ("SELECT [now()]", "a time with a time zone"),
        ("SELECT '\udcff'", "character 9 of the query is not UTF-8"),
    ],
)
def test_values_that_python_cannot_hold_are_named(
    filled: LibraryStore, query: str, said: str
) -> None:
    with pytest.raises(QueryError, match=said):
        filled.sql().answer(query)
    found = filled.sql().answer("SELECT now()::TIMESTAMP, (INTERVAL '2000000000 days')::VARCHAR")
    assert found.rows[0][1] == "2000000000 days"


ENDLESS = "SELECT count(*) FROM range(1000000000000) AS r WHERE hash(r.range) = 0"


@pytest.mark.parametrize("query", [ENDLESS, "SELECT * FROM range(1000000000000)"])
def test_a_query_is_stopped_in_time(filled: LibraryStore, query: str) -> None:
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"stopped after 0\.5 s.*--timeout SECONDS"):
        filled.sql().answer(query, timeout_s=0.5)
    assert 0.4 < time.monotonic() - started < 10
    assert filled.sql().answer("SELECT 1", timeout_s=30).rows == ((1,),)


@pytest.mark.parametrize("timeout_s", [0, -1, float("nan"), float("inf")])
def test_a_timeout_is_a_time(filled: LibraryStore, timeout_s: float) -> None:
    with pytest.raises(QueryError, match="more than 0 seconds"):
        filled.sql().answer("SELECT 1", timeout_s=timeout_s)


def opens_for_writing(path: Path) -> bool:
    """Whether another process may open a catalog for writing now."""
    code = [sys.executable, "-c", "import duckdb, sys; duckdb.connect(sys.argv[1])", str(path)]
    return subprocess.run(code, capture_output=True, check=False).returncode == 0


def test_reads_go_on_while_a_query_runs_and_writes_wait(filled: LibraryStore) -> None:
    """A process that closes a file loses its locks on it: a read must not let a writer in."""
    file = filled.path / "catalog.duckdb"
    with ThreadPoolExecutor(2) as threads:
        with filled._catalog.attached("one") as first:
            read = threads.submit(lambda: [filled.counts().videos for _ in range(3)])
            assert read.result(timeout=10) == [3, 3, 3]
            assert filled.sql().answer("SELECT count(*) FROM videos").rows == ((3,),)
            assert not opens_for_writing(file)
            written = threads.submit(lambda: fill(filled, make_record(file.parent, "late.mp4")))
            assert first.execute("SELECT count(*) FROM one.videos").fetchall() == [(3,)]
            time.sleep(0.3)
            assert not written.done()
        written.result(timeout=30)
    assert filled.counts().videos == 4
    assert opens_for_writing(file)


@pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")
def test_ctrl_c_ends_a_query(vsearch, tmp_path: Path) -> None:
    write_colours(tmp_path / "videos" / "a.mp4", ["red"])
    vsearch("index", tmp_path / "videos")
    command = [sys.executable, "-m", "vsearch", "sql", ENDLESS]
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
