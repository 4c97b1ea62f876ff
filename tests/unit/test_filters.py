"""Each filter against videos that differ in what it asks; none makes a search fall short."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest

from vsearch.errors import QueryError
from vsearch.files import FileStamp
from vsearch.library import Library
from vsearch.query.grammar import parse
from vsearch.storage import VideoRecord
from vsearch.testing.records import asking, fill, make_record
from vsearch.testing.videos import write_colours
from vsearch.types import SceneSound
from vsearch_index.store import LibraryStore

Found = Callable[[str], set[str]]
JUNE = datetime(2024, 6, 15, 12).timestamp()


def record(
    folder: Path, name: str, *, frames: int = 6, language: str = "en", at: float = JUNE
) -> VideoRecord:
    folder.mkdir(parents=True, exist_ok=True)
    made = make_record(folder, name, frames, seed=len(str(folder)))
    os.utime(folder / name, (at, at))
    speech = [replace(segment, language=language) for segment in made.speech]
    return replace(made, stamp=FileStamp.of(folder / name), speech=speech if language else [])


@pytest.fixture
def found(store: LibraryStore, tmp_path: Path) -> Found:
    """What a query leaves: the videos whose rows are allowed."""
    root = tmp_path / "films"
    fill(
        store,
        record(root / "Holiday", "beach.mp4", frames=4),
        record(root / "Holiday" / "day 2", "dunes.mkv", language="de"),
        record(root / "work", "talk.final.mp4", frames=30, language="en-GB"),
        record(root / "Straße", "50%_off.mp4", at=datetime(2023, 12, 31, 23, 59).timestamp()),
        record(root / "trip [2020]", "it's a [draft].mp4", language="fr"),
        record(root / "holidays", "old.mp4", at=datetime(2024, 1, 1).timestamp(), language=""),
    )
    rows = store.rows()

    def ask(query: str) -> set[str]:
        allowed = rows.allowed(parse(query).filters)
        assert allowed is not None
        assert np.all(np.diff(allowed) > 0)
        ids = {context.scene.video_id for context in rows.contexts(allowed).values()}
        return {video.path.stem for video in rows.videos(ids).values()}

    return ask


HOLIDAY = {"beach", "dunes"}
EVERYTHING = HOLIDAY | {"talk.final", "50%_off", "it's a [draft]", "old"}


@pytest.mark.parametrize(
    ("query", "videos"),
    [
        ("x in:holiday", HOLIDAY),
        ("x in:Holiday/", HOLIDAY),
        ('x in:"films/holiday/day 2"', {"dunes"}),
        ('x in:"day 2"', {"dunes"}),
        ("x in:work in:holidays", {"talk.final", "old"}),
        ("x in:straße", {"50%_off"}),
        ('x in:"trip [2020]"', {"it's a [draft]"}),
        ("x in:*/Holiday/*.mp4", {"beach"}),
        ("x in:Holiday/*.mp4", {"beach"}),
        ("x in:Holiday/*", HOLIDAY),
        ("x in:films", EVERYTHING),
        ("x in:/", EVERYTHING),
        ("x video:beach.mp4", {"beach"}),
        ("x video:beach", {"beach"}),
        ("x video:Holiday/beach.mp4", {"beach"}),
        ("x video:talk.final", {"talk.final"}),
        ("x video:talk.final.mp4 video:old", {"talk.final", "old"}),
        ("x video:50%_off", {"50%_off"}),
        ('x video:"it\'s a [draft]"', {"it's a [draft]"}),
        ('x video:"it\'s a [draft].mp4"', {"it's a [draft]"}),
        ("x video:*.mkv", {"dunes"}),
        ("x video:d?nes.mkv", {"dunes"}),
        ("x video:[bo]*", {"beach", "old"}),
        ("x longer:6s", {"talk.final"}),
        ("x longer:5s shorter:10s", EVERYTHING - {"beach", "talk.final"}),
        ("x shorter:5s", {"beach"}),
        ("x after:10s", {"talk.final"}),
        ("x before:1s", EVERYTHING),
        ("x after:2024", EVERYTHING - {"50%_off"}),
        ("x before:2024", {"50%_off"}),
        ("x before:2024-06-15", {"50%_off", "old"}),
        ("x after:2024-01 before:2024-02", {"old"}),
        ("x after:2024-06-15", EVERYTHING - {"50%_off", "old"}),
        ("x lang:en", {"beach", "talk.final", "50%_off"}),
        ("x lang:de lang:FR", {"dunes", "it's a [draft]"}),
        ("x in:holiday lang:en shorter:1m", {"beach"}),
        ("x in:holiday longer:1h", set()),
    ],
)
def test_a_filter_leaves_what_it_says(found: Found, query: str, videos: set[str]) -> None:
    assert found(query) == videos


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("x in:nowhere", r"in: no video of the library lies in 'nowhere'"),
        ("x in:holid", "lies in 'holid'"),
        ("x in:holiday in:nowhere", "lies in 'nowhere'"),
        ("x in:%", "lies in '%'"),
        ("x in:[", r"lies in '\['"),
        ("x video:bea", "video: no video of the library is called 'bea'"),
        ("x video:*.avi", r"is called '\*.avi'"),
        ("x video:.mp4", "is called '.mp4'"),
        ("x video:each.mp4", "is called 'each.mp4'"),
        ("x lang:it", "lang: no video of the library has 'it'; there are: de, en, fr"),
        ("x tag:beach", "tag: finds nothing: nothing has put tags"),
    ],
)
def test_a_filter_that_names_nothing_says_so(found: Found, query: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        found(query)


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Tokyo"])
def test_dates_that_no_file_has_are_after_or_before_all(
    found: Found, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for early in ("0001-01", "0001-01-01T00:00:00", "1969"):
            assert found(f"x before:{early}") == set()
            assert found(f"x after:{early}") == EVERYTHING
        for late in ("9999-12", "9999-12-31T23:59:59", "2300-01"):
            assert found(f"x before:{late}") == EVERYTHING
            assert found(f"x after:{late}") == set()
    finally:
        monkeypatch.undo()
        time.tzset()


def test_paths_are_understood_as_in_a_shell(
    found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path / "films" / "Holiday")
    for here in (".", "./", "../Holiday", "~/films/Holiday", "./*"):
        assert found(f"x in:{here}") == HOLIDAY, here
    assert found('x in:"./day 2"') == {"dunes"}
    assert found("x in:..") == EVERYTHING
    assert found("x in:~") == EVERYTHING
    for beach in ("./beach.mp4", "../Holiday/beach", "~/films/*/beach.mp4"):
        assert found(f"x video:{beach}") == {"beach"}, beach
    for nothing in ("./films", "~/Holiday", "~nobody-of-this-name"):
        with pytest.raises(QueryError, match=f"lies in '{nothing}'"):
            found(f"x in:{nothing}")


@pytest.mark.parametrize("kept", ["NFC", "NFD"])
@pytest.mark.parametrize("asked", ["NFC", "NFD"])
def test_both_unicode_forms_of_a_name_are_the_same(
    store: LibraryStore, tmp_path: Path, kept: Any, asked: Any
) -> None:
    fill(store, record(tmp_path / normalize(kept, "Café"), f"{normalize(kept, 'Ölfaß')}.mp4"))
    for query in ("x in:café", "x in:*/Café/*", "x video:Ölfaß", "x video:Ö*.mp4"):
        allowed = store.rows().allowed(parse(normalize(asked, query)).filters)
        assert allowed is not None
        assert len(allowed) == 6, query


def test_times_leave_the_rows_around_them(store: LibraryStore, tmp_path: Path) -> None:
    fill(store, make_record(tmp_path, "a.mp4", frames=10))
    rows = store.rows()
    allowed = rows.allowed(parse("x after:3s before:5s").filters)
    assert allowed is not None
    starts = sorted(context.frame.span.start_s for context in rows.contexts(allowed).values())
    assert starts == [3, 4]
    assert rows.allowed(parse("x").filters) is None


def test_a_language_is_of_the_whole_video(store: LibraryStore, tmp_path: Path) -> None:
    """Somebody speaks in the first two of its seconds: the others may be found as well."""
    fill(store, record(tmp_path / "v", "a.mp4", frames=10))
    allowed = store.rows().allowed(parse("x lang:en").filters)
    assert allowed is not None
    assert len(allowed) == 10


def sounding(folder: Path, name: str, speech: float, music: float, silence: float) -> VideoRecord:
    made = make_record(folder, name)
    sound = SceneSound(scene_id=made.scenes[0].id, speech=speech, music=music, silence=silence)
    return replace(made, sounds=[sound])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("x sound:speech", {"talk", "both"}),
        ("x sound:Music", {"song", "both"}),
        ("x sound:silence", {"quiet"}),
        ("x sound:other", {"noise"}),
        ("x sound:silence sound:other", {"quiet", "noise"}),
    ],
)
def test_scenes_by_how_they_sound(
    store: LibraryStore, tmp_path: Path, query: str, names: set[str]
) -> None:
    shares = {
        "talk": (0.5, 0.49, 0.0),
        "song": (0.0, 0.5, 0.1),
        "both": (0.9, 0.8, 0.0),
        "quiet": (0.1, 0.0, 0.9),
        "noise": (0.2, 0.1, 0.1),
    }
    fill(store, *(sounding(tmp_path, f"{name}.mp4", *value) for name, value in shares.items()))
    rows = store.rows()
    allowed = rows.allowed(parse(query).filters)
    assert allowed is not None
    ids = {context.scene.video_id for context in rows.contexts(allowed).values()}
    assert {video.path.stem for video in rows.videos(ids).values()} == names


def test_a_library_that_nobody_listened_to_says_so(store: LibraryStore, tmp_path: Path) -> None:
    fill(store, make_record(tmp_path, "a.mp4"))
    with pytest.raises(QueryError, match="index them again with index.sound on"):
        store.rows().allowed(parse("x sound:music").filters)


def test_an_old_and_a_new_copy_are_no_file_between(store: LibraryStore, tmp_path: Path) -> None:
    made = record(tmp_path / "a", "a.mp4", at=datetime(2020, 1, 1).timestamp())
    fill(store, made)
    with store.writer() as writer:
        copy = record(tmp_path / "b", "b.mp4", at=datetime(2024, 1, 1).timestamp())
        writer.link(copy.stamp, made.video.id)
        writer.publish()
    rows = store.rows()
    for query, count in [
        ("x after:2021 before:2023", 0),
        ("x after:2023", 6),
        ("x before:2021", 6),
    ]:
        allowed = rows.allowed(parse(query).filters)
        assert allowed is not None
        assert len(allowed) == count, query


def test_a_video_is_named_by_the_beginning_of_its_id(fake_library: Library, tmp_path: Path) -> None:
    for name, colour in (("a", "red"), ("b", "blue")):
        write_colours(tmp_path / "v" / f"{name}.mp4", [colour], seconds_each=1)
    fake_library.index(tmp_path / "v")
    for video in fake_library.videos():
        found = fake_library.search(f"red video:{video.id[:8]}").moments
        assert {moment.video.id for moment in found} == {video.id}


@pytest.mark.parametrize("kind", ["flat", "fp16", "sq8"])
@pytest.mark.parametrize("frames", [1, 20])
def test_a_filtered_search_is_never_short(tmp_path: Path, kind: str, frames: int) -> None:
    """200 rows of 2,200 or fewer may be found: as many as were asked for are, and the best."""
    store = LibraryStore(tmp_path / "library", kind=kind)
    many = [record(tmp_path / "much", f"m{n}.mp4", frames=100) for n in range(20)]
    few = [record(tmp_path / "few", f"f{n}.mp4", frames=frames) for n in range(10)]
    fill(store, *many, *few)
    rows = store.rows()
    allowed = rows.allowed(parse("x in:few").filters)
    assert allowed is not None
    assert len(allowed) == 10 * frames
    query = rows.space.query({block.name: asking(5)(block) for block in rows.space.blocks}, {})
    exact = rows.vectors(np.arange(len(rows))) @ query[0]
    best = allowed[np.argsort(-exact[allowed], kind="stable")]
    for limit in (1, 10, 150):
        found = rows.nearest(query, limit, allowed)
        assert len(found.positions) == min(limit, len(allowed))
        overlap = len(set(found.positions.tolist()) & set(best[:limit].tolist()))
        assert overlap >= 0.95 * min(limit, len(allowed))
