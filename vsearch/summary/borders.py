"""Where the topic of a video changes: the division into chapters that leaves least unexplained.

Each chapter stands for the mean of what is shown and said in it. What its pieces differ from that
mean, over all chapters, is least at the best division into so many; a price for each chapter
keeps their number down. The best division is found exactly, by dynamic programming.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vsearch.summary.timeline import Timeline, Times
from vsearch.types import SPEECH, VISUAL

Costs = NDArray[np.float64]
SHORTEST_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How to divide: what each block counts, and the price of a chapter.

    The price of a chapter is in seconds of unlike content: so much must be better explained for one
    chapter more. Each block has its own, and pays for the share of the time that it knows of. No
    chapter is shorter than least_s, and there are never more than most; where these are not given
    they grow with the length of the video.
    """

    visual: float = 1.0
    speech: float = 1.5
    visual_price_s: float = 2.0
    speech_price_s: float = 8.0
    least_s: float | None = None
    most: int | None = None

    @property
    def weights(self) -> dict[str, float]:
        """What each block counts."""
        return {VISUAL: self.visual, SPEECH: self.speech}

    def shortest_s(self, duration_s: float) -> float:
        """How long each chapter of a video of this length is at least: 5 s, 90 s in an hour."""
        return max(SHORTEST_S, duration_s / 40) if self.least_s is None else self.least_s

    def limit(self, duration_s: float) -> int:
        """How many chapters a video of this length may have: 8 in a minute, 21 in an hour."""
        return self.most or round(6 + 2 * math.sqrt(duration_s / 60))

    def price_of(self, timeline: Timeline) -> float:
        """The price of a chapter of this video."""
        prices = {VISUAL: self.visual_price_s, SPEECH: self.speech_price_s}
        whole_s = float(timeline.edges[-1])
        return sum(
            price * min(1.0, float(timeline.tracks[name][1].sum()) / whole_s)
            for name, price in prices.items()
            if name in timeline.tracks
        )


def divide(timeline: Timeline, how: Division) -> list[float]:
    """The times at which chapters begin, the first at 0; never more than so many."""
    costs = _costs(timeline, how.weights)
    price = how.price_of(timeline)
    end_s = float(timeline.edges[-1])
    most, least_s = how.limit(end_s), how.shortest_s(end_s)
    found = _best(costs, timeline.edges, price, least_s)
    if len(found) > most:
        found = _at_most(most, costs, timeline.edges, price, least_s)
    return [float(timeline.edges[place]) for place in found]


def _at_most(most: int, costs: Costs, edges: Times, price: float, least_s: float) -> list[int]:
    """The cheapest division into no more chapters than wanted; the price alone would allow more."""
    long_enough = edges[None, :] - edges[:, None] >= least_s
    chapter = np.where(long_enough, costs, np.inf)
    cheapest = chapter[0]
    totals, came_from = [cheapest[-1]], []
    for _ in range(most - 1):
        total = cheapest[:, None] + chapter
        came_from.append(total.argmin(axis=0))
        cheapest = total.min(axis=0)
        totals.append(cheapest[-1])
    priced = np.array(totals) + price * np.arange(len(totals))
    starts = [len(edges) - 1]
    for back in reversed(came_from[: int(priced.argmin())]):
        starts.append(int(back[starts[-1]]))
    return [0, *starts[:0:-1]]


def _best(costs: Costs, edges: Times, price: float, least_s: float) -> list[int]:
    """Where the chapters of the cheapest division begin, as places among the edges."""
    count = len(edges) - 1
    cheapest = np.full(count + 1, np.inf)
    cheapest[0] = 0.0
    came_from = np.zeros(count + 1, dtype=np.int64)
    for end in range(1, count + 1):
        long_enough = edges[end] - edges[:end] >= least_s
        total = np.where(long_enough, cheapest[:end] + costs[:end, end] + price, np.inf)
        came_from[end] = int(total.argmin())
        cheapest[end] = total[came_from[end]]
    starts = [int(came_from[count])]
    while starts[-1]:
        starts.append(int(came_from[starts[-1]]))
    return starts[::-1]


def _costs(timeline: Timeline, weights: Mapping[str, float]) -> Costs:
    """What a chapter from each edge to each other leaves unexplained.

    The vectors have length 1, so that in T seconds with the sum S it is T - |S|^2 / T. Seconds of
    which a block knows nothing, as speech of a pause, cost nothing and weigh nothing.
    """
    size = len(timeline) + 1
    total = np.zeros((size, size))
    for name, (sums, seconds) in timeline.tracks.items():
        if not weights.get(name):
            continue
        reached = np.vstack([np.zeros(sums.shape[1]), np.cumsum(sums, axis=0)])
        time = np.concatenate([[0.0], np.cumsum(seconds)])
        lasted = time[None, :] - time[:, None]
        squares = np.einsum("ij,ij->i", reached, reached)
        length = squares[:, None] + squares[None, :] - 2 * (reached @ reached.T)
        known = lasted > 1e-6
        left = lasted - np.divide(length, lasted, out=np.zeros_like(total), where=known)
        total += weights[name] * np.where(known, np.maximum(left, 0.0), 0.0)
    return total
