"""Text -> terms: what counts as the same word, for whoever stores words and whoever asks."""

from __future__ import annotations

import re
import unicodedata

THOUSANDS = re.compile(r"(?<=\d)[,'\u2019\u202f\u00a0](?=\d{3}(?!\d))")
# Accents, the points of Hebrew and Arabic that most texts leave out, joiners and variants.
ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
NO_LETTER = r"[^\w\s\x00-\x7f]"
SIGN = re.compile(NO_LETTER)
# These scripts put no blanks between words: each letter is a term, and words are runs of terms.
UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]" + NO_LETTER + "*)"
)
TERM = re.compile(rf"[^\W_](?:[^\W_]|{NO_LETTER})*")


def terms_of(text: str) -> list[str]:
    """The terms of a text in order, without case, accents and the commas of 4,711."""
    plain = unicodedata.normalize("NFKD", THOUSANDS.sub("", text)).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", ACCENTS.sub("", plain))
        plain = UNSPACED.sub(r" \1 ", SIGN.sub(_mark, plain))
    return TERM.findall(plain)


def _mark(sign: re.Match[str]) -> str:
    """A mark as it is, as it belongs to the letter before it; a blank for any other sign."""
    return sign[0] if unicodedata.category(sign[0]) in {"Mn", "Mc"} else " "
