"""Asked in one language, found in another, where the text model knows both; else a note says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vsearch.config import Config
from vsearch.library import Library
from vsearch.testing.videos import write_colours
from vsearch_index.store import LibraryStore

SAID = {
    "plage.fr": ["un chien court sur la plage", "le train part dans la gare"],
    "station.en": ["we sell apples and bread here", "please leave your coat at home today"],
    "mixed.de": ["heute backen wir Brot und Kuchen", "danach gehen wir alle nach Hause"],
}
NOTE = "the words are French: fake words (speech) understands English only"


def speaking(config: Config, folder: Path, text: str) -> Library:
    """A library of three videos in three languages, read with this text encoder."""
    models = replace(config.models, text=text)
    made = replace(config, models=models, plugins=(*config.plugins, "tests.unit.polyglot"))
    for name, lines in SAID.items():
        video = write_colours(folder / f"{name.partition('.')[0]}.mp4", ["red"], seconds_each=6)
        cues = [
            f"{number}\n00:00:0{2 * number},000 --> 00:00:0{2 * number + 1},900\n{line}\n"
            for number, line in enumerate(lines, start=1)
        ]
        (video.parent / f"{name}.srt").write_text("\n".join(cues), encoding="utf-8")
    library = Library(made.library, made, print)
    assert len(library.index(folder).indexed) == len(SAID)
    return library


@pytest.fixture
def polyglot(fake_config: Config, tmp_path: Path) -> Library:
    return speaking(fake_config, tmp_path / "videos", "polyglot.v1:en+fr+de")


def test_an_english_question_finds_what_is_said_in_french(polyglot: Library) -> None:
    result = polyglot.search("said:(a dog runs on the beach)")
    assert result.notes == ()
    best = result.moments[0]
    assert best.video.path.stem == "plage"
    assert "un chien court sur la plage" in best.said


def test_a_french_question_gives_no_note_and_finds_the_same(polyglot: Library) -> None:
    asked = "said:(un chien court sur la plage)"
    result = polyglot.search(asked)
    assert result.notes == ()
    assert result.moments[0].video.path.stem == "plage"


@pytest.mark.parametrize(
    ("language", "found"), [("fr", "plage"), ("en", "station"), ("de", "mixed")]
)
def test_the_language_still_filters(polyglot: Library, language: str, found: str) -> None:
    for words in ("a dog runs on the beach", "un chien court sur la plage"):
        result = polyglot.search(f"{words} lang:{language}")
        assert {moment.video.path.stem for moment in result.moments} == {found}
        assert result.notes == ()


def test_the_language_is_kept_whatever_the_model_knows(polyglot: Library) -> None:
    store = LibraryStore(polyglot.path)
    kept = {video.path.stem: store.details(video.id).languages for video in polyglot.videos()}
    assert kept == {"plage": ("fr",), "station": ("en",), "mixed": ("de",)}


def test_a_model_that_knows_english_only_says_so(fake_config: Config, tmp_path: Path) -> None:
    library = speaking(fake_config, tmp_path / "videos", "polyglot.v1:en")
    (words, spoken) = library.search("un chien court sur la plage").notes
    assert words.startswith(NOTE)
    assert spoken.startswith("most of what is said here is")
    result = library.search("said:(a dog runs on the beach)")
    assert not any("un chien" in moment.said and moment.score > 2 for moment in result.moments)
