"""Compares the tags of a library with labels that are known to be right."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vsearch.errors import QueryError
from vsearch.evaluate.confusion import Judged, by_chance, scored, unscored
from vsearch.evaluate.intervals import Score
from vsearch.evaluate.label_truth import Labelled, LabelTruth, read_label_truth
from vsearch.evaluate.metrics import Figures
from vsearch.evaluate.places import Names
from vsearch.tags.kept import KeptLabels
from vsearch.tags.labels import as_known
from vsearch.types import TimeSpan, Video, VideoDetails

if TYPE_CHECKING:
    from vsearch.library import Library

TAGS, FREQUENT, CHANCE = "tags", "most frequent", "chance"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """One label: how often it is right, how often it was said, and its figures."""

    label: str
    right: float
    said: float
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelSection:
    """The items of one label set; the confusion has a last row and column for none."""

    label_set: str
    items: int
    rows: Mapping[str, Mapping[str, Score]]
    labels: tuple[LabelFigures, ...]
    names: tuple[str, ...]
    confusion: Figures

    def used(self) -> list[int]:
        """The numbers of the labels that are right or were said anywhere."""
        return [place for place, item in enumerate(self.labels) if item.right or item.said]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReport:
    """What the tags of a library are worth."""

    library: Path
    truth: Path
    sections: tuple[LabelSection, ...]
    absent: tuple[str, ...]
    notices: tuple[str, ...]
    bootstrap: int
    seed: int
    took_s: float


def evaluate_labels(
    library: Library,
    truth: LabelTruth | str | os.PathLike[str],
    *,
    bootstrap: int = 1000,
    seed: int = 0,
) -> LabelReport:
    """Compare the tags that a library has with the labels that a truth says are right."""
    started = time.perf_counter()
    read = truth if isinstance(truth, LabelTruth) else read_label_truth(truth)
    if read is None:
        raise QueryError(f"{truth} holds no labels; docs/evaluate.md shows what it may hold")
    names = Names(library, Path(os.path.abspath(read.path)).parent)  # noqa: PTH100 - keeps links
    videos = {item.video: names.find(item.video) for item in read.items}
    absent = tuple(sorted(name for name, video in videos.items() if video is None))
    there = [item for item in read.items if videos[item.video] is not None]
    if not there:
        raise QueryError(
            f"none of the videos that {read.path} names, such as {read.items[0].video!r}, is in "
            f"{library.path}; `vsearch list` shows what is"
        )
    sets = library.tags()
    details = {video.id: library.show(video.id) for video in videos.values() if video}
    notices: list[str] = []
    sections = []
    for kept, items in _by_set(read, there, sets).items():
        chosen = next(item for item in sets if item.labels.name == kept)
        if chosen.untagged:
            notices.append(
                f"{kept}: {chosen.untagged} videos of the library have no tags of it yet, and "
                f"count as abstained: `vsearch tag --labels {kept}`"
            )
        pairs = [(item, details[_id(videos[item.video])]) for item in items]
        sections.append(_section(read, chosen, pairs, bootstrap, seed))
    return LabelReport(
        library=library.path,
        truth=read.path,
        sections=tuple(sections),
        absent=absent,
        notices=tuple(notices),
        bootstrap=bootstrap,
        seed=seed,
        took_s=time.perf_counter() - started,
    )


def _id(video: Video | None) -> str:
    assert video is not None
    return video.id


def _by_set(
    truth: LabelTruth, items: Sequence[Labelled], sets: Sequence[KeptLabels]
) -> dict[str, list[Labelled]]:
    """The items of each label set; those that name none are of the only set with their labels."""
    found: dict[str, list[Labelled]] = {}
    usual = {as_known(label) for item in items if not item.label_set for label in item.labels}
    fitting = [item for item in sets if usual <= _known(item)]
    for item in items:
        named = [kept for kept in sets if as_known(kept.labels.name) == as_known(item.label_set)]
        chosen = named if item.label_set else fitting
        if len(chosen) != 1:
            raise _no_set(truth, item, sets, several=bool(chosen), labels=usual)
        if unknown := [label for label in item.labels if as_known(label) not in _known(chosen[0])]:
            raise QueryError(
                f"{truth.path}, line {item.line}: {unknown[0]!r} is no label of "
                f"{chosen[0].labels.name}"
            )
        found.setdefault(chosen[0].labels.name, []).append(item)
    return found


def _known(kept: KeptLabels) -> set[str]:
    return {as_known(label.name) for label in kept.labels.labels}


def _no_set(
    truth: LabelTruth,
    item: Labelled,
    sets: Sequence[KeptLabels],
    *,
    several: bool,
    labels: set[str],
) -> QueryError:
    place = f"{truth.path}, line {item.line}"
    known = ", ".join(kept.labels.name for kept in sets)
    if not sets:
        return QueryError("the library has no tags to be judged: `vsearch tag --labels FILE` first")
    if item.label_set:
        reason = f"the library has no tags of a set {item.label_set!r}"
        return QueryError(f"{place}: {reason}; there are: {known}")
    if several:
        return QueryError(f"{place}: several sets have these labels: add a column label_set")
    best = max(sets, key=lambda kept: len(labels & _known(kept)))
    missing = ", ".join(sorted(labels - _known(best))[:3])
    return QueryError(
        f"{truth.path}: no label set of the library ({known}) has all of its labels; "
        f"{best.labels.name} lacks {missing}"
    )


def _section(
    truth: LabelTruth,
    kept: KeptLabels,
    pairs: Sequence[tuple[Labelled, VideoDetails]],
    bootstrap: int,
    seed: int,
) -> LabelSection:
    names = tuple(label.name for label in kept.labels.labels)
    numbers = {as_known(name): number for number, name in enumerate(names)}
    none = len(names)
    right = [[numbers[as_known(label)] for label in item.labels] for item, _ in pairs]
    said = []
    for item, video in pairs:
        best = said_of(item, video, kept.labels.name)
        said.append(none if best is None else numbers[as_known(best)])
    judged = Judged.of(right, said, none)
    whole, each = scored(judged, bootstrap, seed)
    frequent = Counter(number for several in right for number in several).most_common(1)
    always = [frequent[0][0] if frequent else none] * len(right)
    usual, _ = scored(Judged.of(right, always, none), bootstrap, seed)
    confusion = judged.confusion()
    rows = {TAGS: whole, FREQUENT: usual, CHANCE: unscored(by_chance(right, none))}
    return LabelSection(
        label_set=kept.labels.name,
        items=len(pairs),
        rows=rows,
        labels=tuple(
            LabelFigures(
                label=name,
                right=float(confusion[place].sum()),
                said=float(confusion[:, place].sum()),
                scores=each[place],
            )
            for place, name in enumerate(names)
        ),
        names=names,
        confusion=confusion,
    )


def said_of(item: Labelled, video: VideoDetails, label_set: str) -> str | None:
    """The label that the scenes of an item have most of, by probability and time; None if none."""
    total: dict[str, float] = {}
    spans = item.spans or (TimeSpan(start_s=0.0, end_s=max(video.video.duration_s, 1e-3)),)
    shared = {scene.id: _shared(scene.span, spans) for scene in video.scenes}
    for tag in video.tags:
        if tag.label_set == label_set and shared.get(tag.scene_id, 0.0) > 0:
            total[tag.label] = total.get(tag.label, 0.0) + tag.score * shared[tag.scene_id]
    return max(total, key=lambda label: total[label]) if total else None


def _shared(scene: TimeSpan, spans: Sequence[TimeSpan]) -> float:
    """How many seconds of a scene lie in spans."""
    return sum(
        max(0.0, min(scene.end_s, span.end_s) - max(scene.start_s, span.start_s)) for span in spans
    )
