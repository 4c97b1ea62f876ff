"""A contact sheet: the pictures of a storyboard on one page, with their times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from vsearch.errors import QueryError
from vsearch.lettering import lacking
from vsearch.lines import one_line
from vsearch.summary.result import Still, Summary
from vsearch.summary.text import facts, name_of

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image, ImageDraw

CELL_PX, GAP_PX, LABEL_PX = 384, 16, 30
TITLE_PX, FACTS_PX, LINE_PX, MARGIN_PX = 34, 17, 24, 28
MOST_COLUMNS = 4
PAPER, INK, QUIET, PANEL = "#ffffff", "#1f2933", "#5b6770", "#e3e8ed"
FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "NotoSansCJK-Regular.ttc", "Arial Unicode.ttf")
"""Tried where Pillow's own font lacks a letter; whatever none has is drawn as a question mark."""


def as_sheet(summary: Summary) -> bytes:
    """The sheet as a PNG."""
    from PIL import Image, ImageDraw

    if not summary.pictures:
        raise QueryError(f"{summary.title} has no pictures to put on a sheet")
    pictures = [_read(still.thumbnail) for still in summary.pictures]
    columns = min(MOST_COLUMNS, math.ceil(math.sqrt(len(pictures))))
    rows = math.ceil(len(pictures) / columns)
    height = max(_height(picture) for picture in pictures)
    inside = columns * (CELL_PX + GAP_PX) - GAP_PX
    told = number_lines(summary, inside)
    top = MARGIN_PX + TITLE_PX + len(told) * LINE_PX + 2 * GAP_PX
    bottom = top + rows * (height + LABEL_PX + GAP_PX) - GAP_PX
    size = (inside + 2 * MARGIN_PX, bottom + MARGIN_PX)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    _write_heading(draw, summary.title, told, inside)
    for number, (still, picture) in enumerate(zip(summary.pictures, pictures, strict=True)):
        left = MARGIN_PX + number % columns * (CELL_PX + GAP_PX)
        upper = top + number // columns * (height + LABEL_PX + GAP_PX)
        _put(sheet, picture, (left, upper), height)
        _write(draw, (left, upper + height + 6), _label(summary, still), 18, INK, CELL_PX)
    made = BytesIO()
    sheet.save(made, "PNG", optimize=True)
    return made.getvalue()


def _label(summary: Summary, still: Still) -> str:
    return name_of(summary, still.video, still.frame.pts_s)


def _write_heading(draw: ImageDraw.ImageDraw, title: str, told: Sequence[str], width: int) -> None:
    _write(draw, (MARGIN_PX, MARGIN_PX), title, TITLE_PX - 6, INK, width)
    top = MARGIN_PX + TITLE_PX + GAP_PX // 2
    for number, line in enumerate(told):
        _write(draw, (MARGIN_PX, top + number * LINE_PX), line, FACTS_PX, QUIET, width)


def number_lines(summary: Summary, width: int) -> list[str]:
    """The numbers in lines that are no wider than this."""
    told = one_line(" \u00b7 ".join(f"{name} {value}" for name, value in facts(summary.numbers)))
    font, told = _font_for(told, FACTS_PX)
    lines: list[str] = []
    for word in told.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line.strip("\u00b7 ") for line in lines]


def _put(sheet: Image.Image, picture: Image.Image, place: tuple[int, int], height: int) -> None:
    """A picture in the middle of its cell."""
    from PIL import Image

    cell = Image.new("RGB", (CELL_PX, height), PANEL)
    shown = picture.resize((_width(picture, height), min(height, _height(picture))))
    cell.paste(shown, ((CELL_PX - shown.width) // 2, (height - shown.height) // 2))
    sheet.paste(cell, place)


def _height(picture: Image.Image) -> int:
    """How high a picture is in its cell; upright ones are not higher than a cell is wide."""
    return min(CELL_PX, max(1, round(picture.height * CELL_PX / picture.width)))


def _width(picture: Image.Image, height: int) -> int:
    return max(
        1, min(CELL_PX, round(picture.width * min(height, _height(picture)) / picture.height))
    )


def _read(path: Path) -> Image.Image:
    """A kept picture, or a grey one in the place of one that is lost."""
    from PIL import Image

    try:
        with Image.open(path) as opened:
            return opened.convert("RGB")
    except OSError:
        return Image.new("RGB", (16, 9), PANEL)


def _write(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, ink: str, width: int
) -> None:
    """A line of text, cut where there is no more room."""
    font, line = _font_for(one_line(text), size)
    whole = line
    while line and draw.textlength(line, font=font) > width:
        line = line[:-1]
    if line != whole:
        line = line[:-1].rstrip() + "..."
    draw.text(place, line, font=font, fill=ink)


def _font_for(text: str, size: int) -> tuple[Any, str]:
    """A font that has the letters of a text, and the text with those that none has replaced."""
    from PIL import ImageFont

    own = ImageFont.load_default(size)
    if not (missing := lacking(own, text)):
        return own, text
    for name in FONTS:
        try:
            font = ImageFont.truetype(name, size)
        except OSError:
            continue
        if not lacking(font, text):
            return font, text
    return own, "".join("?" if letter in missing else letter for letter in text)
