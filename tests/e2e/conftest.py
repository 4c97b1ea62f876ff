"""Videos for the command line to work on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vsearch.cli import main
from vsearch.testing.videos import silence, tone, write_colours


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    videos = tmp_path / "videos"
    write_colours(videos / "flag.mp4", ["red", "white", "blue"])
    write_colours(videos / "sea.mp4", ["blue", "green"])
    said = np.concatenate([silence(2), tone(660, 2), silence(2)])
    write_colours(videos / "talk.mp4", ["purple", "orange", "yellow"], samples=said)
    return videos


@pytest.fixture
def typed(
    vsearch: Callable[..., subprocess.CompletedProcess[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The vsearch command in this process: a process of its own takes a second to start."""

    def run(
        *arguments: str, cwd: Path, library: Path, code: int = 0
    ) -> subprocess.CompletedProcess[str]:
        environ = {**vsearch.environ, "VSEARCH_LIBRARY": str(library)}  # type: ignore[attr-defined]
        for name in (name for name in environ if name.startswith("VSEARCH_")):
            monkeypatch.setenv(name, environ[name])
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["vsearch", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        assert left.value.code == code, told.out + told.err
        return subprocess.CompletedProcess(arguments, code, told.out, told.err)

    return run
