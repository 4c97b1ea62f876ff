"""Videos for the command line to work on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vsearch.testing.videos import silence, tone, write_colours


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    videos = tmp_path / "videos"
    write_colours(videos / "flag.mp4", ["red", "white", "blue"])
    write_colours(videos / "sea.mp4", ["blue", "green"])
    said = np.concatenate([silence(2), tone(660, 2), silence(2)])
    write_colours(videos / "talk.mp4", ["purple", "orange", "yellow"], samples=said)
    return videos
