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
    from vsearch.types import Moment


def play_moment(moment: Moment) -> None:
    """Start a player at the moment; one that cannot seek from outside gets the time in words."""
    path, start_s = moment.video.path, moment.span.start_s
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
    tell(f"Opening {path}; the moment is at {clock(start_s)}.")
    _open(str(path))


def _open(path: str) -> None:
    if hasattr(os, "startfile"):
        os.startfile(path)
        return
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if not shutil.which(opener):
        raise VideoError(f"there is no player for {path}; install mpv, VLC or ffplay")
    subprocess.run([opener, path], check=False)
