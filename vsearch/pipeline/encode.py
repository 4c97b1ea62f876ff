"""Pictures and sound -> a video file: the only file that encodes."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from vsearch.types import SAMPLE_RATE, Picture, Samples

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer


def write_video(
    path: Path, pictures: Iterable[Picture], frame_rate: float, samples: Samples | None = None
) -> None:
    """Write pictures of one even size, with mono sound if there is any, as H.264 and AAC."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        rate = Fraction(frame_rate).limit_denominator(1001)
        video = container.add_stream("libx264", rate=rate, options={"preset": "veryfast"})
        video.pix_fmt = "yuv420p"
        sound = None if samples is None else container.add_stream("aac", rate=SAMPLE_RATE)
        if sound is not None:
            sound.layout = "mono"
        for number, picture in enumerate(pictures):
            if number == 0:
                video.height, video.width = picture.shape[:2]
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
        if sound is not None and samples is not None:
            _write_sound(container, sound, samples)


def _write_sound(container: OutputContainer, sound: AudioStream, samples: Samples) -> None:
    for start in range(0, len(samples), 1024):
        block = np.ascontiguousarray(samples[None, start : start + 1024])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        container.mux(sound.encode(frame))
    container.mux(sound.encode())
