"""Prints results: tables for people, JSON for machines, all else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vsearch.types import SCREEN, SPEECH, VISUAL, Evidence, SceneSound, Tag, TimeSpan

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

PIPE_WIDTH = 120
NARROW = 100
WHOLE = frozenset({"why", "model", "sound"})
"""Columns whose text is short and must not be broken."""
LEAST = {"video": 16, "words said": 16, "said or shown": 16, "words shown": 16, "path": 16}
"""Columns that are no use when they are narrower."""
BLOCK_NAMES = {VISUAL: "picture", SPEECH: "speech", SCREEN: "screen"}


def console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal, or wide enough for a table where there is none."""
    from rich.console import Console

    class Plain(Console):
        """Shows what videos say as it is, but for what would speak to the terminal."""

        def render_str(self, text: str, **how: Any) -> Text:
            return super().render_str(plain(text), **how)

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    # Names and words are shown as they are: brackets in them are no markup.
    return Plain(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def plain(text: str) -> str:
    """A text without signs that nobody sees, such as those that move a terminal's cursor."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text)


def tell(line: str) -> None:
    """One line for the person, beside the results."""
    print(plain(line), file=sys.stderr, flush=True)


def print_json(data: Any) -> None:
    """The one JSON document on standard output."""
    print(json.dumps(data, indent=2, ensure_ascii=False, default=str))


def table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """An empty table in the style of all tables."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(
            column,
            min_width=LEAST.get(column),
            justify="right" if column in right else "left",
            no_wrap=column in right or column in WHOLE,
            overflow="ellipsis" if column in WHOLE else "fold",
        )
    return made


def clock(seconds: float) -> str:
    """Seconds as m:ss.s or h:mm:ss.s."""
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    text = f"{rest / 10:04.1f}"
    return f"{hours}:{minutes:02d}:{text}" if hours else f"{minutes}:{text}"


def is_narrow() -> bool:
    """Whether a table with many columns has no room."""
    return console().width < NARROW


def span(value: TimeSpan) -> str:
    """A span as start-end."""
    return f"{clock(value.start_s)}-{clock(value.end_s)}"


def tags(values: Iterable[Tag]) -> str:
    """Tags with how probable they are."""
    return ", ".join(f"{tag.label} {tag.score:.0%}" for tag in values)


def why(evidence: tuple[Evidence, ...], most: int | None = None) -> str:
    """The share of each block that speaks for a moment, the largest first."""
    parts = sorted((item for item in evidence if item.share > 0.005), key=lambda item: -item.share)
    return ", ".join(
        f"{BLOCK_NAMES.get(item.block, item.block)} {item.share:.0%}" for item in parts[:most]
    )


def sound(value: SceneSound) -> str:
    """What a scene sounds like, the largest share first; what is hardly heard is left out."""
    shares = {"speech": value.speech, "music": value.music, "silence": value.silence}
    shares["other"] = max(0.0, 1 - sum(shares.values()))
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {share:.0%}" for name, share in ordered if share > 0.005)


def shorten(text: str, length: int) -> str:
    """A text cut at a word."""
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0] + "…"


def number_of(count: int, name: str) -> str:
    """A count with its name: 1 moment, 2 moments."""
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
