"""Videos, pictures, files and tracks over HTTP."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.unit.serving import client_of, fill_with_colours
from vsearch.errors import QueryError
from vsearch.library import Library
from vsearch.serve.problems import trouble_of
from vsearch.testing.videos import write_colours


@pytest.fixture(scope="module")
def videos(shared_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_with_colours(shared_library, tmp_path_factory.mktemp("videos"))


@pytest.fixture(scope="module")
def client(shared_library: Library, videos: Path) -> TestClient:
    return client_of(shared_library)


@pytest.fixture(scope="module")
def talk(client: TestClient) -> dict[str, Any]:
    (found,) = [x for x in client.get("/v1/videos").json()["videos"] if x["name"] == "talk.mp4"]
    return dict(found)


def test_the_library_says_what_it_holds(client: TestClient, shared_library: Library) -> None:
    found = client.get("/v1/library").json()
    assert found["name"] == shared_library.path.name
    assert found["videos"] == 3
    assert found["exists"]
    assert not found["being_written"]
    assert {item["block"] for item in found["models"]} >= {"visual", "speech"}


def test_an_empty_library_is_told_of(fake_library: Library) -> None:
    client = client_of(fake_library)
    assert client.get("/v1/library").json()["exists"] is False
    assert client.get("/v1/videos").json()["videos"] == []
    found = client.get("/v1/search", params={"q": "red"})
    assert found.status_code == 409
    assert found.json()["detail"] == "the library holds no video yet"


def test_videos_come_in_pages(client: TestClient) -> None:
    names: list[str] = []
    for page in (1, 2, 3):
        found = client.get("/v1/videos", params={"limit": 1, "page": page}).json()
        assert found["total"] == 3
        assert found["more"] == (page < 3)
        names += [item["name"] for item in found["videos"]]
    assert names == ["flag.mp4", "sea.mp4", "talk.mp4"]
    assert client.get("/v1/videos", params={"page": 9}).json()["videos"] == []


def test_a_video_is_told_in_full(client: TestClient, talk: dict[str, Any]) -> None:
    found = client.get(f"/v1/videos/{talk['id']}").json()
    assert found["names"] == ["talk.mp4"]
    assert [scene["start_s"] for scene in found["scenes"]] == [0.0, 1.5]
    assert [item["text"] for item in found["speech"]] == ["train", "train"]
    assert client.get(found["scenes"][0]["keyframes"][0]["picture"]).status_code == 200


def test_no_answer_names_a_place_on_the_server(
    client: TestClient, talk: dict[str, Any], videos: Path, shared_library: Library
) -> None:
    one = f"/v1/videos/{talk['id']}"
    asked = [
        one,
        *(f"{one}/{part}" for part in ("summary", "chapters", "similar", "subtitles.vtt")),
    ]
    asked += ["/v1/library", "/v1/videos", "/v1/summary?q=red", "/nothing"]
    asked += [f"/v1/search?q={q}" for q in ("blue&explain=1", "x+video:none", "x+like:none")]
    asked += ["/v1/ask/events?question=when+is+the+train", "/v1/search?q=x+in:nowhere"]
    for address in asked:
        text = json.dumps(client.get(address).text)
        for folder in (videos, shared_library.path.parent):
            assert str(folder) not in text, address


def test_a_picture_never_changes(client: TestClient, talk: dict[str, Any]) -> None:
    details = client.get(f"/v1/videos/{talk['id']}").json()
    address = details["scenes"][0]["keyframes"][0]["picture"]
    first = client.get(address)
    assert first.headers["content-type"] == "image/jpeg"
    assert first.content.startswith(b"\xff\xd8\xff")
    assert "immutable" in first.headers["cache-control"]
    again = client.get(address, headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(first.content))
    assert client.get(address.replace(".jpg", "1.jpg")).status_code in {404, 422}


def test_a_link_out_of_the_library_is_no_picture(
    client: TestClient, talk: dict[str, Any], shared_library: Library, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(b"\xff\xd8\xff secret")
    details = shared_library.show(talk["id"])
    place = shared_library.thumbnail(talk["id"], details.frames[0].id)
    for frame_id, target in ((11, secret), (12, "/etc/passwd")):
        link = place.with_name(f"{frame_id}.jpg")
        link.symlink_to(target)
        found = client.get(f"/v1/videos/{talk['id']}/frames/{frame_id}.jpg")
        link.unlink()
        assert found.status_code == 404
        assert "secret" not in found.text


RANGES = {
    "bytes=0-0": slice(0, 1),
    "bytes=0-99": slice(0, 100),
    "bytes=100-": slice(100, None),
    "bytes=-1": slice(-1, None),
    "bytes=-500": slice(-500, None),
    "bytes=-99999999": slice(0, None),
    "bytes=50-99999999": slice(50, None),
    "Bytes = 7-9": slice(7, 10),
}


@pytest.mark.parametrize("asked", RANGES)
def test_ranges_are_those_of_the_file(
    client: TestClient, talk: dict[str, Any], videos: Path, asked: str
) -> None:
    whole = (videos / "talk.mp4").read_bytes()
    wanted = whole[RANGES[asked]]
    found = client.get(talk["media"], headers={"Range": asked})
    assert found.status_code == 206
    assert found.content == wanted
    first = whole.index(wanted) if len(wanted) > 60 else RANGES[asked].start % len(whole)
    assert found.headers["content-range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(whole)}"
    assert found.headers["content-length"] == str(len(wanted))
    head = client.head(talk["media"], headers={"Range": asked})
    assert (head.status_code, head.content) == (206, b"")
    assert head.headers["content-range"] == found.headers["content-range"]


@pytest.mark.parametrize(
    "asked", ["", "bytes=", "bytes=-", "bytes=9-3", "bytes=a-b", "bytes=0-1,5-6", "lines=0-1"]
)
def test_what_is_no_range_gets_the_whole_file(
    client: TestClient, talk: dict[str, Any], videos: Path, asked: str
) -> None:
    found = client.get(talk["media"], headers={"Range": asked})
    assert found.status_code == 200
    assert found.content == (videos / "talk.mp4").read_bytes()
    assert found.headers["accept-ranges"] == "bytes"
    assert found.headers["content-type"] == "video/mp4"
    assert found.headers["content-disposition"] == "inline; filename*=utf-8''talk.mp4"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=99999999-999999999", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(
    client: TestClient, talk: dict[str, Any], videos: Path, asked: str
) -> None:
    found = client.get(talk["media"], headers={"Range": asked})
    assert found.status_code == 416
    size = (videos / "talk.mp4").stat().st_size
    assert found.headers["content-range"] == f"bytes */{size}"
    assert found.headers["content-type"] == "application/problem+json"


def test_a_range_goes_on_only_with_the_same_file(client: TestClient, talk: dict[str, Any]) -> None:
    etag = client.head(talk["media"]).headers["etag"]
    same = client.get(talk["media"], headers={"Range": "bytes=0-9", "If-Range": etag})
    assert (same.status_code, len(same.content)) == (206, 10)
    other = client.get(talk["media"], headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert other.status_code == 200
    assert client.get(talk["media"], headers={"If-None-Match": etag}).status_code == 304


def test_a_file_that_changed_or_became_a_link_is_not_given(
    fake_library: Library, tmp_path: Path
) -> None:
    folder = fill_with_colours(fake_library, tmp_path / "videos")
    client = client_of(fake_library)
    medias = {x["name"]: x["media"] for x in client.get("/v1/videos").json()["videos"]}
    (folder / "sea.mp4").unlink()
    (folder / "sea.mp4").symlink_to("/etc/passwd")
    (folder / "flag.mp4").write_bytes(b"something else")
    (folder / "talk.mp4").unlink()
    os.mkfifo(folder / "talk.mp4")
    for address in medias.values():
        found = client.get(address)
        assert found.status_code == 404
        assert "root:" not in found.text


def test_a_name_of_several_videos_tells_no_folder(fake_library: Library, tmp_path: Path) -> None:
    for colour in ("red", "blue"):
        write_colours(tmp_path / f"my {colour} films" / "same.mp4", [colour], seconds_each=0.5)
        fake_library.index(tmp_path / f"my {colour} films")
    found = client_of(fake_library).get("/v1/search", params={"q": "like:same.mp4"})
    assert found.status_code == 400
    assert found.json()["detail"].count("(same.mp4)") == 2
    assert "films" not in found.text


def test_a_name_whose_video_is_forgotten_meanwhile_tells_no_folder() -> None:
    paths = [Path(f"/srv/my films/{name} films/a.mp4") for name in ("red", "blue")]
    error = QueryError(f"several: 12ab ({paths[0]}), 34cd ({paths[1]})", paths=paths)
    assert trouble_of(error, []).detail == "several: 12ab (a.mp4), 34cd (a.mp4)"


def test_tracks_are_webvtt(client: TestClient, talk: dict[str, Any]) -> None:
    for name in ("subtitles.vtt", "chapters.vtt"):
        found = client.get(f"/v1/videos/{talk['id']}/{name}")
        assert found.headers["content-type"].startswith("text/vtt")
        assert found.text.startswith("WEBVTT\n")
        assert " --> " in found.text
    assert "train" in client.get(f"/v1/videos/{talk['id']}/subtitles.vtt").text


def test_chapters_and_summaries(client: TestClient, talk: dict[str, Any]) -> None:
    chapters = client.get(f"/v1/videos/{talk['id']}/chapters").json()
    assert chapters["video"]["name"] == "talk.mp4"
    assert chapters["chapters"][0]["start_s"] == 0
    told = client.get(f"/v1/videos/{talk['id']}/summary", params={"pictures": 1}).json()
    assert told["title"] == "talk"
    assert len(told["pictures"]) == 1
    assert client.get(told["pictures"][0]["picture"]).status_code == 200
    assert client.get("/v1/summary", params={"q": "blue"}).json()["query"] == "blue"
