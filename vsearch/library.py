"""A library of videos: the public way to index, search and look."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from vsearch.components import Components
from vsearch.config import Config, library_path, load_config
from vsearch.contents import Contents
from vsearch.encoding import QueryEncoders
from vsearch.errors import QueryError, StoreError
from vsearch.protocols import Notify
from vsearch.storage import Threshold, is_gone
from vsearch.types import (
    SPEECH,
    VISUAL,
    WORDS,
    Moment,
    SearchResult,
    Video,
)

if TYPE_CHECKING:
    from vsearch.pipeline.events import IndexReport, Progress
    from vsearch.query.asked import Asked
    from vsearch.query.search import GroupBy, How


def open_library(
    library: str | os.PathLike[str] | None = None,
    *,
    config: Config | None = None,
    notify: Notify = lambda line: None,
) -> Library:
    """Open a library by name or path (default: the one in the settings); indexing makes it."""
    config = config or load_config()
    path = config.library if library is None else library_path(library, config)
    return Library(path, config, notify)


class Library(Contents):
    """Videos that can be searched; nothing is loaded before it is needed."""

    def __init__(self, path: Path, config: Config, notify: Notify) -> None:
        super().__init__(path, config)
        self._components = Components(config, notify)
        self._encoders = QueryEncoders(self._components, self.find)

    def index(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        progress: Callable[[Progress], None] = lambda progress: None,
    ) -> IndexReport:
        """Index every video under the paths that is not here yet; interrupting loses nothing."""
        from vsearch.pipeline.build import IndexRun
        from vsearch.pipeline.find import find_videos

        several = [paths] if isinstance(paths, str | os.PathLike) else paths
        found = find_videos(Path(path) for path in several)
        if found and all(is_gone(path) for path in found):
            raise QueryError(f"{found[0]} does not exist")
        self._store.upgrade()
        stages = self._components.stages(self.blocks())
        run = IndexRun(self._store, stages, self.config.index, progress)
        return run.run(found)

    def search(
        self,
        text: str | None = None,
        *,
        limit: int | None = None,
        page: int = 1,
        by: GroupBy = "scene",
        weights: Mapping[str, float] | None = None,
        per_video: int = 0,
        plain: bool = False,
        explain: bool = False,
        **asked: Unpack[Asked],
    ) -> SearchResult:
        """The moments that answer a question best; by="video" gives each video once.

        The text is a query as docs/search.md describes it, or plain words if it is to be plain; all
        that a query can say can be said in keyword arguments too. The weights, such as
        {"speech": 0}, change what each block, or "words", counts for this search alone.
        """
        from vsearch.query.asked import question_of
        from vsearch.query.notes import notes_of
        from vsearch.query.search import find_moments

        started = time.perf_counter()
        question = question_of(text, plain=plain, **asked)
        how = self._how(
            limit=limit, page=page, by=by, weights=weights, per_video=per_video, explain=explain
        )
        rows = self._store.rows()
        found = find_moments(rows, question, self._encoders, how)
        # Of videos, of pictures and of several clauses the scores are others.
        comparable = question.is_one_text and by == "scene" and not weights
        threshold = self._score_of(rows.threshold) if comparable else None
        took_ms = (time.perf_counter() - started) * 1000
        return SearchResult(
            query=question.asked,
            library=self.path,
            took_ms=took_ms,
            moments=tuple(
                replace(moment, weak=_is_weak(moment, threshold)) for moment in found.moments
            ),
            page=page,
            more=found.more,
            threshold=threshold,
            notes=notes_of(question, rows.space.blocks, rows.languages, self._components.languages),
        )

    def _how(self, weights: Mapping[str, float] | None, **asked: Any) -> How:
        """How to rank and show, by the settings where nothing is asked for."""
        from vsearch.query.search import How

        settings = self.config.search
        usual = {
            VISUAL: settings.visual_weight,
            SPEECH: settings.speech_weight,
            WORDS: settings.words_weight,
        }
        if unknown := set(weights or {}) - set(usual):
            known = ", ".join(usual)
            raise QueryError(f"there is no part {', '.join(unknown)} to weigh; there are: {known}")
        asked["limit"] = settings.limit if asked["limit"] is None else asked["limit"]
        for name, least in (("limit", 1), ("page", 1), ("per_video", 0)):
            if asked[name] < least:
                raise QueryError(f"{name} must be at least {least}, not {asked[name]}")
        if asked["by"] not in {"scene", "video"}:
            raise QueryError(f"results are grouped by scene or by video, not by {asked['by']!r}")
        chosen = usual | dict(weights or {})
        for name, weight in chosen.items():
            if not 0 <= weight < math.inf:
                raise QueryError(f"the weight of {name} must be 0 or more, not {weight}")
        return How(fuser=self._components.fuser(settings.fusion), weights=chosen, **asked)

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

    def remove(self, videos: Iterable[Video | str | os.PathLike[str]]) -> list[Video]:
        """Forget videos; the files themselves stay where they are."""
        found = [video if isinstance(video, Video) else self.find(video) for video in videos]
        with self._store.writer() as writer:
            for video in found:
                writer.remove(video.id)
            writer.publish()
        return found

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


def _is_weak(moment: Moment, threshold: float | None) -> bool:
    """Whether a moment scores less than what is a good match."""
    return threshold is not None and moment.score < threshold
