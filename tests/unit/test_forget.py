"""After `vsearch forget` no byte of a library tells of the video: looked for, not believed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from tests.unit.remains import in_bytes, inside, needles
from vsearch.errors import StoreError, UnknownVideo
from vsearch.library import Library
from vsearch.testing.videos import write_colours
from vsearch.types import Block, VectorSpace

NAME = "Wroxquilth-ßandale 7.mp4"
SAID = ("the zorblaxian femtoquark hums", "quizzleworth drank glimmerbrüe")
SOUGHT = ("zorblaxian", "femtoquark", "quizzleworth", "glimmerbrüe", "Wroxquilth", "ßandale")
SOUGHT += ("zorblax", "wroxquilth", "quizzle")


def write_secret(folder: Path) -> Path:
    path = write_colours(folder / NAME, ["purple", "black", "orange"], signs={1: "platform"})
    times = ("00:00:00,200 --> 00:00:02,800", "00:00:03,000 --> 00:00:05,500")
    lines = [
        f"{n}\n{time}\n{text}\n" for n, (time, text) in enumerate(zip(times, SAID, strict=True), 1)
    ]
    path.with_suffix(".srt").write_text("\n".join(lines), encoding="utf-8")
    return path


def write_others(folder: Path) -> None:
    for name, colours in {"a": ["red", "green"], "b": ["blue"], "c": ["green", "yellow"]}.items():
        path = write_colours(folder / f"{name}.mp4", colours)
        text = f"1\n00:00:00,200 --> 00:00:01,800\nordinary words about {colours[0]}\n"
        path.with_suffix(".srt").write_text(text, encoding="utf-8")


def stage_some(library: Library, video_id: str) -> None:
    """Vectors for a switch that was interrupted."""
    store = library._store
    space = VectorSpace(name="coming", dim=32, revision="x")
    kept = {
        frame.id: store.rows().vectors(store.rows().of_videos([video_id]))[0][:32]
        for frame in library.show(video_id).frames
    }
    with store.writer() as writer:
        writer.stage(Block(name="visual", component="coming.v1", space=space), video_id, kept)


@pytest.fixture(scope="module")
def made(shared_library: Library) -> tuple[Library, str, dict[str, bytes]]:
    """A library with a video that is to be forgotten, and what would give it away."""
    around = shared_library.path.parent
    write_others(around / "videos")
    shared_library.index(around / "videos")
    shutil.copytree(shared_library.path, around / "without")
    secret = write_secret(around / "videos")
    shared_library.index(around / "videos")
    video = shared_library.find(secret)
    stage_some(shared_library, video.id)
    shared_library.tag("scenes", least=0.01)
    sought = needles(shared_library, video.id, SOUGHT)
    by_chance = in_bytes(around / "without", sought)  # pictures that end in the same way
    assert len(by_chance) < 4
    kept = {what: needle for what, needle in sought.items() if what not in by_chance}
    return shared_library, video.id, kept


@pytest.fixture
def told(
    made: tuple[Library, str, dict[str, bytes]], tmp_path: Path
) -> tuple[Library, str, dict[str, bytes]]:
    """A copy of it for each test."""
    library, video_id, sought = made
    shutil.copytree(library.path, tmp_path / "library")
    return Library(tmp_path / "library", library.config, print), video_id, sought


def shown(library: Library) -> list[object]:
    """What a few questions find, and all that is known of the videos."""
    questions = ("red", "ordinary words", "green", "b")
    found: list[object] = [
        (moment.video.id, moment.span, round(moment.score, 5), moment.said)
        for question in questions
        for moment in library.search(question).moments
    ]
    details = [library.show(video.id) for video in library.videos()]
    return [*found, *((item.scenes, item.frames, item.speech) for item in details)]


def test_a_forgotten_video_leaves_no_byte(
    told: tuple[Library, str, dict[str, bytes]], tmp_path: Path
) -> None:
    library, video_id, sought = told
    scratch = tmp_path / "opened"
    before = in_bytes(library.path, sought), inside(library.path, sought, scratch)
    missed = sought.keys() - before[0].keys() - before[1].keys()
    assert all("utf-16" in what or "as " in what for what in missed)  # kept in one form only
    assert {"zorblaxian (utf-8)", "id", "joint row 0"} <= before[0].keys()
    assert any(what.startswith("staged") for what in {**before[0], **before[1]})
    names = set.union(*before[0].values(), *before[1].values())
    assert any("catalog" in name for name in names) and any(".words" in name for name in names)
    library.forget(video_id)
    assert in_bytes(library.path, sought) == {}
    assert inside(library.path, sought, scratch) == {}
    with pytest.raises(UnknownVideo):
        library.find(video_id)
    with duckdb.connect(str(library.path / "catalog.duckdb"), read_only=True) as catalog:
        (free,) = catalog.execute("SELECT free_blocks FROM pragma_database_size()").fetchone()
    assert free == 0
    assert not library.has_traces()
    assert not list((library.path / "thumbnails").glob(f"*/{video_id}"))


def test_removing_leaves_traces_and_forgetting_clears_them(
    told: tuple[Library, str, dict[str, bytes]], tmp_path: Path
) -> None:
    library, video_id, sought = told
    library.remove(video_id)
    assert in_bytes(library.path, sought), "were there none, forget would have nothing to do"
    assert library.forget() == []
    assert in_bytes(library.path, sought) == {}
    assert inside(library.path, sought, tmp_path / "opened") == {}


def test_the_others_are_as_if_it_had_never_been_there(
    told: tuple[Library, str, dict[str, bytes]], tmp_path: Path
) -> None:
    library, video_id, _ = told
    videos = library.config.library.parent / "videos"
    tags = [library.show(name).tags for name in ("a.mp4", "b.mp4", "c.mp4")]
    library.forget(video_id)
    assert [library.show(name).tags for name in ("a.mp4", "b.mp4", "c.mp4")] == tags
    fresh = Library(library.config.library.parent / "without", library.config, print)
    assert shown(library) == shown(fresh)
    assert library.index(videos / "a.mp4").unchanged == 1
    library.index(videos)
    assert library.search("zorblaxian femtoquark").moments[0].video.id == video_id


def test_the_copy_is_the_same_catalog(told: tuple[Library, str, dict[str, bytes]]) -> None:
    library, _, _ = told

    def described() -> list[object]:
        with duckdb.connect(str(library.path / "catalog.duckdb"), read_only=True) as catalog:
            columns = catalog.execute(
                "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
                "WHERE NOT internal ORDER BY ALL"
            ).fetchall()
            rules = catalog.execute(
                "SELECT table_name, constraint_type, constraint_column_names "
                "FROM duckdb_constraints() ORDER BY ALL"
            ).fetchall()
            tables = sorted({column[0] for column in columns})
            rows = [
                catalog.execute(f"FROM {table} ORDER BY ALL").fetchall()
                for table in tables
                if table != "meta"
            ]
            return [columns, rules, rows]

    before = described()
    library.forget()
    assert described() == before


WRITER = """
import duckdb, os, sys
catalog = duckdb.connect(sys.argv[1])
catalog.execute("INSERT INTO meta VALUES ('late', 'committed and then killed')")
os._exit(9)
"""


def test_what_a_killed_writer_left_in_the_log_is_kept(
    told: tuple[Library, str, dict[str, bytes]], tmp_path: Path
) -> None:
    """The log of the old file must not be read into the new one, nor be lost with the old one."""
    library, video_id, sought = told
    catalog = library.path / "catalog.duckdb"
    subprocess.run([sys.executable, "-c", WRITER, str(catalog)], check=False)
    assert (library.path / "catalog.duckdb.wal").stat().st_size > 0
    library.forget(video_id)
    assert not list(library.path.glob("*.wal*"))
    with duckdb.connect(str(catalog), read_only=True) as opened:
        assert opened.execute("SELECT value FROM meta WHERE key = 'late'").fetchall()
    assert in_bytes(library.path, sought) == {}


def test_searches_go_on_meanwhile(told: tuple[Library, str, dict[str, bytes]]) -> None:
    library, video_id, _ = told
    wrong: list[BaseException] = []
    over = threading.Event()

    def search() -> None:
        reader = Library(library.path, library.config, print)
        while not over.is_set():
            try:
                for asked in (library, reader):
                    assert asked.search("ordinary words").moments
                    assert len(asked.videos()) >= 3
            except BaseException as error:
                wrong.append(error)
                return

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    library.forget(video_id)
    for _ in range(3):
        library.forget()
    over.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_an_interrupted_forgetting_is_finished_by_the_next(
    told: tuple[Library, str, dict[str, bytes]], tmp_path: Path, vsearch
) -> None:
    library, video_id, sought = told
    library.remove(video_id)
    (library.path / "forgetting").touch()  # as a killed process leaves it
    (library.path / "catalog.new").write_bytes(b"half made of zorblaxian")
    (library.path / "index" / "gen-000001.12345").write_text("zorblaxian")
    (library.path / "writer.json").write_text(json.dumps({"command": NAME}))
    left = library.path / "thumbnails" / video_id[:2] / video_id
    left.mkdir(parents=True)
    (left / "1.jpg").write_bytes(b"zorblaxian")
    assert library.has_traces()
    assert "forget --removed" in vsearch("doctor", "-l", library.path).stdout
    done = vsearch("forget", NAME, "--yes", "--json", "-l", library.path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "library": str(library.path),
        "forgotten": [],
        "traces": False,
    }
    assert in_bytes(library.path, sought) == {}


def test_what_others_put_among_the_pictures_is_cleared_and_no_link_followed(
    told: tuple[Library, str, dict[str, bytes]], tmp_path: Path
) -> None:
    library, video_id, sought = told
    pictures = library.path / "thumbnails"
    outside = tmp_path / "outside" / "kept"
    outside.mkdir(parents=True)
    (outside / "mine.jpg").write_bytes(b"mine")
    strays = [pictures / ".DS_Store", pictures / video_id[:2] / ".DS_Store"]
    for path in strays:
        path.write_bytes(b"zorblaxian")
    links = [pictures / "zz", pictures / video_id[:2] / "link", pictures / "nowhere"]
    for path, target in zip(links, (outside.parent, outside, tmp_path / "gone"), strict=True):
        path.symlink_to(target)
    library.forget(video_id)
    assert not any(path.exists() or path.is_symlink() for path in [*strays, *links])
    assert (outside / "mine.jpg").read_bytes() == b"mine"
    assert not library.has_traces()
    assert in_bytes(library.path, sought) == {}
    assert not library.lost_keyframes()


def test_what_cannot_be_cleared_is_named(
    told: tuple[Library, str, dict[str, bytes]],
) -> None:
    library, video_id, _ = told
    stuck = library.path / "catalog.new-folder"
    stuck.mkdir()
    with pytest.raises(StoreError, match=r"catalog\.new-folder"):
        library.forget(video_id)
    stuck.rmdir()
    library.forget()
    assert not library.has_traces()


def test_the_command(told: tuple[Library, str, dict[str, bytes]], vsearch) -> None:
    library, video_id, sought = told

    def forget(*arguments: object) -> object:
        return vsearch("forget", *arguments, "-l", library.path)

    assert forget().returncode == 2
    refused = forget(NAME)
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    done = forget(video_id[:8], "b.mp4", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No trace is left of 2 video(s)" in done.stdout
    assert in_bytes(library.path, sought) == {}
    assert forget("--missing", "--yes").stdout == "No file is missing.\n"
    assert forget("--removed").stdout == "No trace is left of removed videos.\n"
    assert {video.path.name for video in library.videos()} == {"a.mp4", "c.mp4"}
