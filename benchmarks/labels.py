"""Tags: how often the best label is right, how honest its probability is, and when to abstain.

    python benchmarks/labels.py ../shared/data
    python benchmarks/labels.py ../shared/data --fit

Photos (coco/ and coco.json of the folder) are labelled by words in at least two of their captions;
feelings by sentences written for this (told_feelings.py). Every other item is for --fit, which
looks for the slope and the level of vsearch.tags.score; figures are of the rest. At last the
sentences become subtitled videos, which are indexed, tagged and judged as a library is.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from label_words import ACTIONS, SCENES, THINGS
from photo_rows import Photos, read_photos, read_sentences
from told_feelings import FEELINGS, NEUTRAL

import vsearch
from vsearch.evaluate import evaluate_labels
from vsearch.evaluate.confusion import Judged, by_chance, scored, unscored
from vsearch.tags.labels import Label, LabelSet, read_labels
from vsearch.tags.run import LEAST
from vsearch.tags.score import CALIBRATIONS, Calibration, Judge, label_vectors, probabilities
from vsearch.testing.fakes import COLOURS
from vsearch.testing.videos import write_colours
from vsearch.types import SPEECH, VISUAL

LEVELS = (0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7)
BINS, DRAWS, SENTENCE_S, EACH = 10, 1000, 3, 10


@dataclass(frozen=True)
class Task:
    """Items with the labels that are right (a column each), and what judges their vectors."""

    name: str
    names: list[str]
    vectors: np.ndarray
    right: np.ndarray
    judge: Judge

    def half(self, first: int) -> Task:
        """Every other item."""
        return replace(self, vectors=self.vectors[first::2], right=self.right[first::2])

    def probable(self, calibration: Calibration | None = None) -> np.ndarray:
        """What the labels have of the whole."""
        judge = replace(self.judge, calibration=calibration or self.judge.calibration)
        return probabilities(judge.logits(self.vectors))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--fit", action="store_true", help="also look for slope and level")
    options = parser.parse_args()
    photos = read_photos(options.data)
    seen = [of_photos(photos, labels, words) for labels, words in photo_sets()]
    told = of_sentences()
    if options.fit:
        fit("pictures (scenes and things)", [task.half(0) for task in (seen[0], seen[2])])
        fit("speech", [told.half(0)])
    for task in (*seen, told):
        report(task.half(1))
    same_kind(seen[0])
    with tempfile.TemporaryDirectory() as folder:
        as_library(Path(folder))


def photo_sets() -> Iterator[tuple[LabelSet, Mapping[str, Sequence[str]]]]:
    yield read_labels("scenes"), SCENES
    yield read_labels("actions"), ACTIONS
    labels = tuple(Label(name=name, phrases=(name,)) for name in THINGS)
    yield LabelSet(name="things", labels=labels, prompt="a photo of {}"), THINGS


def of_photos(photos: Photos, labels: LabelSet, words: Mapping[str, Sequence[str]]) -> Task:
    """The photos with the labels of a set that their captions name."""
    texts = labels.texts()
    flat = [text for phrases in texts for text in phrases]
    vectors = label_vectors(texts, photos.encoder.embed_texts(flat).matrix)
    judge = Judge.fit(vectors, photos.probes, photos.vectors, CALIBRATIONS[VISUAL])
    nowhere = np.zeros(len(photos.captions), bool)
    names = [label.name for label in labels.labels]
    columns = [photos.showing(words[name]) if name in words else nowhere for name in names]
    return Task(labels.name, names, photos.vectors, np.stack(columns, axis=1), judge)


def of_sentences() -> Task:
    """The sentences with the feelings that they show."""
    labels = read_labels("emotions")
    names = [label.name for label in labels.labels]
    said = [(text, name) for name, texts in FEELINGS.items() for text in texts]
    said += [(text, "") for text in NEUTRAL]
    vectors, encoder, probes = read_sentences([text for text, _ in said])
    texts = labels.texts()
    flat = [text for phrases in texts for text in phrases]
    of_labels = label_vectors(texts, encoder.embed_texts(flat).matrix)
    judge = Judge.fit(of_labels, probes, vectors, CALIBRATIONS[SPEECH])
    right = np.array([[name == label for label in names] for _, name in said])
    return Task(labels.name, names, vectors, right, judge)


def fit(name: str, tasks: Sequence[Task]) -> None:
    """The slope and level with the likeliest best labels: right ones probable, wrong ones not."""
    found = []
    for slope in np.arange(0.3, 5.0, 0.1):
        for none_at in np.arange(0.0, 6.0, 0.1):
            calibration = Calibration(slope=float(slope), none_at=float(none_at))
            found.append((sum(surprise(task, calibration) for task in tasks), slope, none_at))
    _, slope, none_at = min(found)
    print(f"{name}: slope {slope:.1f}, none at {none_at:.1f}; on the half that this is fitted to")
    calibration = Calibration(slope=float(slope), none_at=float(none_at))
    pairs = [best(task, calibration) for task in tasks]
    levels(np.concatenate([sure for sure, _ in pairs]), np.concatenate([good for _, good in pairs]))


def surprise(task: Task, calibration: Calibration) -> float:
    probable, good = best(task, calibration)
    sure = probable.clip(1e-6, 1 - 1e-6)
    return -float(np.where(good, np.log(sure), np.log(1 - sure)).sum())


def best(task: Task, calibration: Calibration | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The probability of each item's best label, and whether it is right."""
    probable = task.probable(calibration)
    return probable.max(axis=1), task.right[np.arange(len(probable)), probable.argmax(axis=1)]


def report(task: Task) -> None:
    """Everything about one half."""
    sure, good = best(task)
    labelled = task.right.any(axis=1)
    print(
        f"\n{task.name}: {len(sure)} items, {labelled.sum()} with a label, {len(task.names)} labels"
    )
    print(f"best label right, of items with a label: {good[labelled].mean():.2f}")
    print(f"expected calibration error: {calibration_error(sure, good):.3f}")
    levels(sure, good)
    several = [np.flatnonzero(row).tolist() for row in task.right]
    count = len(task.names)
    said = np.where(sure >= LEAST, task.probable().argmax(axis=1), count).tolist()
    judged = Judged.of(several, said, count)
    figures(f"at {LEAST}", scored(judged, DRAWS, 0)[0])
    usual = [int(task.right.sum(axis=0).argmax())] * len(said)
    figures("most frequent", scored(Judged.of(several, usual, count), 0, 0)[0])
    figures("chance", unscored(by_chance(several, count)))
    confused(judged.confusion(), task.names)


def levels(sure: np.ndarray, good: np.ndarray) -> None:
    """How many items are tagged, and how many of those rightly, from each level on."""
    for level in LEVELS:
        shown = sure >= level
        right = good[shown].mean() if shown.any() else 1.0
        print(
            f"  from {level:.2f} on: {shown.mean():.2f} of items tagged, {right:.2f} of them right"
        )


def calibration_error(sure: np.ndarray, good: np.ndarray) -> float:
    """The mean gap between how sure and how right, over ten ranges of probability."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        (bins == place).mean() * abs(sure[bins == place].mean() - good[bins == place].mean())
        for place in range(BINS)
        if (bins == place).any()
    ]
    return float(sum(gaps))


def figures(name: str, scores: Mapping) -> None:
    cells = []
    for measure in ("accuracy", "macro_f1", "micro_f1", "abstained"):
        score = scores[measure]
        interval = "" if score.low is None else f" ({score.low:.2f} to {score.high:.2f})"
        cells.append(f"{measure} {score.value:.2f}{interval}")
    print(f"  {name:14s} {', '.join(cells)}")


def confused(confusion: np.ndarray, names: Sequence[str]) -> None:
    """The confusion matrix: right (rows) against tagged, without labels that do not occur."""
    rows = np.flatnonzero(confusion.sum(axis=1) + confusion.sum(axis=0))
    titles = [*names, "none"]
    print("  right -> tagged as")
    for row in rows:
        cells = [f"{titles[c]} {confusion[row, c]:.3g}" for c in rows if confusion[row, c]]
        if cells:
            print(f"    {titles[row]} -> {', '.join(cells)}")


def same_kind(task: Task) -> None:
    """The photos of one label alone: what centring by a library's own mean would cost there."""
    own, centred, count = 0.0, 0.0, 0
    for label in range(len(task.names)):
        vectors = task.vectors[task.right[:, label]]
        if len(vectors) >= 4:
            right = task.right[task.right[:, label]]
            for name, shift in (("own", 0), ("centred", vectors.mean(axis=0))):
                found = task.judge.logits((vectors - shift).astype(np.float32)).argmax(axis=1)
                hits = right[np.arange(len(found)), found].sum()
                own, centred = (own + hits, centred) if name == "own" else (own, centred + hits)
            count += len(vectors)
    print(f"\n{task.name}, photos of one label by themselves: {own / count:.2f} right;", end=" ")
    print(f"centred by their own mean {centred / count:.2f}")


def as_library(folder: Path) -> None:
    """The sentences of the second half, as subtitles of videos that are indexed and tagged."""
    said = [(text, name) for name, texts in FEELINGS.items() for text in texts]
    said += [(text, "") for text in NEUTRAL]
    rows = ["video,start_s,end_s,label"]
    told = said[1::2]
    for start in range(0, len(told), EACH):
        rows += write_told(folder / "videos" / f"told-{start:03d}.mp4", told[start : start + EACH])
    (folder / "truth.csv").write_text("\n".join(rows), encoding="utf-8")
    library = vsearch.open_library(folder / "library")
    library.index(folder / "videos")
    library.tag("emotions")
    (section,) = evaluate_labels(library, folder / "truth.csv").sections
    print(f"\nemotions, through videos with subtitles: {section.items} items")
    for name, scores in section.rows.items():
        figures(name, scores)


def write_told(path: Path, lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A video of colours with a sentence for each, and the rows of the truth."""
    colours = [list(COLOURS)[place % len(COLOURS)] for place in range(len(lines))]
    write_colours(path, colours, seconds_each=SENTENCE_S)
    cues = []
    for place, (text, name) in enumerate(lines):
        start, end = place * SENTENCE_S, (place + 1) * SENTENCE_S
        cues.append(f"{place + 1}\n{clock(start)} --> {clock(end)}\n{text}\n")
        yield f"{path.name},{start},{end},{name}"
    path.with_suffix(".srt").write_text("\n".join(cues), encoding="utf-8")


def clock(seconds: int) -> str:
    return f"00:{seconds // 60:02d}:{seconds % 60:02d},000"


if __name__ == "__main__":
    main()
