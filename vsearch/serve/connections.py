"""Connections of a server of its own: so many, and none on which what is sent lies for long."""

from __future__ import annotations

import asyncio
from typing import Any

MOST_REQUESTS = 1000
SPARE = 50
"""Connections that are let in only to be told to come again."""

MOST_FILES = 65_536
FILES_EACH = 3
"""Descriptors for each connection: its own, that of a file, and one for everything else."""


def raise_files() -> int:
    """Let this process open as many files as it may; how many that are."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MOST_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST_FILES if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return soft
    return wanted


def most_requests(files: int) -> int:
    """How many connections are answered at once where so many files can be open."""
    return max(1, min(MOST_REQUESTS, files // FILES_EACH))


def protocol(stalled_s: float, most: int) -> type[asyncio.Protocol]:
    """What uvicorn makes of each connection."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    parts: dict[str, Any] = {"stalled_s": stalled_s, "most": most + SPARE}
    return type("Connection", (_Connection, AutoHTTPProtocol), parts)


class _Connection(asyncio.Protocol):
    """Broken off where too many are open, or where the other side takes nothing for a while."""

    stalled_s: float
    most: int
    connections: set[Any]
    _open: asyncio.Transport
    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, unless there are too many; such as send nothing would hold the others' places."""
        assert isinstance(transport, asyncio.Transport)
        self._open = transport
        super().connection_made(transport)
        if len(self.connections) > self.most:
            transport.abort()

    def pause_writing(self) -> None:
        """Wait for the other side, but not for ever; what closes in good order waits for ever."""
        super().pause_writing()
        self._rest()
        self._end = asyncio.get_running_loop().call_later(self.stalled_s, self._open.abort)

    def resume_writing(self) -> None:
        """Go on: something was taken."""
        self._rest()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._rest()
        super().connection_lost(exc)

    def _rest(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None
