"""Keyframes -> ShownText: each distinct line is read once, each distinct screen is one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from vsearch.pipeline.stages import StageClock
from vsearch.protocols import ScreenLine, ScreenReader
from vsearch.types import Corners, Matrix, Picture, ShownText, TimeSpan

FIND, READ_LINES = "find text", "read lines"

LEAST_SURE = 0.75
"""Lines that are less sure than this are mostly patterns that only look like letters."""

MOST_LINES = 60
"""Of a wall of text the largest lines are read: each takes as long as it takes to embed a tenth of
a picture."""

TINY_PX = 96
SAME_MEAN, SAME_MOST = 1.5, 12.0
"""Pictures whose brightness differs by no more, on average and in any spot, show the same text."""

SAME_LINE = 0.8
"""Two cut-out lines with this correlation are the same, whatever moves behind them."""

SAME_TEXT = 0.8
"""Texts of which this share is alike were read off the same screen twice."""


@dataclass(frozen=True, slots=True, eq=False)
class _KnownLine:
    """A box that has been read: its pixels, and what stands there if anything does."""

    box: Corners
    cutting: Matrix
    line: ScreenLine | None


@dataclass(frozen=True, slots=True)
class _Standing:
    """A text that is still being shown."""

    text: str
    sure: float
    span: TimeSpan


class ScreenTexts:
    """The texts of one video, from its keyframes in order."""

    def __init__(self, video_id: str, reader: ScreenReader, clock: StageClock) -> None:
        self._video_id = video_id
        self._reader = reader
        self._clock = clock
        self._tiny: Matrix | None = None
        self._known: list[_KnownLine] = []
        self._found: list[_Standing] = []

    def add(self, picture: Picture, span: TimeSpan) -> None:
        """Take the next keyframe with the stretch that it stands for."""
        tiny = _tiny(picture)
        if self._tiny is None or not _alike(tiny, self._tiny):
            self._tiny, known, self._known = None, self._known, []
            self._known = self._lines(picture, known)
            self._tiny = tiny
        lines = [known.line for known in self._known if known.line is not None]
        if text := " ".join(line.text for line in in_reading_order(lines)):
            sure = sum(line.confidence * len(line.text) for line in lines)
            self._show(_Standing(text, sure, span))

    def finish(self) -> list[ShownText]:
        """What the video shows, each text once with the time that it stands there."""
        return [
            ShownText(video_id=self._video_id, span=item.span, text=item.text)
            for item in self._found
        ]

    def _lines(self, picture: Picture, known: Sequence[_KnownLine]) -> list[_KnownLine]:
        """The lines of a picture; those that stood in the one before are not read again."""
        with self._clock.busy(FIND):
            boxes = _largest(self._reader.find(picture))
        found, unread = [], []
        for box in boxes:
            cutting = _cutting(picture, box)
            same = next((item for item in known if _is_same(item, box, cutting)), None)
            if same is None:
                unread.append((box, cutting))
            else:
                found.append(_KnownLine(box, cutting, same.line))
        if unread:
            with self._clock.busy(READ_LINES):
                lines = self._reader.read(picture, [box for box, _ in unread])
            by_box = {line.box.tobytes(): line for line in lines if _is_text(line)}
            found += [_KnownLine(box, cut, by_box.get(box.tobytes())) for box, cut in unread]
        return found

    def _show(self, new: _Standing) -> None:
        """Note a text; one that goes on standing there is stretched, by its surer reading."""
        last = self._found[-1] if self._found else None
        if last and last.span.end_s >= new.span.start_s and is_same_text(last.text, new.text):
            best = max((last, new), key=lambda item: item.sure)
            self._found[-1] = _Standing(best.text, best.sure, last.span.join(new.span))
        else:
            self._found.append(new)


def in_reading_order(lines: Iterable[ScreenLine]) -> list[ScreenLine]:
    """Lines from top to bottom, those beside one another from left to right."""
    return [line for row in _rows(lines) for line in sorted(row, key=lambda line: _left(line.box))]


def _rows(lines: Iterable[ScreenLine]) -> Iterator[list[ScreenLine]]:
    row: list[ScreenLine] = []
    for line in sorted(lines, key=lambda line: _middle(line.box)):
        if row and _middle(line.box) > _middle(row[0].box) + _height(row[0].box) / 2:
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def is_same_text(one: str, other: str) -> bool:
    """Whether two readings are of the same text."""
    matcher = SequenceMatcher(None, _letters(one), _letters(other), autojunk=False)
    return matcher.real_quick_ratio() >= SAME_TEXT and matcher.ratio() >= SAME_TEXT


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _is_text(line: ScreenLine) -> bool:
    """Whether a line is sure, and more than one Latin letter, a sign, or one over and over.

    That is what becomes of scripts that a reader does not know, however sure it is.
    """
    letters = _letters(line.text)
    alone = len(letters) == 1 and letters.isascii() and not letters.isdigit()
    over_and_over = len(letters) > 2 and len(set(letters)) == 1
    return line.confidence >= LEAST_SURE and bool(letters) and not alone and not over_and_over


def _largest(boxes: Sequence[Corners]) -> list[Corners]:
    """The boxes, or of very many those with the largest letters, in their order."""
    heights = np.array([_height(box) for box in boxes])
    kept = np.sort(np.argsort(-heights, kind="stable")[:MOST_LINES])
    return [np.ascontiguousarray(boxes[place], np.float32) for place in kept.tolist()]


def _tiny(picture: Picture) -> Matrix:
    """Brightness in cells of a few pixels: a changed word changes one, noise changes none."""
    cell = max(1, picture.shape[1] // TINY_PX)
    height, width = (side // cell * cell for side in picture.shape[:2])
    grey = picture[:height, :width].mean(axis=2, dtype=np.float32)
    cells: Matrix = grey.reshape(height // cell, cell, width // cell, cell).mean(axis=(1, 3))
    return cells


def _alike(one: Matrix, other: Matrix) -> bool:
    if one.shape != other.shape:
        return False
    apart = np.abs(one - other)
    return bool(apart.mean() <= SAME_MEAN and apart.max() <= SAME_MOST)


def _cutting(picture: Picture, box: Corners) -> Matrix:
    """The brightness inside a box, standardised."""
    left, top = np.maximum(np.floor(box.min(axis=0)), 0).astype(int)
    right, bottom = np.ceil(box.max(axis=0)).astype(int)
    part = picture[top : bottom + 1, left : right + 1].astype(np.float32).mean(axis=2)
    cut: Matrix = (part - part.mean()) / max(float(part.std()), 1e-3) if part.size else part
    return cut


def _is_same(known: _KnownLine, box: Corners, cutting: Matrix) -> bool:
    """Whether a box stands where a known one does, and looks the same, be it a pixel aside."""
    reach = max(4.0, _height(box) / 3)
    if float(np.abs(known.box - box).max()) > reach or not known.cutting.size:
        return False
    down, right = np.round(box.min(axis=0) - known.box.min(axis=0)).astype(int)[::-1]
    one, other = _common(known.cutting, cutting, int(down), int(right))
    return one.size > 0 and float((one * other).mean()) >= SAME_LINE


def _common(one: Matrix, other: Matrix, down: int, right: int) -> tuple[Matrix, Matrix]:
    """What two cuttings both show, the second one lying so far down and to the right."""
    one, other = one[max(0, down) :, max(0, right) :], other[max(0, -down) :, max(0, -right) :]
    height, width = min(len(one), len(other)), min(one.shape[1], other.shape[1])
    return one[:height, :width], other[:height, :width]


def _left(box: Corners) -> float:
    return float(box[:, 0].min())


def _middle(box: Corners) -> float:
    return float(box[:, 1].min() + box[:, 1].max()) / 2


def _height(box: Corners) -> float:
    return float(box[:, 1].max() - box[:, 1].min())
