"""Speech to moment: how often words that were said bring up the clip in which they were said.

    python benchmarks/speech_to_moment.py ../shared/data

The recordings of speech/ are laid over the pictures of silent clips and indexed among all other
clips; the first and the last half of each transcript are the questions. Beside the fused ranking
stands one by pictures alone, which cannot know.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np

import vsearch
from vsearch.pipeline.encode import write_video
from vsearch.pipeline.tracks import read_sound
from vsearch.pipeline.video import open_video
from vsearch.types import SAMPLE_RATE, Picture, Samples

SILENT = (
    "askanything_jesse_dance.mp4",
    "intel_bottle-detection.mp4",
    "pllava_1917.mp4",
    "stllm_monkey.mp4",
    "videollama_birthday.mp4",
    "mmaction2_test_video_structuralize.mp4",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--embedder", default="starter")
    options = parser.parse_args()
    config = vsearch.load_config({"models.embedder": options.embedder})
    with tempfile.TemporaryDirectory() as scratch:
        spoken = narrated_clips(options.data, Path(scratch))
        library = vsearch.open_library(Path(scratch) / "library", config=config, notify=print)
        library.index([options.data / "videos", *spoken])
        questions = [(path.name, half) for path, said in spoken.items() for half in halves(said)]
        print(f"{len(library.videos())} clips, {len(questions)} questions about what is said")
        for label, weights in (("fused", {}), ("pictures only", {"speech": 0.0})):
            ranks = [rank_of(library, name, text, weights) for name, text in questions]
            recalls = (sum(rank <= k for rank in ranks) / len(ranks) for k in (1, 5, 10))
            cells = (f"R@{k} {value:.2f}" for k, value in zip((1, 5, 10), recalls, strict=True))
            print(f"{label:14s}", "  ".join(cells))


def narrated_clips(data: Path, folder: Path) -> dict[Path, str]:
    """Each recording over the pictures of a silent clip: file -> words."""
    texts = json.loads((data / "speech.json").read_text(encoding="utf-8"))
    made = {}
    for (name, entry), clip in zip(sorted(texts.items()), SILENT, strict=False):
        samples = np.concatenate([block for _, block in read_sound(data / "speech" / name)])
        path = folder / "spoken" / f"{Path(name).stem}.mp4"
        write_narrated(path, data / "videos" / clip, samples)
        made[path] = entry["text"]
    return made


def write_narrated(path: Path, clip: Path, samples: Samples) -> None:
    """The pictures of a clip for as long as the recording lasts, with its sound."""
    pictures: list[Picture] = []
    with open_video(clip, "clip") as reader:
        for shot in reader.shots():
            if shot.pts_s > len(samples) / SAMPLE_RATE:
                break
            picture = shot.picture(240)
            pictures.append(picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2])
        write_video(path, pictures, float(reader.video.frame_rate), samples)


def halves(text: str) -> tuple[str, str]:
    """The first and the last half of a sentence."""
    words = text.split()
    return " ".join(words[: len(words) // 2]), " ".join(words[-(len(words) // 2) :])


def rank_of(library: vsearch.Library, name: str, text: str, weights: dict[str, float]) -> int:
    """The place of the first moment of the clip, or beyond the last."""
    moments = library.search(text, limit=50, weights=weights).moments
    names = [moment.video.path.name for moment in moments]
    return names.index(name) + 1 if name in names else len(names) + 1


if __name__ == "__main__":
    main()
