"""The vectors of a video for whoever wants to do something else with them."""

from __future__ import annotations

from dataclasses import dataclass

from vsearch.types import TimeSpan, VectorBatch


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VideoVectors:
    """Unit vectors of one block of a video, in order of time.

    Row i of the batch is of the keyframe frame_ids[i], which stands for spans[i].
    """

    batch: VectorBatch
    spans: tuple[TimeSpan, ...]
    frame_ids: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.batch)
