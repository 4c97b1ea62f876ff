"""Runs the HTTP interface in a server of its own."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from vsearch.answer.hosts import is_loopback
from vsearch.errors import ConfigError
from vsearch.serve.connections import most_requests, protocol, raise_files
from vsearch.settings import ServeSettings

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

LAST_WORDS_S = 3


def listening_socket(settings: ServeSettings, key: str) -> socket.socket:
    """A socket where the settings say; only this machine may ask without a key."""
    if not is_loopback(settings.host) and not key:
        raise ConfigError(
            f"without a key only this machine may ask, and {settings.host} is more than that: "
            f"set the environment variable VSEARCH_SERVE_KEY, or leave --host out"
        )
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        made = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no name can be like that"
        raise ConfigError(f"there is no address {settings.host}: {reason}") from error
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(1024)
    except OSError as error:
        made.close()
        raise ConfigError(
            f"{settings.host}:{settings.port} cannot be listened at ({error.strerror}): "
            f"choose another with --port"
        ) from error
    return made


def address_of(listening: socket.socket) -> str:
    """The address as a browser takes it."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def serve(app: FastAPI, settings: ServeSettings, listening: socket.socket) -> None:
    """Answer until Ctrl-C; what is being indexed is kept."""
    import uvicorn

    class Server(uvicorn.Server):
        """Ends the work first: streams of jobs then come to their own end."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await asyncio.to_thread(app.state.served.close)
            await super().shutdown(sockets)

    Server(configured(app, settings, raise_files())).run(sockets=[listening])


def configured(app: FastAPI, settings: ServeSettings, files: int) -> uvicorn.Config:
    """How the server runs where so many files can be open."""
    import uvicorn

    most = most_requests(files)
    return uvicorn.Config(
        app,
        http=protocol(settings.timeout_s, most),
        log_config=None,
        log_level="error",  # warnings are of what clients send, without a limit
        access_log=False,  # it would write down whole addresses, signatures of links included
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=LAST_WORDS_S,
        ws="none",
        limit_concurrency=most,
    )
