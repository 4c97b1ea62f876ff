"""A real HTTP server on this machine that answers as badly as it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behave = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Keeps what it was asked, and lets the server's behaviour answer."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.path, dict(self.headers), json.loads(body)))
        try:
            self.server.behave(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up.set()

    def begin(self, code: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def event(self, text: str) -> None:
        self.send(f"data: {json.dumps({'choices': [{'delta': {'content': text}}]})}\n\n")

    def send(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def log_message(self, *arguments: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Where it is, what it was asked, and whether anybody hung up on it."""

    daemon_threads = True

    def __init__(self, behave: Behave) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave = behave
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.hung_up = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def serving(behave: Behave) -> Iterator[Server]:
    with Server(behave) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(timeout=10)


def says(*pieces: str) -> Behave:
    """A well-behaved model that streams these pieces."""

    def behave(handler: Handler) -> None:
        handler.begin()
        handler.send(": comments keep the line open\n\n")
        for piece in pieces:
            handler.event(piece)
        handler.send('data: {"choices": []}\n\ndata: [DONE]\n\n')

    return behave


def whole(text: str) -> Behave:
    """A model that cannot stream."""

    def behave(handler: Handler) -> None:
        handler.begin(kind="application/json")
        handler.send(json.dumps({"choices": [{"message": {"content": text}}]}))

    return behave


def refuses(code: int, body: str, kind: str = "application/json", **headers: str) -> Behave:
    def behave(handler: Handler) -> None:
        handler.begin(code, kind, **headers)
        handler.send(body)

    return behave


def raw(body: str, kind: str = "text/event-stream") -> Behave:
    return refuses(200, body, kind)


def sleeps(handler: Handler) -> None:
    time.sleep(5)


def stalls(handler: Handler) -> None:
    handler.begin()
    handler.event("The last train leaves at nine [1]. And")
    time.sleep(5)


def never_ends(handler: Handler) -> None:
    handler.begin()
    handler.event("The last train leaves at nine [1]. ")
    while True:
        handler.event("and so on ")


def drips(text: str) -> Behave:
    """Alive all the time, and never done."""

    def behave(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.send(text)
            time.sleep(0.05)

    return behave


def hangs_up(handler: Handler) -> None:
    handler.begin(**{"Content-Length": "100000"})
    handler.event("The last train leaves at nine [1]. And")
