"""A subtitle, as it is read from files and written to them."""

from __future__ import annotations

from dataclasses import dataclass

from vsearch.types import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A subtitle: when it is shown and what it says."""

    span: TimeSpan
    text: str
