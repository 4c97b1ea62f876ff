"""How often, how much and how long may be asked over HTTP."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.unit.serving import FREE, Running, client_of, fill_with_colours, running
from vsearch.library import Library
from vsearch.serve.limits import Places, Rate, Work
from vsearch.serve.problems import Trouble

KEY = "correct-horse-battery"


@pytest.fixture(scope="module")
def library(shared_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    fill_with_colours(shared_library, tmp_path_factory.mktemp("videos"))
    return shared_library


@pytest.fixture(scope="module")
def server(library: Library) -> Iterator[Running]:
    with running(library, replace(FREE, body_mb=1, timeout_s=1.0)) as made:
        yield made


def test_a_client_that_asks_too_often_waits(library: Library) -> None:
    client = client_of(library, replace(FREE, rate_per_s=0.5, burst=3))
    statuses = [client.get("/v1/health").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert client.get("/v1/health").headers["retry-after"] == "2"
    wrong = client_of(library, replace(FREE, rate_per_s=0.1, burst=25), key=KEY)
    wrong.headers["X-API-Key"] = "guess"
    statuses = [wrong.get("/v1/library").status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]  # guessing costs more
    assert int(wrong.get("/v1/library").headers["retry-after"]) >= 80  # also where there is less


def test_a_guess_costs_what_is_not_there() -> None:
    now = [0.0]
    rate = Rate(1.0, 20, lambda: now[0])
    for _ in range(9):
        rate.fine("a", 10)
    assert rate.take("a") == 21.0
    now[0] += 20.5
    assert rate.take("a") == 0.5
    now[0] += 1
    assert rate.take("a") == 0


def test_a_bucket_fills_again_and_forgets() -> None:
    now = [0.0]
    rate = Rate(2.0, 4, lambda: now[0])
    assert [rate.take("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert rate.take("b") == 0
    now[0] += 0.5
    assert (rate.take("a"), rate.take("a")) == (0, 0.5)
    now[0] += 100
    assert [rate.take("a") > 0 for _ in range(5)] == [False] * 4 + [True]
    assert Rate(0.0, 1).take("a") == 0


def test_bodies_have_a_size_however_they_come(server: Running) -> None:
    assert server.ask("/v1/search", "POST", content_length="1000001").status == 413
    assert server.ask("/v1/search", "POST", content_length="-1").status == 400
    head = f"POST /v1/search/image HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\n"
    head += "content-type: image/png\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    chunk = b"40000\r\n" + bytes(0x40000) + b"\r\n"
    found = server.send(head.encode() + chunk * 4)  # as much as is read before it is refused
    assert found.status == 413
    assert found.headers["content-type"] == "application/problem+json"


def test_only_a_picture_may_be_large(server: Running) -> None:
    large, kind = b'{"q": "' + b"x" * 65_536 + b'"}', {"content_type": "application/json"}
    for path in ("/v1/search", "/v1/ask", "/v1/jobs", "/v1/search/image/"):
        assert server.ask(path, "POST", large, **kind).status == 413
    head = f"POST /v1/search HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\n"
    head += "content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n"
    chunks = f"{len(large):x}\r\n".encode() + large + b"\r\n0\r\n\r\n"
    assert server.send(f"{head}\r\n".encode() + chunks).status == 413
    assert server.ask("/v1/search/image", "POST", large, content_type="image/png").status == 400


def test_all_bodies_together_have_a_size(library: Library) -> None:
    settings = replace(FREE, body_mb=1, receiving_mb=1)
    with running(library, settings) as server:
        head = "POST /v1/search/image HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: image/png\r\n"
        body = bytes(600_000)
        with socket.create_connection(("127.0.0.1", server.port)) as slow:
            slow.sendall(f"{head}content-length: 600001\r\n\r\n".encode() + body)
            time.sleep(0.5)  # until it has come: who crosses the limit is the one refused
            found = server.ask("/v1/search/image", "POST", body, content_type="image/png")
            assert found.status == 503
            assert found.headers["retry-after"] == "5"
            assert found.headers["content-type"] == "application/problem+json"
        until = time.monotonic() + 10
        while found.status == 503 and time.monotonic() < until:
            found = server.ask("/v1/search/image", "POST", body, content_type="image/png")
        assert found.status == 400  # it is no picture


def test_bodies_that_are_made_to_hurt(server: Running) -> None:
    deep, long = b"[" * 60_000, b'{"limit": ' + b"9" * 60_000 + b"}"
    named = json.dumps({"x" * 60_000: 1, "\ud800": "\ud800", "q": "\ud800"}).encode()
    for body in (deep, long, named, b"\xff\xfe", b"null", b'"image:/etc/passwd"'):
        found = server.ask("/v1/search", "POST", body, content_type="application/json")
        assert found.status in {400, 422}
        assert len(found.body) < 3000
    found = server.ask("/v1/search", "POST", b'{"q": "red"}', content_type="text/plain")
    assert found.status == 422  # what a page of another site could send unasked


def test_a_body_that_does_not_come_is_given_up(server: Running) -> None:
    found = server.ask("/v1/search", "POST", content_length="10", content_type="application/json")
    assert found.status == 408


def test_too_much_at_once_is_put_off(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    search = library.search

    def slow(*given: object, **more: object) -> object:
        go.wait(20)
        return search(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(library, "search", slow)
    with running(library, replace(FREE, workers=1, waiting=1)) as server:
        replies: list[int] = []
        asks = [
            threading.Thread(target=lambda: replies.append(server.ask("/v1/search?q=red").status))
            for _ in range(5)
        ]
        for thread in asks:
            thread.start()
        while len(replies) < 3:
            time.sleep(0.01)
        assert server.ask("/v1/videos").status == 200  # what is small goes on
        put_off = server.ask("/v1/search?q=red")
        go.set()
        for thread in asks:
            thread.join()
    assert (put_off.status, put_off.headers["retry-after"]) == (503, "1")
    assert sorted(replies) == [200, 200, 503, 503, 503]


def test_what_takes_too_long_is_given_up(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(library, "search", lambda *given, **more: go.wait(20))
    client = client_of(library, replace(FREE, timeout_s=0.1))
    found = client.get("/v1/search", params={"q": "red"})
    go.set()
    assert found.status_code == 504


def test_a_client_that_leaves_frees_its_place(library: Library) -> None:
    with running(library, replace(FREE, streams=1)) as server:
        for _ in range(3):
            request = "GET /v1/ask/events?question=how+many+videos+are+there? HTTP/1.1\r\n"
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(f"{request}host: 127.0.0.1\r\n\r\n".encode())
                assert b" 200 " in connection.recv(100)
            time.sleep(0.1)


def test_work_ends_with_the_server() -> None:
    work = Work("test", 1, 1)
    work.stop()
    with pytest.raises(Trouble, match="stopped"):
        work.start(lambda: None)
    places = Places(1)
    places.enter()
    with pytest.raises(Trouble, match="streams"):
        places.enter()
    places.leave()
    places.enter()
