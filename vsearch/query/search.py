"""Question -> moments: candidates for each clause, fused, grouped, and put in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial, reduce
from typing import Literal, TypeAlias

import numpy as np

from vsearch.joint import shares
from vsearch.protocols import Fuser
from vsearch.query.distinct import distinct, first_of_each
from vsearch.query.grammar import THEN_WITHIN_S
from vsearch.query.group import Match, group_scenes, group_videos
from vsearch.query.order import apart, one_after_another, together
from vsearch.query.pool import SEPARATE_ROWS, Pool, pool_of
from vsearch.query.question import Question
from vsearch.query.spoken import Cutter
from vsearch.query.wanted import Encoders, Wanted, wanted_of
from vsearch.storage import FrameContext, Rows
from vsearch.types import WORDS, Evidence, Moment, Place, words_in
from vsearch.words import terms_of

GroupBy: TypeAlias = Literal["scene", "video"]
ROWS_PER_RESULT = 10
FIRST_ROWS = 160
"""The first look. It grows in coarse steps, so that one more result does not change the others."""

ROWS_PER_CLAUSE = 2000
"""Where several clauses must meet in one video, each brings at least so many rows."""

MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How results are ranked and shown; weights are by block, and for the words."""

    fuser: Fuser
    weights: Mapping[str, float]
    limit: int = 10
    page: int = 1
    by: GroupBy = "scene"
    per_video: int = 0
    explain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The moments of a page, and whether there is another one."""

    moments: tuple[Moment, ...]
    more: bool


def find_moments(rows: Rows, question: Question, encoders: Encoders, how: How) -> Found:
    """The moments that answer a question best."""
    return Finder(rows, question, encoders, how).page()


@dataclass
class Finder:
    """One question on its way; what it needs of models is worked out once."""

    rows: Rows
    question: Question
    encoders: Encoders
    how: How
    _cutter: Cutter = field(default_factory=Cutter)

    def page(self) -> Found:
        """The moments of the page that is asked for."""
        first = self.how.limit * (self.how.page - 1)
        last = first + self.how.limit
        matches = self._enough(last + 1)
        moments = tuple(self._moments(matches[first:last], first))
        return Found(moments=moments, more=len(matches) > last)

    def _enough(self, wanted: int) -> list[Match]:
        """So many matches, from ever more rows until no other row could come before them."""
        limit = FIRST_ROWS if self._is_simple else ROWS_PER_CLAUSE
        while limit < wanted * ROWS_PER_RESULT:
            limit *= 4
        while True:
            matches, whole = self._matches(limit)
            matches = self._worth_showing(matches, wanted)
            enough = len(matches) >= wanted
            # In a large library candidates are approximate anyway, and more of them cost too much.
            sure = len(self.rows) > SEPARATE_ROWS or all(match.exact for match in matches[:wanted])
            if (enough and sure) or whole or limit >= MOST_ROWS:
                return matches
            limit *= 4

    @property
    def _is_simple(self) -> bool:
        return len(self._wanted) == 1 and len(self._wanted[0]) == 1

    @cached_property
    def _wanted(self) -> list[list[Wanted]]:
        """What each clause of each step asks."""
        among = self.rows.allowed(self.question.filters)
        ask = partial(wanted_of, rows=self.rows, encoders=self.encoders, among=among)
        return [[ask(clause) for clause in step.clauses] for step in self.question.steps]

    def _matches(self, limit: int) -> tuple[list[Match], bool]:
        """The matches among the best rows of each clause, and whether those were all rows."""
        pools = [[self._pool(wanted, limit) for wanted in step] for step in self._wanted]
        whole = all(pool.whole for step in pools for pool in step)
        if self._is_simple:
            return self._grouped(pools[0][0]), whole
        *before, last = [together([self._scenes(pool) for pool in step]) for step in pools]
        within_s = THEN_WITHIN_S if self.question.within_s is None else self.question.within_s
        # From the last step back: what follows a match best does not depend on what came before.
        follow = partial(one_after_another, within_s=within_s)
        found = reduce(lambda later, first: follow(first, later), reversed(before), last)
        return (apart(found) if before else found), whole

    def _pool(self, wanted: Wanted, limit: int) -> Pool:
        return pool_of(self.rows, wanted, self.how.weights, self.how.fuser, limit)

    def _grouped(self, pool: Pool) -> list[Match]:
        contexts = self._around(pool)
        self._cutter = Cutter.of(pool, contexts)
        if self.how.by == "scene":
            return group_scenes(pool, contexts)
        if pool.whole:
            return group_videos(pool, contexts)
        return self._best_videos(pool, contexts)

    def _best_videos(self, pool: Pool, contexts: Mapping[int, FrameContext]) -> list[Match]:
        """The videos of the best rows, by all of their rows; sure as far as none can be better."""
        among = self.rows.of_videos({context.scene.video_id for context in contexts.values()})
        ((wanted,),) = self._wanted
        if wanted.among is not None:
            among = np.intersect1d(among, wanted.among, assume_unique=True)
        every = self._pool(replace(wanted, among=among), len(among))
        found = group_videos(every, self._around(every))
        return [replace(match, exact=match.score >= pool.floor) for match in found]

    def _scenes(self, pool: Pool) -> list[Match]:
        """The scenes that anything speaks for, one by one: others match no clause at all."""
        found = group_scenes(pool, self._around(pool), join=False)
        return [match for match in found if match.score > 0]

    def _around(self, pool: Pool) -> dict[int, FrameContext]:
        return self.rows.contexts(pool.positions)

    def _worth_showing(self, matches: list[Match], wanted: int) -> list[Match]:
        if self.how.by == "video":
            return first_of_each(matches)
        return distinct(self.rows, matches, wanted, self.how.per_video)

    def _moments(self, matches: list[Match], shown_before: int) -> Iterator[Moment]:
        shown_in = {match.context.scene.video_id for match in matches}
        speech, texts = self.rows.speech(shown_in), self.rows.shown(shown_in)
        videos = self.rows.videos(
            {match.context.scene.video_id for match in matches}
            | {video_id for match in matches for video_id, _ in match.copies}
        )
        tags = self.rows.tags({match.context.scene.id for match in matches})
        asked = {
            term
            for step in self._wanted
            for item in step
            for words in item.words
            for term in terms_of(words.text)
        }
        ranks = self._ranks() if self.how.explain else {}
        for rank, rough in enumerate(matches, start=shown_before + 1):
            context = rough.context
            if context.scene.video_id not in videos:
                continue  # removed a moment ago
            words = speech.get(context.scene.video_id, [])
            stands = texts.get(context.scene.video_id, [])
            match = self._cutter.narrowed(rough, words, stands)
            said, shown = words_in(words, match.span), words_in(stands, match.span)
            yield Moment(
                rank=rank,
                video=videos[context.scene.video_id],
                scene=context.scene,
                frame=context.frame,
                span=match.span,
                score=match.score,
                evidence=tuple(self._evidence(match, ranks)),
                said=said,
                shown=shown,
                thumbnail=self.rows.thumbnail(context.scene.video_id, context.frame.id),
                steps=match.steps,
                copies=tuple(
                    Place(video=videos[video_id], span=span)
                    for video_id, span in match.copies
                    if video_id in videos
                ),
                tags=tags.get(context.scene.id, ()),
                matched=tuple(
                    dict.fromkeys(term for term in terms_of(f"{said} {shown}") if term in asked)
                ),
            )

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        return (*(block.name for block in self.rows.space.blocks), WORDS)

    def _evidence(self, match: Match, ranks: Mapping[str, dict[int, int]]) -> Iterator[Evidence]:
        parts = match.contributions
        for name, score, share in zip(self._parts, parts, shares(parts), strict=True):
            rank = ranks.get(name, {}).get(match.context.scene.id)
            yield Evidence(block=name, score=score, share=share, rank=rank)

    def _ranks(self) -> dict[str, dict[int, int]]:
        """The rank that each part alone would give each scene, for the first of the clauses."""
        found = {}
        for name in self._parts:
            weights = {other: float(other == name) for other in self._parts}
            how = replace(self.how, weights=weights)
            pool = pool_of(self.rows, self._wanted[0][0], weights, how.fuser, ROWS_PER_CLAUSE)
            scenes = enumerate(self._scenes(pool), start=1)
            found[name] = {match.context.scene.id: rank for rank, match in scenes}
        return found
