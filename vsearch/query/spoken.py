"""Matches that are about what is said -> the sentences themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from statistics import fmean

from vsearch.query.group import NEARLY_AS_GOOD, Match
from vsearch.query.pool import Pool
from vsearch.storage import FrameContext
from vsearch.types import SPEECH, WORDS, SpeechSegment, TimeSpan, heard_in

MOSTLY = 0.7
"""A match with this share of its score from speech is shown from its first matching word on."""


@dataclass
class Heard:
    """How well the words heard at each time match, as far as the rows of a pool tell."""

    _columns: tuple[int, ...] = ()
    _rows: dict[str, list[tuple[TimeSpan, float]]] = field(default_factory=dict)

    @classmethod
    def of(cls, pool: Pool, contexts: Mapping[int, FrameContext]) -> Heard:
        """Note the rows of a pool by video."""
        columns = [n for n, name in enumerate(pool.names) if name in {SPEECH, WORDS}]
        found = cls(tuple(columns))
        scores = pool.contributions[:, columns].sum(axis=1).tolist()
        for position, score in zip(pool.positions.tolist(), scores, strict=True):
            if position in contexts:
                context = contexts[position]
                rows = found._rows.setdefault(context.scene.video_id, [])
                rows.append((context.frame.span, score))
        return found

    def narrowed(self, match: Match, speech: Sequence[SpeechSegment]) -> Match:
        """The match with the span of the sentences that it is about, if it is about any.

        A row holds several sentences, and a sentence lies in several rows: those that are in good
        rows only are the ones meant.
        """
        said = sum(match.contributions[column] for column in self._columns)
        rows = self._rows.get(match.context.scene.video_id, [])
        around = heard_in(speech, match.span)
        if said <= 0 or said < match.score * MOSTLY or match.steps:
            return match
        scored = [(segment.span, _score(segment, rows)) for segment in around]
        best_span, best = max(scored, key=lambda item: item[1], default=(match.span, 0.0))
        if best <= 0:
            return match
        good = [span for span, score in scored if score >= best * NEARLY_AS_GOOD]
        return replace(match, span=reduce(TimeSpan.join, _run(good, best_span)))


def _score(segment: SpeechSegment, rows: Sequence[tuple[TimeSpan, float]]) -> float:
    """What a sentence is worth: the mean of the rows that it is heard in."""
    scores = [score for span, score in rows if heard_in([segment], span)]
    return fmean(scores) if scores else 0.0


def _run(spans: Sequence[TimeSpan], best: TimeSpan, pause_s: float = 1.0) -> list[TimeSpan]:
    """The spans that follow one another with short pauses around the best one."""
    before = [span for span in spans if span < best]
    run = [best]
    for span in sorted(before, reverse=True):
        if run[0].start_s - span.end_s > pause_s:
            break
        run.insert(0, span)
    for span in sorted(span for span in spans if span > best):
        if span.start_s - run[-1].end_s > pause_s:
            break
        run.append(span)
    return run
