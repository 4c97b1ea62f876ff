"""Who may ask over HTTP, how often and how much, and what no log may hold."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.unit.serving import FREE, HERE, client_of, fill_with_colours, running
from vsearch.library import Library
from vsearch.serve.app import create_app
from vsearch.serve.keys import HOUR_S, Keys
from vsearch.serve.problems import without_places

KEY = "correct-horse-battery"


@pytest.fixture(scope="module")
def library(shared_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    fill_with_colours(shared_library, tmp_path_factory.mktemp("videos"))
    return shared_library


@pytest.fixture(scope="module")
def guarded(library: Library) -> TestClient:
    client = client_of(library, key=KEY)
    del client.headers["X-API-Key"]
    return client


def test_a_key_opens(guarded: TestClient) -> None:
    for headers in ({"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}):
        assert guarded.get("/v1/library", headers=headers).status_code == 200
    assert guarded.get("/v1/health").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": ""},
        {"X-API-Key": KEY[:-1]},
        {"X-API-Key": KEY + "x"},
        {"Authorization": KEY},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": "Bearer"},
        {"X-API-Key": KEY, "Authorization": "Bearer wrong"},
        {"Cookie": f"key={KEY}"},
    ],
)
def test_nothing_else_does(guarded: TestClient, headers: dict[str, str]) -> None:
    for address in ("/v1/library", f"/v1/library?key={KEY}&api_key={KEY}", "/v1/nothing", "/"):
        found = guarded.get(address, headers=headers)
        assert found.status_code == 401
        assert found.headers["www-authenticate"] == "Bearer"
        assert found.headers["content-type"] == "application/problem+json"
        assert KEY not in found.text


def test_links_open_what_they_are_for_until_they_end(guarded: TestClient) -> None:
    told = guarded.get("/v1/videos", headers={"X-API-Key": KEY}).json()["videos"]
    media = told[0]["media"]
    assert guarded.get(media).status_code == 200
    assert guarded.head(media).status_code == 200
    assert guarded.get(told[0]["subtitles"]).text.startswith("WEBVTT")
    path, _, signed = media.partition("?")
    assert guarded.get(f"{path}?{signed[:-1]}0" + "0").status_code == 401
    assert guarded.get(f"{told[1]['media'].partition('?')[0]}?{signed}").status_code == 401
    assert guarded.get(f"{path.replace('media', 'summary')}?{signed}").status_code == 401
    assert guarded.get(f"/v1/library?{signed}").status_code == 401
    assert guarded.post(media).status_code == 401
    later = signed.replace("until=1", "until=2")
    assert guarded.get(f"{path}?{later}").status_code == 401


def test_links_are_the_same_for_an_hour_and_then_end() -> None:
    now = [HOUR_S * 100.0]
    keys = Keys(KEY, 2, lambda: now[0])
    path = f"/v1/videos/{'a' * 32}/media"
    first = keys.link(path)
    asked = dict(part.split("=") for part in first[1:].split("&"))
    now[0] += HOUR_S - 1
    assert keys.link(path) == first
    now[0] += HOUR_S
    assert keys.opens(path, asked)
    now[0] += HOUR_S + 2
    assert not keys.opens(path, asked)
    assert not Keys("another", 2, lambda: 0.0).opens(path, asked)
    assert Keys("", 2).link(path) == ""


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil"])
def test_other_names_for_this_machine_are_refused(library: Library, host: str) -> None:
    found = client_of(library).get("/v1/library", headers={"Host": host})
    assert found.status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8765", "127.0.0.1", "[::1]:8765"])
def test_its_own_names_are_not(library: Library, host: str) -> None:
    assert client_of(library).get("/v1/library", headers={"Host": host}).status_code == 200


def test_names_can_be_given(library: Library) -> None:
    settings = replace(FREE, host="0.0.0.0", hosts=("videos.example",))
    client = client_of(library, settings, key=KEY)
    assert client.get("/v1/library", headers={"Host": "videos.example:80"}).status_code == 200
    assert client.get("/v1/library", headers={"Host": "other.example"}).status_code == 421
    client = client_of(library, replace(FREE, host="0.0.0.0"), key=KEY)
    assert client.get("/v1/library", headers={"Host": "any.example"}).status_code == 200


def test_other_sites_change_nothing(library: Library) -> None:
    client = client_of(library)
    evil = {"Origin": "https://evil.example"}
    assert client.post("/v1/jobs", json={}, headers=evil).status_code == 403
    assert client.delete(f"/v1/jobs/{'0' * 16}", headers=evil).status_code == 403
    assert client.post("/v1/jobs", json={}, headers={"Origin": "null"}).status_code == 403
    found = client.post("/v1/search", json={"q": "red"}, headers={"Origin": HERE})
    assert found.status_code == 200
    assert "access-control-allow-origin" not in found.headers
    options = {**evil, "Access-Control-Request-Method": "POST"}
    assert client.options("/v1/search", headers=options).status_code == 403
    assert client.options("/v1/search").status_code == 405


def test_other_sites_do_not_even_read(library: Library) -> None:
    client = client_of(library)
    asked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/v1/ask/events?question=what", headers=asked).status_code == 403
    assert client.get("/docs", headers=asked | {"Sec-Fetch-Mode": "navigate"}).status_code == 200
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/v1/videos", headers=own).status_code == 200
    for origin in ("https://evil.example", "null", "http://[", HERE + ".evil.example"):
        assert client.get("/v1/videos", headers={"Origin": origin}).status_code == 403
    assert client.get("/v1/videos", headers={"Origin": HERE}).status_code == 200


def test_pages_that_are_not_named_get_pictures_and_tracks_only(library: Library) -> None:
    app = "https://app.example"
    client = client_of(library, replace(FREE, origins=(app,)))
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    video = client.get("/v1/videos").json()["videos"][0]
    for address in ("/v1/videos", "/v1/library", "/v1/search?q=red", "/openapi.json"):
        assert client.get(address, headers=evil).status_code == 403
        assert client.get(address, headers=embedded).status_code == 403
        named = client.get(address, headers=embedded | {"Origin": app})
        assert named.status_code == 200
        assert named.headers["cross-origin-resource-policy"] == "same-origin"
    for address in (video["media"], video["subtitles"]):
        assert client.get(address, headers=evil).status_code == 403
        found = client.get(address, headers=embedded)
        assert found.status_code == 200
        assert found.headers["cross-origin-resource-policy"] == "cross-origin"
    plain = client_of(library).get(video["media"], headers=embedded)
    assert plain.status_code == 403
    assert plain.headers["cross-origin-resource-policy"] == "same-origin"


def test_who_asks_whether_it_may_ask_is_checked_first(library: Library) -> None:
    app = "https://app.example"
    settings = replace(FREE, origins=(app,), rate_per_s=0.1, burst=2)
    client = client_of(library, settings, key=KEY)
    wish = {"Origin": app, "Access-Control-Request-Method": "POST"}
    assert client.options("/v1/search", headers=wish | {"Host": "evil.example"}).status_code == 421
    evil = wish | {"Origin": "https://evil.example"}
    assert client.options("/v1/search", headers=evil).status_code == 403
    del client.headers["X-API-Key"]
    assert client.options("/v1/search", headers=wish).status_code == 200
    refused = client.options("/v1/search", headers=wish)
    assert refused.status_code == 429
    assert refused.headers["access-control-allow-origin"] == app


def test_pages_that_are_named_may_ask(library: Library) -> None:
    app = "https://app.example"
    client = client_of(library, replace(FREE, origins=(app,)), key=KEY)
    del client.headers["X-API-Key"]
    wish = {"Origin": app, "Access-Control-Request-Method": "POST"}
    preflight = client.options("/v1/search", headers=wish)
    assert preflight.headers["access-control-allow-origin"] == app
    refused = client.get("/v1/library", headers={"Origin": app})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == app
    other = client.get("/v1/library", headers={"Origin": "https://evil.example", "X-API-Key": KEY})
    assert "access-control-allow-origin" not in other.headers


def test_every_answer_is_marked(guarded: TestClient) -> None:
    for address in ("/v1/health", "/v1/library", "/nothing", "/docs", "/openapi.json"):
        headers = guarded.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_what_breaks_is_told_to_the_log_only(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*given: object, **more: object) -> object:
        raise RuntimeError("secret of /home/me")

    monkeypatch.setattr(library, "search", broken)
    found = client_of(library).get("/v1/search", params={"q": "red"})
    assert found.status_code == 500
    assert found.headers["content-type"] == "application/problem+json"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in found.text
    assert "Traceback" not in found.text
    assert "RuntimeError: secret of /home/me" in caplog.text


def test_no_log_holds_a_secret(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with running(library, key=KEY) as server:
        server.ask("/v1/search?q=hidden-question", x_api_key=KEY)
        server.ask("/v1/videos", authorization=f"Bearer {KEY}")
        server.ask("/v1/videos", authorization="Bearer hidden-guess")
        server.ask(f"/v1/videos/{'a' * 32}/media?until=1&signature=hidden-signature")
        server.ask("/v1/x%0d%0aforged: line", x_api_key=KEY)
    assert "GET /v1/search 200" in caplog.text
    for secret in (KEY, "hidden"):
        assert secret not in caplog.text
    assert not [line for line in caplog.text.splitlines() if line.startswith("forged")]


def test_it_can_be_mounted(library: Library) -> None:
    outer = FastAPI()
    inner = create_app(library, FREE, key=KEY)
    outer.mount("/videos", inner)
    client = TestClient(outer, base_url=HERE)
    told = client.get("/videos/v1/videos", headers={"X-API-Key": KEY}).json()["videos"]
    assert told[0]["media"].startswith("/videos/v1/videos/")
    assert client.get(told[0]["media"]).status_code == 200
    assert client.get("/videos/v1/library").status_code == 401
    assert client.get("/videos/v1/health").status_code == 200
    assert client.put("/videos/v1/health").headers["allow"] == "GET, HEAD"
    inner.state.served.close()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/me/my films/a.mp4 is gone", "a.mp4 is gone"),
        ("no video in /home/me/lib is called 'x'", "no video in lib is called 'x'"),
        ("cannot open C:\\Users\\me\\a.mp4", "cannot open a.mp4"),
        ("see https://example.org/a/b", "see https://example.org/a/b"),
        ("a/b and 1/2", "a/b and 1/2"),
    ],
)
def test_messages_lose_their_places(text: str, left: str) -> None:
    assert without_places(text, [Path("/home/me/my films"), Path("/home/me/lib")]) == left
