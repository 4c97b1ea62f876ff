"""Records of videos that never were, for tests of stores."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from vsearch.files import FileStamp
from vsearch.pipeline.scenes import make_scene, row_id
from vsearch.storage import BlockRows, Store, VideoRecord
from vsearch.types import Block, Frame, Matrix, SpeechSegment, TimeSpan, VectorSpace, Video

DIM = 12
BLOCKS = tuple(
    Block(name=name, component="x.v1", space=VectorSpace(name=name, dim=DIM, revision="1"))
    for name in ("visual", "speech")
)


def seeded_vectors(seed: int, rows: int) -> Matrix:
    """Unit vectors that depend on nothing but the seed."""
    found: Matrix = np.random.default_rng(seed).standard_normal((rows, DIM)).astype(np.float32)
    unit: Matrix = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def make_record(folder: Path, name: str, frames: int = 6, seed: int = 0) -> VideoRecord:
    """A record of one scene with a keyframe a second, words in its first two, and a small file."""
    path = folder / name
    path.write_text(f"{name} {seed}")
    video = Video(
        id=f"{name}-{seed}",
        path=path,
        duration_s=float(frames),
        frame_rate=Fraction(30000, 1001),
        width_px=64,
        height_px=48,
        has_audio=True,
    )
    scene = make_scene(video.id, 0, TimeSpan(start_s=0, end_s=frames))
    taken = [
        Frame(
            id=row_id(video.id, "frame", n),
            scene_id=scene.id,
            pts_s=n + 0.5,
            span=TimeSpan(start_s=n, end_s=n + 1),
        )
        for n in range(frames)
    ]
    said = SpeechSegment(
        video_id=video.id, span=TimeSpan(start_s=0, end_s=2), text="it's said", language="en"
    )
    seeded = sum(name.encode()) + seed
    return VideoRecord(
        blocks=BLOCKS,
        probes={"visual": seeded_vectors(1, 4), "speech": seeded_vectors(2, 4)},
        stamp=FileStamp.of(path),
        video=video,
        scenes=[scene],
        frames=taken,
        thumbnails=[b"jpeg"] * frames,
        speech=[said],
        speech_source="test",
        rows={
            "visual": BlockRows(positions=np.arange(frames), matrix=seeded_vectors(seeded, frames)),
            "speech": BlockRows(
                positions=np.arange(0, frames, 2), matrix=seeded_vectors(9, (frames + 1) // 2)
            ),
        },
    )


def fill(store: Store, *records: VideoRecord) -> None:
    """Commit records and publish."""
    with store.writer() as writer:
        for item in records:
            writer.commit(item)
        writer.publish()


def asking(seed: int) -> Callable[[Block], Matrix]:
    """A query: one seeded vector for each block."""
    return lambda block: seeded_vectors(seed + (block.name == "speech"), 1)


def ask(store: Store, seed: int = 5) -> tuple[list[int], list[float]]:
    """The ids and the scores that a seeded query finds."""
    rows = store.rows()
    vectors = {block.name: asking(seed)(block) for block in rows.space.blocks}
    found = rows.nearest(rows.space.query(vectors, {}), 20)
    contexts = rows.contexts(found.positions)
    ids = [contexts[position].frame.id for position in found.positions.tolist()]
    return ids, found.scores.round(4).tolist()
