"""Bodies that are held while requests are answered: so many bytes of all together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.exceptions import HTTPException

from vsearch.serve.problems import BUSY_S


class Received:
    """What the bodies of all requests take."""

    def __init__(self, most_bytes: int) -> None:
        self.left = most_bytes

    @contextmanager
    def body(self) -> Iterator[Body]:
        """The body of one request; when that is over its bytes are free again."""
        body = Body(self)
        try:
            yield body
        finally:
            self.left += body.size


class Body:
    """What has come of one body."""

    def __init__(self, received: Received) -> None:
        self._received = received
        self.size = 0

    def add(self, size: int) -> None:
        """Count bytes that have come, or refuse them where all together are too many."""
        self.size += size
        self._received.left -= size
        if size and self._received.left < 0:
            raise HTTPException(503, headers={"Retry-After": str(BUSY_S)})
