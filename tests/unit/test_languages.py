"""Which language a text is in, and what is said where models do not know it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vsearch.languages import NAMES, UNKNOWN, language_asked_in, language_of, two_letters
from vsearch.query.asked import question_of
from vsearch.query.notes import notes_of
from vsearch.types import Block, VectorSpace
from vsearch_plugins.text_minilm import MULTILINGUAL

ENGLISH = [
    "a dog runs on the beach", "people riding bicycles in the street", "red", "ok", "1893",
    "part QX-7731", "Czerwińska", "interview with Mrs. Cieślak", "Beyoncé sings on stage",
    "a café in Paris", "die hard car chase", "la la land dance", "São Paulo skyline night",
    "man in van", "what your country can do for you", "de Niro as a driver", "el", "una thurman",
]  # fmt: skip
OTHERS = {
    "un chien court sur la plage": "fr",
    "der letzte Zug nach Hause": "de",
    "un perro corre por la playa": "es",
    "il cane corre sulla spiaggia": "it",
    "o cachorro corre na praia": "pt",
    "собака бежит по пляжу": "ru",
    "犬が浜辺を走る": "ja",
    "한 개가 해변을 달린다": "ko",
    "الكلب يجري على الشاطئ": "ar",
}


@pytest.mark.parametrize("text", ENGLISH)
def test_english_names_and_numbers_are_passed_over(text: str) -> None:
    assert language_asked_in(text) in {UNKNOWN, "en"}


@pytest.mark.parametrize("text", OTHERS)
def test_other_languages_are_recognised(text: str) -> None:
    assert language_asked_in(text) == OTHERS[text]


def test_english_questions_never_load_the_detector() -> None:
    asked = [text for text in ENGLISH if (text.isascii() and " the " in text) or len(text) < 4]
    code = (
        "import sys; from vsearch.languages import language_asked_in\n"
        f"for text in {asked!r}: language_asked_in(text)\n"
        "assert 'py3langid' not in sys.modules"
    )
    assert len(asked) >= 4
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_texts_that_are_too_short_or_no_text_have_no_language() -> None:
    for texts in ([], [""], ["Hm."], ["12:30 - 14:15"], ["♪ ♪ ♪"], ["ok", "no"]):
        assert language_of(texts) == UNKNOWN
    assert language_of(["Wir fahren morgen", "mit dem Zug nach Berlin."]) == "de"


def test_codes_of_languages_become_the_ones_that_are_kept() -> None:
    kept = ["en", "en", "pt", "de", "fr", UNKNOWN, UNKNOWN, "xx"]
    codes = ["eng", "en-GB", "pt_BR", "GER", "fre", "und", "", "xx"]
    assert [two_letters(code) for code in codes] == kept


def block(name: str, model: str) -> Block:
    space = VectorSpace(name=model, dim=3, revision="1")
    return Block(name=name, component=f"{model}.v1", space=space)


PICTURES, SPEECH = block("visual", "many"), block("speech", "mini")
BLOCKS = (PICTURES, SPEECH)
FRENCH = "un chien court sur la plage"


def notes(text: str, spoken: dict[str, int] | None = None, **asked: str) -> tuple[str, ...]:
    known = {PICTURES: None, SPEECH: frozenset({"en"})}
    return notes_of(question_of(text, **asked), BLOCKS, spoken or {}, known.__getitem__)  # type: ignore[arg-type]


def test_words_in_a_language_that_the_model_does_not_know_are_noted() -> None:
    (note,) = notes(FRENCH)
    assert note.startswith("the words are French: mini (speech) understands English only, so only")
    assert notes(f"said:({FRENCH})") == notes(FRENCH)
    assert notes("a dog runs on the beach") == ()


def test_what_is_not_looked_for_by_meaning_in_speech_is_not_noted() -> None:
    assert notes(f'saw:"{FRENCH}"') == ()
    assert notes(f'"{FRENCH}"') == ()
    assert notes(f'dog -"{FRENCH}"') == ()
    assert notes("like:a.mp4") == ()


def test_a_library_that_speaks_another_language_is_noted() -> None:
    (note,) = notes("dog", {"fr": 30, "en": 10, "und": 500})
    assert note.startswith("most of what is said here is French: mini (speech) understands English")
    assert notes("dog", {"fr": 5, "en": 10}) == ()
    assert notes("dog", {"und": 5}) == notes("dog", {}) == notes("saw:dog", {"fr": 5}) == ()
    assert "French" in notes("dog", {"fr": 5, "en": 10}, lang="fr")[0]
    assert notes("dog", {"fr": 30, "en": 10}, lang="en") == ()
    assert notes("dog", {"en-gb": 30}) == ()


def test_a_model_that_knows_all_languages_is_not_noted() -> None:
    assert notes_of(question_of(FRENCH), BLOCKS, {"fr": 9}, lambda _: None) == ()


def test_a_model_that_knows_many_languages_is_not_told_with_all_their_names() -> None:
    many = MULTILINGUAL.languages
    assert notes_of(question_of(FRENCH), BLOCKS, {"no": 9, "fr": 9}, lambda _: many) == ()
    (note,) = notes_of(question_of("কুকুর সৈকতে দৌড়ায়"), (SPEECH,), {}, lambda _: many)
    assert note.startswith(
        "the words are Bengali: mini (speech) understands many languages, this one not, so only"
    )
    (note,) = notes_of(question_of("dog"), (SPEECH,), {"ta": 9}, lambda _: many)
    assert note.startswith("most of what is said here is Tamil: mini (speech) understands many")


def test_of_the_languages_that_are_told_apart_two_are_not_known_to_the_multilingual_model() -> None:
    assert set(NAMES) - MULTILINGUAL.languages == {"bn", "ta"}
