"""Questions that the catalog answers, in all the ways that people ask them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vsearch.answer.counting import Counter
from vsearch.answer.phrases import spots_of
from vsearch.errors import QueryError
from vsearch.storage import Texts
from vsearch.testing.records import fill, make_record
from vsearch.types import ShownText, SpeechSegment, TimeSpan, Video
from vsearch_index.store import LibraryStore

LINES = {
    "talk.mp4": ["The last train leaves.", "A train, the last", "train of all: TRAIN!"],
    "trip.mp4": ["We took the train to Café Paris.", "It trains nobody in the Straße."],
    "quiet.mp4": [],
}


def spoken(video_id: str, lines: list[str], language: str = "en") -> list[SpeechSegment]:
    return [
        SpeechSegment(
            video_id=video_id,
            span=TimeSpan(start_s=n, end_s=n + 1),
            text=line,
            language=language,
        )
        for n, line in enumerate(lines)
    ]


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    folder = tmp_path_factory.mktemp("counting")
    store = LibraryStore(folder / "library")
    records = []
    for length, (name, lines) in enumerate(LINES.items(), start=4):
        record = make_record(folder, name, frames=length)
        language = "fr" if name == "trip.mp4" else "en"
        span = TimeSpan(start_s=1, end_s=2)
        shown = [ShownText(video_id=record.video.id, span=span, text="EXIT\nplatform 4,711")]
        speech = spoken(record.video.id, lines, language)
        records.append(replace(record, speech=speech, shown=shown if lines else []))
    fill(store, *records)

    def named(name: str) -> Video | None:
        found = [one for one in store.videos() if name in {one.path.name, one.path.stem}]
        if len(found) > 1:
            raise QueryError(name)
        return found[0] if found else None

    return Counter(store=store, named=named)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How often is train said?", "“train” is said 5 times, in 2 videos."),
        ("how many times is the word 'train' mentioned", "“train” is said 5 times, in 2 videos."),
        ("How often do they say “last train”?", "“last train” is said twice, in 1 video."),
        ("how often is train said in talk.mp4?", "“train” is said 4 times in talk.mp4."),
        ("how often is bus said", "“bus” is never said."),
        ("how often is cafe paris said", "“cafe paris” is said once, in 1 video."),
        ("how often is exit shown", "“exit” is shown as text twice, in 2 videos."),
        ("how often is 4711 shown?", "“4711” is shown as text twice, in 2 videos."),
        ("how often is Straße said", "“Straße” is said once, in 1 video."),
        ("how often is strasse said", "“strasse” is said once, in 1 video."),
        ("in which videos is train mentioned?", "“train” is said in 2 videos: "),
        ("Which videos mention the train of all?", "“train of all” is said in 1 video: talk."),
        ("how often is the train said?", "“the train” is said once, in 1 video."),
        ("which videos mention “the train of all”", "“the train of all” is said in no video."),
        ("How many videos mention paris?", "“paris” is said in 1 video: trip.mp4."),
        ("list all the videos about paris", "shown as text or part of the name in 1 video: trip"),
        ("which videos are about quiet", "part of the name in 1 video: quiet.mp4."),
        ("When is paris mentioned?", "“paris” is said once, in 1 video."),
        ("how many videos are there?", "The library holds 3 videos."),
        ("How many videos", "The library holds 3 videos."),
        ("how many scenes are there", "The library holds 3 scenes in 3 videos."),
        ("how many scenes are in talk", "talk.mp4 has 1 scene."),
        ("how many keyframes are there in total", "The library holds 15 keyframes in 3 videos."),
        ("how many hours of video are there", "3 videos, 15.0 s in all."),
        ("How long is talk.mp4?", "talk.mp4 lasts 4.0 s."),
        ("what is the length of the video trip?", "trip.mp4 lasts 5.0 s."),
        ("Which is the longest video?", "The longest video is quiet.mp4: 6.0 s."),
        ("which video is the shortest", "The shortest video is talk.mp4: 4.0 s."),
        ("Which languages are spoken?", "Spoken: en (1 video), fr (1 video)."),
        ("which language is spoken in trip.mp4", "Spoken: fr (1 video)."),
        ("what languages do they speak in quiet.mp4?", "Nothing is said in any language."),
        ("list the videos", "The library holds 3 videos: quiet.mp4, talk.mp4, trip.mp4."),
        ("what videos are there?", "The library holds 3 videos: "),
    ],
)
def test_what_is_counted(counter: Counter, question: str, text: str) -> None:
    counted = counter.answer(question)
    assert counted is not None
    assert text in counted.text


@pytest.mark.parametrize(
    "question",
    [
        "when does the last train leave?",
        "how long is the bridge?",
        "how long is the talk",
        "how many people work there?",
        "how many hours does the battery last?",
        "which is the longest river?",
        "in which videos is a dog shown?",
        "when is lunch served?",
        "when is bus mentioned",
        "where is the train used?",
        "when was paris named?",
        "when was the exit written?",
        "who says that the train is late?",
        "how often is ?! said",
        "list the videos about horses",
        "what language school did she visit?",
        "",
        "列車は何時ですか",
    ],
)
def test_other_questions_are_looked_for(counter: Counter, question: str) -> None:
    assert counter.answer(question) is None


def test_places_are_given_with_what_is_said_there(counter: Counter) -> None:
    counted = counter.answer("how often is the phrase last train said?")
    assert counted is not None
    assert [(spot.span.start_s, spot.span.end_s) for spot in counted.spots] == [(0, 1), (1, 3)]
    assert counted.spots[1].text == "A train, the last train of all: TRAIN!"


def test_one_video_can_be_named_beside_the_question(counter: Counter) -> None:
    only = replace(counter, video=counter.named("trip"))
    counted = only.answer("how often is train said?")
    assert counted is not None
    assert counted.text == "“train” is said once in trip.mp4."


def test_an_empty_library_counts_to_nothing(store: LibraryStore) -> None:
    with store.writer():
        pass
    empty = Counter(store=store, named=lambda name: (_ for _ in ()).throw(QueryError(name)))
    for question in ("how many videos are there", "how many hours of video", "list videos"):
        counted = empty.answer(question)
        assert counted is not None
        assert "0 videos" in counted.text
    assert empty.answer("which is the longest video?") is None


def test_matches_do_not_overlap_and_screens_do_not_run_on() -> None:
    said = spoken("v", ["ha ha ha ha ha"])
    assert len(spots_of("v", Texts(said=said), "ha ha", ("said",))) == 2
    span = TimeSpan(start_s=0, end_s=1)
    shown = [ShownText(video_id="v", span=span, text=text) for text in ("way", "out")]
    assert not spots_of("v", Texts(shown=shown), "way out", ("shown",))


def test_words_of_other_scripts_are_found() -> None:
    said = spoken("v", ["最後の列車は九時に出ます。", "القطار الأخير"])
    assert len(spots_of("v", Texts(said=said), "列車", ("said",))) == 1
    assert len(spots_of("v", Texts(said=said), "القطار", ("said",))) == 1


def test_a_video_that_is_not_there_is_named(counter: Counter) -> None:
    counted = counter.answer("how long is nothing.mp4?")
    assert counted is not None
    assert counted.text == "No video is called nothing.mp4."


def test_other_forms_of_a_word_are_told_of(counter: Counter) -> None:
    counted = counter.answer("how often is trained said")
    assert counted is not None
    assert counted.text.startswith("“trained” is never said. Other forms of it are said ")
    assert counted.spots
