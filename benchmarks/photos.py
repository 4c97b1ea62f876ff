"""Text to photo: how often the right photo comes first, over the captioned photos of a data folder.

    python benchmarks/photos.py ../shared/data

The folder holds coco/ and coco.json ({file name: {"captions": [...]}}). Every caption is asked, and
all photos are ranked as a library ranks its rows: centred, by inner product. Beside the starter
stand rows with one part of its recipe left out each, chance, and a ranking blind to the query.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

import vsearch
from vsearch.components import Components
from vsearch.types import Matrix, Picture
from vsearch_plugins.embed_starter import TRAINED_PX, Recipe, Starter

FULL = Recipe()
PLAIN = Recipe(side_px=TRAINED_PX, window=0, power=1.0, definitions=False, whitening=0.0)
ROWS = {
    "starter": FULL,
    "- larger picture": replace(FULL, side_px=TRAINED_PX),
    "- windows": replace(FULL, window=0),
    "- power": replace(FULL, power=1.0),
    "- definitions": replace(FULL, definitions=False),
    "- whitening": replace(FULL, whitening=0.0),
    "without all five": PLAIN,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--random-halves", type=int, default=1000, metavar="N")
    options = parser.parse_args()
    truth = json.loads((options.data / "coco.json").read_text(encoding="utf-8"))
    pictures = [open_picture(options.data / "coco" / name) for name in sorted(truth)]
    captions = [truth[name]["captions"] for name in sorted(truth)]
    context = Components(vsearch.load_config(), print).context
    print(f"{len(pictures)} photos; first caption | all captions")
    found: dict[str, np.ndarray] = {}
    seen: dict[tuple[int, int], Matrix] = {}
    for label, recipe in ROWS.items():
        starter = Starter(context, recipe)
        key = (recipe.side_px, recipe.window)
        if key not in seen:
            seen[key] = look(starter, pictures, key)
        found[label] = ranks(starter, seen[key], captions)
        print(row(label, found[label]), flush=True)
    compare(found, options.random_halves)
    count = len(pictures)
    order = random.Random(0).sample(range(1, count + 1), count)
    width = min(map(len, captions))
    print(row("query-blind", np.array([[place] * width for place in blind(pictures)])))
    print(row("chance", np.array([[place] * width for place in order])))


def open_picture(path: Path) -> Picture:
    """A photo as RGB."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def look(starter: Starter, pictures: list[Picture], key: tuple[int, int]) -> Matrix:
    """How likely each class is in each photo; says how long that took."""
    starter.warm_up()
    started = time.perf_counter()
    parts = [starter.likely(pictures[at : at + 8]) for at in range(0, len(pictures), 8)]
    rate = len(pictures) / (time.perf_counter() - started)
    print(f"{key[0]} px, windows of {key[1]}: {rate:.1f} photos/s", flush=True)
    return np.concatenate(parts)


def ranks(starter: Starter, likely: Matrix, captions: list[list[str]]) -> np.ndarray:
    """The place of the right photo for each photo's captions, as many as every photo has."""
    rows = starter.embed_likely(likely).matrix
    rows = rows - rows.mean(axis=0)
    width = min(map(len, captions))
    return np.stack([places(starter, rows, [c[n] for c in captions]) for n in range(width)], axis=1)


def places(starter: Starter, rows: Matrix, queries: list[str]) -> np.ndarray:
    """The place of row n for query n, 1 for the first."""
    scores = starter.embed_texts(queries).matrix @ rows.T
    placed: np.ndarray = (scores > np.diag(scores)[:, None]).sum(axis=1) + 1
    return placed


def blind(pictures: list[Picture]) -> list[int]:
    """The place of each photo in an order by size, whatever is asked."""
    order = sorted(range(len(pictures)), key=lambda n: -pictures[n].size)
    return [order.index(n) + 1 for n in range(len(pictures))]


def compare(found: dict[str, np.ndarray], halves: int) -> None:
    """In how many random halves of the photos the whole recipe is better, by reciprocal rank."""
    draw = np.random.default_rng(0)
    best = next(iter(found.values()))
    picks = [draw.permutation(len(best))[: len(best) // 2] for _ in range(halves)]
    for label, other in list(found.items())[1:]:
        gain = (1 / best - 1 / other).mean(axis=1)
        better = np.mean([gain[pick].mean() > 0 for pick in picks])
        print(f"better than {label!r} in {better:.0%} of {halves} random halves")


def row(label: str, ranked: np.ndarray) -> str:
    """Recall at 1, 5 and 10 and the median rank, for the first caption and for all."""
    cells = [label.ljust(17)]
    for chosen in (ranked[:, 0], ranked):
        recalls = "  ".join(f"R@{k} {(chosen <= k).mean():.2f}" for k in (1, 5, 10))
        cells.append(f"{recalls}  median {np.median(chosen):g}")
    return " | ".join(cells)


if __name__ == "__main__":
    main()
