"""A library of videos: the public way to index, search and look."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from vsearch.changes import Changes
from vsearch.config import Config, library_path, load_config
from vsearch.contents import AnyVideo
from vsearch.errors import QueryError
from vsearch.protocols import Notify
from vsearch.types import (
    SPEECH,
    Matrix,
    Moment,
    Place,
    SearchResult,
    Video,
)

if TYPE_CHECKING:
    from vsearch.answer.answers import Answer
    from vsearch.answer.means import Means
    from vsearch.clips.making import Follow
    from vsearch.clips.wishes import Clip, Wishes
    from vsearch.export.gather import Found
    from vsearch.export.write import Exports
    from vsearch.query.asked import Asked
    from vsearch.query.search import GroupBy
    from vsearch.query.unusual import UnusualResult
    from vsearch.summary.borders import Division
    from vsearch.summary.result import Chapter, Summary


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


class Library(Changes):
    """Videos that can be searched; nothing is loaded before it is needed."""

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
        from vsearch.query.how import how_of
        from vsearch.query.notes import notes_of
        from vsearch.query.search import find_moments

        started = time.perf_counter()
        question = question_of(text, plain=plain, **asked)
        settings = self.config.search
        fuser = self._components.fuser(settings.fusion)
        shown = {"limit": limit, "page": page, "by": by, "per_video": per_video, "explain": explain}
        how = how_of(settings, fuser, weights, **shown)
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

    def ask(
        self,
        question: str,
        *,
        video: AnyVideo | None = None,
        limit: int | None = None,
        answerer: str | None = None,
        tell: Callable[[str], None] = lambda text: None,
    ) -> Answer:
        """What the videos, or one of them, say in answer to a question, or that nothing does.

        The limit is on what is found and may be cited; tell hears each sentence of the answer as
        soon as it is known to rest on what it cites.
        """
        from vsearch.answer.asking import EXCERPTS, Asking

        inside = None if video is None else self._found([video])[0]
        by = answerer or self.config.answer.answerer
        most = EXCERPTS if limit is None else limit
        return Asking(self._means(), question, inside, most, by).answer(tell)

    def _means(self) -> Means:
        """What answering needs of this library."""
        from vsearch.answer.means import Means

        return Means(
            store=self._store,
            search=self.search,
            named=self.named,
            embed=self._encoders.texts,
            answerer=self._components.answerer,
            notify=self._notify,
            offline=self.config.models.offline,
        )

    def export(
        self,
        found: Found,
        path: str | os.PathLike[str],
        *,
        form: str | None = None,
        absolute: bool = False,
        overwrite: bool = False,
    ) -> Path:
        """Write moments, chapters or an answer's citations as a file for another program.

        The file's ending says for which, or the form does: an exporter such as "edl". What is
        there is not written over, unless overwrite says so.
        """
        return self._exports().write(
            found, Path(path), form, absolute=absolute, overwrite=overwrite
        )

    def check_export(
        self, path: str | os.PathLike[str], *, form: str | None = None, overwrite: bool = False
    ) -> None:
        """Refuse a file that export() could not write, before anything is looked for."""
        self._exports().check(Path(path), form, overwrite=overwrite)

    def _exports(self) -> Exports:
        from vsearch.export.write import Exports

        return Exports(self._store, self._components.registry, self._components.context)

    def chapters(self, video: AnyVideo, *, how: Division | None = None) -> tuple[Chapter, ...]:
        """The chapters of a video: divided where the topic changes, titled in its own words."""
        from vsearch.summary.chapters import chapters_of
        from vsearch.summary.material import read_material

        (found,) = self._found([video])
        material = read_material(self._store, self._store.rows(), found.id)
        return chapters_of(material, self._embed, how)

    def summary(
        self,
        what: AnyVideo,
        *,
        pictures: int = 9,
        sentences: int = 5,
        as_query: bool = False,
    ) -> Summary:
        """A video told shortly, or, where no video has this name, what a query finds."""
        from vsearch.summary.tell import Told, tell_moments, tell_video

        how = Told(pictures=pictures, sentences=sentences)
        query = "" if isinstance(what, Video) else os.fspath(what)
        found = what if isinstance(what, Video) else None if as_query else self.named(query)
        if found is not None:
            return tell_video(self._store, self._store.rows(), found.id, self._embed, how)
        moments = self.search(query).moments
        return tell_moments(self._store, self._store.rows(), query, moments, self._embed, how)

    def clip(
        self,
        video: AnyVideo,
        start_s: float,
        end_s: float,
        path: str | os.PathLike[str],
        *,
        wishes: Wishes | None = None,
        follow: Follow | None = None,
    ) -> Clip:
        """Cut a stretch out of a video, or out of a file that is in no library, into a new file."""
        from vsearch.clips.making import Making, place_of

        making = Making.of(self, wishes, follow)
        return making.clip([place_of(self, video, start_s, end_s)], Path(path))

    def reel(
        self,
        what: str | Sequence[Moment | Place] | None,
        path: str | os.PathLike[str],
        *,
        length_s: float | None = None,
        video: AnyVideo | None = None,
        wishes: Wishes | None = None,
        follow: Follow | None = None,
    ) -> Clip:
        """Join the best moments of a query, or of a video, or those that are given, in a new file.

        It is never longer than length_s (60 s; of a video a quarter of it, up to 60 s), nor is a
        sentence cut; what is given is taken as it is, in its order.
        """
        from vsearch.clips.making import Making
        from vsearch.clips.reel import Means, Wanted, make_reel

        means = Means(self._store, self.search, self._embed)
        inside = None if video is None else self._found([video])[0]
        wanted = Wanted(what=what, video=inside, length_s=length_s)
        return make_reel(Making.of(self, wishes, follow), means, wanted, Path(path))

    def _embed(self, texts: Sequence[str]) -> Matrix:
        """Sentences as vectors of the library's own text encoder."""
        (block,) = (block for block in self.blocks() if block.name == SPEECH)
        return self._encoders.texts(block, texts)

    def unusual(self, video: AnyVideo | None = None, *, limit: int = 10) -> UnusualResult:
        """The scenes that are unlike all others of a video, or of the whole library."""
        from vsearch.blank import is_blank
        from vsearch.query.unusual import find_unusual

        if limit < 1:
            raise QueryError(f"limit must be at least 1, not {limit}")
        chosen = None if video is None else self._found([video])[0]
        return find_unusual(self._store.rows(), chosen, limit, is_blank)


def _is_weak(moment: Moment, threshold: float | None) -> bool:
    """Whether a moment scores less than what is a good match."""
    return threshold is not None and moment.score < threshold
