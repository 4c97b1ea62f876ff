"""Piece -> its frames: exactly those of its span, each with its time in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from vsearch.clips.edit import Look, Piece, Window
from vsearch.clips.form import (
    BT601,
    BT709,
    NEAR_S,
    STILL_S,
    Colour,
    Form,
    Moving,
    Shown,
    SoundForm,
    Source,
)
from vsearch.clips.pictures import WHOLE, blended, fitted, inner_px, scaled_px
from vsearch.errors import VideoError
from vsearch.pipeline.order import shown_at
from vsearch.pipeline.upright import AS_IT_IS, turned_of
from vsearch.pipeline.video import Shot, VideoReader, open_video, start_of
from vsearch.types import Picture, TimeSpan

if TYPE_CHECKING:
    from av.container import InputContainer

MATRICES = {1: BT709, 4: 4, 5: BT601, 6: BT601, 7: 7, 9: 9, 10: 9}
"""What the scaler calls the matrices of H.273."""

HDR_CURVES, WIDE_PRIMARIES = {16, 18}, {9, 11, 12}
BACK_S = (0.0, 2.0, 10.0)
"""How far before a piece decoding starts, until its first frame is whole."""


def look_into(path: Path) -> Source:
    """What a file holds, as far as an edit has to know."""
    with open_video(path, "") as reader:
        shot = next(reader.shots())
        container = reader.container
        stream = container.streams.video[0]
        return Source(
            path=path,
            size_px=upright_size(shot),
            frame_rate=reader.video.frame_rate,
            time_base=stream.time_base or Fraction(1, 90_000),
            end_s=_end_s(container, reader.video.duration_s),
            colour=colour_of(shot),
            sound=_sound_of(container),
        )


def upright_size(shot: Shot) -> tuple[int, int]:
    """Width and height of a frame as it is to be seen, with square pixels."""
    wide = max(1, round(shot.frame.width * shot.pixel_aspect))
    return (shot.frame.height, wide) if turned_of(shot.frame).lies else (wide, shot.frame.height)


def colour_of(shot: Shot) -> Colour:
    """How the colours of a frame are coded; one that does not say is judged by its size."""
    frame = shot.frame
    hd = min(frame.width, frame.height) >= 720 or max(frame.width, frame.height) >= 1280
    return Colour(
        matrix=MATRICES.get(frame.colorspace, BT709 if hd else BT601),
        full_range=frame.color_range == 2 or frame.format.name.startswith("yuvj"),
        wide=frame.color_trc in HDR_CURVES or frame.color_primaries in WIDE_PRIMARIES,
    )


def shown(piece: Piece) -> Iterator[Shown]:
    """The frames of a piece in order, each at its own time, and a still at the very start."""
    span, lead, count = piece.span, None, 0
    for shot in _shots(piece.path, span):
        if shot.pts_s >= span.end_s - NEAR_S:
            break
        if shot.pts_s < span.start_s - NEAR_S:
            lead = shot
            continue
        at_s = max(0.0, shot.pts_s - span.start_s)
        if not count and lead is not None and at_s > STILL_S:
            yield Shown(0.0, lead)
            count += 1
        yield Shown(at_s, shot)
        count += 1
    if not count and lead is not None:
        yield Shown(0.0, lead)
    elif not count:
        raise VideoError(f"{piece.path} shows nothing between {_said(span)}: choose another part")


def delay_s(piece: Piece) -> float:
    """How long after a cut the first frame is shown, by the word of the packets."""
    span, best, before = piece.span, None, False
    with open_video(piece.path, "") as reader, suppress(av.FFmpegError):
        reader.seek(span.start_s)
        stream = reader.container.streams.video[0]
        origin_s, base = start_of(stream) + span.start_s, float(stream.time_base or 1)
        for packet in reader.container.demux(stream):
            ticks = shown_at(packet, reader.container.format.name)
            if ticks is None or not packet.size:
                continue
            at_s = ticks * base - origin_s
            before = before or at_s < -NEAR_S
            if at_s >= -NEAR_S and (best is None or at_s < best):
                best = at_s
            decoded_s = (ticks if packet.dts is None else packet.dts) * base - origin_s
            if best is not None and decoded_s >= best - NEAR_S:
                break
    still = best is None or (before and best > STILL_S)
    return 0.0 if still or best is None else max(0.0, best)


def _shots(path: Path, span: TimeSpan) -> Iterator[Shot]:
    """Frames in order from before a span on; a part that cannot be decoded is an error."""
    for back_s in BACK_S:
        with open_video(path, "") as reader:
            moved = reader.seek(span.start_s - back_s)
            shots = reader.shots()
            try:
                first = next(shots)
            except VideoError:
                if not moved:
                    raise
                continue
            if not moved or first.pts_s <= span.start_s + NEAR_S:
                yield first
                yield from _whole(reader, shots, span)
                return
    with open_video(path, "") as reader:
        yield from _whole(reader, reader.shots(), span)


def _whole(reader: VideoReader, shots: Iterator[Shot], span: TimeSpan) -> Iterator[Shot]:
    known = reader.damage
    for shot in shots:
        if shot.pts_s < span.start_s:
            known = reader.damage  # what is broken before the span is no matter
        elif shot.pts_s < span.end_s and (shot.frame.is_corrupt or reader.damage != known):
            reader.damage = reader.damage or "has parts that cannot be decoded"
            break
        yield shot
        if shot.pts_s >= span.end_s:
            return
    if reader.damage != known:
        raise VideoError(
            f"{reader.video.path} {reader.damage}; that lies between {_said(span)}: choose another"
        )


def _said(span: TimeSpan) -> str:
    return f"{span.start_s:.2f} and {span.end_s:.2f} s"


def _end_s(container: InputContainer, picture_s: float) -> float:
    """When a file ends by its own word, counted from its first picture; 0 where it does not say."""
    origin_s = start_of(container.streams.video[0])
    ends = [picture_s]
    for stream in container.streams.audio[:1]:
        if stream.duration and stream.time_base:
            first = stream.start_time or 0
            ends.append(float((first + stream.duration) * stream.time_base) - origin_s)
    if max(ends) <= 0 and container.duration:
        start_s = (container.start_time or 0) / av.time_base
        ends.append(container.duration / av.time_base + start_s - origin_s)
    return max(ends)


def _sound_of(container: InputContainer) -> SoundForm | None:
    for stream in container.streams.audio[:1]:
        context: Any = stream.codec_context
        if context is not None and context.sample_rate and context.channels:
            return SoundForm(rate=context.sample_rate, channels=min(2, context.channels))
    return None


class Canvas:
    """Makes the frames of an edit out of those of its pieces: all of one size, in one way."""

    def __init__(self, form: Form, look: Look) -> None:
        self._form = form
        self._look = look
        self._kept: dict[tuple[Any, ...], VideoReformatter] = {}

    def frame(self, moving: Moving) -> VideoFrame:
        """A frame as it is encoded; only those that are drawn on become RGB on the way."""
        shot, window = moving.shot, self._window(moving.piece)
        inner = inner_px(upright_size(shot), window, self._form.size_px)
        touched = self._look.paint is not None or moving.under is not None or window != WHOLE
        straight = turned_of(shot.frame) == AS_IT_IS
        if not touched and inner == self._form.size_px and straight:
            return self._converted(shot, inner, "yuv420p", colour_of(shot))
        return self._coded(self._drawn(moving, window))

    def _drawn(self, moving: Moving, window: Window) -> Picture:
        picture = self._seen(moving.shot, window)
        if moving.under is not None:
            under = self._seen(moving.under, self._window(moving.piece - 1))
            picture = blended(under, picture, moving.share)
        if self._look.paint is not None:
            picture = self._look.paint(picture, moving.at_s)
        return picture

    def _window(self, piece: int) -> Window:
        return self._look.windows[piece] if self._look.windows else WHOLE

    def _seen(self, shot: Shot, window: Window) -> Picture:
        """A frame upright, in RGB, cut to a window and fitted into the size of the edit."""
        inner = inner_px(upright_size(shot), window, self._form.size_px)
        size, turned = scaled_px(inner, window), turned_of(shot.frame)
        flat = (size[1], size[0]) if turned.lies else size
        pixels = self._converted(shot, flat, "rgb24", colour_of(shot)).to_ndarray()
        upright = turned.upright(cast("Picture", pixels))
        return fitted(upright, window, inner, self._form.size_px)

    def _converted(
        self, shot: Shot, size_px: tuple[int, int], to: str, colour: Colour
    ) -> VideoFrame:
        frame = shot.frame
        key = (frame.format.name, frame.width, frame.height, *size_px, to, colour)
        scaler = self._kept.setdefault(key, VideoReformatter())
        return scaler.reformat(
            frame,
            *size_px,
            to,
            src_colorspace=colour.matrix,
            dst_colorspace=self._form.colour.matrix,
            src_color_range=2 if colour.full_range else 1,
            dst_color_range=2 if to == "rgb24" else 1,
            dst_color_trc=BT709 if colour.wide else None,
            dst_color_primaries=BT709 if colour.wide else None,
            interpolation="BICUBIC",
        )

    def _coded(self, picture: Picture) -> VideoFrame:
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        scaler = self._kept.setdefault(("rgb24",), VideoReformatter())
        return scaler.reformat(
            frame,
            format="yuv420p",
            dst_colorspace=self._form.colour.matrix,
            dst_color_range=1,
            src_color_range=2,
        )
