"""No file but pictures and videos of the library leaves the server, whatever is asked for.

Requests go over a real socket as they stand here: clients would put their paths in order first.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.serving import Reply, Running, fill_with_colours, running
from vsearch.library import Library
from vsearch.testing.videos import write_colours

SECRET = b"TOP-SECRET-CONTENT"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place")
    (folder / "secret.txt").write_bytes(SECRET)
    (folder / "secret.jpg").write_bytes(b"\xff\xd8\xff" + SECRET)
    return folder


@pytest.fixture(scope="module")
def server(shared_library: Library, place: Path) -> Iterator[Running]:
    fill_with_colours(shared_library, place / "videos")
    other = Library(place / "other", shared_library.config, print)
    other.index(write_colours(place / "other videos" / "private.mp4", ["orange"], seconds_each=0.5))
    with running(shared_library) as made:
        yield made


@pytest.fixture(scope="module")
def video_id(shared_library: Library, server: Running) -> str:
    return shared_library.videos()[0].id


WAYS = [
    "..",
    "../..",
    "../../../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "..%252f..%252f..%252fetc%252fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "%2e%2e%2f%2e%2e%2fsecret.txt",
    "%252e%252e%252fsecret.txt",
    "....//....//....//etc/passwd",
    "....%2f%2f....%2f%2fsecret.txt",
    "..;/..;/secret.txt",
    "..%5c..%5csecret.txt",
    "..\\..\\secret.txt",
    "%c0%ae%c0%ae%c0%afsecret.txt",
    "%c0%af..%c0%afetc%c0%afpasswd",
    "%e0%80%ae%e0%80%ae/secret.txt",
    "%uff0e%uff0e/secret.txt",
    "%ef%bc%8e%ef%bc%8e%ef%bc%8fsecret.txt",
    "%e2%80%a4%e2%80%a4/secret.txt",
    "%e2%80%a5%2fsecret.txt",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "%2f%2fetc%2fpasswd",
    "///etc/passwd",
    "file:///etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "\\\\host\\share",
    "%5c%5chost%5cshare%5ca.mp4",
    "C:%5cWindows%5cwin.ini",
    "~root/.bashrc",
    "%7eroot%2f.bashrc",
    "%00",
    "..%00/secret.txt",
    "secret.txt%00.jpg",
    "secret.txt%00",
    "..%0d%0asecret.txt",
    "..%09",
    "....",
    ".",
    "%2e",
    "%2e%2e",
    "*",
    "%2a",
    "?../secret.txt",
    "..%23",
    "{VIDEO}%2f..%2f..%2fsecret.txt",
    "{VIDEO}/../../catalog.duckdb",
    "{VIDEO}%00",
    "{VIDEO}.mp4",
    "catalog.duckdb",
    "..%2fcatalog.duckdb",
    "thumbnails",
    "index%2fcurrent.json",
    "-1",
    "1e9",
    "9223372036854775808",
    "0x41",
    "%31%2f%2e%2e%2f%2e%2e",
    "%D9%A1",
    "x" * 4000,
]
ADDRESSES = [
    "/{WAY}",
    "/v1/{WAY}",
    "/v1/videos/{WAY}",
    "/v1/videos/{WAY}/media",
    "/v1/videos/{WAY}/frames/1.jpg",
    "/v1/videos/{VIDEO}/frames/{WAY}.jpg",
    "/v1/videos/{VIDEO}/frames/{WAY}",
    "/v1/videos/{WAY}/subtitles.vtt",
    "/v1/videos/{WAY}/summary",
    "/v1/videos/{VIDEO}/media/{WAY}",
    "/v1/jobs/{WAY}",
    "/v1/jobs/{WAY}/events",
]


def gives_nothing(found: Reply, place: Path) -> None:
    assert found.status in {400, 403, 404, 405, 409, 422}, found
    for secret in (SECRET, b"root:", b"DUCK", str(place).encode()):
        assert secret not in found.body


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_leads_out(server: Running, video_id: str, place: Path, address: str) -> None:
    assert len(WAYS) >= 40
    for way in WAYS:
        target = address.replace("{WAY}", way).replace("{VIDEO}", video_id)
        gives_nothing(server.ask(target), place)


def test_raw_bytes_and_other_forms_of_a_target(server: Running, place: Path) -> None:
    for target in (
        b"http://127.0.0.1/etc/passwd",
        b"/v1/videos/\xff\xfe/media",
        b"/v1/videos/..\x5c..\x5c/media",
        b"/\xc0\xae\xc0\xae/secret.txt",
        b"//v1/library/../../secret.txt",
        b"/v1//library",
        b"/V1/library",
        b"/v1/library/",
        b"/v1/library;x=1",
    ):
        gives_nothing(server.ask(target), place)


def test_a_video_of_another_library_is_none(
    server: Running, place: Path, shared_library: Library
) -> None:
    other = Library(place / "other", shared_library.config, print)
    (private,) = other.videos()
    frame = other.show(private.id).frames[0].id
    for part in ("", "/media", f"/frames/{frame}.jpg", "/subtitles.vtt", "/summary", "/similar"):
        found = server.ask(f"/v1/videos/{private.id}{part}")
        assert found.status == 404, part
        gives_nothing(found, place)


@pytest.mark.parametrize("target", ["secret.jpg", "secret.txt", "/etc/passwd", "other", "ring"])
def test_a_thumbnail_that_became_a_link_is_none(
    server: Running, place: Path, shared_library: Library, video_id: str, target: str
) -> None:
    frame = shared_library.show(video_id).frames[0].id
    picture = shared_library.thumbnail(video_id, frame)
    kept = picture.read_bytes()
    picture.unlink()
    picture.symlink_to(picture if target == "ring" else place / target)
    try:
        gives_nothing(server.ask(f"/v1/videos/{video_id}/frames/{frame}.jpg"), place)
    finally:
        picture.unlink()
        picture.write_bytes(kept)
    assert server.ask(f"/v1/videos/{video_id}/frames/{frame}.jpg").body == kept


@pytest.mark.parametrize("target", ["secret.txt", "/etc/passwd", "/dev/zero", "videos", "ring"])
def test_a_video_that_became_a_link_is_not_given(
    server: Running, place: Path, shared_library: Library, target: str
) -> None:
    video = next(video for video in shared_library.videos() if video.path.name == "sea.mp4")
    kept = video.path.with_suffix(".kept")
    shutil.move(video.path, kept)
    video.path.symlink_to(video.path if target == "ring" else place / target)
    try:
        gives_nothing(server.ask(f"/v1/videos/{video.id}/media"), place)
    finally:
        video.path.unlink()
        shutil.move(kept, video.path)
    assert server.ask(f"/v1/videos/{video.id}/media").body == video.path.read_bytes()


@pytest.mark.parametrize("name", ["q", "saw", "like", "inside", "video", "image", "path", "tag"])
def test_no_body_leads_out(server: Running, place: Path, name: str) -> None:
    places = (f"{place}/secret.jpg", f'image:"{place}/secret.jpg"', f"like:{place}/secret.jpg")
    for value in (*places, *WAYS, *(f"image:{way}" for way in WAYS[::3])):
        given = value if name in {"q", "like", "image", "path"} else [value]
        body = json.dumps({name: given}).encode()
        found = server.ask("/v1/search", "POST", body, content_type="application/json")
        if found.status != 200:
            gives_nothing(found, place)
            continue
        told = json.loads(found.body)  # it was taken for words
        assert name in {"q", "saw"}
        assert told.pop("query")
        assert "secret" not in json.dumps(told)
