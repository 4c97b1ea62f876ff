"""Tags the scenes of a library: its rows against the labels of a set, kept in one transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vsearch.errors import QueryError
from vsearch.joint import PROBES, JointSpace
from vsearch.storage import FrameContext, Positions, Rows, Store
from vsearch.tags.kept import KeptLabels, Making, TaggedScene, TagReport, made_with
from vsearch.tags.labels import LabelSet, as_known, read_labels, shipped_sets
from vsearch.tags.score import (
    CALIBRATIONS,
    Judge,
    Scores,
    chosen,
    label_vectors,
    probabilities,
)
from vsearch.types import Block, Matrix, Scene, Tag, Video

LEAST = 0.4
MOST = 3
SAMPLE_ROWS = 2000
ROWS_AT_ONCE = 8192

Progress = Callable[[int, int], None]


class TextEncoders(Protocol):
    """What turns phrases into vectors."""

    def texts(self, block: Block, texts: Sequence[str]) -> Matrix:
        """Texts as unit vectors of a block's space, one a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be tagged: all videos, or some, with how sure a tag must be and how many."""

    labels: LabelSet
    videos: tuple[Video, ...] = ()
    least: float | None = None
    most: int | None = None
    again: bool = False
    dry: bool = False

    def __post_init__(self) -> None:
        named = [label for label in self.labels.labels if label.phrases]
        if len(named) < max(2, len(self.labels.labels)):
            raise QueryError("a set has two labels or more, each with a phrase or more")
        if self.least is not None and not 0 < self.least <= 1:
            raise QueryError(f"a tag is kept from a probability above 0 up to 1, not {self.least}")
        if self.most is not None and self.most < 1:
            raise QueryError(f"a scene may have at least 1 tag, not {self.most}")


def tag_library(
    store: Store, encoders: TextEncoders, wish: Wish, progress: Progress = lambda done, total: None
) -> TagReport:
    """Put the labels of a set on the scenes that they fit; nothing is kept before all is done."""
    rows = store.rows()
    known = store.label_sets()
    kept = next((item for item in known if item.labels.name == wish.labels.name), None)
    making = _making(wish, made_with(rows.space.blocks, wish.labels), kept)
    same = kept is not None and (kept.labels, kept.making) == (wish.labels, making)
    if kept is not None and not same and wish.videos and not wish.dry:
        raise QueryError(
            f"the labels, models or limits of {wish.labels.name!r} are not those that the library "
            "was tagged with: tag all videos anew, without naming any, or try them with --dry-run "
            "(dry=True)"
        )
    every = {video.id: video for video in wish.videos or store.videos()}
    done = store.tagged(wish.labels.name) if same and not (wish.videos or wish.again) else set()
    wanted = {video_id: video for video_id, video in every.items() if video_id not in done}
    scenes = (
        tuple(_tagged(rows, encoders, (wish.labels, making), wanted, progress)) if wanted else ()
    )
    if not wish.dry and (wanted or not same):
        _keep(store, wish, making, wanted, scenes, replaces=not same)
    return TagReport(
        labels=wish.labels,
        making=making,
        videos=len(wanted),
        unchanged=len(every) - len(wanted),
        scenes=scenes,
        dry=wish.dry,
    )


def _making(wish: Wish, made_with: str, kept: KeptLabels | None) -> Making:
    """The limits that are wished for, else those of the same set as it is kept, else the usual."""
    made = Making(made_with=made_with, least=LEAST, most=MOST)
    if kept is not None and (kept.labels, kept.making.made_with) == (wish.labels, made_with):
        made = kept.making
    least = made.least if wish.least is None else wish.least
    return replace(made, least=least, most=made.most if wish.most is None else wish.most)


def labels_of(source: LabelSet | str | os.PathLike[str], kept: Sequence[KeptLabels]) -> LabelSet:
    """The set of a file, one that vsearch brings along, or one that a library knows by its name."""
    if isinstance(source, LabelSet):
        return source
    text = os.fspath(source)
    known = find_kept(kept, text)
    if known is not None and text not in shipped_sets() and not os.path.isfile(text):  # noqa: PTH113
        return known.labels
    return read_labels(text)


def known_set(kept: Sequence[KeptLabels], name: str) -> KeptLabels:
    """The set of this name; a library that does not have it is an error."""
    found = find_kept(kept, name)
    if found is None:
        known = ", ".join(item.labels.name for item in kept) or "none"
        raise QueryError(f"the library has no tags of a set {name!r}; there are: {known}")
    return found


def find_kept(sets: Sequence[KeptLabels], name: str) -> KeptLabels | None:
    """The set of this name, if the library has it; one that is written the same comes first."""
    alike = [item for item in sets if as_known(item.labels.name) == as_known(name)]
    return next((item for item in alike if item.labels.name == name), next(iter(alike), None))


def judges_of(rows: Rows, encoders: TextEncoders, labels: LabelSet) -> dict[str, Judge]:
    """What scores the rows of each block that a set looks at."""
    texts = labels.texts()
    flat = [text for phrases in texts for text in phrases]
    sample = rows.vectors(_spread(len(rows)))
    found = {}
    for block in rows.space.blocks:
        if block.name in labels.blocks:
            vectors = label_vectors(texts, encoders.texts(block, flat))
            probes = encoders.texts(block, PROBES)
            stored, present = unit_vectors(rows.space, block.name, sample)
            calibration = CALIBRATIONS[block.name]
            found[block.name] = Judge.fit(vectors, probes, stored[present], calibration)
    return found


def unit_vectors(space: JointSpace, name: str, joint: Matrix) -> tuple[Matrix, NDArray[np.bool_]]:
    """The vectors of a block as its encoder gave them, and which rows have any."""
    part = joint[:, space.slices()[name]]
    stats = space.stats[name]
    present: NDArray[np.bool_] = np.any(part, axis=1)
    stored: Matrix = part * np.float32(stats.scale) + stats.mean
    return stored, present


def _spread(count: int) -> Positions:
    return np.unique(np.linspace(0, max(0, count - 1), SAMPLE_ROWS).astype(np.int64))[:count]


def _tagged(
    rows: Rows,
    encoders: TextEncoders,
    how: tuple[LabelSet, Making],
    videos: Mapping[str, Video],
    progress: Progress,
) -> Iterator[TaggedScene]:
    labels, making = how
    judges = judges_of(rows, encoders, labels)
    positions = rows.of_videos(videos)
    gathered = _Gathered(len(labels.labels))
    for start in range(0, len(positions), ROWS_AT_ONCE):
        part = positions[start : start + ROWS_AT_ONCE]
        gathered.add(rows.contexts(part), part, _logits(rows, judges, part))
        progress(min(start + ROWS_AT_ONCE, len(positions)), len(positions))
    for scene, mean in gathered.means():
        tags = () if mean is None else tuple(_tags(labels, making, scene, mean))
        video = videos[scene.video_id]
        yield TaggedScene(video=video, scene=scene, tags=tags, judged=mean is not None)


def _logits(rows: Rows, judges: Mapping[str, Judge], positions: Positions) -> Scores:
    """The logits of each row by the block that speaks most for a label; NaN where none can."""
    joint = rows.vectors(positions)
    found = np.full((len(positions), 1), np.nan)
    for name, judge in judges.items():
        vectors, present = unit_vectors(rows.space, name, joint)
        logits = judge.logits(vectors)
        logits[~present] = np.nan
        found = np.fmax(found, logits)
    return found


class _Gathered:
    """The mean logits of each scene, from rows that come in any order."""

    def __init__(self, labels: int) -> None:
        self._labels = labels
        self._scenes: dict[int, Scene] = {}
        self._sums: dict[int, Scores] = {}
        self._rows: dict[int, int] = {}

    def add(
        self, contexts: Mapping[int, FrameContext], positions: Positions, logits: Scores
    ) -> None:
        for place, position in enumerate(positions.tolist()):
            if position not in contexts:
                continue  # its video was removed a moment ago
            scene = contexts[position].scene
            self._scenes.setdefault(scene.id, scene)
            if not np.isnan(logits[place, 0]):
                self._sums[scene.id] = self._sums.get(scene.id, 0.0) + logits[place]
                self._rows[scene.id] = self._rows.get(scene.id, 0) + 1

    def means(self) -> Iterator[tuple[Scene, Scores | None]]:
        """Each scene with its mean logits, if it has any, by video and time."""
        in_time = sorted(
            self._scenes.values(), key=lambda scene: (scene.video_id, scene.span.start_s)
        )
        for scene in in_time:
            total = self._sums.get(scene.id)
            yield scene, None if total is None else total / self._rows[scene.id]


def _tags(labels: LabelSet, making: Making, scene: Scene, mean: Scores) -> Iterator[Tag]:
    for place, score in chosen(probabilities(mean[None])[0], making.least, making.most):
        label = labels.labels[place].name
        yield Tag(scene_id=scene.id, label_set=labels.name, label=label, score=score)


def _keep(
    store: Store,
    wish: Wish,
    making: Making,
    videos: Mapping[str, Video],
    scenes: Sequence[TaggedScene],
    *,
    replaces: bool,
) -> None:
    tags: dict[str, list[Tag]] = {video_id: [] for video_id in videos}
    for item in scenes:
        tags[item.video.id].extend(item.tags)
    with store.writer() as writer:
        writer.keep_tags(wish.labels, making, tags, replaces=replaces)
