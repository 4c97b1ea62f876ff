"""Matches of several clauses -> matches of all: at the same time, or one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vsearch.query.group import TOUCHING_S, Match, best_first
from vsearch.types import TimeSpan


def together(clauses: Sequence[Sequence[Match]]) -> list[Match]:
    """The stretches in which a match of each clause shares some time with those of all others."""
    first, *others = clauses
    # Each with the time that all of its clauses share.
    found = [(match, match.span) for match in first]
    for clause in others:
        by_video = _by_video(clause)
        found = [
            pair
            for match, shared in found
            if (pair := _meeting(match, shared, by_video.get(match.context.scene.video_id, [])))
        ]
    return best_first(match for match, _ in found)


def _meeting(
    match: Match, shared: TimeSpan, others: Sequence[Match]
) -> tuple[Match, TimeSpan] | None:
    """A match together with the best of others that falls into the time shared so far."""
    best = max(
        (other for other in others if other.span.overlaps(shared)),
        key=lambda other: other.score,
        default=None,
    )
    if best is None:
        return None
    start_s = max(shared.start_s, best.span.start_s)
    end_s = min(shared.end_s, best.span.end_s)
    return _both(match, best), TimeSpan(start_s=start_s, end_s=end_s)


def one_after_another(
    first: Sequence[Match], later: Sequence[Match], within_s: float
) -> list[Match]:
    """The stretches that begin with a match of the first and go on with one of the later ones.

    The later one, which may be several steps already, begins once the first has ended, and at most
    within_s after that.
    """
    found = []
    others = _by_video(later)
    for match in first:
        beside = others.get(match.context.scene.video_id, [])
        following = [other for other in beside if _follows(match, other, within_s)]
        if following:
            best = max(following, key=lambda other: (other.score, -other.span.start_s))
            steps = (match.span, *(best.steps or (best.span,)))
            found.append(replace(_both(match, best), steps=steps))
    return best_first(found)


def apart(matches: Sequence[Match]) -> list[Match]:
    """The matches, best first, without those that lie mostly where a better one does."""
    kept: dict[str, list[Match]] = {}
    for match in matches:
        beside = kept.setdefault(match.context.scene.video_id, [])
        if not any(_mostly_within(match.span, other.span) for other in beside):
            beside.append(match)
    return best_first(match for several in kept.values() for match in several)


def _mostly_within(span: TimeSpan, other: TimeSpan) -> bool:
    shared_s = min(span.end_s, other.end_s) - max(span.start_s, other.start_s)
    return shared_s > min(span.duration_s, other.duration_s) / 2


def _follows(first: Match, later: Match, within_s: float) -> bool:
    return -TOUCHING_S <= later.span.start_s - first.span.end_s <= within_s


def _both(first: Match, second: Match) -> Match:
    """One match over both, with the mean of the scores of all clauses, shown by the first one."""
    mine = len(first.rows) / (len(first.rows) + len(second.rows))
    other = 1 - mine
    return replace(
        first,
        span=first.span.join(second.span),
        score=first.score * mine + second.score * other,
        contributions=tuple(
            a * mine + b * other
            for a, b in zip(first.contributions, second.contributions, strict=True)
        ),
        exact=first.exact and second.exact,
        also=(*first.also, *second.rows),
    )


def _by_video(matches: Sequence[Match]) -> dict[str, list[Match]]:
    found: dict[str, list[Match]] = {}
    for match in matches:
        found.setdefault(match.context.scene.video_id, []).append(match)
    return found
