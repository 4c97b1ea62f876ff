"""The names of colours in a text -> red, green and blue."""

from __future__ import annotations

import re
from collections.abc import Iterator

Colour = tuple[float, float, float]

NAMES: dict[str, Colour] = {
    "black": (0, 0, 0),
    "charcoal": (54, 69, 79),
    "grey": (128, 128, 128),
    "gray": (128, 128, 128),
    "silver": (192, 192, 192),
    "white": (255, 255, 255),
    "ivory": (255, 255, 240),
    "beige": (245, 245, 220),
    "brown": (139, 69, 19),
    "tan": (210, 180, 140),
    "maroon": (128, 0, 0),
    "crimson": (220, 20, 60),
    "red": (225, 25, 25),
    "coral": (255, 127, 80),
    "salmon": (250, 128, 114),
    "pink": (255, 182, 193),
    "orange": (255, 150, 20),
    "amber": (255, 191, 0),
    "gold": (255, 215, 0),
    "yellow": (245, 230, 40),
    "olive": (128, 128, 0),
    "lime": (50, 205, 50),
    "green": (30, 160, 50),
    "mint": (152, 255, 152),
    "teal": (0, 128, 128),
    "turquoise": (64, 224, 208),
    "cyan": (0, 230, 230),
    "sky": (135, 206, 235),
    "blue": (30, 70, 220),
    "navy": (0, 0, 128),
    "indigo": (75, 0, 130),
    "violet": (143, 0, 255),
    "purple": (128, 20, 140),
    "magenta": (255, 0, 255),
    "lavender": (230, 230, 250),
}
TOWARDS: dict[str, Colour] = {
    "dark": (0, 0, 0),
    "deep": (0, 0, 0),
    "light": (255, 255, 255),
    "pale": (255, 255, 255),
    "dull": (128, 128, 128),
    "muted": (128, 128, 128),
}
HALF = 0.5
TOKEN = re.compile(r"#[0-9a-f]{6}\b|[a-z]+")


def named(text: str) -> Iterator[Colour]:
    """The colours that a text names, in order; dark, pale and the like hold for the next one."""
    towards: Colour | None = None
    for token in TOKEN.findall(text.lower()):
        if token in TOWARDS:
            towards = TOWARDS[token]
        elif token.startswith("#") or token in NAMES:
            yield mixed(NAMES.get(token) or of_code(token), towards)
            towards = None


def of_code(code: str) -> Colour:
    """The colour of a code such as #e63946."""
    return (float(int(code[1:3], 16)), float(int(code[3:5], 16)), float(int(code[5:7], 16)))


def mixed(colour: Colour, towards: Colour | None) -> Colour:
    """A colour halfway to another one."""
    if towards is None:
        return colour
    red, green, blue = (
        one + (other - one) * HALF for one, other in zip(colour, towards, strict=True)
    )
    return (red, green, blue)
