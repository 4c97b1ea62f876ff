"""Chapters and summaries of whole libraries, most of them made up, none with real weights."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vsearch.errors import QueryError, StoreError
from vsearch.library import Library
from vsearch.pipeline.scenes import make_scene, row_id
from vsearch.storage import BlockRows, VideoRecord
from vsearch.summary.chapters import chapters_of
from vsearch.summary.material import Material, read_material
from vsearch.summary.numbers import numbers_of, whole
from vsearch.summary.page import as_html
from vsearch.summary.tell import Told, tell_moments, tell_video, worth_telling
from vsearch.summary.text import as_markdown, as_plain
from vsearch.testing.fakes import FakeTextEncoder
from vsearch.testing.records import DIM, fill, make_record
from vsearch.testing.videos import write_colours
from vsearch.types import (
    Frame,
    Matrix,
    SceneSound,
    ShownText,
    SpeechSegment,
    Tag,
    TimeSpan,
)
from vsearch_index.store import LibraryStore

TOPICS = (
    "the honey bees of the hive make honey",
    "the volcano throws lava and the volcano smokes",
    "a train leaves the station and the train is late",
)


def embed(texts: list[str]) -> Matrix:
    return FakeTextEncoder().embed_texts(texts).matrix


def span(start_s: float, end_s: float) -> TimeSpan:
    return TimeSpan(start_s=start_s, end_s=end_s)


def long_record(
    folder: Path, name: str, seconds: int, lines: tuple[str, ...], language: str = "en"
) -> VideoRecord:
    """A video with a scene and a keyframe every 4 s, in which each line is said for its share."""
    record = make_record(folder, name)
    count = seconds // 4
    video = replace(record.video, duration_s=float(seconds))
    scenes = [make_scene(video.id, n, span(4 * n, 4 * n + 4)) for n in range(count)]
    frames = [
        Frame(id=row_id(video.id, "frame", n), scene_id=scene.id, pts_s=4 * n + 2, span=scene.span)
        for n, scene in enumerate(scenes)
    ]
    said = [
        SpeechSegment(
            video_id=video.id,
            span=scene.span,
            text=f"{lines[n * len(lines) // count]}, part {n}.",
            language=language,
        )
        for n, scene in enumerate(scenes)
        if lines
    ]
    topic = np.eye(DIM)[[n * 3 // count for n in range(count)]].astype(np.float32)
    rows = {"visual": BlockRows(positions=np.arange(count), matrix=topic)}
    return replace(
        record,
        video=video,
        scenes=scenes,
        frames=frames,
        thumbnails=[b"jpeg"] * count,
        speech=said,
        rows=rows,
    )


def material(store: LibraryStore, record: VideoRecord) -> Material:
    fill(store, record)
    return read_material(store, store.rows(), record.video.id)


def test_chapters_follow_the_topics_and_are_called_by_their_words(
    store: LibraryStore, tmp_path: Path
) -> None:
    told = material(store, long_record(tmp_path, "talk.mp4", 240, TOPICS))
    chapters = chapters_of(told, embed)
    assert [chapter.span for chapter in chapters] == [span(0, 80), span(80, 160), span(160, 240)]
    assert [chapter.number for chapter in chapters] == [1, 2, 3]
    for chapter, word in zip(chapters, ("honey", "volcano", "train"), strict=True):
        assert word in chapter.title.casefold()
        assert word in chapter.said
        assert chapter.frame is not None
        assert chapter.span.start_s <= chapter.frame.pts_s < chapter.span.end_s
        assert chapter.thumbnail == store.thumbnail(told.details.video.id, chapter.frame.id)


def test_a_silent_video_is_divided_by_its_pictures(store: LibraryStore, tmp_path: Path) -> None:
    told = material(store, long_record(tmp_path, "silent.mp4", 120, ()))
    chapters = chapters_of(told, embed)
    assert [chapter.title for chapter in chapters] == [
        "Scene at 0:00",
        "Scene at 0:40",
        "Scene at 1:20",
    ]
    summary = tell_video(store, store.rows(), told.details.video.id, embed, Told())
    assert summary.sentences == ()
    assert summary.numbers.speech_share == summary.numbers.words_per_minute == 0
    assert summary.numbers.languages == ()
    assert len(summary.pictures) == 3


@pytest.mark.parametrize("seconds", [4, 28])
def test_a_short_video_is_one_chapter(store: LibraryStore, tmp_path: Path, seconds: int) -> None:
    told = material(store, long_record(tmp_path, "short.mp4", seconds, TOPICS))
    (chapter,) = chapters_of(told, embed)
    assert chapter.span == span(0, seconds)


def test_an_hour_of_talk_takes_seconds(store: LibraryStore, tmp_path: Path) -> None:
    lines = tuple(f"{TOPICS[n % 3]} in the year {n}" for n in range(12))
    told = material(store, long_record(tmp_path, "hour.mp4", 3600, lines))
    started = time.monotonic()
    summary = tell_video(store, store.rows(), told.details.video.id, embed, Told())
    assert time.monotonic() - started < 20
    assert 3 <= len(summary.chapters) <= 21
    assert summary.chapters[-1].span.end_s == 3600
    assert len(summary.sentences) == 5
    assert summary.numbers.keyframes == summary.numbers.scenes == 900


@pytest.mark.parametrize(
    ("language", "lines", "words"),
    [
        ("ja", ("富士山は日本一高い山です", "寿司は魚とご飯の料理です"), ("富士山", "寿司")),
        ("ar", ("القطار يصل إلى المحطة", "القهوة مشروب ساخن جدا"), ("القطار", "القهوة")),
    ],
)
def test_other_scripts_are_told_as_well(
    store: LibraryStore, tmp_path: Path, language: str, lines: tuple[str, ...], words: tuple[str]
) -> None:
    told = material(store, long_record(tmp_path, "other.mp4", 96, lines, language))
    summary = tell_video(store, store.rows(), told.details.video.id, embed, Told())
    titles = " | ".join(chapter.title for chapter in summary.chapters)
    assert any(word in titles for word in words)
    assert {chapter.title_source for chapter in summary.chapters} == {"said"}
    assert summary.numbers.languages == (language,)
    assert summary.numbers.words > 0
    assert summary.sentences


def test_sounds_tags_and_texts_are_told_where_they_are_known(
    store: LibraryStore, tmp_path: Path
) -> None:
    record = long_record(tmp_path, "talk.mp4", 96, TOPICS)
    first = record.video.id
    sounds = [
        SceneSound(scene_id=scene.id, speech=0.5, music=0.25, silence=0.0)
        for scene in record.scenes
    ]
    shown = [ShownText(video_id=first, span=span(0, 5), text="All about bees\n2024")]
    told = material(store, replace(record, sounds=sounds, shown=shown))
    assert chapters_of(told, embed)[0].title == "All about bees"
    assert chapters_of(told, embed)[0].title_source == "shown"
    tags = tuple(
        Tag(scene_id=scene.id, label_set="x", label="insect", score=0.9)
        for scene in record.scenes[:2]
    )
    tagged = replace(told, details=replace(told.details, tags=tags))
    numbers = numbers_of([whole(tagged)])
    assert numbers.music_share == pytest.approx(0.25)
    assert numbers.silence_share == 0
    assert numbers.tags == (("insect", 2),)
    mute = replace(told.details, video=replace(told.details.video, has_audio=False))
    without = numbers_of([whole(replace(told, details=mute))])
    assert (without.music_share, without.silence_share) == (None, None)
    assert numbers_of([whole(replace(told, details=mute)), whole(told)]).music_share == (
        pytest.approx(0.25)
    )


@pytest.fixture
def library(fake_library: Library, tmp_path: Path) -> Library:
    folder = tmp_path / "videos"
    talk = write_colours(folder / "talk.mp4", ["red", "green"], seconds_each=20)
    cues = [
        f"{n + 1}\n00:00:{n * 8:02d},000 --> 00:00:{n * 8 + 6:02d},000\n{TOPICS[n // 3]} {n}.\n"
        for n in range(5)
    ]
    talk.with_suffix(".en.srt").write_text("\n".join(cues), encoding="utf-8")
    write_colours(folder / "short.mp4", ["blue"])
    fake_library.index(folder)
    return fake_library


def test_a_name_is_told_as_a_video_and_anything_else_as_a_query(library: Library) -> None:
    for name in ("talk", "talk.mp4", library.find("talk").id[:8]):
        told = library.summary(name)
        assert (told.query, [video.path.name for video in told.videos]) == ("", ["talk.mp4"])
        assert told.chapters
    asked = library.summary("volcano throws lava")
    assert asked.query == "volcano throws lava"
    assert asked.chapters == ()
    assert asked.spans
    assert all("volcano" in item.text for item in asked.sentences[:1])
    assert library.summary("talk", as_query=True).query == "talk"
    assert library.summary(library.find("short")).title == "short"


def test_a_file_that_is_not_here_is_no_query(library: Library) -> None:
    with pytest.raises(QueryError, match=r"no video in .* is called 'gone\.mp4'"):
        library.summary("gone.mp4")


def test_a_few_letters_of_an_id_are_a_word(library: Library) -> None:
    start = library.find("talk").id[:3]
    assert library.named(start) is None
    assert library.find(start) == library.find("talk")
    assert library.named(library.find("talk").id[:6]) == library.find("talk")


def test_a_query_tells_only_of_what_it_found(library: Library) -> None:
    told = library.summary("red", pictures=4)
    assert {video.path.name for video in told.videos} == {"talk.mp4"}
    assert told.numbers.duration_s < 40
    for still in told.pictures:
        assert any(own.overlaps(still.frame.span) for _, own in told.spans)
    assert len(told.pictures) <= 4


def test_only_moments_worth_half_of_the_best_are_told(library: Library) -> None:
    (moment, *_) = library.search("red").moments
    scored = [replace(moment, score=score) for score in (4.0, 2.0, 1.9, 0.0, -1.0)]
    scored.append(replace(moment, score=3.0, weak=True))
    assert [item.score for item in worth_telling(scored)] == [4.0, 2.0]
    assert worth_telling([]) == worth_telling(scored[3:]) == []


def test_a_query_that_nothing_fits_well_is_told_with_that_said(
    library: Library,
) -> None:
    (moment, *_) = library.search("red").moments
    for score, poor in ((0.9, True), (1.0, True), (1.1, False)):
        told = tell_moments(
            *(library._store, library._store.rows(), "red"),
            *([replace(moment, score=score)], embed, Told()),
        )
        assert told.poor == poor
        for written in (as_plain(told), as_markdown(told), as_html(told)):
            assert ("Nothing fits well" in written) == poor
    nothing = tell_moments(library._store, library._store.rows(), "red", [], embed, Told())
    assert "Nothing was found" in as_plain(nothing)
    assert not nothing.poor


def test_limits_of_nothing_are_kept(library: Library) -> None:
    told = library.summary("talk", pictures=0, sentences=0)
    assert (told.pictures, told.sentences) == ((), ())


def test_a_library_that_is_not_there_and_an_empty_one_say_so(
    fake_library: Library, tmp_path: Path
) -> None:
    for ask in (fake_library.chapters, fake_library.summary):
        with pytest.raises(StoreError, match="there is no library"):
            ask("talk.mp4")
    fake_library.index(write_colours(tmp_path / "only.mp4", ["red"]))
    fake_library.remove("only")  # one by itself is not taken for its letters
    for ask in (fake_library.chapters, fake_library.summary):
        with pytest.raises(QueryError, match="no video"):
            ask("talk.mp4")
    nothing = fake_library.summary("a dog")
    assert (nothing.videos, nothing.spans, nothing.pictures) == ((), (), ())
    assert nothing.numbers.duration_s == nothing.numbers.speech_share == 0
