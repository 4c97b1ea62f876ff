"""Whether reels keep their promises in a real library: lengths, whole sentences, nothing twice.

python benchmarks/reels.py LIBRARY --queries "the last train" "water"

Reels of every video, and of queries, are chosen in several lengths; nothing is written. Counted are
those that are too long, the sentences that are shown, those of them that are cut, and how many of
these in reels that say so.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from vsearch.clips.candidates import Found, of_moments, of_video
from vsearch.clips.choose import Choice
from vsearch.clips.reel import MOMENTS, chosen
from vsearch.clips.wishes import Wishes
from vsearch.library import Library, open_library
from vsearch.sentences import sentences_said
from vsearch.types import Place

NEAR_S = 0.05
"""A sentence that is cut off by less than this is not: frames are as long."""


def materials(library: Library, queries: list[str], length_s: float) -> Iterator[Found]:
    """What may be in a reel of each video, and of each query."""
    store = library._store
    for video in library.videos():
        yield of_video(store, store.rows(), video.id, library._embed, length_s)
    for query in queries:
        yield of_moments(store, store.rows(), library.search(query, limit=MOMENTS).moments)


def sentences(library: Library, place: Place) -> Iterator[bool]:
    """Of each sentence that is heard in a piece, whether it is whole."""
    for sentence in sentences_said(library.show(place.video.id).speech):
        start_s = max(sentence.span.start_s, place.span.start_s)
        heard_s = min(sentence.span.end_s, place.span.end_s) - start_s
        if heard_s > NEAR_S:
            yield heard_s >= sentence.span.duration_s - NEAR_S


def twice(choice: Choice) -> int:
    """How many pieces show what another one shows."""
    spans = sorted((place.video.id, place.span) for place in choice.places)
    return sum(
        first[0] == after[0] and first[1].end_s > after[1].start_s + 1e-6
        for first, after in pairwise(spans)
    )


def main() -> None:
    """Print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library")
    parser.add_argument("--queries", nargs="*", default=[])
    parser.add_argument("--lengths", nargs="*", type=float, default=[6, 10, 20])
    given = parser.parse_args()
    library = open_library(given.library)
    count: Counter[str] = Counter()
    for length_s in given.lengths:
        for material in materials(library, given.queries, length_s):
            choice, fit = chosen(material, Wishes(), length_s)
            count["reels"] += bool(choice.places)
            count["pieces"] += len(choice.places)
            count["too long"] += fit.length_of(choice.places) > length_s + 1e-6
            count["shown twice"] += twice(choice)
            whole = [one for place in choice.places for one in sentences(library, place)]
            count["sentences"] += len(whole)
            count["cut"] += whole.count(False)
            count["cut, and said to be"] += whole.count(False) if choice.cuts else 0
    print(", ".join(f"{name} {value}" for name, value in count.items()))


if __name__ == "__main__":
    main()
