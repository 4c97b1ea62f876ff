"""Whether the title of a chapter tells which topic it is about.

    python benchmarks/chapters.py OUT ../shared/data
    python benchmarks/titles.py OUT

The talks of chapters.py, divided where their topics really change. A title is right if, of the
names of the topics of its video, that of its own is nearest in meaning (by MiniLM). Beside it stand
the first words of each chapter, as many as its title has, and its whole first sentence.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import numpy as np
from talks import KINDS

import vsearch
from vsearch.sentences import Sentence
from vsearch.summary.material import read_material
from vsearch.summary.titles import titles_of, within
from vsearch.types import TimeSpan

Parts = list[tuple[str, TimeSpan]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=Path)
    parser.add_argument("--libraries", type=Path, help="where they are kept (default: the set)")
    options = parser.parse_args()
    right: dict[str, list[bool]] = defaultdict(list)
    chance = []
    for kind in KINDS:
        library = vsearch.open_library((options.libraries or options.set) / f"{kind}.library")
        rows = library._store.rows()
        for name, parts in topics(options.set / kind / "truth.json").items():
            said = read_material(library._store, rows, library.find(name).id).said
            for way, titles in told(parts, said).items():
                right[way] += marks(library, titles, [topic for topic, _ in parts])
            chance += [1 / len(parts)] * len(parts)
    for way, hits in right.items():
        print(f"{way:15s} {fmean(hits):.2f} of {len(hits)}")
    print(f"{'chance':15s} {fmean(chance):.2f}")


def topics(truth: Path) -> dict[str, Parts]:
    """The topics of each video with their spans."""
    found: dict[str, Parts] = defaultdict(list)
    for row in json.loads(truth.read_text(encoding="utf-8")):
        start_s, end_s = row["spans"][0]
        found[row["video"]].append((row["kind"], TimeSpan(start_s=start_s, end_s=end_s)))
    return found


def told(parts: Parts, said: Sequence[Sentence]) -> dict[str, list[str]]:
    """What each way calls the chapters of a video."""
    spans = [span for _, span in parts]
    titles = [title for title, _ in titles_of(spans, said, [])]
    texts = [" ".join(item.text for item in within(said, span)) for span in spans]
    firsts = [next((item.text for item in within(said, span)), "") for span in spans]
    counts = [len(title.split()) for title in titles]
    begun = [" ".join(text.split()[:n]) for text, n in zip(texts, counts, strict=True)]
    return {"title": titles, "first words": begun, "first sentence": firsts}


def marks(library: vsearch.Library, titles: Sequence[str], names: Sequence[str]) -> list[bool]:
    """Which titles are nearest to the name of their own topic."""
    alike = library._embed(titles) @ library._embed(names).T
    return [bool(np.argmax(row) == number) for number, row in enumerate(alike)]


if __name__ == "__main__":
    main()
