"""From figures of single queries to tables: means, medians, intervals, for all and by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vsearch.evaluate.blind import blind_moments, blind_order, chance_moments, chance_videos
from vsearch.evaluate.intervals import Score, mean_scores, median_score
from vsearch.evaluate.metrics import Figures, discounted_gain, hits, median_of
from vsearch.evaluate.places import Asked
from vsearch.evaluate.report import BLIND, CHANCE, MEASURES, Row, Section, Subject
from vsearch.types import Video


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What one ranking did: a rank and nDCG for each query, figures for each answer with spans.

    The rank of a query is that of its first right video, and infinite if none was found.
    """

    ranks: list[float] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    moments: list[Figures] = field(default_factory=list)

    def note(self, places: Sequence[int], relevant: int) -> None:
        """Note the places of a query's right videos, as far as they were found."""
        self.ranks.append(places[0] if places else np.inf)
        self.gains.append(discounted_gain(places, relevant) if relevant else 0.0)

    def videos(self) -> Figures:
        """R@1, R@5, R@10, nDCG@10 and 1/rank, a row for each query."""
        ranks, gains = np.array(self.ranks, np.float64), np.array(self.gains)
        return np.column_stack([*(hits(ranks, k) for k in (1, 5, 10)), gains, 1 / ranks])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """How intervals are drawn."""

    draws: int
    seed: int


def make_sections(
    queries: Sequence[Asked],
    videos: Sequence[Video],
    gathered: Mapping[str, Gathered],
    bootstrap: Bootstrap,
) -> tuple[Section, ...]:
    """The tables of videos and of moments: over all answerable queries, then for each kind."""
    answers = [(query, answer) for query in queries for answer in query.answers if answer.spans]
    found = {name: one.videos() for name, one in gathered.items()}
    blind = _blind(queries, videos)
    found[BLIND] = blind.videos()
    # What was not found comes after every video that could have been.
    ranks = {
        name: np.minimum(one.ranks, len(videos) + 1)
        for name, one in (*gathered.items(), (BLIND, blind))
    }
    moments = {name: np.array(one.moments) for name, one in gathered.items()} if answers else {}
    if answers:
        moments[BLIND] = blind_moments([answer for _, answer in answers])
        moments[CHANCE] = chance_moments([answer for _, answer in answers], bootstrap.seed)
    sections = []
    for kind in _kinds(queries):
        chosen = _chosen(queries, kind)
        rows = [
            _video_row(name, found[name][chosen], ranks[name][chosen], bootstrap) for name in found
        ]
        of_kind = [query for query, is_chosen in zip(queries, chosen, strict=True) if is_chosen]
        rows.append(_chance_row(of_kind, len(videos)))
        sections.append(_section("videos", kind, len(of_kind), rows))
        inside = _chosen([query for query, _ in answers], kind)
        if inside.any():
            rows = [_moment_row(name, moments[name][inside], bootstrap) for name in moments]
            sections.append(_section("moments", kind, int(inside.sum()), rows))
    return tuple(sections)


def _section(subject: Subject, kind: str, queries: int, rows: list[Row]) -> Section:
    return Section(subject=subject, kind=kind, queries=queries, rows=tuple(rows))


def _kinds(queries: Sequence[Asked]) -> list[str]:
    """All together, and each kind if there are several."""
    kinds = list(dict.fromkeys(query.kind for query in queries))
    return ["", *(kind for kind in kinds if kind)] if len(kinds) > 1 else [""]


def _chosen(queries: Sequence[Asked], kind: str) -> NDArray[np.bool_]:
    return np.array([kind in {"", query.kind} for query in queries], dtype=bool)


def _blind(queries: Sequence[Asked], videos: Sequence[Video]) -> Gathered:
    places = {video_id: place for place, video_id in enumerate(blind_order(videos), start=1)}
    blind = Gathered()
    for query in queries:
        right = sorted(places[answer.video.id] for answer in query.answers)
        blind.note(right, len(right))
    return blind


def _video_row(name: str, figures: Figures, ranks: Figures, bootstrap: Bootstrap) -> Row:
    scores = mean_scores(figures, bootstrap.draws, bootstrap.seed)
    scores.insert(3, median_score(ranks, bootstrap.draws, bootstrap.seed))
    return Row(name=name, scores=dict(zip(MEASURES["videos"], scores, strict=True)))


def _moment_row(name: str, figures: Figures, bootstrap: Bootstrap) -> Row:
    # Chance is an expectation: other queries of the same kind would hardly move it.
    draws = 0 if name == CHANCE else bootstrap.draws
    scores = mean_scores(figures, draws, bootstrap.seed)
    return Row(name=name, scores=dict(zip(MEASURES["moments"], scores, strict=True)))


def _chance_row(queries: Sequence[Asked], total: int) -> Row:
    expected = cache(lambda relevant: chance_videos(total, relevant))
    each = [expected(len(query.answers)) for query in queries]
    means = np.mean([figures for figures, _ in each], axis=0).tolist()
    means.insert(3, median_of(np.sum([likely for _, likely in each], axis=0)))
    scores = (Score(value=value) for value in means)
    return Row(name=CHANCE, scores=dict(zip(MEASURES["videos"], scores, strict=True)))
