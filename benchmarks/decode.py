"""Decoding: what finding scenes and keyframes costs on top of decoding every frame.

    python benchmarks/decode.py VIDEO...

For each video, in turn: PyAV alone, and the whole pass (cut detector, keyframes, JPEG). The ratio
is the share of plain decoding speed that is kept.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import av

from vsearch.components import Components
from vsearch.config import load_config
from vsearch.pipeline.frames import Keyframe, KeyframePicker
from vsearch.pipeline.vectors import encode_thumbnail
from vsearch.pipeline.video import open_video
from vsearch.protocols import SceneSplitter

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", type=Path, nargs="+")
    options = parser.parse_args()
    config = load_config()
    splitter = Components(config, print).stages(()).splitter
    kept = []
    for path in options.videos:
        pairs = [(timed(plain, path), timed(lambda path: whole(path, splitter), path))
                 for _ in range(ROUNDS)]  # fmt: skip
        ratio = statistics.median(alone / full for alone, full in pairs)
        with open_video(path, "id") as reader:
            speed = reader.video.duration_s / statistics.median(full for _, full in pairs)
        kept.append(ratio)
        print(f"{path.name:44s} {ratio:.2f} of plain decoding, {speed:.0f} x real time")
    print(f"median {statistics.median(kept):.2f} of plain decoding")


def timed(work: Callable[[Path], object], path: Path) -> float:
    """The seconds that a piece of work takes."""
    start = time.perf_counter()
    work(path)
    return time.perf_counter() - start


def plain(path: Path) -> int:
    """Decode every frame and do nothing with it."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        return sum(1 for _ in container.decode(stream))


def whole(path: Path, splitter: SceneSplitter) -> int:
    """The pass that indexing makes."""
    with open_video(path, "id") as reader:
        detector = splitter.start(float(reader.video.frame_rate))
        picker = KeyframePicker(detector, splitter.picture_px, 4.0, 288)
        frames = [
            item
            for item in picker.run(reader.shots(), reader.full_end_s)
            if isinstance(item, Keyframe)
        ]
        return sum(len(encode_thumbnail(frame.picture)) for frame in frames)


if __name__ == "__main__":
    main()
