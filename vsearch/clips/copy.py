"""Packets copied as they are, and frames encoded only between a cut and the next keyframe."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.video.frame import PictureType

from vsearch.clips import h264
from vsearch.clips.edit import Look, Piece
from vsearch.clips.form import Form
from vsearch.clips.h264 import Unusual
from vsearch.clips.parts import Part, Scan, parts_of
from vsearch.clips.read import shown
from vsearch.pipeline.upright import AS_IT_IS, turned_of
from vsearch.pipeline.video import INDEXED, open_container, start_of
from vsearch.types import TimeSpan

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet

HOLDS = {
    "mp4": {"h264", "hevc", "vp9", "av1"},
    "mov": {"h264", "hevc"},
    "matroska": {"h264", "hevc", "vp8", "vp9", "av1"},
    "webm": {"vp8", "vp9", "av1"},
}
HEVC_STARTS = {19, 20}
X264 = {"preset": "veryfast", "tune": "zerolatency", "crf": "17", "forced-idr": "1"}


def plan(
    pieces: Sequence[Piece], lie: Sequence[TimeSpan], look: Look, form: Form, container: str
) -> Copying | None:
    """How an edit is made with as little encoding as can be; None where all has to be encoded."""
    changed = look.paint or look.windows or look.size_px or look.frame_rate
    dissolved = look.dissolve_s > 0 and len(pieces) > 1
    if changed or dissolved or len({piece.path for piece in pieces}) > 1:
        return None
    try:
        copying = Copying(pieces, lie, form, container)
    except (Unusual, av.FFmpegError, StopIteration):
        return None
    return copying if copying.copied else None


class Track:
    """What has to be known of a video track so that its packets can be copied."""

    def __init__(self, path: Path, container: str) -> None:
        with open_container(path) as source:
            stream = source.streams.video[0]
            context = stream.codec_context
            frame = next(source.decode(stream))
            if not source.format.name.startswith(INDEXED) or not stream.time_base:
                raise Unusual("it cannot be told where its packets lie")
            self.codec = stream.codec.canonical_name
            if self.codec not in HOLDS[container]:
                raise Unusual("the file to be made cannot hold it")
            if frame.interlaced_frame:
                raise Unusual("it is interlaced")
            if turned_of(frame) != AS_IT_IS and container not in {"mp4", "mov"}:
                raise Unusual("the file to be made cannot tell that it is turned")
            self.path = path
            self.tick = stream.time_base
            self.first = stream.start_time or 0
            self._ticks = stream.duration or 0
            self.rate = Fraction(stream.average_rate or stream.guessed_rate or 25)
            self.tag = context.codec_tag
            self.header = bytes(context.extradata or b"")
            self.pix_fmt = frame.format.name
            self.aspect = Fraction(stream.sample_aspect_ratio or 1)
            self.size_px = (frame.width, frame.height)
            self.colours = (
                frame.colorspace,
                frame.color_primaries,
                frame.color_trc,
                frame.color_range,
            )

    def packets(self, from_s: float) -> Iterator[Packet[Any]]:
        """Packets in the order in which they are decoded, from the keyframe before a time on."""
        with open_container(self.path) as source:
            stream = source.streams.video[0]
            origin_s = start_of(stream)
            if from_s > 0:
                source.seek(int((from_s + origin_s) / self.tick), stream=stream)
            packets = source.demux(stream)
            while (packet := _next(packets)) is not None:
                if packet.size:
                    yield packet

    def scan(self, span: TimeSpan) -> Scan:
        """The times of all packets that may be in a span, and which of them one can start at."""
        times: list[int] = []
        starts: list[bool] = []
        latest = None
        for packet in self.packets(span.start_s):
            dts = packet.pts if packet.dts is None else packet.dts  # Matroska has none at first
            if packet.pts is None or dts is None or packet.pts < dts:
                raise Unusual("a packet does not say when it is shown")
            if packet.is_discard or packet.is_corrupt or packet.has_sidedata("new_extradata"):
                raise Unusual("an edit list, or damage")
            if packet.dts is not None and latest is not None and packet.dts <= latest:
                raise Unusual("its clock does not go forward")
            latest = packet.dts
            times.append(packet.pts)
            starts.append(self._is_start(packet))
            decoded = packet.dts is not None
            if decoded and float((dts - self.first) * self.tick) >= span.end_s:
                break
        else:
            self._check_complete(max(times, default=0))
        return Scan(np.array(times, np.int64), np.array(starts, bool), self.first, self.tick)

    def _check_complete(self, last: int) -> None:
        """Refuse a file that ends long before it says it does."""
        if float((self.first + self._ticks - last) * self.tick) > max(1.0, 5 / float(self.rate)):
            raise Unusual("it is cut short")

    def _is_start(self, packet: Packet[Any]) -> bool:
        """Whether decoding can start at a packet; parameter sets must be those of the header."""
        if self.codec not in {"h264", "hevc"}:
            return bool(packet.is_keyframe)
        if self.codec == "hevc" and not packet.is_keyframe:
            return False
        found = list(h264.units(bytes(packet)))
        if self.codec == "hevc":
            return any((unit[0] >> 1) & 63 in HEVC_STARTS for unit in found)
        kinds = {h264.kind(unit) for unit in found}
        if kinds & {h264.SPS, h264.PPS}:
            sets = [unit for unit in found if h264.kind(unit) in {h264.SPS, h264.PPS}]
            if any(unit not in self.header for unit in sets):
                raise Unusual("its parameter sets change")
        if packet.is_keyframe and h264.IDR not in kinds:
            raise Unusual("its pictures refer over its keyframes")
        return bool(packet.is_keyframe)


def _next(packets: Iterator[Packet[Any]]) -> Packet[Any] | None:
    try:
        return next(packets, None)
    except av.FFmpegError as error:
        raise Unusual("a part of it cannot be read") from error


class Copying:
    """An edit of one file: which packets are copied, and the spans that are encoded."""

    def __init__(
        self, pieces: Sequence[Piece], lie: Sequence[TimeSpan], form: Form, container: str
    ) -> None:
        self._track = Track(pieces[0].path, container)
        self._form = form
        self._parts: list[Part] = []
        self._depth = 0
        for piece, place in zip(pieces, lie, strict=True):
            scan = self._track.scan(piece.span)
            self._parts += parts_of(scan, piece.span, place.start_s)
            self._depth = max(self._depth, scan.depth)
        self._end_s = lie[-1].end_s
        self.frames = sum(part.frames for part in self._parts)
        self.copied = sum(part.frames for part in self._parts if part.copied)
        self._own: h264.Parameters | None = None
        self._encoder: Any = None
        self._stream: Any = None
        if self._track.codec == "h264":
            h264.check_plain(h264.parameters_of(self._track.header).sequences, self._depth > 0)
        if self.copied < self.frames:
            self._check_encodable()

    def _check_encodable(self) -> None:
        if self._track.codec != "h264" or self._track.pix_fmt not in {"yuv420p", "yuvj420p"}:
            raise Unusual("frames of its kind are not encoded here")

    def add_to(self, container: OutputContainer) -> None:
        """Make the track that the packets are copied into."""
        header = self._track.header
        if self.copied < self.frames:
            theirs = h264.parameters_of(header)
            self._encoder = self._new_encoder(min(set(range(1, 32)) - theirs.ids))
            header = theirs.joined(h264.own_parameters(self._encoder.extradata))
        with open_container(self._track.path) as source:
            model = source.streams.video[0]
            self._stream = container.add_stream_from_template(model, opaque=True)
        self._stream.codec_context.extradata = header
        if self._track.tag == "hvc1" and container.format.name in {"mp4", "mov"}:
            self._stream.codec_context.codec_tag = "hvc1"  # the only one that Apple's players take
        self._stream.time_base = Fraction(1, self._form.ticks)

    def _new_encoder(self, number: int) -> Any:
        context: Any = av.CodecContext.create("libx264", "w")
        context.width, context.height = self._track.size_px
        context.pix_fmt = self._track.pix_fmt
        context.time_base = Fraction(1, self._form.ticks)
        context.framerate = self._form.frame_rate
        context.sample_aspect_ratio = self._track.aspect
        context.colorspace, context.color_primaries = self._track.colours[:2]
        context.color_trc, context.color_range = self._track.colours[2:]
        context.options = {**X264, "x264-params": f"sps-id={number}"}
        context.flags |= av.codec.context.Flags.global_header
        try:
            context.open()
        except av.FFmpegError as error:
            raise Unusual("frames of its kind are not encoded here") from error
        return context

    def packets(self) -> Iterator[tuple[Packet[Any], float]]:
        """All packets of the edit, and when each has to be written."""
        waiting: list[int] = []
        base, ticks = Fraction(1, self._form.ticks), self._form.ticks
        last, end = round(self._parts[-1].last_s * ticks), round(self._end_s * ticks)
        step = max(1, int(ticks / self._form.frame_rate))
        for number, (packet, pts) in enumerate(self._in_order()):
            heapq.heappush(waiting, pts)
            late = self._depth - number
            dts = waiting[0] - late * step if late > 0 else heapq.heappop(waiting)
            packet.stream, packet.time_base = self._stream, base
            packet.pts, packet.dts = pts, dts
            if pts >= last - 1:
                packet.duration = max(1, end - pts)
            yield packet, dts / ticks

    def _in_order(self) -> Iterator[tuple[Packet[Any], int]]:
        for part in self._parts:
            yield from self._copied(part) if part.packets else self._encoded(part)

    def _copied(self, part: Part) -> Iterator[tuple[Packet[Any], int]]:
        """The packets of a part, each with its new time in ticks."""
        first, last = part.packets or (0, 0)
        each = self._track.tick * self._form.ticks
        shift = round((part.at_s - part.shows_s) * self._form.ticks)
        for number, packet in enumerate(self._track.packets(part.from_s)):
            if number > last:
                return
            if number >= first:
                pts = int(((packet.pts or 0) - self._track.first) * each) + shift
                packet.duration = int((packet.duration or 0) * each)
                yield packet, pts

    def _encoded(self, part: Part) -> Iterator[tuple[Packet[Any], int]]:
        """The frames of a part, encoded so that each comes out at once."""
        count = 0
        for frame in shown(Piece(path=self._track.path, span=part.span)):
            picture = frame.shot.frame
            pts = round((part.at_s + frame.at_s) * self._form.ticks)
            picture.pts, picture.time_base = pts, Fraction(1, self._form.ticks)
            picture.pict_type = PictureType.NONE if count else PictureType.I
            for made in self._encoder.encode(picture):
                packet: Packet[Any] = av.Packet(h264.as_packet(bytes(made)))
                packet.is_keyframe = made.is_keyframe
                yield packet, pts
            count += 1
        if count != part.frames:
            raise Unusual("its packets and its pictures are not the same in number")
