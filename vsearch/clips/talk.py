"""What is said while something is shown, in stretches that no cut should go through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vsearch.types import TimeSpan

LEAD_S, TRAIL_S = 0.1, 0.25
"""So much of the pause before and after a sentence belongs to it, or half of a shorter pause."""

LONGEST_S = 30.0
"""What goes on longer without a full stop may be cut: it was written down without any."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The sentences of a video, those in one that overlap, in order of time."""

    spans: tuple[TimeSpan, ...] = ()

    @classmethod
    def of(cls, sentences: Iterable[TimeSpan], longest_s: float = LONGEST_S) -> Talk:
        """The sentences, each with a little of the pauses around it."""
        joined: list[TimeSpan] = []
        for span in sorted(sentences):
            if joined and span.start_s < joined[-1].end_s:
                joined[-1] = joined[-1].join(span)
            else:
                joined.append(span)
        padded = _padded(joined)
        return cls(tuple(span for span in padded if 0 < span.duration_s <= longest_s))

    def around(self, at_s: float) -> TimeSpan | None:
        """The sentence that a time lies inside of."""
        return next((span for span in self.spans if span.start_s < at_s < span.end_s), None)

    def without(self, longest_s: float) -> Talk:
        """Only the sentences that are no longer than this: others may be cut."""
        return Talk(tuple(span for span in self.spans if span.duration_s <= longest_s))

    def whole(self, span: TimeSpan, within: TimeSpan) -> TimeSpan | None:
        """A stretch with each sentence that it cuts wholly in it, or wholly out of it.

        A sentence is in if half of it was, or if it fills half of the stretch, and if it lies
        within; None where nothing is left.
        """
        start_s, end_s = span.start_s, span.end_s
        if first := self.around(start_s):
            start_s = first.start_s if _belongs(first, span, within) else first.end_s
        if last := self.around(end_s):
            end_s = last.end_s if _belongs(last, span, within) else last.start_s
        return TimeSpan(start_s=start_s, end_s=end_s) if end_s > start_s else None

    def grown(self, span: TimeSpan, within: TimeSpan, room_s: float) -> TimeSpan:
        """A stretch that is longer by at most room_s, first at its end, and still cuts none."""
        end_s = min(within.end_s, span.end_s + room_s)
        if cut := self.around(end_s):
            end_s = max(span.end_s, cut.start_s)
        end_s = max(end_s, span.end_s)
        start_s = max(within.start_s, span.start_s - (room_s - (end_s - span.end_s)))
        if cut := self.around(start_s):
            start_s = min(span.start_s, cut.end_s)
        return TimeSpan(start_s=min(start_s, span.start_s), end_s=end_s)


def _belongs(sentence: TimeSpan, span: TimeSpan, within: TimeSpan) -> bool:
    if sentence.start_s < within.start_s or sentence.end_s > within.end_s:
        return False
    shared_s = min(sentence.end_s, span.end_s) - max(sentence.start_s, span.start_s)
    return shared_s >= min(sentence.duration_s, span.duration_s) / 2


def _padded(spans: Sequence[TimeSpan]) -> list[TimeSpan]:
    """The stretches with a little of what lies between them."""
    found = []
    for number, span in enumerate(spans):
        before_s = span.start_s - spans[number - 1].end_s if number else 2 * span.start_s
        last = number + 1 == len(spans)
        after_s = 2 * TRAIL_S if last else spans[number + 1].start_s - span.end_s
        start_s = span.start_s - min(LEAD_S, before_s / 2)
        found.append(TimeSpan(start_s=start_s, end_s=span.end_s + min(TRAIL_S, after_s / 2)))
    return found
