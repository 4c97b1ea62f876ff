"""Videos to make clips of, and what the clips show."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from vsearch.library import Library
from vsearch.testing.fakes import COLOURS
from vsearch.testing.videos import silence, tone, write_colours
from vsearch.types import Picture

ODD = 'o\'dd "💾" \n name.mp4'


def clip_folder(library: Library) -> Path:
    """A folder with a few videos that are in the library, and one that is not."""
    root = library.path.parent
    videos = root / "videos"
    write_colours(videos / "flag.mp4", ["red", "white", "blue"])
    write_colours(videos / "sea.mp4", ["blue", "green"], size_px=(128, 96))
    said = np.concatenate([silence(2), tone(660, 2), silence(4)])
    write_colours(videos / "talk.mp4", ["purple", "orange", "yellow", "black"], samples=said)
    write_colours(videos / ODD, ["orange", "white"])
    library.index(videos)
    write_colours(root / "new" / "alone.mp4", ["green", "red"])
    return root


def frames(path: Path) -> list[Picture]:
    """Every picture of a video."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def colours(path: Path) -> list[str]:
    """The colours that a video shows, one after the other."""
    found: list[str] = []
    for frame in frames(path):
        height, width = frame.shape[:2]
        seen = np.median(frame[: height // 3, width // 3 :].reshape(-1, 3), axis=0)
        name = min(COLOURS, key=lambda name: float(np.abs(seen - COLOURS[name]).sum()))
        if found[-1:] != [name]:
            found.append(name)
    return found
