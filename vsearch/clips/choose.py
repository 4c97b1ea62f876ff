"""Moments -> the stretches of a reel: good ones first, none twice, no sentence cut, never too long.

The best moment is taken, then the best of the rest, and so on; one more of the same video (or
chapter) counts for less each time. Each is first as long as one part of several should be. What
room is left then goes to the best ones, which grow to their whole length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from vsearch.clips.fit import Fit
from vsearch.clips.talk import Talk
from vsearch.types import Matrix, Place, TimeSpan, Video

LEAST_S, TOLERATED_S = 2.0, 1.5
"""Hardly anything is to be made out in less; where talk around it leaves no more, a bit less."""

SHORTEST_PART_S, LONGEST_PART_S, PARTS = 4.0, 12.0, 5
"""At first a moment takes a fifth of the reel, and so much at least and at most."""

BEFORE = 0.4
"""A stretch around a picture begins so much of its length before it."""

REPEATED = 0.7
"""What one more moment of the same video counts, against the one before."""

SAME = 0.95
"""Moments so alike look the same and say the same."""

ALIKE, OVERLAPS = "looks and sounds like another", "overlaps another"
NO_ROOM, CUT, WEAK = "no room", "no whole sentence fits", "much weaker than the best"
"""Why a moment is left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """A moment that may be in a reel: what it is of, its best time, and what it shows and says."""

    video: Video
    span: TimeSpan
    at_s: float
    score: float
    group: str
    look: Matrix | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The stretches of a reel, in their order, and how many moments were left out for what.

    Cuts says that sentences are cut off, since none was short enough.
    """

    places: tuple[Place, ...]
    left_out: tuple[tuple[str, int], ...]
    cuts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handles:
    """What is kept around each moment, where there is any."""

    before_s: float = 0.0
    after_s: float = 0.0


def choose(
    candidates: Sequence[Candidate],
    talks: Mapping[str, Talk],
    fit: Fit,
    handles: Handles | None = None,
) -> Choice:
    """The stretches of a reel, best moments first; candidates are in the order of a search."""
    handles = handles or Handles()
    choosing = Choosing(candidates, talks, fit, handles)
    places = choosing.places()
    cuts = bool(candidates) and not places
    if cuts:
        choosing = Choosing(candidates, {}, fit, handles)
        places = choosing.places()
    left_out = tuple(sorted(choosing.left_out.items()))
    return Choice(places=tuple(places), left_out=left_out, cuts=cuts and bool(places))


@dataclass
class Choosing:
    """One choice on its way: the moments that are in, with what is shown of each."""

    candidates: Sequence[Candidate]
    talks: Mapping[str, Talk]
    fit: Fit
    handles: Handles
    left_out: Counter[str] = field(default_factory=Counter)
    _taken: list[tuple[Candidate, Place]] = field(default_factory=list)

    def places(self) -> list[Place]:
        """The stretches in the order in which they are shown."""
        rest = list(self.candidates)
        while rest:
            groups = Counter(candidate.group for candidate, _ in self._taken)
            worth = [item.score * REPEATED ** groups[item.group] for item in rest]
            self._take(rest.pop(worth.index(max(worth))))
        for number in (*range(len(self._taken)), *range(len(self._taken))):
            self._let_grow(number)
        return self.fit.arranged([place for _, place in self._taken])

    def _take(self, candidate: Candidate) -> None:
        """Take a moment in, or count it with those that are left out."""
        why = self._why_not(candidate)
        if why:
            self.left_out[why] += 1

    def _why_not(self, candidate: Candidate) -> str:
        """Why a moment cannot be in; an empty text, and it is in, where nothing speaks against."""
        if any(_are_alike(candidate, other) for other, _ in self._taken):
            return ALIKE
        free = _free(candidate.video, candidate.at_s, [place for _, place in self._taken])
        least_s = min(TOLERATED_S, candidate.video.duration_s)
        if free is None or free.duration_s < least_s:
            return OVERLAPS
        seed = self._talk(candidate).whole(_around(candidate.at_s, LEAST_S, free), free)
        if seed is None or seed.duration_s < least_s - 1e-6:
            return CUT
        seeded = Place(video=candidate.video, span=seed)
        place = self._grown(len(self._taken), seeded, self._part(candidate, free))
        if place is None:
            return NO_ROOM
        self._taken.append((candidate, place))
        return ""

    def _part(self, candidate: Candidate, free: TimeSpan) -> TimeSpan:
        """What of a moment is shown if there is room, its handles included."""
        most_s = min(max(self.fit.length_s / PARTS, SHORTEST_PART_S), LONGEST_PART_S)
        span = _around(candidate.at_s, min(most_s, candidate.span.duration_s), candidate.span)
        return self._with_handles(span, free)

    def _with_handles(self, span: TimeSpan, free: TimeSpan) -> TimeSpan:
        start_s = max(free.start_s, span.start_s - self.handles.before_s)
        end_s = min(free.end_s, span.end_s + self.handles.after_s)
        return TimeSpan(start_s=start_s, end_s=max(start_s, end_s))

    def _grown(self, number: int, place: Place, most: TimeSpan) -> Place | None:
        """A stretch, by its number, grown into what it may be if it fits; None if it does not."""
        before = [other for _, other in self._taken[:number]]
        after = [other for _, other in self._taken[number + 1 :]]
        room_s = self.fit.room_s([*before, place, *after])
        if room_s < 0:
            return None
        talk = self.talks.get(place.video.id, Talk())
        most = most.join(place.span)
        for _ in range(3):  # a dissolve that becomes shorter or longer changes what room there is
            grown = replace(place, span=talk.grown(place.span, most, room_s))
            left_s = self.fit.room_s([*before, grown, *after])
            if left_s >= 0:
                return grown
            room_s = max(0.0, room_s + left_s)
        return place

    def _let_grow(self, number: int) -> None:
        """Give a moment that is in what room is left, up to its whole length."""
        candidate, place = self._taken[number]
        others = [other for at, (_, other) in enumerate(self._taken) if at != number]
        free = _free(place.video, place.span.middle_s, others)
        if free is None:
            return
        whole = self._with_handles(_within(candidate.span, free), free)
        if grown := self._grown(number, place, whole):
            self._taken[number] = (candidate, grown)

    def _talk(self, candidate: Candidate) -> Talk:
        return self.talks.get(candidate.video.id, Talk())


def _free(video: Video, at_s: float, others: Sequence[Place]) -> TimeSpan | None:
    """What is not shown yet around a time of a video; None where the time itself is."""
    start_s, end_s = 0.0, video.duration_s
    for span in (place.span for place in others if place.video.id == video.id):
        if span.start_s <= at_s < span.end_s:
            return None
        if span.end_s <= at_s:
            start_s = max(start_s, span.end_s)
        else:
            end_s = min(end_s, span.start_s)
    return TimeSpan(start_s=start_s, end_s=end_s) if start_s < end_s else None


def _around(at_s: float, length_s: float, within: TimeSpan) -> TimeSpan:
    """A stretch around a time that does not leave another one."""
    length_s = min(length_s, within.duration_s)
    start_s = min(max(within.start_s, at_s - BEFORE * length_s), within.end_s - length_s)
    return TimeSpan(start_s=start_s, end_s=start_s + length_s)


def _within(span: TimeSpan, free: TimeSpan) -> TimeSpan:
    """What of a stretch lies in another; an empty one at its edge where nothing does."""
    start_s = min(max(span.start_s, free.start_s), free.end_s)
    return TimeSpan(start_s=start_s, end_s=max(start_s, min(span.end_s, free.end_s)))


def _are_alike(first: Candidate, second: Candidate) -> bool:
    if first.look is None or second.look is None:
        return False
    return bool(first.look @ second.look >= SAME)
