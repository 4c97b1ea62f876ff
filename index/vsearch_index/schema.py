"""The tables of a catalog, as numbered migrations that are applied in order and never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vsearch.errors import StoreError

if TYPE_CHECKING:
    import duckdb

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
        """CREATE TABLE blocks (
            position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, component TEXT NOT NULL,
            space TEXT NOT NULL, dim INTEGER NOT NULL, revision TEXT NOT NULL,
            probes BLOB NOT NULL)""",
        """CREATE TABLE videos (
            id TEXT PRIMARY KEY, duration_s DOUBLE NOT NULL, rate_num BIGINT NOT NULL,
            rate_den BIGINT NOT NULL, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
            has_audio BOOLEAN NOT NULL, speech_source TEXT NOT NULL,
            indexed_at TIMESTAMP NOT NULL)""",
        """CREATE TABLE files (
            path TEXT PRIMARY KEY, video_id TEXT NOT NULL, size_bytes BIGINT NOT NULL,
            mtime_ns BIGINT NOT NULL, seen_at TIMESTAMP NOT NULL)""",
        """CREATE TABLE scenes (
            id BIGINT PRIMARY KEY, video_id TEXT NOT NULL, position INTEGER NOT NULL,
            start_s DOUBLE NOT NULL, end_s DOUBLE NOT NULL)""",
        """CREATE TABLE frames (
            id BIGINT PRIMARY KEY, scene_id BIGINT NOT NULL, video_id TEXT NOT NULL,
            position INTEGER NOT NULL, pts_s DOUBLE NOT NULL,
            start_s DOUBLE NOT NULL, end_s DOUBLE NOT NULL)""",
        """CREATE TABLE speech (
            video_id TEXT NOT NULL, position INTEGER NOT NULL, start_s DOUBLE NOT NULL,
            end_s DOUBLE NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL)""",
        # Vectors are little-endian float16, what every generation of the index is built from.
        """CREATE TABLE vectors (
            frame_id BIGINT NOT NULL, video_id TEXT NOT NULL, block TEXT NOT NULL,
            vector BLOB NOT NULL)""",
        # Vectors of models that a library is being switched to; video rows with no vector mark
        # videos that have nothing in this block.
        """CREATE TABLE staged (
            frame_id BIGINT, video_id TEXT NOT NULL, block TEXT NOT NULL,
            component TEXT NOT NULL, revision TEXT NOT NULL, vector BLOB)""",
        "INSERT INTO meta VALUES ('revision', '0'), ('library_id', uuid()::TEXT)",
    ),
    (
        """CREATE TABLE shown (
            video_id TEXT NOT NULL, position INTEGER NOT NULL, start_s DOUBLE NOT NULL,
            end_s DOUBLE NOT NULL, text TEXT NOT NULL)""",
        # Shares of a scene's time; what is none of the three is other sound.
        """CREATE TABLE sounds (
            video_id TEXT NOT NULL, scene_id BIGINT NOT NULL, speech DOUBLE NOT NULL,
            music DOUBLE NOT NULL, silence DOUBLE NOT NULL)""",
        # The labels are a JSON list, each with its phrases, as they were read from their file.
        """CREATE TABLE label_sets (
            name TEXT PRIMARY KEY, labels TEXT NOT NULL, looks_at TEXT NOT NULL,
            prompt TEXT NOT NULL, made_with TEXT NOT NULL, least DOUBLE NOT NULL,
            most INTEGER NOT NULL, made_at TIMESTAMP NOT NULL)""",
        """CREATE TABLE tags (
            video_id TEXT NOT NULL, scene_id BIGINT NOT NULL, label_set TEXT NOT NULL,
            label TEXT NOT NULL, score DOUBLE NOT NULL)""",
        # Which videos were looked at with a set: a scene without tags is one that no label fits.
        "CREATE TABLE tagged (video_id TEXT NOT NULL, label_set TEXT NOT NULL)",
    ),
)


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring a catalog to the newest schema, each step in a transaction of its own."""
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    version = schema_version(connection)
    if version > len(MIGRATIONS):
        raise StoreError(
            f"the library was made by a newer vsearch (schema {version}, this one knows "
            f"{len(MIGRATIONS)}); install that version or a later one"
        )
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement)
        connection.execute("DELETE FROM schema_version")
        connection.execute("INSERT INTO schema_version VALUES (?)", [number])
        connection.execute("COMMIT")


def schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of migrations that a catalog has had."""
    row = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    return int(row[0]) if row and row[0] is not None else 0
