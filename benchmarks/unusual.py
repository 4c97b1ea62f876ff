"""Unusual scenes: how well things planted among others of one kind are told from them.

    python benchmarks/unusual.py ../shared/data
    python benchmarks/unusual.py --speed

Photos of one kind, or of two (words in their captions say which), stand for the scenes of a video,
with a few of other kinds among them; sentences of a plain report likewise, with a few that show a
feeling. Each is scored as `vsearch unusual` scores it. Beside it stand the distance from the mean
of all, and chance. All photos together say how often something stands out where nothing should.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from photo_rows import read_photos, read_sentences
from told_feelings import FEELINGS, NEUTRAL

from vsearch.query.distances import unlikeness
from vsearch.query.unusual import LEAST
from vsearch.types import Matrix

KINDS = {
    "kitchen or bathroom": ("kitchen", "bathroom", "toilet", "refrigerator", "stove", "sink"),
    "food": ("food", "plate", "pizza", "sandwich", "cake", "bowl", "banana", "vegetables"),
    "sports": ("baseball", "tennis", "frisbee", "skateboard", "skis", "surfboard", "ball"),
    "animals": ("cat", "dog", "bear", "elephant", "horse", "giraffe", "zebra", "sheep", "bird"),
    "street": ("street", "bus", "car", "traffic", "sidewalk", "road"),
    "kitchen or bathroom, and sports": (
        *("kitchen", "bathroom", "toilet", "refrigerator", "stove", "sink"),
        *("baseball", "tennis", "frisbee", "skateboard", "skis", "surfboard", "ball"),
    ),
    "street, and food": (
        *("street", "bus", "car", "traffic", "sidewalk", "road"),
        *("food", "plate", "pizza", "sandwich", "cake", "bowl", "banana", "vegetables"),
    ),
    "computers": ("laptop", "computer", "keyboard", "phone", "monitor", "television"),
}
PLANTED, DRAWS, FEWEST = 2, 200, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--speed", action="store_true", help="only time 100,000 scenes")
    options = parser.parse_args()
    if options.speed:
        speed()
    elif options.data is None:
        parser.error("name the data folder")
    else:
        measure(options.data)


def measure(data: Path) -> None:
    photos = read_photos(data)
    print(f"{PLANTED} planted, {DRAWS} draws for each kind; AUC, precision@{PLANTED},")
    print(f"planted that score {LEAST} or more, others that do")
    for name, words in KINDS.items():
        of_kind = np.flatnonzero(photos.showing(words))
        others = np.flatnonzero(~photos.showing(words, least=1))
        if len(of_kind) >= FEWEST:
            report(f"{name} ({len(of_kind)})", photos.vectors[of_kind], photos.vectors[others])
    told = [text for texts in FEELINGS.values() for text in texts]
    vectors, _, _ = read_sentences([*NEUTRAL, *told])
    plain, feeling = vectors[: len(NEUTRAL)], vectors[len(NEUTRAL) :]
    report(f"sentences of a report ({len(plain)})", plain, feeling)
    found = unlikeness(photos.vectors, len(photos.vectors))
    print(f"all {len(found)} photos, none planted: {(found >= LEAST).sum()} stand out")


def report(name: str, usual: Matrix, others: Matrix) -> None:
    """The figures of one kind for each way of scoring."""
    ways: dict[str, Callable[[Matrix], np.ndarray]] = {
        "nearest neighbours": lambda vectors: unlikeness(vectors, len(vectors)),
        "from the mean": from_mean,
        "chance": lambda vectors: np.random.default_rng(len(vectors)).random(len(vectors)),
    }
    print(name)
    for way, score in ways.items():
        random = np.random.default_rng(0)
        figures = [trial(score, usual, others, random) for _ in range(DRAWS)]
        auc, precision, shown, wrong = np.mean(figures, axis=0)
        at_least = f"{shown:.2f} {wrong:.3f}" if way == "nearest neighbours" else ""
        print(f"  {way:20s} {auc:.2f} {precision:.2f} {at_least}")


def trial(
    score: Callable[[Matrix], np.ndarray],
    usual: Matrix,
    others: Matrix,
    random: np.random.Generator,
) -> tuple[float, float, float, float]:
    """AUC, precision, and what reaches the level, with other scenes planted each time."""
    planted = others[random.choice(len(others), PLANTED, replace=False)]
    order = random.permutation(len(usual) + PLANTED)
    is_planted = order < PLANTED
    found = score(np.concatenate([planted, usual])[order])
    good, bad = found[is_planted], found[~is_planted]
    auc = float((good[:, None] > bad).mean() + (good[:, None] == bad).mean() / 2)
    best = np.argsort(-found, kind="stable")[:PLANTED]
    return (
        auc,
        float(is_planted[best].mean()),
        float((good >= LEAST).mean()),
        float((bad >= LEAST).mean()),
    )


def from_mean(vectors: Matrix) -> np.ndarray:
    """The simple way: how far each lies from the mean of all."""
    return np.linalg.norm(vectors - vectors.mean(axis=0), axis=1)


def speed() -> None:
    """Time the scoring of 100,000 scenes in one block, and of 1,000 beside it."""
    random = np.random.default_rng(0)
    for count in (1_000, 100_000):
        topics = random.standard_normal((300, 384)).astype(np.float32)
        noise = random.standard_normal((count, 384)).astype(np.float32)
        vectors = topics[random.integers(0, 300, count)] + noise
        started, worked = time.perf_counter(), time.process_time()
        unlikeness(vectors, 140)
        took, busy = time.perf_counter() - started, time.process_time() - worked
        print(f"{count} scenes, one block of 384: {took:.1f} s, of processors {busy:.1f} s")


if __name__ == "__main__":
    main()
