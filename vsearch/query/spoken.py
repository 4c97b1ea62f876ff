"""Matches that are about what is said, or stands on the screen -> just that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from statistics import fmean

from vsearch.query.group import NEARLY_AS_GOOD, Match
from vsearch.query.pool import Pool
from vsearch.storage import FrameContext
from vsearch.types import SCREEN, SPEECH, WORDS, ShownText, SpeechSegment, TimeSpan, heard_in

MOSTLY = 0.7
"""A match with this share of its score from words is shown from its first matching one on."""


@dataclass
class Cutter:
    """How well the words at each time match, said or shown, as far as the rows of a pool tell."""

    _names: tuple[str, ...] = ()
    _rows: dict[str, list[tuple[TimeSpan, tuple[float, ...]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, pool: Pool, contexts: Mapping[int, FrameContext]) -> Cutter:
        """Note the rows of a pool by video."""
        found = cls(pool.names)
        parts = pool.contributions.tolist()
        for position, row in zip(pool.positions.tolist(), parts, strict=True):
            if position in contexts:
                context = contexts[position]
                rows = found._rows.setdefault(context.scene.video_id, [])
                rows.append((context.frame.span, tuple(row)))
        return found

    def narrowed(
        self, match: Match, speech: Sequence[SpeechSegment], shown: Sequence[ShownText]
    ) -> Match:
        """The match with the span of the words that it is about, if it is about any.

        A row holds several sentences, and a sentence lies in several rows: those that are in good
        rows only are the ones meant.
        """
        if match.steps or not self._names:
            return match
        parts = dict(zip(self._names, match.contributions, strict=True))
        if parts.get(SCREEN, 0.0) > parts.get(SPEECH, 0.0):
            return self._cut(match, heard_in(shown, match.span), {SCREEN, WORDS})
        return self._cut(match, heard_in(speech, match.span), {SPEECH, WORDS})

    def _cut(
        self,
        match: Match,
        around: Sequence[SpeechSegment | ShownText],
        names: set[str],
    ) -> Match:
        columns = [n for n, name in enumerate(self._names) if name in names]
        told = sum(match.contributions[column] for column in columns)
        if told <= 0 or told < match.score * MOSTLY:
            return match
        rows = [
            (span, sum(parts[column] for column in columns))
            for span, parts in self._rows.get(match.context.scene.video_id, [])
        ]
        scored = [(item.span, _score(item, rows)) for item in around]
        best_span, best = max(scored, key=lambda item: item[1], default=(match.span, 0.0))
        if best <= 0:
            return match
        good = [span for span, score in scored if score >= best * NEARLY_AS_GOOD]
        return replace(match, span=reduce(TimeSpan.join, _run(good, best_span)))


def _score(item: SpeechSegment | ShownText, rows: Sequence[tuple[TimeSpan, float]]) -> float:
    """What a sentence is worth: the mean of the rows that it is heard in."""
    scores = [score for span, score in rows if heard_in([item], span)]
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
