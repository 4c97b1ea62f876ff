"""The server over streamable HTTP: on this machine alone, unless there is a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings

from vsearch.serve.run import address_of, listening_socket

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from vsearch.settings import ServeSettings

PATH = "/mcp"
LARGEST_BYTES = 256 * 1024
"""The largest request: a question is a few thousand letters."""

MOST_CONNECTIONS = 256
"""So many at once, of all clients; others are told to come again."""


def serve(
    server: MCPServer[Any],
    settings: ServeSettings,
    key: str,
    ready: Callable[[str], None],
) -> None:
    """Serve until interrupted; ready is told the address, also where the port was chosen.

    No call needs to know of the one before it, so there are no sessions that could be used up.
    """
    with listening_socket(settings, key) as listening:
        app = server.streamable_http_app(
            streamable_http_path=PATH,
            host=settings.host,
            stateless_http=True,
            max_request_body_size=LARGEST_BYTES,
            transport_security=security(settings),
        )
        ready(f"{address_of(listening)}{PATH}")
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            ws="none",
            limit_concurrency=MOST_CONNECTIONS,
        )
        uvicorn.Server(config).run(sockets=[listening])


def security(settings: ServeSettings) -> TransportSecuritySettings:
    """What Host and Origin headers may say: this machine's names, the chosen address, serve.hosts.

    Behind an address that stands for all of them, whoever has the key may come by any name,
    unless names are given.
    """
    host, given = settings.host, settings.hosts
    everywhere = ip_address_of(host) in {"0.0.0.0", "::"}  # noqa: S104 - compared
    if everywhere and not given:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    own = ["127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host]
    plain, proxied = _with_ports(own), _with_ports(given)
    origins = [f"http://{name}" for name in (*plain, *proxied)]
    origins += [f"https://{name}" for name in proxied]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[*plain, *proxied],
        allowed_origins=[*origins, *settings.origins],
    )


def _with_ports(names: Iterable[str]) -> list[str]:
    """Names as clients send them: a port that the scheme implies is left out."""
    return [form for name in dict.fromkeys(names) for form in (name, f"{name}:*")]


def ip_address_of(host: str) -> str:
    """An address in its usual form, or the name as it is."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host
