"""Runs the HTTP interface in a server of its own."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from vsearch.answer.hosts import is_loopback
from vsearch.errors import ConfigError
from vsearch.library import Library
from vsearch.settings import ServeSettings

LAST_WORDS_S = 3
MOST_CONNECTIONS = 1000


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
    except OSError as error:
        raise ConfigError(f"there is no address {settings.host}: {error.strerror}") from error
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
    return (
        f"http://[{host}]:{port}"
        if ipaddress.ip_address(host).version == 6
        else (f"http://{host}:{port}")
    )


def serve(library: Library, settings: ServeSettings, key: str, listening: socket.socket) -> None:
    """Answer until Ctrl-C; what is being indexed is kept."""
    import uvicorn

    from vsearch.serve.app import create_app

    app = create_app(library, settings, key=key)

    class Server(uvicorn.Server):
        """Ends the work first: streams of jobs then come to their own end."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await asyncio.to_thread(app.state.served.close)
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # it would write down whole addresses, signatures of links included
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=LAST_WORDS_S,
        ws="none",
        limit_concurrency=MOST_CONNECTIONS,
    )
    Server(config).run(sockets=[listening])
