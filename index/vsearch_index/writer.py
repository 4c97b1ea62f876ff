"""A library while this process holds its lock."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from vsearch.files import FileStamp, is_gone
from vsearch.storage import Linked, Threshold, VideoRecord
from vsearch.tags.kept import Making
from vsearch.tags.labels import LabelSet
from vsearch.types import Block, Matrix, Tag
from vsearch_index import content, documents, meta, rows, staging
from vsearch_index.catalog import Catalog
from vsearch_index.tags import delete_seen, delete_set, write_tags
from vsearch_index.traces import Traces


class LibraryWriter:
    """Commits, links, removes and publishes; whoever makes it holds the lock."""

    def __init__(
        self,
        catalog: Catalog,
        pictures: Callable[[str], Path],
        publish: Callable[[], object],
        traces: Traces,
    ) -> None:
        self._catalog = catalog
        self._pictures = pictures
        self._publish = publish
        self._traces = traces

    def commit(self, record: VideoRecord) -> None:
        """Store one video; blocks that the library does not have yet are added to it."""
        folder = self._pictures(record.video.id)
        folder.mkdir(parents=True, exist_ok=True)
        for frame, picture in zip(record.frames, record.thumbnails, strict=True):
            (folder / f"{frame.id}.jpg").write_bytes(picture)
        with self._catalog.writing() as connection:
            rows.keep_blocks(connection, record.blocks, record.probes)
            content.write_video(connection, record)
            rows.write_file(connection, record.stamp, record.video.id)

    def link(self, stamp: FileStamp, video_id: str) -> Linked:
        """Note that a file holds a known video."""
        with self._catalog.reading() as connection:
            known = rows.read_paths(connection, [video_id]).get(video_id, [])
        others = [path for path in known if path != stamp.path]
        new_name = not documents.names_of([stamp.path]) <= documents.names_of(known)
        with self._catalog.writing(renews_index=new_name) as connection:
            gone = [path for path in others if is_gone(path)]
            for path in gone:
                connection.execute("DELETE FROM files WHERE path = ?", [str(path)])
            rows.write_file(connection, stamp, video_id)
        kept = [path for path in others if path not in gone]
        return Linked(
            moved_from=gone[0] if gone else None,
            copy_of=kept[0] if kept and not gone else None,
            renames=new_name,
        )

    def drop_replaced(self) -> bool:
        """Forget videos whose every path holds another video now; whether there were any."""
        with self._catalog.reading() as connection:
            replaced = rows.read_unfiled(connection)
        for video_id in replaced:
            self.remove(video_id)
        return bool(replaced)

    def remove(self, video_id: str) -> None:
        """Forget one video, but for traces that nothing reads; the file itself stays."""
        with self._catalog.writing() as connection:
            rows.delete_video(connection, video_id)
        shutil.rmtree(self._pictures(video_id), ignore_errors=True)

    def forget(self, video_ids: Collection[str]) -> None:
        """Forget videos with every trace, also those that videos removed before have left."""
        self._traces.clear(video_ids, self._publish)

    def staged(self, block: Block) -> set[str]:
        """The videos whose vectors for a coming block are ready."""
        with self._catalog.reading() as connection:
            return staging.read_staged(connection, block)

    def stage(self, block: Block, video_id: str, vectors: Mapping[int, Matrix]) -> None:
        """Keep vectors for a coming block, by frame, until all videos have theirs."""
        with self._catalog.writing(renews_index=False) as connection:
            staging.write_staged(connection, block, video_id, vectors)

    def switch(self, block: Block, probes: Matrix) -> None:
        """Put the staged vectors in the place of the block's old ones, all at once."""
        with self._catalog.writing() as connection:
            staging.switch_block(connection, block, probes)
            meta.write_threshold(connection, None)  # other vectors score otherwise
            delete_seen(connection, block.name)

    def keep_threshold(self, kept: Threshold | None) -> None:
        """Keep the score below which a moment is no good match; None forgets it."""
        with self._catalog.writing(renews_index=False) as connection:
            meta.write_threshold(connection, kept)

    def keep_tags(
        self, labels: LabelSet, making: Making, tags: Mapping[str, Sequence[Tag]], *, replaces: bool
    ) -> None:
        """Keep the tags of videos, in the place of those they had, or of all that the set gave."""
        with self._catalog.writing(renews_index=False) as connection:
            write_tags(connection, labels, making, tags, replaces=replaces)

    def drop_tags(self, name: str) -> None:
        """Forget a label set with all of its tags."""
        with self._catalog.writing(renews_index=False) as connection:
            delete_set(connection, name)

    def publish(self) -> None:
        """Bring the search index up to date with the catalog."""
        self._publish()
