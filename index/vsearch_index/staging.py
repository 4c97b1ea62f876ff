"""Vectors of models that a library is being switched to, kept apart until all are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vsearch.types import Block, Matrix
from vsearch_index.rows import Connection, insert

_OF_BLOCK = "block = ? AND component = ? AND revision = ?"


def read_staged(connection: Connection, block: Block) -> set[str]:
    """The videos whose vectors for a coming block are ready."""
    found = connection.execute(
        f"SELECT DISTINCT video_id FROM staged WHERE {_OF_BLOCK}", _key(block)
    ).fetchall()
    return {row[0] for row in found}


def write_staged(
    connection: Connection, block: Block, video_id: str, vectors: Mapping[int, Matrix]
) -> None:
    """Keep the vectors of a video, and a mark that it is done."""
    connection.execute(
        "INSERT INTO staged VALUES (NULL, ?, ?, ?, ?, NULL)", [video_id, *_key(block)]
    )
    count = len(vectors)
    columns: dict[str, list[Any]] = {
        "frame_id": list(vectors),
        "video_id": [video_id] * count,
        "block": [block.name] * count,
        "component": [block.component] * count,
        "revision": [block.space.revision] * count,
        "vector": [vector.astype("<f2").tobytes() for vector in vectors.values()],
    }
    insert(connection, "staged", columns)


def switch_block(connection: Connection, block: Block, probes: Matrix) -> None:
    """Replace a block and its vectors by the staged ones."""
    connection.execute("DELETE FROM vectors WHERE block = ?", [block.name])
    connection.execute(
        "INSERT INTO vectors SELECT frame_id, video_id, block, vector FROM staged "
        f"WHERE vector IS NOT NULL AND {_OF_BLOCK}",
        _key(block),
    )
    space = block.space
    connection.execute(
        "UPDATE blocks SET component = ?, space = ?, dim = ?, revision = ?, probes = ? "
        "WHERE name = ?",
        [
            block.component,
            space.name,
            space.dim,
            space.revision,
            probes.astype("<f2").tobytes(),
            block.name,
        ],
    )
    connection.execute("DELETE FROM staged WHERE block = ?", [block.name])


def _key(block: Block) -> list[str]:
    return [block.name, block.component, block.space.revision]
