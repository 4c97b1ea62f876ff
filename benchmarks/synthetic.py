"""Made-up libraries of any size whose vectors lie as those of real videos do.

Rows are not independent: a video has a topic, few topics are popular (a power law), a scene is near
its video, and neighbouring keyframes are nearly the same. The spectrum falls off as that of real
picture and sentence vectors, and so do the likenesses: in the starter's vectors of 29 real clips
two frames of a video have a cosine of .67, two of different videos .06. Half of all scenes are
silent. Questions are no copies of rows: they stand on the text side of a gap, most of each has
nothing to do with its target, and half of them are about what is seen only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.joint import PROBES
from vsearch.pipeline.scenes import row_id
from vsearch.types import SPEECH, VISUAL, Block, Matrix, VectorSpace
from vsearch_index import rows as tables
from vsearch_index.catalog import Catalog
from vsearch_index.store import LibraryStore

DIMS = {VISUAL: 512, SPEECH: 384}
BLOCKS = [
    Block(
        name=name,
        component="synthetic.v1",
        space=VectorSpace(name=f"synthetic-{name}", dim=dim, revision="1"),
    )
    for name, dim in DIMS.items()
]
TOPICS = 3000
FRAMES_PER_VIDEO = 25
VIDEOS_AT_ONCE = 1000
FRAME_S = 4.0
WORDS = [word for probe in PROBES for word in probe.split()]


@dataclass(frozen=True)
class World:
    """What all videos and questions of one seed share: axes, topics, and the gap to text."""

    axes: dict[str, Matrix]
    topics: dict[str, Matrix]
    means: dict[str, Matrix]
    gaps: dict[str, Matrix]

    @classmethod
    def make(cls, seed: int) -> World:
        """The world of a seed."""
        random = np.random.default_rng(seed)
        axes = {}
        for name, dim in DIMS.items():
            turned = np.linalg.qr(random.standard_normal((dim, dim)))[0]
            spectrum = (np.arange(dim) + 3.0) ** -0.55  # deviations: variances fall as 1 / i^1.1
            axes[name] = (turned * spectrum / np.linalg.norm(spectrum)).T.astype(np.float32)
        draw = {name: cls(axes, {}, {}, {}).noise(random, name, TOPICS) for name in DIMS}
        means = {name: 0.2 * unit(random.standard_normal((1, dim))) for name, dim in DIMS.items()}
        gaps = {name: 0.5 * unit(random.standard_normal((1, dim))) for name, dim in DIMS.items()}
        return cls(axes, draw, means, gaps)

    def noise(self, random: np.random.Generator, name: str, count: int) -> Matrix:
        """Vectors of length about 1 with the spectrum of the block."""
        drawn: Matrix = random.standard_normal((count, DIMS[name]), dtype=np.float32)
        return drawn @ self.axes[name]

    def rows(self, random: np.random.Generator, layout: Layout, name: str) -> Matrix:
        """A vector for each frame: mean, topic, video, scene, and a little of its own."""
        found = np.sqrt(0.25) * self.topics[name][layout.topic_of_video][layout.video_of_frame]
        videos, scenes = len(layout.topic_of_video), layout.scene_of_frame[-1] + 1
        found += np.sqrt(0.37) * self.noise(random, name, videos)[layout.video_of_frame]
        found += np.sqrt(0.27) * self.noise(random, name, scenes)[layout.scene_of_frame]
        if name == VISUAL:  # what is said is said to a whole scene
            found += np.sqrt(0.11) * self.noise(random, name, len(found))
        return unit(found + self.means[name])

    def questions(self, random: np.random.Generator, targets: dict[str, Matrix]) -> list[Question]:
        """Text vectors about the target rows; every other one is only about what is seen."""
        count = len(targets[VISUAL])
        aims = {VISUAL: np.full(count, 0.4), SPEECH: np.where(np.arange(count) % 2, 0.5, 0.0)}
        blocks = {
            name: unit(
                aims[name][:, None] * targets[name]
                + 0.75 * self.noise(random, name, count)
                + self.gaps[name]
            )
            for name in DIMS
        }
        return [{name: blocks[name][row : row + 1] for name in DIMS} for row in range(count)]


Question = dict[str, Matrix]
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Layout:
    """Which video, scene and topic the frames of some videos belong to."""

    topic_of_video: NDArray[np.int64]
    video_of_frame: NDArray[np.int64]
    scene_of_frame: NDArray[np.int64]
    spoken: NDArray[np.bool_]

    @classmethod
    def draw(cls, random: np.random.Generator, videos: int) -> Layout:
        """Videos of very different lengths, cut into scenes of one to six keyframes."""
        popularity = 1 / (np.arange(TOPICS) + 3.0)
        topics = random.choice(TOPICS, videos, p=popularity / popularity.sum())
        lengths = np.exp(random.normal(np.log(FRAMES_PER_VIDEO) - 0.32, 0.8, videos))
        video = np.repeat(np.arange(videos), np.maximum(1, lengths).astype(int))
        cut = (random.random(len(video)) < 0.35) | (np.diff(video, prepend=-1) > 0)
        scene = np.cumsum(cut) - 1
        return cls(topics, video, scene, (random.random(scene[-1] + 1) < 0.5)[scene])


def use_blocks_of(library: Path) -> None:
    """Make libraries with the models of a real one: `vsearch search` takes them for real."""
    BLOCKS[:] = LibraryStore(library).blocks()
    DIMS.update({block.name: block.space.dim for block in BLOCKS})


def unit(vectors: NDArray[np.floating]) -> Matrix:
    """The same vectors with length 1."""
    found: Matrix = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


def write_library(path: Path, count: int, seed: int) -> list[Question]:
    """Fill a catalog with about so many rows, as commits would, and draw questions about them."""
    random, world = np.random.default_rng(seed), World.make(seed)
    catalog = Catalog(path / "catalog.duckdb")
    catalog.create()
    asked: list[Question] = []
    written = 0
    with catalog.writing() as connection:
        picks = random.integers(count, size=len(PROBES))
        probes = world.questions(random, {n: world.noise(random, n, len(picks)) for n in DIMS})
        stacked = {name: np.vstack([probe[name] for probe in probes]) for name in DIMS}
        tables.keep_blocks(connection, BLOCKS, stacked)
        for first in range(0, 10 * count, VIDEOS_AT_ONCE):
            layout = Layout.draw(random, VIDEOS_AT_ONCE)
            vectors = {name: world.rows(random, layout, name) for name in DIMS}
            keep = min(len(layout.video_of_frame), count - written)
            write_videos(connection, first, layout, vectors, keep)
            picked = random.integers(keep, size=1 + 400 * keep // count)
            asked += world.questions(random, {name: vectors[name][picked] for name in DIMS})
            written += keep
            if written >= count:
                return [asked[at] for at in random.permutation(len(asked))]
    raise AssertionError("too few videos")


def write_videos(
    connection: tables.Connection,
    first: int,
    layout: Layout,
    vectors: dict[str, Matrix],
    keep: int,
) -> None:
    """Insert videos whole, table by table."""
    video, scene = layout.video_of_frame[:keep], layout.scene_of_frame[:keep]
    names = [
        hashlib.blake2b(f"{first + n}".encode()).hexdigest()[:32] for n in range(video[-1] + 1)
    ]
    ids = np.array(names, dtype=object)
    place = np.arange(keep) - np.searchsorted(video, video)
    cuts = np.flatnonzero(np.diff(scene, prepend=-1))
    scenes = {
        "id": _row_ids("scene", ids[video[cuts]], place[cuts]),
        "video_id": ids[video[cuts]],
        "position": place[cuts],
        "start_s": place[cuts] * FRAME_S,
        "end_s": (place[np.append(cuts[1:], keep) - 1] + 1) * FRAME_S,
    }
    frames = {
        "id": _row_ids("frame", ids[video], place),
        "scene_id": scenes["id"][scene],
        "video_id": ids[video],
        "position": place,
        "pts_s": place * FRAME_S + 1,
        "start_s": place * FRAME_S,
        "end_s": (place + 1) * FRAME_S,
    }
    bulk_insert(connection, "videos", _videos(ids, np.bincount(video) * FRAME_S))
    bulk_insert(connection, "files", _files(ids, first))
    bulk_insert(connection, "scenes", scenes)
    bulk_insert(connection, "frames", frames)
    said = layout.spoken[:keep][cuts]
    speech = {name: values[said] for name, values in scenes.items() if name != "id"}
    bulk_insert(connection, "speech", speech | _sentences(first, int(said.sum())))
    for name, having in ((VISUAL, np.arange(keep)), (SPEECH, np.flatnonzero(layout.spoken[:keep]))):
        stored = [vector.tobytes() for vector in vectors[name][having].astype("<f2")]
        columns = {"frame_id": frames["id"][having], "video_id": ids[video[having]]}
        columns |= {"block": _same(name, len(having)), "vector": np.array(stored, dtype=object)}
        bulk_insert(connection, "vectors", columns)


def bulk_insert(connection: tables.Connection, table: str, columns: Columns) -> None:
    """Insert arrays; ten times as fast as lists that are parameters."""
    names = ", ".join(columns)
    connection.register("columns", columns)
    connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM columns")
    connection.unregister("columns")


def _row_ids(kind: str, names: NDArray[np.object_], places: NDArray[np.int64]) -> NDArray[np.int64]:
    pairs = zip(names, places.tolist(), strict=True)
    return np.array([row_id(name, kind, place) for name, place in pairs], dtype=np.int64)


def _videos(ids: NDArray[np.object_], durations: NDArray[np.floating]) -> Columns:
    fixed = {"rate_num": 25, "rate_den": 1, "width_px": 1280, "height_px": 720, "has_audio": True}
    columns = {name: np.full(len(ids), value) for name, value in fixed.items()}
    columns |= {"speech_source": _same("synthetic", len(ids)), "indexed_at": _now(len(ids))}
    return {"id": ids, "duration_s": durations, **columns}


def _files(ids: NDArray[np.object_], first: int) -> Columns:
    paths = [f"/videos/{(first + n) // 100}/{name}.mp4" for n, name in enumerate(ids)]
    ones = np.ones(len(ids), dtype=np.int64)
    columns = {"path": np.array(paths, dtype=object), "video_id": ids}
    return columns | {"size_bytes": ones, "mtime_ns": ones, "seen_at": _now(len(ids))}


def _sentences(seed: int, count: int) -> Columns:
    picked = np.random.default_rng(seed).integers(len(WORDS), size=(count, 12))
    said = [" ".join(WORDS[n] for n in row) for row in picked]
    return {"text": np.array(said, dtype=object), "language": _same("en", count)}


def _same(text: str, count: int) -> NDArray[np.object_]:
    return np.array([text] * count, dtype=object)


def _now(count: int) -> NDArray[np.datetime64]:
    return np.full(count, np.datetime64(datetime.now(UTC).replace(tzinfo=None), "us"))
