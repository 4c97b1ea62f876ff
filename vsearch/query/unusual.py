"""Scenes far from all others of their video, or of a library, each with what makes it so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from vsearch.query.distances import Places, Values, squared, unlikeness
from vsearch.query.distinct import SAME
from vsearch.storage import FrameContext, Positions, Rows
from vsearch.types import (
    SCREEN,
    SPEECH,
    VISUAL,
    Frame,
    Matrix,
    Place,
    Scene,
    TimeSpan,
    Video,
    words_in,
)
from vsearch.words import terms_of

FEWEST = 8
"""Among fewer scenes none is unusual: there is no telling what would be usual."""

LEAST = 3.0
"""Robust standard deviations from which on a scene stands out."""

CANDIDATES = 100
SHOWN_NEAREST = 2
SHOWN_WORDS = 5
SHORT = 3
RARE = 0.02
"""A word is rare that so few of the rows hold."""

ROWS_AT_ONCE = 8192
SENSES = {
    VISUAL: "looks unlike anything else",
    SPEECH: "talks about something else",
    SCREEN: "has other text on the screen",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How far one block of a scene lies from all others, and which scenes come nearest in it."""

    block: str
    score: float
    text: str
    nearest: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualScene:
    """A scene that stands out; words are those said in it that are rare elsewhere."""

    rank: int
    video: Video
    scene: Scene
    frame: Frame
    score: float
    reasons: tuple[Reason, ...]
    said: str
    words: tuple[str, ...]
    copies: tuple[Place, ...]
    thumbnail: Path

    @property
    def span(self) -> TimeSpan:
        """When it is to be seen."""
        return self.scene.span


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualResult:
    """The scenes that stand out, the most unusual first, among how many, and how many are empty."""

    scenes: tuple[UnusualScene, ...]
    compared: int
    empty: int

    @property
    def too_few(self) -> bool:
        """Whether there is no telling what would be usual."""
        return self.compared < FEWEST


def find_unusual(
    rows: Rows, video: Video | None, limit: int, is_empty: Callable[[Path], bool]
) -> UnusualResult:
    """The scenes that lie farthest from all others, of one video or of a library."""
    every = np.arange(len(rows))
    among = every if video is None else rows.of_videos([video.id])
    gathered = _gather(rows, among)
    if len(gathered.contexts) < FEWEST:
        return UnusualResult(scenes=(), compared=len(gathered.contexts), empty=0)
    return _Finder(rows, gathered, limit, is_empty).find()


@dataclass(eq=False)
class _Scenes:
    """Scenes with their mean vectors in each block; those that have none in it are no rows of it.

    The places of a block say which scene each of its rows is.
    """

    contexts: list[FrameContext]
    among: Positions
    places: Mapping[str, Places]
    vectors: Mapping[str, Matrix]


def _gather(rows: Rows, among: Positions) -> _Scenes:
    numbers: dict[int, int] = {}
    contexts: list[FrameContext] = []
    kept: list[Matrix] = []
    of_row: list[int] = []
    sums: dict[str, Matrix] = {}
    for start in range(0, len(among), ROWS_AT_ONCE):
        part = among[start : start + ROWS_AT_ONCE]
        found = rows.contexts(part)
        there = np.array([position for position in part.tolist() if position in found], np.int64)
        if not len(there):
            continue
        for position in there.tolist():
            context = found[position]
            if context.scene.id not in numbers:
                numbers[context.scene.id] = len(contexts)
                contexts.append(context)
            of_row.append(numbers[context.scene.id])
        kept.append(rows.vectors(there))
    joint = np.concatenate(kept) if kept else np.zeros((0, rows.space.dim), np.float32)
    owners = np.array(of_row, np.int64)
    places: dict[str, Places] = {}
    for name, columns in rows.space.slices().items():
        places[name], sums[name] = _means(joint[:, columns], owners)
    return _Scenes(contexts, among, places, sums)


def _means(vectors: Matrix, owners: Places) -> tuple[Places, Matrix]:
    """The scenes that have anything in a block, and the means of their vectors in it."""
    present = np.flatnonzero(np.any(vectors, axis=1))
    order = present[np.argsort(owners[present], kind="stable")]
    places, starts = np.unique(owners[order], return_index=True)
    if not len(places):
        return places, np.zeros((0, vectors.shape[1]), np.float32)
    sizes = np.diff(np.append(starts, len(order)))
    sums = np.add.reduceat(vectors[order], starts, axis=0)
    means: Matrix = (sums / sizes[:, None]).astype(np.float32)
    return places, means


@dataclass
class _Finder:
    rows: Rows
    scenes: _Scenes
    limit: int
    is_empty: Callable[[Path], bool]
    parts: dict[str, Values] = field(default_factory=dict)

    def find(self) -> UnusualResult:
        """The scenes that stand out, without empty ones, copies folded."""
        for name, vectors in self.scenes.vectors.items():
            self.parts[name] = np.zeros(len(self.scenes.contexts), np.float32)
            if len(vectors) >= FEWEST:
                wanted = CANDIDATES + 4 * self.limit
                self.parts[name][self.scenes.places[name]] = unlikeness(vectors, wanted)
        total = fused(list(self.parts.values()))
        order = np.argsort(-total, kind="stable")
        chosen: list[int] = []
        copies: dict[int, list[int]] = {}
        empty = 0
        for place in order.tolist():
            if total[place] < LEAST or len(chosen) == self.limit:
                break
            if self.is_empty(self._thumbnail(place)):
                empty += 1
            elif (first := self._alike(place, chosen)) is not None:
                copies.setdefault(first, []).append(place)
            else:
                chosen.append(place)
        found = tuple(self._shown(chosen, copies, total))
        return UnusualResult(scenes=found, compared=len(self.scenes.contexts), empty=empty)

    def _thumbnail(self, place: int) -> Path:
        context = self.scenes.contexts[place]
        return self.rows.thumbnail(context.scene.video_id, context.frame.id)

    def _alike(self, place: int, chosen: Sequence[int]) -> int | None:
        """The scene among those chosen that looks and sounds the same."""
        own = self._joint(place)
        for other in chosen:
            theirs = self._joint(other)
            length = float(np.linalg.norm(own) * np.linalg.norm(theirs))
            if float(own @ theirs) >= SAME * max(length, 1e-9):
                return other
        return None

    def _joint(self, place: int) -> Matrix:
        parts = []
        for name, places in self.scenes.places.items():
            vectors = self.scenes.vectors[name]
            at = int(np.searchsorted(places, place))
            there = at < len(places) and places[at] == place
            parts.append(vectors[at] if there else np.zeros(vectors.shape[1], np.float32))
        joint: Matrix = np.concatenate(parts)
        return joint

    def _shown(
        self, chosen: Sequence[int], copies: Mapping[int, list[int]], total: Values
    ) -> Iterator[UnusualScene]:
        near = {place: self._reasons(place) for place in chosen}
        shown = [*chosen, *(other for several in copies.values() for other in several)]
        shown += [other for reasons in near.values() for _, others in reasons for other in others]
        ids = {self.scenes.contexts[place].scene.video_id for place in shown}
        videos = self.rows.videos(ids)
        for rank, place in enumerate(chosen, start=1):
            context = self.scenes.contexts[place]
            if context.scene.video_id not in videos:
                continue  # removed a moment ago
            said = self._said(context)
            yield UnusualScene(
                rank=rank,
                video=videos[context.scene.video_id],
                scene=context.scene,
                frame=context.frame,
                score=float(total[place]),
                reasons=tuple(
                    replace(reason, nearest=self._places(others, videos))
                    for reason, others in near[place]
                ),
                said=said,
                words=self._rare(said),
                copies=self._places(copies.get(place, []), videos),
                thumbnail=self._thumbnail(place),
            )

    def _places(self, places: Sequence[int], videos: Mapping[str, Video]) -> tuple[Place, ...]:
        scenes = [self.scenes.contexts[place].scene for place in places]
        return tuple(
            Place(video=videos[scene.video_id], span=scene.span)
            for scene in scenes
            if scene.video_id in videos
        )

    def _reasons(self, place: int) -> list[tuple[Reason, list[int]]]:
        """The blocks in which a scene stands out, the strongest first, with the nearest scenes."""
        found: list[tuple[Reason, list[int]]] = []
        for name in sorted(self.parts, key=lambda name: -float(self.parts[name][place])):
            score = float(self.parts[name][place])
            if score >= LEAST or not found:
                text = SENSES.get(name, f"its {name} is unlike anything else")
                reason = Reason(block=name, score=score, text=text, nearest=())
                found.append((reason, self._nearest(name, place)))
        return found

    def _nearest(self, name: str, place: int) -> list[int]:
        places, vectors = self.scenes.places[name], self.scenes.vectors[name]
        at = int(np.searchsorted(places, place))
        distances = squared(vectors[at : at + 1], vectors)[0]
        order = np.argsort(distances, kind="stable")
        return [int(places[other]) for other in order if other != at][:SHOWN_NEAREST]

    def _said(self, context: FrameContext) -> str:
        video_id = context.scene.video_id
        return words_in(self.rows.speech([video_id]).get(video_id, []), context.scene.span)

    def _rare(self, said: str) -> tuple[str, ...]:
        """The words that hardly any other row holds, the rarest first."""
        most = max(1, round(RARE * len(self.scenes.among)))
        counts: dict[str, int] = {}
        for term in dict.fromkeys(terms_of(said)):
            if len(term) > SHORT:
                holding = self.rows.holding(term, ("said",))
                counts[term] = int(np.isin(holding, self.scenes.among).sum())
        rare = [term for term, count in counts.items() if 0 < count <= most]
        return tuple(sorted(rare, key=lambda term: counts[term])[:SHOWN_WORDS])


def fused(parts: Sequence[Values]) -> Values:
    """One score of what each block says: far in one of them is enough."""
    positive = [np.maximum(part, 0) for part in parts]
    found: Values = np.sqrt(np.sum(np.square(positive), axis=0)).astype(np.float32)
    return found
