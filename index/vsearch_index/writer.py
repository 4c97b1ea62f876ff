"""A library while this process holds its lock."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from vsearch.storage import FileStamp, VideoRecord
from vsearch.types import Block, Matrix
from vsearch_index import rows, staging
from vsearch_index.catalog import Catalog


class LibraryWriter:
    """Commits, links, removes and publishes; whoever makes it holds the lock."""

    def __init__(
        self, catalog: Catalog, pictures: Callable[[str], Path], publish: Callable[[], object]
    ) -> None:
        self._catalog = catalog
        self._pictures = pictures
        self._publish = publish

    def commit(self, record: VideoRecord) -> None:
        """Store one video; the first decides the library's blocks, and others are an error."""
        folder = self._pictures(record.video.id)
        folder.mkdir(parents=True, exist_ok=True)
        for frame, picture in zip(record.frames, record.thumbnails, strict=True):
            (folder / f"{frame.id}.jpg").write_bytes(picture)
        with self._catalog.writing() as connection:
            rows.keep_blocks(connection, record.blocks, record.probes)
            rows.write_video(connection, record)
            replaced = _put_file(connection, record.stamp, record.video.id)
        self._drop_pictures(replaced)

    def link(self, stamp: FileStamp, video_id: str) -> Path | None:
        """Note that a file holds a known video; the path it moved from, if it did."""
        with self._catalog.writing() as connection:
            before = rows.read_paths(connection, [video_id]).get(video_id, [])
            gone = [path for path in before if path != stamp.path and not path.exists()]
            for path in gone:
                connection.execute("DELETE FROM files WHERE path = ?", [str(path)])
            replaced = _put_file(connection, stamp, video_id)
        self._drop_pictures(replaced)
        return gone[0] if gone else None

    def remove(self, video_id: str) -> None:
        """Forget one video; the file itself stays."""
        with self._catalog.writing() as connection:
            rows.delete_video(connection, video_id)
        self._drop_pictures([video_id])

    def staged(self, block: Block) -> set[str]:
        """The videos whose vectors for a coming block are ready."""
        with self._catalog.reading() as connection:
            return staging.read_staged(connection, block)

    def stage(self, block: Block, video_id: str, vectors: Mapping[int, Matrix]) -> None:
        """Keep vectors for a coming block, by frame, until all videos have theirs."""
        with self._catalog.writing() as connection:
            staging.write_staged(connection, block, video_id, vectors)

    def switch(self, block: Block, probes: Matrix) -> None:
        """Put the staged vectors in the place of the block's old ones, all at once."""
        with self._catalog.writing() as connection:
            staging.switch_block(connection, block, probes)

    def publish(self) -> None:
        """Bring the search index up to date with the catalog."""
        self._publish()

    def _drop_pictures(self, video_ids: Iterable[str]) -> None:
        for video_id in video_ids:
            shutil.rmtree(self._pictures(video_id), ignore_errors=True)


def _put_file(connection: rows.Connection, stamp: FileStamp, video_id: str) -> list[str]:
    """Note a file's video; a video whose only file now holds another one is replaced by it."""
    before = connection.execute(
        "SELECT video_id FROM files WHERE path = ? AND video_id <> ?", [str(stamp.path), video_id]
    ).fetchall()
    rows.write_file(connection, stamp, video_id)
    replaced = []
    for (old,) in before:
        if not rows.read_paths(connection, [old]):
            rows.delete_video(connection, old)
            replaced.append(old)
    return replaced
