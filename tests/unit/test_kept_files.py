"""Pictures and videos are handed out by id, and only while they are what was indexed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vsearch.errors import QueryError
from vsearch.library import Library
from vsearch.testing.videos import write_colours


@pytest.fixture
def library(tmp_path: Path, fake_library: Library) -> Library:
    write_colours(tmp_path / "videos" / "one.mp4", ["red", "green"])
    fake_library.index(tmp_path / "videos")
    return fake_library


def test_a_picture_is_read_by_its_keyframe(library: Library) -> None:
    (video,) = library.videos()
    frame = library.show(video.id).frames[0]
    assert library.picture(video.id, frame.id) == library.thumbnail(video.id, frame.id).read_bytes()


@pytest.mark.parametrize(
    "video_id", ["", "..", "../..", "/etc", "a/../../..", "\0", "%2e%2e", "..\\..", "x" * 5000]
)
def test_nothing_else_is_read(library: Library, video_id: str) -> None:
    with pytest.raises(QueryError, match="there is no (picture|keyframe)"):
        library.picture(video_id, 1)


def test_a_link_out_of_the_library_is_not_followed(library: Library, tmp_path: Path) -> None:
    (video,) = library.videos()
    frame = library.show(video.id).frames[0]
    kept = library.thumbnail(video.id, frame.id)
    outside = tmp_path / "private.jpg"
    outside.write_bytes(kept.read_bytes())
    kept.unlink()
    kept.symlink_to(outside)
    with pytest.raises(QueryError, match="no picture"):
        library.picture(video.id, frame.id)


def test_a_file_that_has_changed_is_not_the_video(library: Library, tmp_path: Path) -> None:
    (video,) = library.videos()
    assert library.file(video) == video.path
    secret = tmp_path / "secret"
    secret.write_text("secret")
    video.path.unlink()
    video.path.symlink_to(secret)
    with pytest.raises(QueryError, match="has changed"):
        library.file(video)


def test_another_file_of_the_same_video_will_do(library: Library, tmp_path: Path) -> None:
    (video,) = library.videos()
    copy = tmp_path / "videos" / "two.mp4"
    copy.write_bytes(video.path.read_bytes())
    library.index(tmp_path / "videos")
    os.utime(video.path, (1, 1))
    assert library.file(video) == copy
