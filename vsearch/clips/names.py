"""Names for the files of clips."""

from __future__ import annotations

from pathlib import Path

from vsearch.export.names import safe_name
from vsearch.types import Place


def at(seconds: float) -> str:
    """A time that may stand in a file name: 1m05s, 1h02m03s, 0m01.5s."""
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    whole = f"{rest // 10:02d}" + (f".{rest % 10}" if rest % 10 else "")
    return f"{hours}h{minutes:02d}m{whole}s" if hours else f"{minutes}m{whole}s"


def name_of(place: Place, rank: int | None = None, ending: str = ".mp4") -> str:
    """What a clip of a stretch is called: 01-talk-1m05s.mp4, or talk-1m05s-1m10s.mp4."""
    video = safe_name(place.video.path.stem)
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


def named(text: str, kind: str, ending: str = ".mp4") -> str:
    """What something made of a text is called: the-last-train-reel.mp4."""
    return f"{safe_name('-'.join(text.split()), 'my')}-{kind}{ending}"
