"""The HTTP interface as its clients meet it: in this process, or at a real socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from starlette.testclient import TestClient

from vsearch.library import Library
from vsearch.serve.app import create_app
from vsearch.settings import ServeSettings
from vsearch.testing.videos import silence, tone, write_colours

HERE = "http://127.0.0.1:8765"
FREE = ServeSettings(rate_per_s=0.0)
"""Settings without a limit of requests, for tests that make many."""


def fill_with_colours(library: Library, folder: Path) -> Path:
    """Index three videos of colours, one of which says something."""
    write_colours(folder / "flag.mp4", ["red", "white", "blue"], seconds_each=1.0)
    write_colours(folder / "sea.mp4", ["blue", "green"], seconds_each=1.0)
    said = np.concatenate([silence(1), tone(660, 2)])
    write_colours(folder / "talk.mp4", ["purple", "yellow"], samples=said, seconds_each=1.5)
    library.index(folder)
    return folder


def client_of(
    library: Library, settings: ServeSettings = FREE, key: str = "", **more: Any
) -> TestClient:
    """A client of the interface, on this machine."""
    app = create_app(library, settings, key=key, **more)
    headers = {"X-API-Key": key} if key else {}
    return TestClient(app, base_url=HERE, headers=headers, client=("127.0.0.1", 50_000))


@dataclass(frozen=True)
class Reply:
    """What came back over a socket."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Running:
    """A server at a real port."""

    port: int

    def ask(
        self, target: str | bytes, method: str = "GET", body: bytes = b"", **headers: str
    ) -> Reply:
        """Send one request with a target that nothing normalises, and read what comes back."""
        given = {"host": f"127.0.0.1:{self.port}", "connection": "close"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        given |= {"content-length": str(len(body))} if body else {}
        path = target.encode() if isinstance(target, str) else target
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        return self.send(method.encode() + b" " + path + f" HTTP/1.1\r\n{head}\r\n".encode() + body)

    def send(self, request: bytes) -> Reply:
        """Send bytes as they are."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(request)
            received = list(iter(lambda: connection.recv(65_536), b""))
        return _reply(b"".join(received))


def _reply(received: bytes) -> Reply:
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    return Reply(int(first.split()[1]), headers, body)


@contextmanager
def running(
    library: Library, settings: ServeSettings = FREE, key: str = "", **more: Any
) -> Iterator[Running]:
    """The interface in a server of its own, until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = create_app(library, replace(settings, port=port), key=key, **more)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=1, ws="none", http="h11"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield Running(port)
    finally:
        server.should_exit = True
        thread.join(20)
