"""What stands in one line: what others wrote with breaks, and times as players show them."""

from __future__ import annotations


def one_line(text: str) -> str:
    """A text without breaks and without signs that nobody sees."""
    return " ".join("".join(x if x.isprintable() else " " for x in text).split())


def clock(seconds: float) -> str:
    """A time as m:ss or h:mm:ss."""
    minutes, rest = divmod(int(seconds + 0.001), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
