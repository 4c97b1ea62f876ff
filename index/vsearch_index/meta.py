"""What a catalog notes about the library as a whole."""

from __future__ import annotations

from duckdb import DuckDBPyConnection as Connection

NO_MATCH_BELOW = "no_match_below"


def read_threshold(connection: Connection) -> float | None:
    """The score below which a moment is no good match, if one is kept."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", [NO_MATCH_BELOW]).fetchone()
    return float(row[0]) if row else None


def write_threshold(connection: Connection, value: float | None) -> None:
    """Keep that score, or forget it."""
    connection.execute("DELETE FROM meta WHERE key = ?", [NO_MATCH_BELOW])
    if value is not None:
        note = [NO_MATCH_BELOW, repr(float(value))]
        connection.execute("INSERT INTO meta VALUES (?, ?)", note)
