"""Kept keyframes -> vectors of another model: changes a library's embedder without decoding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vsearch.errors import StoreError
from vsearch.pipeline.events import Progress
from vsearch.protocols import Embedder
from vsearch.storage import Store, Writer
from vsearch.types import Block, Matrix, Picture, Video


def reembed_pictures(
    store: Store,
    embedder: Embedder,
    block: Block,
    probes: Matrix,
    batch: int,
    progress: Callable[[Progress], None],
) -> None:
    """Embed every kept keyframe again and switch the library to the new vectors at the end."""
    with store.writer() as writer:
        videos = store.videos()
        ready = writer.staged(block)
        for done, video in enumerate(videos):
            progress(Progress(done=done, total=len(videos), path=video.path))
            if video.id not in ready:
                _stage(store, writer, embedder, block, video, batch)
            progress(Progress(done=done + 1, total=len(videos), path=video.path, fraction=1.0))
        writer.switch(block, probes)
        writer.publish()


def _stage(
    store: Store, writer: Writer, embedder: Embedder, block: Block, video: Video, batch: int
) -> None:
    ids = [frame.id for frame in store.details(video.id).frames]
    vectors: dict[int, Matrix] = {}
    for start in range(0, len(ids), batch):
        part = ids[start : start + batch]
        pictures = [_picture(store, video, frame_id) for frame_id in part]
        vectors.update(zip(part, embedder.embed_pictures(pictures).matrix, strict=True))
    writer.stage(block, video.id, vectors)


def _picture(store: Store, video: Video, frame_id: int) -> Picture:
    from PIL import Image

    path = store.thumbnail(video.id, frame_id)
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except OSError as error:
        raise StoreError(
            f"the keyframe {path} of {video.path} cannot be read: {error}; nothing was changed. "
            f"`vsearch remove {video.id[:8]}` and index the video again, then switch"
        ) from error
