"""What changes a library: taking videos in, tagging, forgetting."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from vsearch.components import Components
from vsearch.config import Config
from vsearch.contents import AnyVideo, Contents
from vsearch.encoding import QueryEncoders
from vsearch.errors import QueryError, StoreError
from vsearch.files import is_gone
from vsearch.protocols import Notify
from vsearch.storage import Threshold
from vsearch.types import VectorBatch, Video

if TYPE_CHECKING:
    from vsearch.pipeline.events import IndexReport, Progress
    from vsearch.tags.kept import TagReport
    from vsearch.tags.labels import LabelSet


class Changes(Contents):
    """A library with the models that fill it; nothing is loaded before it is needed."""

    def __init__(self, path: Path, config: Config, notify: Notify) -> None:
        super().__init__(path, config)
        self._components = Components(config, notify)
        self._notify = notify
        self._encoders = QueryEncoders(self._components, self.find)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the models and the index, also while other threads still use them.

        The library may be used again: it then loads what it needs anew.
        """
        self._components.close()
        self._encoders.forget()
        self._store.close()

    def embed(self, texts: str | Sequence[str]) -> dict[str, VectorBatch]:
        """Texts as unit vectors of every block's own model, one row each, as searches use them."""
        several = [texts] if isinstance(texts, str) else list(texts)
        return {
            block.name: VectorBatch(space=block.space, matrix=self._encoders.texts(block, several))
            for block in self.blocks()
        }

    def index(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        progress: Callable[[Progress], None] = lambda progress: None,
        stop: threading.Event | None = None,
    ) -> IndexReport:
        """Index every video under the paths that is not here yet; interrupting loses nothing.

        Setting the event interrupts it from another thread.
        """
        from vsearch.pipeline.build import IndexRun
        from vsearch.pipeline.find import find_videos

        several = [paths] if isinstance(paths, str | os.PathLike) else paths
        found = find_videos(Path(path) for path in several)
        if found and all(is_gone(path) for path in found):
            raise QueryError(f"{found[0]} does not exist")
        self._store.upgrade()
        stages = self._components.stages(self.blocks())
        run = IndexRun(self._store, stages, self.config.index, progress, stop)
        return run.run(found)

    def switch(
        self, embedder: str, *, progress: Callable[[Progress], None] = lambda progress: None
    ) -> bool:
        """Change to another embedder: embed the kept keyframes again, and switch once all are done.

        Searching goes on with the old vectors until then; interrupted, it goes on where it was.
        """
        from vsearch.pipeline.reembed import reembed_pictures

        if not self.blocks():
            raise StoreError(f"the library {self.path} holds no video yet")
        made, block, probes = self._components.embedder_for(embedder)
        if block in self.blocks():
            return False
        reembed_pictures(self._store, made, block, probes, self.config.index.batch, progress)
        return True

    def tag(
        self,
        labels: LabelSet | str | os.PathLike[str],
        *,
        videos: AnyVideo | Iterable[AnyVideo] = (),
        least: float | None = None,
        most: int | None = None,
        again: bool = False,
        dry: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> TagReport:
        """Put the labels of a set, or of a file, on the scenes that they fit.

        Videos that have the tags of the same labels, models and limits already are left alone.
        Limits that are not given are those that the set was kept with, or else .4 and 3.
        """
        from vsearch.tags import run

        wish = run.Wish(
            labels=run.labels_of(labels, self.tags()),
            videos=self._found(videos),
            least=least,
            most=most,
            again=again,
            dry=dry,
        )
        return run.tag_library(self._store, self._encoders, wish, progress)

    def untag(self, name: str) -> None:
        """Forget a label set with all of its tags."""
        from vsearch.tags.run import known_set

        found = known_set(self.tags(), name)
        with self._store.writer() as writer:
            writer.drop_tags(found.labels.name)

    def remove(self, videos: AnyVideo | Iterable[AnyVideo]) -> list[Video]:
        """Forget videos, quickly: nothing shows them any more. The files stay where they are."""
        found = list(self._found(videos))
        with self._store.writer() as writer:
            for video in found:
                writer.remove(video.id)
            writer.publish()
        return found

    def forget(self, videos: AnyVideo | Iterable[AnyVideo] = ()) -> list[Video]:
        """Forget videos with every trace: no byte of the library tells of them afterwards.

        Nor of those that were removed before, even if no video is named. Catalog and index are
        written anew for it, so it takes longer than remove(). The videos themselves stay.
        """
        found = list(self._found(videos))
        self.counts()  # a library that is not there is an error, not made
        with self._store.writer() as writer:
            writer.forget([video.id for video in found])
        return found

    def has_traces(self) -> bool:
        """Whether forget() was interrupted, so that it is to be called again."""
        return self._store.has_traces()

    def keep_threshold(self, value: float | None) -> None:
        """Keep the score below which a moment is no good match; None forgets it."""
        if value is not None and not math.isfinite(value):
            raise QueryError(f"a threshold is a number, not {value}")
        self.counts()  # a library that is not there is an error, not made
        with self._store.writer() as writer:
            fusion = self.config.search.fusion
            writer.keep_threshold(
                None if value is None else Threshold(score=float(value), fusion=fusion)
            )
