"""Stands before every request: who asks, how often, how much; and what every answer carries."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vsearch.answer.hosts import is_loopback
from vsearch.lines import one_line
from vsearch.serve.addresses import OPEN, route_path
from vsearch.serve.keys import Keys, is_linked
from vsearch.serve.limits import Rate
from vsearch.serve.problems import Trouble, problem
from vsearch.serve.received import Body, Received
from vsearch.settings import ServeSettings

log = logging.getLogger("vsearch.serve")

READING = frozenset({"GET", "HEAD", "OPTIONS"})
WRONG_KEY_COSTS = 10.0
PICTURES = "/v1/search/image"
LARGEST_TEXT = 65_536
LONGEST_LOGGED = 200
HEAD = "vsearch.head"

State = MutableMapping[str, Any]
Next = Callable[[Message], Awaitable[None]]


class Guard:
    """Checks a request, hands it on, and lets no error out as anything but a problem document."""

    def __init__(self, app: ASGIApp, settings: ServeSettings, keys: Keys) -> None:
        self._app = app
        self._settings = settings
        self._keys = keys
        self._rate = Rate(settings.rate_per_s, settings.burst)
        self._received = Received(settings.receiving_mb * 1_000_000)
        self._names = {name.lower() for name in settings.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        answer = _Answer(scope, send, self._settings.origins)
        inner = {**scope, HEAD: scope["method"] == "HEAD"}
        inner["method"] = "GET" if inner[HEAD] else scope["method"]
        try:
            self._check(inner)
            with self._received.body() as body:
                await self._app(inner, self._measured(inner, receive, body), answer.send)
        except Trouble as trouble:
            await answer.instead(problem(trouble.status, trouble.detail, trouble.headers))
        except asyncio.CancelledError:
            log.info("an answer was broken off: the server is being stopped")
        except Exception:
            log.exception("%s %s", scope["method"], _logged(scope))
            await answer.instead(problem(500, "something broke here; the server's log says what"))
        finally:
            took_ms = (time.perf_counter() - began) * 1000
            client = (scope.get("client") or ("-",))[0]
            line = (client, scope["method"], _logged(scope), answer.status, took_ms)
            log.info("%s %s %s %s %.0f ms", *line)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if not self._is_ours(headers.get("host", "")):
            raise Trouble(421, "this server is not called by that name (setting serve.hosts)")
        client = (scope.get("client") or ("-",))[0]
        self._spend(client)
        path = route_path(scope)
        if not self._is_from_here(headers, path, reads=scope["method"] in READING):
            raise Trouble(403, "another site's page may not ask for this (setting serve.origins)")
        asks_first = scope["method"] == "OPTIONS" and "origin" in headers  # it can show no key
        is_open = path in OPEN or asks_first
        if self._keys.needed and not is_open and not self._keys.fits(headers):
            asked = QueryParams(scope.get("query_string", b""))
            if not (scope["method"] in READING and self._keys.opens(path, asked)):
                self._rate.fine(client, WRONG_KEY_COSTS)
                told = {"WWW-Authenticate": "Bearer"}
                raise Trouble(401, "a key is needed: Authorization: Bearer KEY", told)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._most_bytes(path):
            raise Trouble(413, f"a body has at most {self._most_bytes(path)} bytes here")

    def _spend(self, client: str) -> None:
        if wait_s := self._rate.take(client):
            after = {"Retry-After": str(math.ceil(wait_s))}
            raise Trouble(429, "too many requests: ask again a little later", after)

    def _is_ours(self, host: str) -> bool:
        """Whether a request names this server: a page that lets its own name lead here does not."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name.strip("[]").lower() in self._names:
            return True
        if is_loopback(host):
            return True
        return not self._names and not is_loopback(self._settings.host)

    def _is_from_here(self, headers: Headers, path: str, *, reads: bool) -> bool:
        """Whether no page of another site asks, or one that may; reading into nowhere costs too."""
        origin = headers.get("origin")
        if origin is not None:
            here = _netloc(origin) == headers.get("host", "").lower()
            return here or origin in self._settings.origins
        if not reads or headers.get("sec-fetch-site") != "cross-site":
            return True  # no browser, or the page itself
        if headers.get("sec-fetch-mode") == "navigate":  # a link that somebody follows
            return True
        return bool(self._settings.origins) and is_linked(path)  # <video> and <img> name no page

    def _most_bytes(self, path: str) -> int:
        """How large a body may be: only a picture needs to be."""
        return self._settings.body_mb * 1_000_000 if path == PICTURES else LARGEST_TEXT

    def _measured(self, scope: Scope, receive: Receive, body: Body) -> Receive:
        """What is received, up to the limit of bytes and of time, however it is sent."""
        whole = False
        most = self._most_bytes(route_path(scope))
        deadline = time.monotonic() + self._settings.timeout_s

        async def measured() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                raise HTTPException(408) from None
            body.add(len(message.get("body", b"")))
            whole = not message.get("more_body", False)
            if body.size > most:
                raise HTTPException(413)
            return message

        return measured


class _Answer:
    """What is sent back, with the headers that everything carries."""

    def __init__(self, scope: Scope, send: Send, origins: Sequence[str]) -> None:
        self._scope = scope
        self._send = send
        embedded = bool(origins) and is_linked(route_path(scope))
        self._embedded = "cross-origin" if embedded else "same-origin"
        origin = Headers(scope=scope).get("origin", "")
        self._reader = origin if origin in origins else ""
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Resource-Policy"] = self._embedded
            headers.setdefault("Cache-Control", "no-store")
            if self._reader:  # may also read what the guard itself says
                headers["Access-Control-Allow-Origin"] = self._reader
                headers.add_vary_header("Origin")
            headers.setdefault("Content-Security-Policy", "default-src 'none'")
        await self._send(message)

    async def instead(self, response: Response) -> None:
        """Send this, unless something has been sent: then the connection breaks off."""
        if self.status:
            raise ConnectionError("an answer broke off")
        await response(self._scope, _nothing, self.send)


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _logged(scope: Scope) -> str:
    """A path as a log may hold it: in one line, and without what was asked."""
    return one_line(str(scope["path"]))[:LONGEST_LOGGED]


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
