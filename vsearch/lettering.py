"""Which letters a font has, for whoever draws texts that may be in any script."""

from __future__ import annotations

import unicodedata
from typing import Any

UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"})
"""Kinds of signs that have no shape of their own: blanks, marks on letters, joiners."""


def lacking(font: Any, text: str) -> set[str]:
    """The letters that a font draws as it draws one that is in no font."""
    unknown = _drawn(font, "\uffff")
    seen = {letter for letter in set(text) if unicodedata.category(letter) not in UNSEEN}
    return {letter for letter in seen if _drawn(font, letter) == unknown}


def _drawn(font: Any, letter: str) -> bytes:
    mask = font.getmask(letter)
    return bytes(mask) + repr(mask.size).encode()
