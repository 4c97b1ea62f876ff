"""Server-Sent Events: what is told while it comes about."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.responses import StreamingResponse

from vsearch.serve.links import clean

MEDIA_TYPE = "text/event-stream"
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-Sent Events: what happened, and a JSON document about it",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "event": {"type": "string"},
                        "data": {"type": "string", "contentMediaType": "application/json"},
                    },
                    "required": ["event", "data"],
                }
            }
        },
    }
}
"""What an endpoint says of its stream."""

STILL_HERE_S = 15.0
STILL_HERE = b": still here\n\n"


class Gone(Exception):  # noqa: N818 - ends the work for somebody who has left
    """Nobody listens any more."""


class Pipe:
    """Events from a thread to the stream of one client."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._gone = False

    def put(self, name: str, data: Any) -> None:
        """Tell the client; Gone where there is none any more."""
        if self._gone:
            raise Gone
        self._hand_over(event(name, data))

    def close(self) -> None:
        """End the stream."""
        if not self._gone:
            self._hand_over(None)

    async def events(self) -> AsyncIterator[bytes]:
        """What was told, and now and then a sign that more may come."""
        try:
            while True:
                try:
                    item = await asyncio.wait_for(self._queue.get(), STILL_HERE_S)
                except TimeoutError:
                    yield STILL_HERE
                    continue
                if item is None:
                    return
                yield item
        finally:
            self._gone = True

    def _hand_over(self, item: bytes | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)
        except RuntimeError:  # the loop is closed: the server has ended
            raise Gone from None


class EventStream(StreamingResponse):
    """A stream of events; leave is called when it ends, however it does."""

    def __init__(self, events: AsyncIterator[bytes], leave: Callable[[], None]) -> None:
        told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, 200, told, MEDIA_TYPE)
        self._leave = leave

    async def __call__(self, *ways: Any) -> None:
        """Send the events."""
        try:
            await super().__call__(*ways)
        finally:
            self._leave()


def event(name: str, data: Any) -> bytes:
    """One event with a JSON document."""
    return f"event: {name}\ndata: {clean(json.dumps(data, ensure_ascii=False))}\n\n".encode()
