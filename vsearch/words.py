"""Text -> terms: what counts as the same word, for whoever stores words and whoever asks."""

from __future__ import annotations

import re
import unicodedata

THOUSANDS = re.compile(r"(?<=\d)[,'\u2019\u202f\u00a0](?=\d{3}(?!\d))")
ACCENTS = re.compile("[\u0300-\u036f]")
# These scripts put no blanks between words: each letter is a term, and words are runs of terms.
UNSPACED = re.compile("([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff])")
TERM = re.compile(r"[^\W_]+")


def terms_of(text: str) -> list[str]:
    """The terms of a text in order, without case, accents and the commas of 4,711."""
    plain = unicodedata.normalize("NFKD", THOUSANDS.sub("", text)).casefold()
    plain = unicodedata.normalize("NFC", ACCENTS.sub("", plain))
    return TERM.findall(UNSPACED.sub(r" \1 ", plain))
