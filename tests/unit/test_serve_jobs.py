"""Index runs over HTTP: begun, watched, cancelled, and kept to their folders."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.unit.serving import FREE, client_of
from vsearch.library import Library
from vsearch.testing.videos import write_colours
from vsearch_index.lock import writer_lock

COLOURS = ("red", "green", "blue", "white", "orange", "purple")
Serve = Callable[..., TestClient]


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    for number, colour in enumerate(COLOURS):
        write_colours(tmp_path / "videos" / "some" / f"{number}.mp4", [colour], seconds_each=0.5)
    return tmp_path / "videos"


@pytest.fixture
def serve(fake_library: Library, videos: Path) -> Iterator[Serve]:
    made: list[TestClient] = []

    def client(**changes: Any) -> TestClient:
        settings = replace(FREE, **changes)
        made.append(client_of(fake_library, settings, videos_below=[str(videos)]))
        return made[-1]

    yield client
    for each in made:
        each.app.state.served.close()  # type: ignore[attr-defined]


def over(client: TestClient, job: str) -> dict[str, Any]:
    """The job, once it is over."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = client.get(f"/v1/jobs/{job}").json()
        if found["state"] not in {"waiting", "running"}:
            return dict(found)
        time.sleep(0.05)
    raise AssertionError(found)


def test_a_job_indexes_what_is_named(serve: Serve, videos: Path) -> None:
    client = serve()
    begun = client.post("/v1/jobs", json={"paths": ["some/1.mp4", "some/2.mp4"]})
    assert begun.status_code == 202
    job = begun.json()["id"]
    assert begun.headers["location"] == f"/v1/jobs/{job}"
    found = over(client, job)
    assert found["state"] == "done"
    assert sorted(found["report"]["indexed"]) == ["1.mp4", "2.mp4"]
    assert found["progress"]["done"] == found["progress"]["total"] == 2
    assert str(videos) not in json.dumps(client.get("/v1/jobs").json())
    assert over(client, client.post("/v1/jobs", json={}).json()["id"])["report"]["unchanged"] == 2
    assert client.get("/v1/library").json()["videos"] == len(COLOURS)
    assert [item["state"] for item in client.get("/v1/jobs").json()["jobs"]] == ["done", "done"]


def test_its_events_tell_how_far_it_is(serve: Serve) -> None:
    client = serve()
    job = client.post("/v1/jobs", json={}).json()["id"]
    with client.stream("GET", f"/v1/jobs/{job}/events") as reply:
        parts = [part.split("\n") for part in "".join(reply.iter_text()).split("\n\n") if part]
    names = [name for name, _ in parts]
    told = [json.loads(data[6:]) for _, data in parts]
    assert names[-1] == "event: end"
    assert set(names[:-1]) <= {"event: progress"}
    assert told[-1]["state"] == "done"
    assert told[-1] == client.get(f"/v1/jobs/{job}").json()
    done = [item["progress"]["done"] for item in told]
    assert done == sorted(done)
    assert done[-1] == len(COLOURS)


def test_a_job_is_cancelled_and_keeps_what_it_has(serve: Serve, fake_library: Library) -> None:
    client = serve()
    job = client.post("/v1/jobs", json={}).json()["id"]
    while not client.get(f"/v1/jobs/{job}").json()["progress"]["done"]:
        time.sleep(0.005)
    assert client.post(f"/v1/jobs/{job}/cancel").status_code == 200
    found = over(client, job)
    assert found["state"] in {"cancelled", "done"}
    kept = len(fake_library.videos())
    assert found["report"]["interrupted"] == (found["state"] == "cancelled")
    assert len(found["report"]["indexed"]) == kept >= 1


def test_one_runs_at_a_time_and_few_wait(serve: Serve, fake_library: Library) -> None:
    client = serve(jobs=1)
    fake_library.index([])
    fake_library.path.mkdir(parents=True, exist_ok=True)
    with writer_lock(fake_library.path):  # the first waits for the library, and gives up
        first = client.post("/v1/jobs", json={}).json()["id"]
        while client.get(f"/v1/jobs/{first}").json()["state"] == "waiting":
            time.sleep(0.005)
        second = client.post("/v1/jobs", json={}).json()
        assert second["state"] == "waiting"
        third = client.post("/v1/jobs", json={})
        assert third.status_code == 409
        gone = client.delete(f"/v1/jobs/{second['id']}").json()
        assert gone["state"] == "cancelled"
        assert client.get(f"/v1/jobs/{second['id']}").status_code == 404
        found = over(client, first)
    assert found["state"] == "failed"
    assert found["reason"] == "the library is being written by another process"


def test_nothing_outside_its_folders_is_indexed(
    serve: Serve, videos: Path, tmp_path: Path, fake_library: Library
) -> None:
    outside = write_colours(tmp_path / "private" / "secret.mp4", ["yellow"], seconds_each=0.5)
    beside = write_colours(tmp_path / "videos2" / "beside.mp4", ["black"], seconds_each=0.5)
    (videos / "link.mp4").symlink_to(outside)
    (videos / "folder").symlink_to(outside.parent)
    (videos / "ring").symlink_to(videos / "ring")
    client = serve()
    places = [str(outside), str(beside), "../private/secret.mp4", "some/../../private", "/", "/etc"]
    places += ["link.mp4", "folder", "folder/secret.mp4", "..", "../videos2", "a\0b", "x" * 5000]
    places += ["file:///etc/passwd", "~", "~root", "ring", "..\\private", "%2e%2e/private"]
    for place in places:
        found = client.post("/v1/jobs", json={"paths": [place]})
        assert found.status_code in {403, 404, 422}, place
        assert str(tmp_path) not in found.text
    found = over(client, client.post("/v1/jobs", json={}).json()["id"])
    assert found["state"] == "done"
    names = {video.path.name for video in fake_library.videos()}
    assert names == {f"{number}.mp4" for number in range(len(COLOURS))}
    for place in (videos / "some", videos / "none", videos, f"{videos}/../videos/some"):
        whole = client.post("/v1/jobs", json={"paths": [str(place)]})
        assert whole.status_code == 403  # neither where the folders lie nor what is there is told
    assert client.post("/v1/jobs", json={"paths": ["some"]}).status_code == 202


def test_without_folders_nothing_is_indexed(fake_library: Library) -> None:
    client = client_of(fake_library)
    assert client.post("/v1/jobs", json={}).status_code == 403
    assert client.get("/v1/jobs").json() == {"jobs": []}


def test_files_that_cannot_be_read_are_told_by_name(serve: Serve, videos: Path) -> None:
    (videos / "broken.mp4").write_bytes(os.urandom(3000))
    (videos / "my films").mkdir()
    (videos / "broken.mp4").rename(videos / "my films" / "broken.mp4")
    client = serve()
    begun = client.post("/v1/jobs", json={"paths": ["my films/broken.mp4"]}).json()
    found = over(client, begun["id"])
    (problem,) = found["report"]["problems"]
    assert problem["name"] == "broken.mp4"
    assert "films" not in problem["reason"]
    assert str(videos) not in json.dumps(found)


def test_searches_go_on_while_videos_come_in(serve: Serve, fake_library: Library) -> None:
    client = serve(workers=4)
    over(client, client.post("/v1/jobs", json={"paths": ["some/0.mp4"]}).json()["id"])
    job = client.post("/v1/jobs", json={}).json()["id"]
    stop = threading.Event()

    def search(number: int) -> set[int]:
        seen: set[int] = set()
        while not stop.is_set():
            query = COLOURS[number % len(COLOURS)]
            seen.add(client.get("/v1/search", params={"q": query}).status_code)
            seen.add(client.get("/v1/videos").status_code)
        return seen

    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(search, number) for number in range(6)]
        assert over(client, job)["state"] == "done"
        time.sleep(0.3)
        stop.set()
        assert [future.result() for future in running] == [{200}] * 6
    best = client.get("/v1/search", params={"q": "orange"}).json()["moments"][0]
    assert best["video"]["name"] == "4.mp4"
