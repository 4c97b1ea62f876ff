"""What a catalog notes about the library as a whole."""

from __future__ import annotations

import json
from dataclasses import dataclass

from duckdb import DuckDBPyConnection as Connection

from vsearch.storage import Threshold

NO_MATCH_BELOW = "no_match_below"


@dataclass(frozen=True, slots=True)
class Revision:
    """Which library a catalog is of, and how often it has been changed.

    One of another library is no newer than any: what was made from it is always behind.
    """

    library: str
    number: int

    def __ge__(self, other: Revision) -> bool:
        return self.library == other.library and self.number >= other.number

    def __lt__(self, other: Revision) -> bool:
        return not self >= other


def read_threshold(connection: Connection) -> Threshold | None:
    """The score below which a moment is no good match, if one is kept."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", [NO_MATCH_BELOW]).fetchone()
    return Threshold(**json.loads(row[0])) if row else None


def write_threshold(connection: Connection, kept: Threshold | None) -> None:
    """Keep that score, or forget it."""
    connection.execute("DELETE FROM meta WHERE key = ?", [NO_MATCH_BELOW])
    if kept is not None:
        note = json.dumps({"score": kept.score, "fusion": kept.fusion})
        connection.execute("INSERT INTO meta VALUES (?, ?)", [NO_MATCH_BELOW, note])
