"""Plays a moment with what the machine has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from vsearch.cli.output import clock, tell
from vsearch.errors import VideoError

if TYPE_CHECKING:
    from pathlib import Path

    from vsearch.types import Moment


PATIENCE_S = 3.0
"""What opens files either fails sooner, or is the player itself and stays as long as that."""


def play_moment(moment: Moment) -> None:
    """Start a player at the moment; one that cannot seek from outside gets the time in words."""
    path, start_s = moment.video.path, moment.span.start_s
    play(path, start_s, f"Opened {path}; the moment is at {clock(start_s)}.")


def play(path: Path, start_s: float = 0.0, remark: str = "") -> None:
    """Start a player with a file; the remark is for those that cannot be told where to begin."""
    if not path.exists():
        raise VideoError(f"{path} is not there any more")
    for player, arguments in (
        ("mpv", [f"--start={start_s:.3f}"]),
        ("vlc", [f"--start-time={start_s:.3f}"]),
        ("ffplay", ["-autoexit", "-ss", f"{start_s:.3f}"]),
    ):
        if shutil.which(player):
            subprocess.run([player, *arguments, str(path)], check=False)
            return
    _open(str(path), remark or f"Opened {path}.")


def _open(path: str, remark: str) -> None:
    """Leave a video to what the system opens such files with."""
    if hasattr(os, "startfile"):
        os.startfile(path)
        tell(remark)
        return
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if not shutil.which(opener) or not _opened([opener, path], remark):
        raise VideoError(
            f"no player for {path}: looked for mpv, vlc and ffplay, and asked {opener}; "
            "install one of the first three"
        )


def _opened(command: list[str], remark: str) -> bool:
    """Whether a command opens a video; the remark is made once it has not failed for a while."""
    # What xdg-open says of each browser that it tries in vain helps nobody.
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            failed = process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            failed = 0
        if not failed:
            tell(remark)
    return not failed
