"""Which language a text is in, by py3langid; and which texts are worth asking about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

UNKNOWN = "und"
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "ta": "Tamil",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip
"""The languages that are told apart: with all that the detector knows, short texts go astray."""

THREE_LETTERS = {
    "ara": "ar", "bul": "bg", "ben": "bn", "cat": "ca", "ces": "cs", "cze": "cs", "dan": "da",
    "deu": "de", "ger": "de", "ell": "el", "gre": "el", "eng": "en", "spa": "es", "est": "et",
    "fas": "fa", "per": "fa", "fin": "fi", "fra": "fr", "fre": "fr", "heb": "he", "hin": "hi",
    "hrv": "hr", "hun": "hu", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "lit": "lt",
    "lav": "lv", "nld": "nl", "dut": "nl", "nor": "no", "nob": "no", "pol": "pl", "por": "pt",
    "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "srp": "sr",
    "swe": "sv", "tam": "ta", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi",
    "zho": "zh", "chi": "zh",
}  # fmt: skip

TEXT_LETTERS, TEXT_CHANCE = 20, 0.6
"""So many letters at least, and so sure, where a whole text is asked about."""
ASKED_WORDS, ASKED_LETTERS, ASKED_CHANCE = 3, 2, 0.5
"""The same for a question: words in Latin letters, or letters of another script."""
ACCENTED_WORDS = 2
"""One word with an accent may be a name."""

MOST_CHARACTERS = 20_000

# Little words that few English questions hold: a look at these is free, the detector takes a while.
_SIGNS = """
le les un une des du et est dans sur avec qui ne pas aux elle il au
der das dem ein eine einen und ist auf mit im von zu nicht wie wo
el los las una unos es en por para como que se del y
lo gli di che su della nel
os um uma na em ao dos
de het een op niet naar
och att det ett jag er og på av til
po nie jest si ve bir egy az je ja
"""
_ENGLISH = "the of and with is are to his her their this that what where who"
SIGNS, ENGLISH = frozenset(_SIGNS.split()), frozenset(_ENGLISH.split())
_LATIN = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")


def two_letters(code: str) -> str:
    """A language as it is kept: eng and en-GB become en; a code that is not known stays."""
    short = re.split(r"[-_]", code.strip().lower())[0]
    return THREE_LETTERS.get(short, short) or UNKNOWN


def name_of(code: str) -> str:
    """What a language is called in English."""
    return NAMES.get(code, code)


def language_of(texts: Iterable[str]) -> str:
    """The language of texts that belong together, or UNKNOWN where they are short or unclear."""
    text = " ".join(texts)
    if sum(letter.isalpha() for letter in text) < TEXT_LETTERS:
        return UNKNOWN
    language, chance = _classified(text)
    return language if chance >= TEXT_CHANCE else UNKNOWN


def language_asked_in(text: str) -> str:
    """The language of a question, or UNKNOWN; English questions are passed over at once."""
    if not _may_be_foreign(text):
        return UNKNOWN
    language, chance = _classified(text)
    sure = chance >= ASKED_CHANCE or not _is_latin(text)  # of one script many are much alike
    return language if sure else UNKNOWN


def _may_be_foreign(text: str) -> bool:
    if not _is_latin(text):
        return sum(letter.isalpha() for letter in text) >= ASKED_LETTERS
    words = set(re.findall(r"[^\W\d_]+", text.lower()))
    if len(words) < ASKED_WORDS or words & ENGLISH:
        return False
    accented = sum(not word.isascii() for word in words)
    return not SIGNS.isdisjoint(words) or accented >= ACCENTED_WORDS


def _is_latin(text: str) -> bool:
    """Whether at least half of the letters are Latin ones."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(bool(_LATIN.match(letter)) for letter in letters) >= len(letters)


def _classified(text: str) -> tuple[str, float]:
    language, chance = _identifier().classify(text[:MOST_CHARACTERS])
    return str(language), float(chance)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([name for name in NAMES if name in identifier.labels])
    return identifier
