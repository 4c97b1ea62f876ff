"""The server over streamable HTTP: on this machine alone, unless there is a key."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings

from vsearch.errors import ConfigError

if TYPE_CHECKING:
    from mcp.server import MCPServer

PATH = "/mcp"
LARGEST_BYTES = 256 * 1024
"""The largest request: a question is a few thousand letters."""


def check_place(host: str, key: str) -> None:
    """Refuse to let other machines in without a key."""
    if not is_loopback(host) and not key:
        raise ConfigError(
            f"{host} can be reached from other machines: set VSEARCH_SERVE_KEY to a long secret "
            "that clients must send, or stay on 127.0.0.1"
        )


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def serve(
    server: MCPServer[Any], host: str, port: int, key: str, ready: Callable[[str], None]
) -> None:
    """Serve until interrupted; ready is told the address, also where the port was chosen."""
    check_place(host, key)
    with _listening(host, port) as listening:
        chosen = listening.getsockname()[1]
        app = server.streamable_http_app(
            streamable_http_path=PATH,
            host=host,
            max_request_body_size=LARGEST_BYTES,
            transport_security=security(host),
        )
        ready(f"http://{f'[{host}]' if ':' in host else host}:{chosen}{PATH}")
        config = uvicorn.Config(app, log_level="warning", access_log=False, ws="none")
        uvicorn.Server(config).run(sockets=[listening])


def security(host: str) -> TransportSecuritySettings:
    """What Host and Origin headers may say: this machine's names, and the address that was chosen.

    Behind an address that stands for all of them, whoever has the key may come by any name.
    """
    if not is_loopback(host) and ip_address_of(host) in {"0.0.0.0", "::"}:  # noqa: S104 - compared
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    names = ["127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host]
    hosts = [f"{name}:*" for name in dict.fromkeys(names)]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=hosts,
        allowed_origins=[f"http://{name}" for name in hosts],
    )


def ip_address_of(host: str) -> str:
    """An address in its usual form, or the name as it is."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigError(f"nothing can listen at {host} port {port}: {error.strerror}") from error
