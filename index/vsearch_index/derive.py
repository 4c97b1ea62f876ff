"""Derives a generation of the search index from the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.joint import BlockStats, JointSpace
from vsearch.types import Block, Matrix
from vsearch_index import rows
from vsearch_index.documents import read_documents, read_segments, read_texts
from vsearch_index.frames import FrameTable
from vsearch_index.generations import Generation
from vsearch_index.vectors import Take, VectorIndex
from vsearch_index.words import WordIndex

VECTORS_AT_ONCE = 8192


@dataclass(frozen=True, slots=True, eq=False)
class BlockVectors:
    """The vectors of one block, and which of them each frame has: -1 is none."""

    matrix: NDArray[Any]
    of_frame: NDArray[np.int64]

    @classmethod
    def read(
        cls, connection: rows.Connection, block: Block, ids: NDArray[np.int64]
    ) -> BlockVectors:
        """The stored vectors of a block for the frames with these ids, which ascend."""
        frame_ids, matrix = read_vectors(connection, block)
        of_frame = np.full(len(ids), -1, np.int64)
        of_frame[np.searchsorted(ids, frame_ids)] = np.arange(len(frame_ids))
        return cls(matrix, of_frame)

    def part(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], Matrix]:
        """Which of these frames have a vector, and their vectors."""
        found = self.of_frame[positions]
        (having,) = np.nonzero(found >= 0)
        return having, self.matrix[found[having]].astype(np.float32)


def read_vectors(
    connection: rows.Connection, block: Block
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The frame ids and float16 vectors of a block, in parts: at once they take thrice as much."""
    count = connection.execute("SELECT count(*) FROM vectors WHERE block = ?", [block.name])
    (size,) = count.fetchone() or (0,)
    frame_ids, matrix = np.empty(size, np.int64), np.empty((size, block.space.dim), "<f2")
    start = 0
    connection.execute("SELECT frame_id, vector FROM vectors WHERE block = ?", [block.name])
    while part := connection.fetchmany(VECTORS_AT_ONCE):
        place = slice(start, start + len(part))
        frame_ids[place] = [pair[0] for pair in part]
        data = b"".join([pair[1] for pair in part])
        matrix[place] = np.frombuffer(data, "<f2").reshape(len(part), -1)
        start = place.stop
    return frame_ids, matrix


def derive(connection: rows.Connection, kind: str) -> Generation:
    """The search index of everything in the catalog; generation 0, as it is nowhere written."""
    frames, space, take, probes = joint_rows(connection)
    dim = max(1, space.dim)
    index = VectorIndex.build(frames.ids, dim, take, kind, _questions(space, probes))
    words = WordIndex.build(
        read_documents(connection), read_segments(connection), read_texts(connection)
    )
    return Generation(0, rows.revision(connection), space, index, frames, words)


def joint_rows(
    connection: rows.Connection,
) -> tuple[FrameTable, JointSpace, Take, dict[str, Matrix]]:
    """The keyframes of a catalog, their joint space, what gives rows of it, and the probes."""
    blocks = rows.read_blocks(connection)
    frames = FrameTable.derive(connection)
    stored = {block.name: BlockVectors.read(connection, block, frames.ids) for block in blocks}
    probes = {block.name: rows.read_probes(connection, block) for block in blocks}
    stats = {name: BlockStats.fit(vectors.matrix, probes[name]) for name, vectors in stored.items()}
    space = JointSpace(blocks=blocks, stats=stats)

    def take(positions: NDArray[np.int64]) -> Matrix:
        parts = {name: vectors.part(positions) for name, vectors in stored.items()}
        return space.rows(len(positions), parts)

    return frames, space, take, probes


def _questions(space: JointSpace, probes: Mapping[str, Matrix]) -> Matrix:
    """The ordinary questions as joint queries."""
    count = min((len(vectors) for vectors in probes.values()), default=0)
    queries = [
        space.query({name: vectors[row : row + 1] for name, vectors in probes.items()}, {})
        for row in range(count)
    ]
    return np.vstack(queries) if queries else np.zeros((0, max(1, space.dim)), np.float32)
