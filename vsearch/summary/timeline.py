"""A video as pieces between the places where a chapter may begin, with what each shows and says."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vsearch.sentences import Sentence
from vsearch.types import Matrix, Scene, TimeSpan

Times = NDArray[np.float64]

PAUSE_S = 2.0
"""After such a pause both the end of a sentence and the start of the next may be a border."""

SNAP_S = 1.0
"""Times of sentences are estimated: a cut so near to the end of one is the same place."""

MOST_PIECES = 2000
"""Finer than this no video is looked at, however long it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """What one block knows of some stretches of a video, each for some time."""

    spans: Sequence[TimeSpan]
    vectors: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Pieces of a video by their edges; tracks hold the sums and seconds that each piece has."""

    edges: Times
    cuts: frozenset[float] = frozenset()
    tracks: Mapping[str, tuple[NDArray[np.float64], Times]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.edges) - 1


def timeline_of(
    duration_s: float,
    scenes: Iterable[Scene],
    sentences: Sequence[Sentence],
    tracks: Mapping[str, Track],
) -> Timeline:
    """Cut a video wherever a chapter may begin, and share out what is known to the pieces."""
    cuts = [scene.span.start_s for scene in scenes]
    edges = edges_of(duration_s, cuts, sentences)
    shared = {name: _shared(edges, track) for name, track in tracks.items() if len(track.spans)}
    return Timeline(edges, frozenset(cuts), shared)


def edges_of(duration_s: float, cuts: Iterable[float], sentences: Sequence[Sentence]) -> Times:
    """Where a chapter may begin: at cuts and between sentences, never inside one."""
    said = [sentence.span for sentence in sentences]
    starts = [span.start_s for span in said]
    free = [cut for cut in sorted(cuts) if not _is_inside(cut, said, starts)]
    between = [time for time in _between(said) if not _is_near(time, free)]
    least = max(SNAP_S / 2, duration_s / MOST_PIECES)
    edges = [0.0]
    for time in sorted([*free, *between]):
        if time - edges[-1] >= least and duration_s - time >= least:
            edges.append(time)
    return np.array([*edges, max(duration_s, edges[-1] + 1e-3)])


def _is_inside(time: float, spans: Sequence[TimeSpan], starts: Sequence[float]) -> bool:
    """Whether a time lies well inside the last span that began well before it."""
    place = bisect_left(starts, time - SNAP_S) - 1
    return place >= 0 and time < spans[place].end_s - SNAP_S


def _is_near(time: float, cuts: Sequence[float]) -> bool:
    place = bisect_left(cuts, time - SNAP_S)
    return place < len(cuts) and cuts[place] <= time + SNAP_S


def _between(spans: Sequence[TimeSpan]) -> list[float]:
    """Where sentences begin, and where they end before a pause."""
    starts = [span.start_s for span in spans]
    followers = [*starts[1:], float("inf")]
    pairs = zip(spans, followers, strict=False)
    return [*starts, *(span.end_s for span, then in pairs if then - span.end_s > PAUSE_S)]


def _shared(edges: Times, track: Track) -> tuple[NDArray[np.float64], Times]:
    """For each piece the sum of what overlaps it, weighed by the seconds that it does."""
    sums = np.zeros((len(edges) - 1, track.vectors.shape[1]))
    seconds = np.zeros(len(edges) - 1)
    for span, vector in zip(track.spans, track.vectors, strict=True):
        first = max(0, int(np.searchsorted(edges, span.start_s, "right")) - 1)
        last = min(len(seconds), int(np.searchsorted(edges, span.end_s, "left")))
        for place in range(first, last):
            inside = min(edges[place + 1], span.end_s) - max(edges[place], span.start_s)
            sums[place] += inside * vector
            seconds[place] += inside
    return sums, seconds
