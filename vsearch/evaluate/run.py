"""Runs the queries of a truth against a library and reports what its rankings are worth."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vsearch.errors import QueryError
from vsearch.evaluate.ask import Ranking, Searcher, rankings_of
from vsearch.evaluate.blind import right_spans
from vsearch.evaluate.metrics import moment_figures
from vsearch.evaluate.places import Asked, late_spans, place
from vsearch.evaluate.report import Answered, Report
from vsearch.evaluate.summary import Bootstrap, Gathered, make_sections
from vsearch.evaluate.threshold import make_curve
from vsearch.evaluate.truth import Truth, read_truth
from vsearch.types import Place

if TYPE_CHECKING:
    from vsearch.library import Library

DRAWS = 1000


def evaluate(
    library: Library,
    truth: Truth | str | os.PathLike[str],
    *,
    rankings: Sequence[Ranking] | None = None,
    bootstrap: int = DRAWS,
    seed: int = 0,
    count_absent: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Ask the queries of a truth and compare what is found with what is right.

    Queries whose videos the library does not hold are left out, or counted as not found. Without
    rankings of your own: fused, and each part of the score alone.
    """
    started = time.perf_counter()
    if not isinstance(truth, Truth):
        truth = read_truth(Path(truth))
    asked, absent = place(library, truth)
    kept = _kept(library, truth, asked, count_absent)
    usual, notices = rankings_of(library)
    chosen = list(rankings) if rankings is not None else usual
    videos = library.videos()
    gathered, answered = _ask(Searcher(library), kept, chosen, progress)
    if late := late_spans(kept):
        notices.append(f"{late} right spans begin after the end of their video: another cut of it?")
    answerable = [query for query in kept if query.answerable]
    shown = [item for item in answered if item.score is not None]
    return Report(
        library=library.path,
        truth=truth.path,
        form=truth.form,
        videos=len(videos),
        queries=len(kept),
        unanswerable=len(kept) - len(answerable),
        absent=absent,
        absent_queries=sum(query.lost for query in asked),
        absent_counted=count_absent,
        sections=make_sections(answerable, videos, gathered, Bootstrap(draws=bootstrap, seed=seed)),
        curve=make_curve(
            np.array([item.score for item in shown], np.float64),
            np.array([item.right for item in shown], bool),
            len(answerable),
        ),
        answered=tuple(answered),
        notices=tuple(notices),
        bootstrap=bootstrap,
        seed=seed,
        took_s=time.perf_counter() - started,
    )


def _kept(library: Library, truth: Truth, asked: list[Asked], count_absent: bool) -> list[Asked]:
    """The queries that count; an error if none of them has an answer in the library."""
    kept = [query for query in asked if count_absent or not query.lost]
    if any(query.answers for query in kept):
        return kept
    if not any(query.lost for query in asked):
        raise QueryError(f"no query of {truth.path} names a video: there is nothing to find")
    example = next(query for query in truth.queries if query.answers).answers[0].video
    raise QueryError(
        f"none of the videos that {truth.path} names, such as {example!r}, is in {library.path}; "
        f"`vsearch list` shows what is"
    )


def _ask(
    searcher: Searcher,
    kept: list[Asked],
    rankings: list[Ranking],
    progress: Callable[[int, int], None],
) -> tuple[dict[str, Gathered], list[Answered]]:
    gathered = {ranking.name: Gathered() for ranking in rankings}
    answered = []
    for number, query in enumerate(kept, start=1):
        for ranking in rankings:
            _gather(gathered[ranking.name], searcher, query, ranking)
        rank = gathered[rankings[0].name].ranks[-1] if query.answerable else np.inf
        answered.append(_answered(searcher, query, rankings[0], rank))
        progress(number, len(kept))
    return gathered, answered


def _gather(into: Gathered, searcher: Searcher, query: Asked, ranking: Ranking) -> None:
    """Note where one ranking puts the right videos of a query, and the spans inside them."""
    if not query.answerable:
        return
    right = {answer.video.id for answer in query.answers}
    places = searcher.places(query.text, ranking, right) if right else []
    into.note(places, len(right))
    for answer in query.answers:
        if answer.spans:
            found = searcher.spans(query.text, ranking, answer.video)
            into.moments.append(moment_figures(found, right_spans(answer)))


def _answered(searcher: Searcher, query: Asked, ranking: Ranking, rank: float) -> Answered:
    best = searcher.best(query.text, ranking)
    alike = () if best is None else (Place(video=best.video, span=best.span), *best.copies)
    return Answered(
        query=query.text,
        kind=query.kind,
        line=query.line,
        rank=int(rank) if np.isfinite(rank) else None,
        score=None if best is None else best.score,
        found="" if best is None else str(best.video.path),
        right=any(_is_right(query, shown) for shown in alike),
    )


def _is_right(query: Asked, shown: Place) -> bool:
    return any(
        answer.video.id == shown.video.id
        and (not answer.spans or any(span.overlaps(shown.span) for span in answer.spans))
        for answer in query.answers
    )
