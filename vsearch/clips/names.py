"""Names for the files of clips, made of names of videos that may hold anything."""

from __future__ import annotations

import re
from pathlib import Path

from vsearch.types import Place

LONGEST = 80
"""So many bytes of a video's name are kept; a file system allows 255 for all of one."""

UNSAFE = re.compile(r"[\\/:*?\"'`<>|$&;!{}\[\]()#%~^=@,\s]+|[^\w.+-]")
"""What shells and file systems read otherwise, and what is no letter, such as pictograms."""


def safe(text: str) -> str:
    """A text as part of a file name that every system and shell takes as it stands."""
    plain = UNSAFE.sub("_", text.encode("utf-8", "replace").decode("utf-8").replace("?", "_"))
    short = plain.encode()[:LONGEST].decode("utf-8", "ignore")
    return re.sub(r"_{2,}", "_", short).strip("._-") or "video"


def at(seconds: float) -> str:
    """A time that may stand in a file name: 1m05s, 1h02m03s, 0m01.5s."""
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    whole = f"{rest // 10:02d}" + (f".{rest % 10}" if rest % 10 else "")
    return f"{hours}h{minutes:02d}m{whole}s" if hours else f"{minutes}m{whole}s"


def name_of(place: Place, rank: int | None = None, ending: str = ".mp4") -> str:
    """What a clip of a stretch is called: 01-talk-1m05s.mp4, or talk-1m05s-1m10s.mp4."""
    video = safe(place.video.path.stem)
    if rank is None:
        return f"{video}-{at(place.span.start_s)}-{at(place.span.end_s)}{ending}"
    return f"{rank:02d}-{video}-{at(place.span.start_s)}{ending}"


def free(path: Path) -> Path:
    """This path, or with the first number behind it that no file has."""
    found, number = path, 1
    while found.exists() or found.is_symlink():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found
