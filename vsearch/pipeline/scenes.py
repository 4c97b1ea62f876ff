"""Video -> Scene: the ids of scenes and keyframes, the same wherever a video is indexed."""

from __future__ import annotations

from hashlib import blake2b

from vsearch.types import Scene, TimeSpan


def row_id(video_id: str, kind: str, position: int) -> int:
    """A positive 63-bit id for the n-th scene or frame of a video."""
    digest = blake2b(f"{video_id}/{kind}/{position}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def make_scene(video_id: str, position: int, span: TimeSpan) -> Scene:
    """The scene at this position of a video."""
    return Scene(id=row_id(video_id, "scene", position), video_id=video_id, span=span)
