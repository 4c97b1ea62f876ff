"""Subtitles drawn into the pictures of an edit: white with a dark outline, clear of the edges."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vsearch.clips.subtitles import NARROW
from vsearch.cues import Cue
from vsearch.errors import QueryError
from vsearch.export.lines import LINE
from vsearch.lettering import lacking
from vsearch.types import Picture

if TYPE_CHECKING:
    from collections.abc import Callable

LETTER = 0.62
"""How wide a bold letter is on the average, against its height."""

OF_HEIGHT, OF_WIDTH = 0.06, 0.9
"""Letters are so high against the picture, and lines so wide."""

SMALLEST_PX = 9
FOOT, TALL_FOOT = 0.06, 0.16
"""What stays free below: on upright pictures players lay their buttons over it."""

OUTLINE = 0.09
SHADOW, DARKEST = 0.16, 0.6
"""How far a soft shadow reaches behind the letters, and how much it darkens."""

RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
FEW = 0.02
"""So many letters may be left out if no font has them; of more, something else is to be done."""

FONTS = ("DejaVuSans-Bold.ttf", "DejaVuSans.ttf")
"""They come with matplotlib."""

OTHERS = (
    *(
        "NotoSansCJK-Bold.ttc",
        "NotoSansCJK-Regular.ttc",
        "NotoSans-Bold.ttf",
        "NotoSans-Regular.ttf",
    ),
    *("NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf", "NotoSansArabic-Regular.ttf"),
    *("Arial Unicode.ttf", "arialuni.ttf", "unifont.ttf"),
)
"""Looked for where the machine keeps its fonts."""


def is_tall(size_px: tuple[int, int]) -> bool:
    """Whether a picture is higher than wide."""
    return size_px[1] > size_px[0]


def line_width(size_px: tuple[int, int]) -> int:
    """How many letters a line has on pictures of a size."""
    fitting = int(size_px[0] * OF_WIDTH / (LETTER * _letter_px(size_px)))
    return max(8, min(fitting, NARROW if is_tall(size_px) else LINE))


def _letter_px(size_px: tuple[int, int]) -> int:
    """How high letters are: as of the picture, but so that a short line fits its width."""
    by_width = size_px[0] * OF_WIDTH / (LETTER * NARROW)
    return max(SMALLEST_PX, round(min(size_px[1] * OF_HEIGHT, by_width)))


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A subtitle as it is laid over a picture."""

    left: int
    top: int
    ink: NDArray[np.float32]
    cover: NDArray[np.float32]


class Burner:
    """Draws the subtitles of an edit; each is laid out once."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = tuple(cues)
        self._drawn: Callable[..., Drawn] = lru_cache(maxsize=4)(_drawn)

    def __call__(self, picture: Picture, at_s: float) -> Picture:
        """The picture with the subtitle of a time, or as it is where there is none."""
        cue = next((x for x in self._cues if x.span.start_s <= at_s < x.span.end_s), None)
        if cue is None:
            return picture
        height, width = picture.shape[:2]
        drawn = self._drawn(cue.text, (width, height))
        rows = slice(drawn.top, drawn.top + drawn.cover.shape[0])
        columns = slice(drawn.left, drawn.left + drawn.cover.shape[1])
        painted = picture.copy()
        below = painted[rows, columns].astype(np.float32)
        painted[rows, columns] = (below + (drawn.ink - below) * drawn.cover + 0.5).astype(np.uint8)
        return painted


def drawable(cues: Sequence[Cue]) -> tuple[list[Cue], str]:
    """Subtitles without the few letters that no font here has, and a note of these.

    Where they are more than a few, or run from right to left and nothing here can set them, that is
    an error: soft subtitles are drawn by whatever plays them.
    """
    text = "".join(cue.text for cue in cues)
    _check_direction(text)
    _, missing = font_for(text, 24)
    shown = sum(not letter.isspace() for letter in text)
    count = sum(letter in missing for letter in text)
    if not count:
        return list(cues), ""
    some = "".join(sorted(missing)[:6])
    if count > FEW * shown:
        raise QueryError(
            f"no font here can draw {some} (U+{ord(some[0]):04X}) of what is said: "
            "install one that can, such as Noto Sans, or take --subtitles soft"
        )
    without = str.maketrans("", "", "".join(missing))
    kept = [replace(cue, text=cue.text.translate(without)) for cue in cues]
    note = f"no font here has {some}: left out of the subtitles"
    return [cue for cue in kept if cue.text.strip()], note


def _check_direction(text: str) -> None:
    from PIL import features

    turned = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)
    if turned and not features.check_feature("raqm"):
        raise QueryError(
            "what is said is written from right to left, which needs the library raqm to be drawn: "
            "install it (Debian: libraqm0, libfribidi0), or take --subtitles soft"
        )


def font_for(text: str, size_px: int) -> tuple[Any, set[str]]:
    """The font that lacks the fewest letters of a text, and those."""
    from PIL import ImageFont

    best: tuple[Any, set[str]] | None = None
    for name in (*_shipped(), *OTHERS):
        try:
            font = ImageFont.truetype(str(name), size_px)
        except OSError:
            continue
        missing = lacking(font, text)
        if best is None or len(missing) < len(best[1]):
            best = font, missing
        if not missing:
            break
    if best is None:
        own = ImageFont.load_default(size_px)
        return own, lacking(own, text)
    return best


def _shipped() -> list[Path]:
    """The fonts that matplotlib brings along, found without importing it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        return []
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return [folder / name for name in FONTS]


def _drawn(text: str, size_px: tuple[int, int]) -> Drawn:
    """A subtitle laid out for pictures of a size, its letters smaller where they would not fit."""
    from PIL import Image, ImageDraw

    width, height = size_px
    draw = ImageDraw.Draw(Image.new("L", (1, 1)))
    letter_px = _letter_px(size_px)
    while True:
        font, _ = font_for(text, letter_px)
        stroke = max(1, round(letter_px * OUTLINE))
        how = {"font": font, "stroke_width": stroke, "align": "center", "spacing": letter_px // 5}
        left, top, right, bottom = draw.multiline_textbbox((0, 0), text, **how)
        fits = right - left <= width * OF_WIDTH and bottom - top <= height * 0.6
        if fits or letter_px <= SMALLEST_PX:
            break
        letter_px -= max(1, letter_px // 12)
    cover, ink = _painted(text, (left, top, right, bottom), how, _room(letter_px))
    # The foot of one line is that of two: letters that hang below the line change nothing.
    foot = round(height * (TALL_FOOT if is_tall(size_px) else FOOT)) - _room(letter_px)
    upper = max(0, height - foot - cover.shape[0])
    across = (width - cover.shape[1]) // 2
    columns = slice(max(0, -across), max(0, -across) + width)
    shown = (slice(0, height - upper), columns)
    return Drawn(max(0, across), upper, ink[shown], cover[shown])


def _room(letter_px: int) -> int:
    """How far the shadow of letters reaches."""
    return max(2, round(2 * SHADOW * letter_px))


def _painted(
    text: str, box: tuple[float, float, float, float], how: dict[str, Any], room: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How much a subtitle covers, and the grey of its ink, for the box that it fills."""
    from PIL import Image, ImageDraw, ImageFilter

    left, top, right, bottom = box
    size = (int(right - left) + 2 * room, int(bottom - top) + 2 * room)
    place = (room - left, room - top)
    letters, ink = Image.new("L", size), Image.new("L", size)
    ImageDraw.Draw(letters).multiline_text(place, text, fill=255, stroke_fill=255, **how)
    ImageDraw.Draw(ink).multiline_text(place, text, fill=255, stroke_fill=0, **how)
    around = _share(letters.filter(ImageFilter.GaussianBlur(room / 2)))
    solid = _share(letters)
    shadow = DARKEST * np.minimum(1.0, around / np.float32(0.5))
    cover = 1 - (1 - shadow) * (1 - solid)
    light = np.asarray(ink, np.float32)[..., None] * solid / np.maximum(cover, np.float32(1e-6))
    return cover.astype(np.float32), light.astype(np.float32)


def _share(picture: Any) -> NDArray[np.float32]:
    found: NDArray[np.float32] = np.asarray(picture, np.float32)[..., None] / np.float32(255)
    return found
