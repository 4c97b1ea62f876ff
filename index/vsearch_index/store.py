"""A library on disk: the catalog, the index derived from it, and the keyframes as pictures."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from vsearch.errors import LibraryBusy, StoreError, UnknownVideo
from vsearch.files import FileStamp
from vsearch.storage import Counts, Texts, Threshold
from vsearch.tags.kept import KeptLabels
from vsearch.types import Block, Video, VideoDetails
from vsearch.vectors import VideoVectors
from vsearch_index import content, folder, meta, rows, tags
from vsearch_index.catalog import Catalog, Stamp
from vsearch_index.derive import derive
from vsearch_index.generations import Generation, Generations
from vsearch_index.lock import writer_lock
from vsearch_index.snapshot import Known, Snapshot
from vsearch_index.sql import SqlViews
from vsearch_index.traces import Traces
from vsearch_index.writer import LibraryWriter

GPU_ROWS = 20_000
"""Below this many rows a search on the CPU is over before a GPU has been set up."""

PATIENCE_S = 2.0
"""A reader that repairs the index holds the lock for a moment: that must not turn a writer away."""


class LibraryStore:
    """A library in a folder; it is made when it is first written to."""

    def __init__(self, path: Path, *, use_gpu: bool = True, kind: str = "auto") -> None:
        self._path = path
        self._kind = kind
        self._use_gpu = use_gpu
        self._catalog = Catalog(path / "catalog.duckdb")
        self._generations = Generations(path / "index")
        self._traces = Traces(path, self._catalog)
        self._loaded: Generation | None = None
        self._known: Known | None = None
        self._lock = threading.Lock()
        self._is_current = False

    @property
    def path(self) -> Path:
        """The folder of the library."""
        return self._path

    def exists(self) -> bool:
        """Whether there is a library in the folder."""
        return self._catalog.exists()

    @contextmanager
    def writer(self) -> Iterator[LibraryWriter]:
        """Open for writing, or say who else is writing."""
        with ExitStack() as stack:
            try:
                folder.check(self._path)
                stack.enter_context(writer_lock(self._path, PATIENCE_S))
                self._catalog.create()
            except OSError as error:
                raise StoreError(f"{self._path} cannot be written: {error.strerror}") from error
            yield LibraryWriter(self._catalog, self._thumbnails, self.publish, self._traces)

    def upgrade(self) -> None:
        """Bring a library of an older version up to date."""
        if self.exists() and self._catalog.is_old():
            try:
                with self.writer():
                    pass
            except LibraryBusy:
                raise
            except StoreError as error:
                raise StoreError(
                    f"the library was made by an older vsearch and is brought up to date before "
                    f"it is read, but {error}"
                ) from error

    def is_being_written(self) -> bool:
        """Whether a process holds the writer's lock."""
        try:
            with writer_lock(self._path):
                return False
        except LibraryBusy:
            return True
        except OSError:
            return False

    def has_traces(self) -> bool:
        """Whether forgetting videos was begun and not finished."""
        return self._traces.are_left()

    def close(self) -> None:
        """Let go of the index, which is read again when it is wanted again."""
        with self._lock:
            self._loaded = self._known = None

    def blocks(self) -> tuple[Block, ...]:
        """The blocks that the library was made with; none if it is new."""
        if not self.exists():
            return ()
        with self._catalog.reading() as connection:
            return rows.read_blocks(connection)

    def threshold(self) -> Threshold | None:
        """The score below which a moment is no good match, if one is kept."""
        self._require()
        with self._catalog.reading() as connection:
            return meta.read_threshold(connection)

    def stamps(self, video_id: str | None = None) -> dict[Path, tuple[FileStamp, str]]:
        """Every known file, or those of one video, with the id of the video it holds."""
        if not self.exists():
            return {}
        with self._catalog.reading() as connection:
            return rows.read_stamps(connection, video_id)

    def video_ids(self) -> set[str]:
        """The ids of all videos."""
        if not self.exists():
            return set()
        with self._catalog.reading() as connection:
            return rows.read_ids(connection)

    def videos(self, ids: Collection[str] | None = None) -> list[Video]:
        """Every video, or those with these ids, by path."""
        self._require()
        with self._catalog.reading() as connection:
            found = rows.read_videos(connection, ids)
        return sorted(found.values(), key=lambda video: str(video.path))

    def languages(self) -> dict[str, tuple[str, ...]]:
        """The languages of what is said in each video, the one with the most lines first."""
        self._require()
        with self._catalog.reading() as connection:
            return content.read_languages_of_videos(connection)

    def details(self, video_id: str) -> VideoDetails:
        """All about one video."""
        self._require()
        with self._catalog.reading() as connection:
            video = rows.read_videos(connection, [video_id]).get(video_id)
            if video is None:
                raise UnknownVideo(f"the video {video_id[:8]} has been removed from {self._path}")
            pairs = rows.read_frames(connection, "s.video_id = ?", video_id)
            row = connection.execute(
                "SELECT speech_source, strftime(indexed_at, '%Y-%m-%dT%H:%M:%SZ') FROM videos "
                "WHERE id = ?",
                [video_id],
            ).fetchone()
            assert row is not None
            return VideoDetails(
                video=video,
                paths=tuple(rows.read_paths(connection, [video_id]).get(video_id, ())),
                scenes=tuple(dict.fromkeys(scene for _, scene in pairs)),
                frames=tuple(frame for frame, _ in pairs),
                speech=tuple(content.read_speech(connection, [video_id]).get(video_id, ())),
                shown=tuple(content.read_shown(connection, [video_id]).get(video_id, ())),
                sounds=tuple(content.read_sounds(connection, video_id)),
                tags=tags.read_tags_of(connection, video_id),
                speech_source=row[0],
                indexed_at=row[1],
            )

    def vectors(self, video_id: str) -> dict[str, VideoVectors]:
        """The vectors of a video, as their models gave them, by block."""
        self._require()
        with self._catalog.reading() as connection:
            return content.read_vectors(connection, rows.read_blocks(connection), video_id)

    def label_sets(self) -> list[KeptLabels]:
        """The label sets that scenes were tagged with, by name."""
        self._require()
        with self._catalog.reading() as connection:
            return tags.read_sets(connection)

    def tagged(self, name: str) -> set[str]:
        """The videos that were looked at with a label set."""
        self._require()
        with self._catalog.reading() as connection:
            return tags.read_tagged(connection, name)

    def texts(self, ids: Collection[str] | None = None, holding: str = "") -> dict[str, Texts]:
        """What is said and shown in these videos or all, but for those that lack a plain word."""
        self._require()
        with self._catalog.reading() as connection:
            return content.read_texts(connection, ids, holding)

    def counts(self) -> Counts:
        """How much the library holds."""
        self._require()
        with self._catalog.reading() as connection:
            return rows.read_counts(connection)

    def sql(self) -> SqlViews:
        """The views of the library that SQL may ask."""
        self._require()
        return SqlViews(self._catalog)

    def lost_keyframes(self) -> int:
        """How many keyframes have no picture any more."""
        kept = {path.stem for path in (self._path / "thumbnails").glob("*/*/*.jpg")}
        with self._catalog.reading() as connection:
            found = connection.execute("SELECT id FROM frames").fetchall()
        return sum(str(frame_id) not in kept for (frame_id,) in found)

    def thumbnail(self, video_id: str, frame_id: int) -> Path:
        """Where the picture of a keyframe is kept."""
        return self._thumbnails(video_id) / f"{frame_id}.jpg"

    def rows(self) -> Snapshot:
        """The rows as they are now, to be searched."""
        self._require()
        stamp = self._catalog.stamp()
        known = self._known
        if known is None or known.stamp != stamp:
            with self._lock:  # several threads that meet a new index load it once
                known = self._known
                if known is None or known.stamp != stamp:
                    known = self._known = self._read_known(stamp)
        if not known.generation.space.blocks:
            raise StoreError(
                f"the library {self._path} holds no video yet; `vsearch index FOLDER` adds some"
            )
        return Snapshot(self._catalog, known, self.thumbnail)

    def _read_known(self, stamp: Stamp) -> Known:
        """What the catalog and the index say; a stale index is looked at again the next time."""
        with self._catalog.reading() as connection:
            generation, threshold = self.generation(), meta.read_threshold(connection)
            fresh = generation.revision >= rows.revision(connection)
            languages, has_tags = content.read_languages(connection), tags.has_tags(connection)
        return Known(stamp if fresh else None, generation, threshold, languages, has_tags)

    def generation(self) -> Generation:
        """The index to search: the current one if it can be trusted, else one made anew."""
        self._require()
        with self._catalog.reading() as connection:
            revision = rows.revision(connection)
        loaded = found = self._loaded  # once: another thread may put another one there, or none
        if loaded and loaded.revision == revision:
            return loaded
        if found is None or found.number != self._generations.number():
            found = self._generations.read()
        if found is not None and found.revision.library != revision.library:
            found = None  # of another library that lay here before
        if found is None or found.revision < revision:
            found = self._renewed(found)
            if found is loaded:
                return found
        self._loaded = found = self._on_gpu(found)
        return found

    def publish(self) -> Generation:
        """Derive the next generation from the catalog and swap it in; the caller holds the lock."""
        built = self._derive()
        self._generations.write(built)
        return built

    def _renewed(self, stale: Generation | None) -> Generation:
        """Repair the index; while a writer runs, the last one serves and the writer repairs it."""
        try:
            with writer_lock(self._path):
                return self.publish()
        except LibraryBusy:
            return stale if stale is not None else self._derive()
        except (OSError, RuntimeError):  # a library that may only be read still answers
            return self._derive()

    def _derive(self) -> Generation:
        with self._catalog.reading() as connection:
            return derive(connection, self._kind)

    def _on_gpu(self, found: Generation) -> Generation:
        if not self._use_gpu or len(found.index) < GPU_ROWS:
            return found
        return replace(found, index=found.index.on_gpu())

    def _thumbnails(self, video_id: str) -> Path:
        return self._path / "thumbnails" / video_id[:2] / video_id

    def _require(self) -> None:
        """There must be a library; one of an older version is brought up to date."""
        if self.exists():
            if not self._is_current:
                self.upgrade()
                self._is_current = True
        else:
            raise StoreError(folder.nothing_at(self._path))
