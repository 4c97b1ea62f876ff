"""An edit -> a file: what is made of its pieces, in one pass through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from pathlib import Path

from vsearch.clips.copy import Copying, plan
from vsearch.clips.edit import Look, Made, Piece, places
from vsearch.clips.form import BT601, BT709, Colour, Form, Shown, SoundForm, Source
from vsearch.clips.h264 import Unusual
from vsearch.clips.pictures import WHOLE, even, window_px
from vsearch.clips.read import Canvas, look_into, shown
from vsearch.clips.sound import track
from vsearch.clips.timeline import timeline
from vsearch.clips.write import Kind, Writer, kind_of, writing
from vsearch.errors import VideoError
from vsearch.outputs import unfinished_file
from vsearch.types import TimeSpan

FAST_ENOUGH = 29
"""Frames a second: half of such a frame is less than anybody sees or hears."""

Progress = Callable[[float], None]
Stop = Callable[[], bool]


def _ignore(_: float) -> None: ...


def _never() -> bool:
    return False


def render(
    pieces: Sequence[Piece],
    path: Path,
    look: Look = Look(),  # noqa: B008 - frozen
    *,
    progress: Progress = _ignore,
    stop: Stop = _never,
    overwrite: bool = True,
) -> Made:
    """Make a file of pieces; it has its name only when it is whole, and none where that fails."""
    kind = kind_of(path)
    _check(pieces, path, look)
    sources = {piece.path: look_into(piece.path) for piece in pieces}
    whole = [_within(piece, sources[piece.path]) for piece in pieces]
    lie = places(whole, look.dissolve_s)
    form = _form([sources[piece.path] for piece in pieces], look, kind)
    edit = _Edit(whole, lie, look, form)
    copying = plan(whole, lie, look, form, kind.container)
    with unfinished_file(path, overwrite=overwrite) as unfinished:
        try:
            frames = edit.make(unfinished, kind, copying, progress, stop)
        except Unusual:
            copying, frames = None, edit.make(unfinished, kind, None, progress, stop)
    progress(1.0)
    return Made(
        path=path,
        duration_s=lie[-1].end_s,
        places=lie,
        frames=frames,
        copied_frames=copying.copied if copying else 0,
    )


@dataclass(frozen=True, slots=True)
class _Edit:
    """All that is known of an edit before it is made."""

    pieces: Sequence[Piece]
    lie: Sequence[TimeSpan]
    look: Look
    form: Form

    def make(
        self, path: Path, kind: Kind, copying: Copying | None, progress: Progress, stop: Stop
    ) -> int:
        """Make the file, and say how many frames it has."""
        with writing(path, kind) as container:
            writer = Writer(container, kind, self.form)
            if copying is None:
                writer.add_pictures()
            else:
                copying.add_to(container)
            writer.add_sound()
            writer.add_cues(self.look.cues)
            run = _Run(writer, self, progress, stop)
            return run.encode() if copying is None else run.copy(copying)


class _Run:
    """Frames and sound side by side, so that a player finds both in one place of the file."""

    def __init__(self, writer: Writer, edit: _Edit, progress: Progress, stop: Stop) -> None:
        self._writer = writer
        self._edit = edit
        self._end_s = edit.lie[-1].end_s
        self._form = form = edit.form
        self._waves = (
            track(edit.pieces, edit.lie, form.sound, edit.look.fade_s) if form.sound else iter(())
        )
        self._progress = progress
        self._stop = stop
        self._heard = 0

    def encode(self) -> int:
        """Encode every frame."""
        edit, canvas = self._edit, Canvas(self._form, self._edit.look)

        def reads(number: int) -> Iterator[Shown]:
            return shown(edit.pieces[number])

        count = 0
        for moving in timeline(reads, edit.lie, self._form):
            self._meanwhile(moving.at_s)
            self._writer.picture(canvas.frame(moving), moving.at_s)
            count += 1
        self._finish()
        return count

    def copy(self, copying: Copying) -> int:
        """Copy what can be, and encode the rest."""
        for packet, at_s in copying.packets():
            self._meanwhile(at_s)
            self._writer.copy(packet)
        self._finish()
        return copying.frames

    def _finish(self) -> None:
        self._meanwhile(float("inf"))
        self._writer.finish(self._end_s)

    def _meanwhile(self, at_s: float) -> None:
        """Whatever else belongs before a time."""
        if self._stop():
            raise VideoError("the clip was stopped before it was whole: nothing was written")
        rate = self._form.sound.rate if self._form.sound else 1
        while self._heard < at_s * rate and (wave := next(self._waves, None)) is not None:
            self._writer.hear(wave)
            self._heard += wave.shape[1]
        self._writer.read_along(at_s)
        self._progress(max(0.0, min(1.0, at_s / self._end_s)))


def _check(pieces: Sequence[Piece], path: Path, look: Look) -> None:
    """Refuse what cannot be made before anything is read."""
    if not pieces:
        raise VideoError(f"{path} cannot be made of nothing: name at least one piece")
    if look.windows and len(look.windows) != len(pieces):
        raise ValueError(f"{len(pieces)} pieces cannot have {len(look.windows)} windows")
    if not path.absolute().parent.is_dir():
        raise VideoError(f"{path.absolute().parent} does not exist: make it before {path.name}")
    if path.is_dir():
        raise VideoError(f"{path} is a folder: name a file in it")
    for piece in pieces:
        if not piece.path.is_file():
            raise VideoError(f"{piece.path} is not there (any more): nothing can be cut from it")
        if path.exists() and path.samefile(piece.path):
            raise VideoError(f"{path} is what is cut from, and is never written over")


def _within(piece: Piece, source: Source) -> Piece:
    """The piece, ended where its file ends."""
    span = piece.span
    if source.end_s and span.start_s >= source.end_s:
        raise VideoError(
            f"{piece.path} ends at {source.end_s:.2f} s: nothing starts at {span.start_s:.2f} s"
        )
    start_s = max(0.0, span.start_s)
    end_s = min(span.end_s, source.end_s) if source.end_s else span.end_s
    if end_s <= start_s:
        raise VideoError(
            f"nothing lies between {span.start_s:.2f} and {span.end_s:.2f} s of {piece.path}"
        )
    return replace(piece, span=TimeSpan(start_s=start_s, end_s=end_s))


def _form(sources: Sequence[Source], look: Look, kind: Kind) -> Form:
    """One size, one rate and one kind of sound for all: those of the first."""
    first = sources[0]
    window = look.windows[0] if look.windows else WHOLE
    wanted = look.size_px or window_px(first.size_px, window)
    rate = look.frame_rate or _rate({source.frame_rate for source in sources})
    base = rate.numerator if rate else first.time_base.denominator
    return Form(
        size_px=(even(wanted[0]), even(wanted[1])),
        frame_rate=rate or first.frame_rate,
        regular=rate is not None,
        ticks=base * max(1, ceil(10_000 / base)),
        colour=Colour(BT601 if first.colour.matrix in {4, BT601, 7} else BT709),
        sound=_sound([source.sound for source in sources if source.sound], kind),
    )


def _rate(rates: set[Fraction]) -> Fraction | None:
    """One rate for pieces of several, so high that no frame is shown long before its sound."""
    if len(rates) == 1:
        return None
    highest = max(rates)
    while highest < FAST_ENOUGH:
        highest *= 2
    return highest


def _sound(found: Iterable[SoundForm], kind: Kind) -> SoundForm | None:
    for form in found:
        higher = [rate for rate in kind.sound_rates if rate >= form.rate]
        return replace(form, rate=min(higher, default=max(kind.sound_rates)))
    return None
