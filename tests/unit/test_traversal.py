"""Names that try to lead out of the library: nothing outside is opened, nothing falls over."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.unit.hostile import NAMES
from vsearch.errors import QueryError, UnknownVideo, VsearchError
from vsearch.library import Library, open_library
from vsearch.testing.videos import write_colours
from vsearch.types import Video

SECRET = "zorblaxian-top-secret"


class Opened:
    """Which files Python opened while it was watched."""

    def __init__(self) -> None:
        self.watched = False
        self.paths: list[Path] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, details: tuple[Any, ...]) -> None:
        touches = event in {"open", "os.remove", "os.rename", "os.rmdir"}
        if self.watched and touches and isinstance(details[0], str | bytes):
            self.paths.append(Path(os.fsdecode(details[0])))

    @contextmanager
    def watching(self) -> Iterator[list[Path]]:
        self.watched, self.paths = True, []
        try:
            yield self.paths
        finally:
            self.watched = False


OPENED = Opened()


@pytest.fixture(scope="module")
def library(shared_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library with secrets all around it, and links to them in its own folder."""
    around = shared_library.path.parent
    write_colours(around / "videos" / "a.mp4", ["red", "green"], seconds_each=1.0)
    shared_library.index(around / "videos")
    secret = around / "secret.jpg"
    Image.new("RGB", (64, 64), "red").save(secret, comment=SECRET.encode())
    video_id = shared_library.videos()[0].id
    for folder in (shared_library.path / "thumbnails", shared_library.path):
        (folder / "linked").symlink_to(around, target_is_directory=True)
        (folder / "7.jpg").symlink_to(secret)
    (shared_library.path / "thumbnails" / video_id[:2] / video_id / "7.jpg").symlink_to(secret)
    return shared_library


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def is_inside(path: Path, library: Library) -> bool:
    """Whether a file is the library's, one of Python's own, or the video that was indexed."""
    real = Path(os.path.realpath(path))
    own = [library.path, library.path.parent / "videos", Path(sys.prefix), Path(sys.base_prefix)]
    own += [Path(__file__).parent.parent.parent / part for part in ("vsearch", "index", "plugins")]
    return any(real.is_relative_to(os.path.realpath(folder)) for folder in own)


def made_up(name: str) -> Video:
    return Video(
        id=name,
        path=Path(name),
        duration_s=1.0,
        frame_rate=Fraction(25),
        width_px=1,
        height_px=1,
        has_audio=False,
    )


INTERFACES: dict[str, Callable[[Library, str], object]] = {
    "find": lambda library, name: library.find(name),
    "named": lambda library, name: library.named(name),
    "show": lambda library, name: library.show(name),
    "picture of a video": lambda library, name: library.picture(name, 7),
    "picture of a frame": lambda library, name: library.picture(
        library.videos()[0].id,
        name,  # type: ignore[arg-type]
    ),
    "thumbnail": lambda library, name: library.thumbnail(name, 7),
    "file": lambda library, name: library.file(made_up(name)),
    "video": lambda library, name: library.video(name),
    "files": lambda library, name: library.files([made_up(name)])[name],  # none is known
    "transcript": lambda library, name: library.transcript(name),
    "vectors": lambda library, name: library.vectors(name),
    "chapters": lambda library, name: library.chapters(name),
    "summary": lambda library, name: library.summary(name),
    "ask": lambda library, name: library.ask("what is said?", video=name),
    "unusual": lambda library, name: library.unusual(name),
    "search in": lambda library, name: library.search("red", inside=name),
    "search of": lambda library, name: library.search("red", video=name),
    "search like": lambda library, name: library.search(like=name),
    "search like a time": lambda library, name: library.search(f'like:"{name}@0:01"'),
    "search": lambda library, name: library.search(name, plain=True),
    "query": lambda library, name: library.search(f'video:"{name}" red'),
    "remove": lambda library, name: library.remove(name),
    "forget": lambda library, name: library.forget(name),
    "untag": lambda library, name: library.untag(name),
}
TELLING = {"picture of a video", "picture of a frame", "file", "files", "video"} | {
    "remove",
    "forget",
    "untag",
}


@pytest.mark.parametrize("interface", INTERFACES)
def test_no_name_leads_out(library: Library, interface: str) -> None:
    assert len(NAMES) >= 40
    for name in NAMES:
        before = library.counts()
        with OPENED.watching() as paths:
            try:
                found = INTERFACES[interface](library, name)
            except (VsearchError, KeyError) as error:
                found = None
                assert SECRET not in str(error)
            else:
                assert interface not in TELLING, f"{name!r} gave {found!r}"
        outside = [path for path in paths if not is_inside(path, library)]
        assert not outside, f"{name!r} opened {outside}"
        assert SECRET not in repr(found)
        assert library.counts() == before


@pytest.mark.parametrize("name", NAMES)
def test_a_thumbnail_lies_in_the_library(library: Library, name: str) -> None:
    try:
        path = library.thumbnail(name, 7)
    except QueryError:
        return
    assert Path(os.path.normpath(path)).is_relative_to(library.path / "thumbnails")


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_that_is_asked_with_is_a_picture_or_an_error(library: Library, name: str) -> None:
    """image: may name any place, as it is the person's own; only what is in it is never told."""
    try:
        assert library.search(image=name).moments
    except QueryError as error:
        assert SECRET not in str(error)


def test_links_in_the_library_lead_nowhere(library: Library) -> None:
    video = library.videos()[0]
    assert library.picture(video.id, library.show("a.mp4").frames[0].id)
    for video_id, frame in ((video.id, 7), ("linked", 7), ("..", 7)):
        with pytest.raises(QueryError):
            library.picture(video_id, frame)


def test_a_picture_is_a_picture(library: Library) -> None:
    """What lies where a picture should, and is none, is not given out."""
    video = library.videos()[0]
    odd = library.thumbnail(video.id, 8)
    odd.write_text(SECRET)
    with pytest.raises(QueryError):
        library.picture(video.id, 8)
    odd.unlink()


def test_a_video_that_is_another_file_now_is_not_given_out(library: Library) -> None:
    video = library.videos()[0]
    kept = video.path.read_bytes()
    stat = video.path.stat()
    try:
        video.path.unlink()
        video.path.symlink_to(library.path.parent / "secret.jpg")
        with pytest.raises(QueryError, match="gone, or has changed"):
            library.file(video)
    finally:
        video.path.unlink()
        video.path.write_bytes(kept)
        os.utime(video.path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert library.file(video) == video.path


READS_FILES = (
    "SELECT * FROM read_text('{0}')",
    "SELECT * FROM read_blob('{0}')",
    "SELECT * FROM read_csv('{0}')",
    "SELECT * FROM read_json('{0}')",
    "SELECT * FROM parquet_scan('{0}')",
    "SELECT * FROM '{0}'",
    "FROM '{0}'",
    "SELECT * FROM glob('{1}/*')",
    "SELECT * FROM sqlite_scan('{0}', 'x')",
    "SELECT getenv('HOME')",
    "ATTACH '{0}' AS other",
    "COPY (SELECT 1) TO '{1}/written.csv'",
    "INSTALL httpfs",
    "LOAD '{0}'",
    "SELECT * FROM read_text('{1}/../library/catalog.duckdb')",
)


@pytest.mark.parametrize("query", READS_FILES)
def test_sql_reads_no_file(library: Library, query: str) -> None:
    around = library.path.parent
    (around / "secret.csv").write_text(f"{SECRET}\n{SECRET}\n")
    with pytest.raises(QueryError) as refused:
        library.sql(query.format(around / "secret.csv", around))
    assert SECRET not in str(refused.value)
    assert not (around / "written.csv").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_library_is_a_place_that_is_only_looked_at(library: Library, name: str) -> None:
    """--library takes a name or a path: a person may mean any place, but it is not touched."""
    with OPENED.watching() as paths:
        try:
            opened = open_library(name, config=library.config)
            assert not opened.exists() or opened.path.is_dir()
            opened.videos()
        except VsearchError:
            pass
    own = {"catalog.duckdb"}
    assert not [path for path in paths if not is_inside(path, library) and path.name not in own]


@pytest.mark.parametrize(
    "place",
    ["{0}/catalog.duckdb", "{0}/x.md", "{0}/linked/../x.md", "{0}/index/../x.md", "link.md"],
)
def test_nothing_is_written_into_the_library(
    library: Library, place: str, tmp_path: Path, vsearch
) -> None:
    (tmp_path / "link.md").symlink_to(library.path / "x.md")
    before = sorted(library.path.rglob("*"))
    arguments = ("summary", "a.mp4", "--markdown", place.format(library.path), "-l", library.path)
    done = vsearch(*arguments)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    assert sorted(library.path.rglob("*")) == before


@pytest.mark.parametrize("place", ["x.m3u", "index/x.edl", "linked/../library/x.otio"])
def test_nothing_is_exported_into_the_library(library: Library, place: str) -> None:
    with pytest.raises(QueryError):
        library.export(library.search("red"), library.path / place)
    assert not list(library.path.rglob("x.*"))


def test_the_command_line_takes_hostile_names_calmly(library: Library, vsearch) -> None:
    """A few through real processes: the others go the same way through Library."""
    for name in ("../secret.jpg", "\udcff.mp4"):
        for command in (("show",), ("forget", "--yes")):
            done = vsearch(*command, "-l", library.path, "--", name)
            assert done.returncode == 2, f"{command} {name!r}: {done.stderr}"
            assert "Traceback" not in done.stderr
            assert SECRET not in done.stdout + done.stderr
    with pytest.raises(UnknownVideo):
        library.remove("../secret.jpg")


@pytest.mark.parametrize("target", ["private/secret.srt", "/etc/passwd", "a.srt"])
def test_subtitles_that_lead_out_of_their_folder_are_not_read(
    fake_library: Library, tmp_path: Path, target: str
) -> None:
    from vsearch.pipeline.speech import sidecars

    cue = "1\n00:00:00,000 --> 00:00:01,000\n"
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "secret.srt").write_text(cue + SECRET)
    video = write_colours(tmp_path / "videos" / "a.mp4", ["red"], seconds_each=1.0)
    link = video.with_suffix(".srt")
    link.symlink_to(link if target == "a.srt" else tmp_path / target)
    video.with_suffix(".en.srt").write_text(cue + "hello there")
    fake_library.index(video)
    (said,) = fake_library.show("a.mp4").speech
    assert said.text == "hello there"
    (tmp_path / "linked").symlink_to(tmp_path / "videos")
    assert sidecars(tmp_path / "linked" / "a.mp4") == [tmp_path / "linked" / "a.en.srt"]
    alone = tmp_path / "elsewhere" / "a.mp4"
    alone.parent.mkdir()
    alone.symlink_to(video)
    alone.with_suffix(".en.srt").symlink_to(video.with_suffix(".en.srt"))
    assert sidecars(alone) == [alone.with_suffix(".en.srt")]  # beside the video as it really lies
