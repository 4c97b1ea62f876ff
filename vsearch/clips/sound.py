"""Pieces -> one sound track, exact to the sample: read, faded, and laid one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from vsearch.clips.edit import Piece
from vsearch.clips.form import NEAR_S, SoundForm
from vsearch.clips.read import delay_s
from vsearch.errors import VideoError
from vsearch.pipeline.video import INDEXED, RESET_S, open_container, reason_of, start_of
from vsearch.types import TimeSpan

if TYPE_CHECKING:
    from av.container import InputContainer

Wave: TypeAlias = NDArray[np.float32]
"""Sound of several channels: channels x samples, -1 to 1."""

BLOCK = 4096
BACK_S, WARM_S = (1.0, 10.0), 0.2
"""Decoding starts some time before what is wanted: decoders need a moment until they are right."""

GAP_S = 0.01
"""Clocks that are off by less than this are rounding; by more, sound is missing or doubled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Where the sound of a piece lies in the track, in samples, and how long its ends fade."""

    piece: Piece
    start: int
    end: int
    fade_in: int
    fade_out: int

    def gain(self, first: int, count: int, crosses: tuple[bool, bool]) -> Wave:
        """How loud samples are, counted from the start of the stretch; crossing keeps power."""
        at = np.arange(first, first + count, dtype=np.float32) + 0.5
        rise = np.clip(at / max(0.5, self.fade_in), 0, 1)
        fall = np.clip((self.end - self.start - at) / max(0.5, self.fade_out), 0, 1)
        rise = np.sin(rise * np.pi / 2) if crosses[0] else rise
        fall = np.sin(fall * np.pi / 2) if crosses[1] else fall
        gain: Wave = (rise * fall).astype(np.float32)
        return gain


def track(
    pieces: Sequence[Piece], places: Sequence[TimeSpan], form: SoundForm, fade_s: float
) -> Iterator[Wave]:
    """The sound of an edit in blocks, without a gap from its start to its end."""
    tail = np.zeros((form.channels, 0), np.float32)
    laid = stretches(pieces, places, form.rate, fade_s)
    for stretch, following in zip_longest(laid, laid[1:]):
        handover = following.start if following else stretch.end
        crosses = (tail.shape[1] > 0, handover < stretch.end)
        at, kept = stretch.start, []
        for block in _heard(stretch.piece, stretch.end - stretch.start, form):
            count = block.shape[1]
            mixed = block * stretch.gain(at - stretch.start, count, crosses)
            under = tail[:, :count]
            mixed[:, : under.shape[1]] += under
            tail = tail[:, count:]
            now = min(count, max(0, handover - at))
            if now:
                yield mixed[:, :now]
            if now < count:
                kept.append(mixed[:, now:])
            at += count
        tail = np.concatenate([tail, *kept], axis=1)
        yield from _silence(handover - stretch.end, form.channels)


def stretches(
    pieces: Sequence[Piece], places: Sequence[TimeSpan], rate: int, fade_s: float
) -> list[Stretch]:
    """Each piece's place in samples, counted from the start so that no rounding adds up.

    After a hard cut sound begins when the picture does: with the first frame. Until then it is
    silent, unless nothing is cut away between the two pieces.
    """
    hard = [right.start_s >= left.end_s - NEAR_S for left, right in pairwise(places)]
    late = [
        0.0,
        *(delay_s(p) if cut else 0.0 for p, cut in zip(pieces[1:], hard, strict=True)),
        0.0,
    ]
    found = []
    for number, (piece, place) in enumerate(zip(pieces, places, strict=True)):
        came, goes = (_goes_on(pieces, at) for at in (number - 1, number))
        more_s = late[number + 1] if goes else 0.0
        begins_s, ends_s = place.start_s + late[number], place.end_s + more_s
        start, end = round(begins_s * rate), round(max(begins_s, ends_s) * rate)
        plain = min(round(fade_s * rate), (end - start) // 2)
        before = places[number - 1].end_s - place.start_s if number else 0.0
        after = place.end_s - places[number + 1].start_s if number + 1 < len(places) else 0.0
        heard = TimeSpan(
            start_s=piece.span.start_s + late[number],
            end_s=max(piece.span.start_s + late[number], piece.span.end_s + more_s),
        )
        found.append(
            Stretch(
                piece=replace(piece, span=heard),
                start=start,
                end=end,
                fade_in=round(before * rate) or (0 if came else plain),
                fade_out=round(after * rate) or (0 if goes else plain),
            )
        )
    return found


def _goes_on(pieces: Sequence[Piece], number: int) -> bool:
    """Whether the next piece begins just where this one ends: between them nothing is cut."""
    if not 0 <= number < len(pieces) - 1:
        return False
    piece, after = pieces[number], pieces[number + 1]
    return piece.path == after.path and piece.span.end_s == after.span.start_s


def _heard(piece: Piece, total: int, form: SoundForm) -> Iterator[Wave]:
    """The sound of a piece, exactly so many samples; what is missing is silence."""
    at = 0
    for start, wave in _placed(piece, form):
        begin, end = max(at, start), min(total, start + wave.shape[1])
        if end <= begin:
            if start >= total:
                break
            continue
        yield from _silence(begin - at, form.channels)
        yield wave[:, begin - start : end - start].copy()
        at = end
        if at >= total:
            return
    yield from _silence(total - at, form.channels)


def _silence(count: int, channels: int) -> Iterator[Wave]:
    for start in range(0, count, BLOCK):
        yield np.zeros((channels, min(BLOCK, count - start)), np.float32)


def _placed(piece: Piece, form: SoundForm) -> Iterator[tuple[int, Wave]]:
    """Blocks in the wanted form, each with its place in samples from the start of the piece."""
    anchor_s, heard, count = 0.0, 0, 0
    resampler: Any = None
    kind: tuple[str, int, str] | None = None
    for frame, at_s in _frames(piece.path, piece.span):
        own = (frame.format.name, frame.sample_rate, frame.layout.name)
        if own != kind or abs(at_s - anchor_s - heard / frame.sample_rate) > GAP_S:
            if resampler is not None:
                yield from _rest(resampler, anchor_s, count, piece, form)
            resampler = av.AudioResampler(format="fltp", layout=_layout(form), rate=form.rate)
            anchor_s, heard, count, kind = at_s, 0, 0, own
        heard += frame.samples
        frame.pts = None
        for part in resampler.resample(frame):
            yield _place(anchor_s, piece, form) + count, part.to_ndarray()
            count += part.samples
    if resampler is not None:
        yield from _rest(resampler, anchor_s, count, piece, form)


def _rest(
    resampler: Any, anchor_s: float, count: int, piece: Piece, form: SoundForm
) -> Iterator[tuple[int, Wave]]:
    for part in resampler.resample(None):
        yield _place(anchor_s, piece, form) + count, part.to_ndarray()
        count += part.samples


def _place(anchor_s: float, piece: Piece, form: SoundForm) -> int:
    return round((anchor_s - piece.span.start_s) * form.rate)


def _layout(form: SoundForm) -> str:
    return "mono" if form.channels == 1 else "stereo"


def _frames(path: Path, span: TimeSpan) -> Iterator[tuple[Any, float]]:
    """Decoded sound that may be heard in a span, with its time counted from the first picture."""
    for back_s in (*BACK_S, None):
        with open_container(path) as container:
            if not container.streams.audio or not container.streams.audio[0].codec_context:
                return
            moved = back_s is not None and _seek(container, span.start_s - back_s)
            frames = _timed(container)
            first = next(frames, None)
            if first is None or (moved and first[1] > span.start_s - WARM_S):
                if moved:
                    continue
                return
            for frame, at_s in chain([first], frames):
                if at_s >= span.end_s:
                    return
                if at_s + frame.samples / frame.sample_rate > span.start_s - WARM_S:
                    yield frame, at_s
            return


def _seek(container: InputContainer, at_s: float) -> bool:
    """Go to a time, by the pictures in Matroska, whose index knows of nothing else."""
    kind = container.format.name
    if at_s <= 0 or not kind.startswith(INDEXED):
        return False
    pictures = container.streams.video[0]
    stream = pictures if kind.startswith("matroska") else container.streams.audio[0]
    offset = (at_s + start_of(pictures)) / (stream.time_base or 1)
    try:
        container.seek(int(offset), stream=stream)
    except av.FFmpegError as error:
        raise VideoError(f"{container.name} cannot be searched: {reason_of(error)}") from error
    return True


def _timed(container: InputContainer) -> Iterator[tuple[Any, float]]:
    next_s, shift_s = None, -start_of(container.streams.video[0])
    for frame in _decoded(container, container.streams.audio[0]):
        at_s = next_s if frame.time is None else frame.time + shift_s
        at_s = 0.0 if at_s is None else at_s
        if next_s is not None and next_s - at_s > RESET_S:
            shift_s += next_s - at_s  # joined recordings start their clock again
            at_s = next_s
        next_s = at_s + frame.samples / frame.sample_rate
        yield frame, at_s


def _decoded(container: InputContainer, stream: Any) -> Iterator[Any]:
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue  # a damaged packet costs a moment of sound, which is silent then
            yield from frames
    except av.FFmpegError as error:
        raise VideoError(
            f"{container.name} has sound that cannot be read: {reason_of(error)}"
        ) from error
