"""Text to video: how often the right clip comes first, over the captioned clips of a data folder.

    python benchmarks/text_to_video.py ../shared/data

The folder holds videos/ and videos.json ({file name: {"captions": [...]}}); the first caption of
each clip is the question. Beside the result stands chance, and a ranking that never sees the query.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
from pathlib import Path

import vsearch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--embedder", default="starter")
    parser.add_argument("--speech-weight", type=float, default=None)
    parser.add_argument("--library", type=Path, help="keep the library here and use it again")
    options = parser.parse_args()
    captions = json.loads((options.data / "videos.json").read_text(encoding="utf-8"))
    truth = {name: entry["captions"][0] for name, entry in captions.items() if entry["captions"]}
    with tempfile.TemporaryDirectory() as scratch:
        library = open_library(options, options.library or Path(scratch) / "library")
        library.index([options.data / "videos" / name for name in sorted(truth)])
        ranks = [rank_of(library, name, query, len(truth)) for name, query in truth.items()]
        fixed = query_blind_ranks(library, truth)
        print(f"{len(truth)} clips, {library.blocks()[0].component}, first caption of each")
    print_row("fused", ranks)
    print_row("query-blind", fixed)
    print_row("chance", random.Random(0).sample(range(1, len(truth) + 1), len(truth)))


def open_library(options: argparse.Namespace, path: Path) -> vsearch.Library:
    """A library with the embedder asked for."""
    settings = {
        "models.embedder": options.embedder,
        "search.speech_weight": options.speech_weight,
    }
    return vsearch.open_library(path, config=vsearch.load_config(settings), notify=print)


def rank_of(library: vsearch.Library, name: str, query: str, count: int) -> int:
    """The place of the right clip, 1 for the first."""
    moments = library.search(query, limit=count, by="video", plain=True).moments
    names = [moment.video.path.name for moment in moments]
    return names.index(name) + 1 if name in names else count + 1


def query_blind_ranks(library: vsearch.Library, truth: dict[str, str]) -> list[int]:
    """The longest clip first, whatever is asked."""
    by_length = sorted(library.videos(), key=lambda video: -video.duration_s)
    names = [video.path.name for video in by_length]
    return [names.index(name) + 1 for name in truth]


def print_row(label: str, ranks: list[int]) -> None:
    """Recall at 1, 5 and 10 and the median rank."""
    recalls = (sum(rank <= k for rank in ranks) / len(ranks) for k in (1, 5, 10))
    cells = "  ".join(f"R@{k} {value:.2f}" for k, value in zip((1, 5, 10), recalls, strict=True))
    print(f"{label:12s} {cells}  median rank {statistics.median(ranks):g}")


if __name__ == "__main__":
    main()
