"""What the stages of a run need, and what a finished video is committed as."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vsearch.pipeline.events import Job
from vsearch.pipeline.scenes import make_scene, row_id
from vsearch.pipeline.sound import no_sound
from vsearch.pipeline.stages import StageClock
from vsearch.pipeline.vectors import text_rows
from vsearch.protocols import (
    Embedder,
    SceneSplitter,
    ScreenReader,
    SoundListener,
    TextEncoder,
    Transcriber,
)
from vsearch.storage import BlockRows, VideoRecord
from vsearch.types import SCREEN, SPEECH, VISUAL, Block, Frame, Matrix, Scene, SceneSound


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The components of a run; models are made when the first video needs them."""

    splitter: SceneSplitter
    embedder: Callable[[], Embedder]
    encoder: Callable[[], TextEncoder]
    transcriber: Callable[[], Transcriber]
    reader: Callable[[], ScreenReader]
    listener: Callable[[], SoundListener | None]
    blocks: Callable[[], tuple[Block, ...]]
    probes: Callable[[], Mapping[str, Matrix]]


def record_of(job: Job, stages: Stages, clock: StageClock) -> VideoRecord:
    """All of a finished job, its words embedded, ready to be committed."""
    assert job.speech is not None
    assert job.screen is not None
    scenes = [make_scene(job.video.id, item.scene, item.span) for item in job.scenes]
    frames = _frames(job, scenes)
    positions = np.arange(len(frames), dtype=np.int64)
    rows = {VISUAL: BlockRows(positions=positions, matrix=job.visual())}
    with clock.busy("embed words"):
        for name, texts in ((SPEECH, job.speech.segments), (SCREEN, job.screen.shown)):
            if texts and (found := text_rows(frames, texts, stages.encoder())):
                rows[name] = found
    return VideoRecord(
        blocks=stages.blocks(),
        probes=stages.probes(),
        stamp=job.stamp,
        video=job.video,
        scenes=scenes,
        frames=frames,
        thumbnails=job.thumbnails,
        speech=job.speech.segments,
        speech_source=job.speech.source,
        rows=rows,
        shown=job.screen.shown,
        sounds=_sounds(job, scenes, stages),
    )


def _sounds(job: Job, scenes: Sequence[Scene], stages: Stages) -> tuple[SceneSound, ...]:
    """How the scenes sound; nothing is said of sound that nobody listened to."""
    if not job.video.has_audio:
        return no_sound(scenes) if stages.listener() is not None else ()
    track = job.speech.sound if job.speech else None
    return track.of_scenes(scenes) if track else ()


def _frames(job: Job, scenes: Sequence[Scene]) -> list[Frame]:
    return [
        Frame(
            id=row_id(job.video.id, "frame", position),
            scene_id=scenes[keyframe.scene].id,
            pts_s=keyframe.pts_s,
            span=keyframe.span,
        )
        for position, keyframe in enumerate(job.keyframes)
    ]
