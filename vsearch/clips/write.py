"""Frames, sound and cues -> a file of any of the kinds that clips can be."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from vsearch.clips.form import BT601, BT709, Form
from vsearch.clips.sound import Wave
from vsearch.cues import Cue
from vsearch.errors import QueryError
from vsearch.pipeline.video import reason_of

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame

TAGS = {BT709: (1, 1, 1), BT601: (6, 6, 6)}
"""The numbers in H.273 of the matrix, primaries and curve that are written."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is made of, by its ending."""

    container: str
    video: str
    sound: str
    cues: str
    options: dict[str, str]
    sound_rates: tuple[int, ...]


AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)
OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
X264 = {"preset": "veryfast", "crf": "18"}
VP9 = {"crf": "24", "deadline": "realtime", "cpu-used": "5", "row-mt": "1"}
KINDS = {
    ".mp4": Kind("mp4", "libx264", "aac", "mov_text", X264, AAC_RATES),
    ".m4v": Kind("mp4", "libx264", "aac", "mov_text", X264, AAC_RATES),
    ".mov": Kind("mov", "libx264", "aac", "mov_text", X264, AAC_RATES),
    ".mkv": Kind("matroska", "libx264", "aac", "srt", X264, AAC_RATES),
    ".webm": Kind("webm", "libvpx-vp9", "libopus", "webvtt", VP9, OPUS_RATES),
}
HEADER = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, \
Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def kind_of(path: Path) -> Kind:
    """What to make of a file of this name."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise QueryError(f"{path} must end in {', '.join(KINDS)} to be written as a video")
    return kind


class Writer:
    """A file that is being made; frames, sound and cues come in the order of their times."""

    def __init__(self, container: OutputContainer, kind: Kind, form: Form) -> None:
        self._container = container
        self._kind = kind
        self._form = form
        self._video: Any = None
        self._sound: Any = None
        self._cues: Any = None
        self._left: list[Cue] = []
        self._last_pts = -1
        self._held: Packet[Any] | None = None
        self._wave = np.zeros((form.sound.channels if form.sound else 1, 0), np.float32)
        self._samples = 0

    def add_pictures(self) -> None:
        """Make the track of pictures that are encoded here."""
        form = self._form
        options = {**self._kind.options}
        self._video = self._container.add_stream(
            self._kind.video, rate=form.frame_rate, options=options
        )
        self._video.width, self._video.height = form.size_px
        self._video.pix_fmt = "yuv420p"
        context = self._video.codec_context
        context.time_base = Fraction(1, form.ticks)
        context.colorspace, context.color_primaries, context.color_trc = TAGS[form.colour.matrix]
        context.color_range = 1

    def add_sound(self) -> None:
        """Make the track of sound, if there is to be any."""
        if self._form.sound is None:
            return
        self._sound = self._container.add_stream(self._kind.sound, rate=self._form.sound.rate)
        self._sound.layout = "mono" if self._form.sound.channels == 1 else "stereo"
        self._sound.format = "flt" if self._kind.sound == "libopus" else "fltp"
        self._sound.bit_rate = 96_000 * self._form.sound.channels

    def add_cues(self, cues: Sequence[Cue]) -> None:
        """Make a track of subtitles that can be switched off."""
        self._left = sorted(cues, key=lambda cue: cue.span.start_s)
        if not self._left:
            return
        if self._kind.cues == "mov_text":
            self._cues = self._container.add_stream("mov_text")
            self._cues.codec_context.subtitle_header = HEADER.encode()
            self._cues.codec_context.time_base = Fraction(1, 1000)
            self._cues.time_base = Fraction(1, 1000)
            return
        text = "WEBVTT\n\n" if self._kind.cues == "webvtt" else ""
        text += "1\n00:00:00,000 --> 00:00:01,000\n.\n"
        text = text.replace(",000", ".000") if self._kind.cues == "webvtt" else text
        with av.open(io.BytesIO(text.encode()), format=self._kind.cues) as model:
            self._cues = self._container.add_stream_from_template(model.streams.subtitles[0])

    def picture(self, frame: VideoFrame, at_s: float) -> None:
        """Encode the next frame."""
        frame.time_base = Fraction(1, self._form.ticks)
        frame.pts = self._last_pts = max(round(at_s * self._form.ticks), self._last_pts + 1)
        frame.pict_type = 0
        self._container.mux(self._video.encode(frame))

    def copy(self, packet: Packet[Any]) -> None:
        """Write the next packet as it is."""
        self._container.mux(packet)

    def hear(self, wave: Wave) -> None:
        """Encode the next samples."""
        self._wave = np.concatenate([self._wave, wave], axis=1)
        size = self._frame_size()
        while self._wave.shape[1] >= size:
            self._encode(self._wave[:, :size])
            self._wave = self._wave[:, size:]

    def read_along(self, until_s: float) -> None:
        """Write the cues that begin before a time."""
        while self._left and self._left[0].span.start_s < until_s:
            self._container.mux(self._cue(self._left.pop(0)))

    def finish(self, end_s: float) -> None:
        """Write what is still held back; the last frame is shown to the end."""
        self.read_along(float("inf"))
        if self._sound is not None:
            if self._wave.shape[1]:
                self._encode(self._wave)
            self._container.mux(self._sound.encode())
        packets = [] if self._video is None else self._video.encode()
        for packet in packets:
            if packet.pts == self._last_pts:
                packet.duration = max(1, round(end_s * self._form.ticks) - packet.pts)
        self._container.mux(packets)

    def _frame_size(self) -> int:
        if not self._sound.codec_context.is_open:
            self._sound.codec_context.open()
        return int(self._sound.codec_context.frame_size or 1024)

    def _encode(self, wave: Wave) -> None:
        packed = self._kind.sound == "libopus"
        data = wave.T.reshape(1, -1) if packed else wave
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(np.clip(data, -1, 1)),
            format="flt" if packed else "fltp",
            layout="mono" if len(wave) == 1 else "stereo",
        )
        assert self._form.sound is not None
        frame.sample_rate, frame.pts = self._form.sound.rate, self._samples
        frame.time_base = Fraction(1, self._form.sound.rate)
        self._samples += wave.shape[1]
        self._container.mux(self._sound.encode(frame))

    def _cue(self, cue: Cue) -> Packet[Any]:
        text = cue.text.encode()
        if self._kind.cues == "mov_text":
            text = len(text).to_bytes(2, "big") + text
        packet = av.Packet(text)
        packet.stream, packet.time_base = self._cues, Fraction(1, 1000)
        packet.pts = packet.dts = round(cue.span.start_s * 1000)
        packet.duration = max(1, round(cue.span.duration_s * 1000))
        return packet


@contextmanager
def writing(path: Path, kind: Kind) -> Iterator[OutputContainer]:
    """Open a file, which is whole when this ends well; what goes wrong with it is an OSError."""
    options = {"movflags": "+faststart"} if kind.container in {"mp4", "mov"} else {}
    try:
        container = av.open(str(path), "w", format=kind.container, options=options)
        try:
            yield container
        except BaseException:
            with suppress(av.FFmpegError, OSError):
                container.close()
            raise
        container.close()
    except av.FFmpegError as error:
        raise OSError(error.errno, reason_of(error)) from error
