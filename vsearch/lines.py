"""What others wrote as it may be shown, in one line or in several, and times as players do."""

from __future__ import annotations


def one_line(text: str) -> str:
    """A text without breaks and without signs that nobody sees."""
    return " ".join("".join(x if x.isprintable() else " " for x in text).split())


def clean(text: str) -> str:
    """A text without signs that nobody sees, lone halves of characters among them."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text)


def clock(seconds: float) -> str:
    """A time as m:ss or h:mm:ss."""
    minutes, rest = divmod(int(seconds + 0.001), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
