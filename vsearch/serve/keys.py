"""Who may ask: a key in a header, or a link with an end, for players that can send no header."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable, Mapping
from hashlib import sha256

from vsearch.config import is_key

HOUR_S = 3600
LINKED = re.compile(r"/v1/videos/[0-9a-f]+/(media|subtitles\.vtt|chapters\.vtt|frames/\d+\.jpg)")
"""What a link may lead to; all else takes the key itself."""


def is_linked(path: str) -> bool:
    """Whether a player or an <img> may be led there."""
    return LINKED.fullmatch(path) is not None


class Keys:
    """The key of the interface, or none where anybody on this machine may ask."""

    def __init__(self, key: str, hours: int, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._hours = hours
        self._clock = clock

    @property
    def needed(self) -> bool:
        """Whether a key is asked for."""
        return bool(self._key)

    def fits(self, headers: Mapping[str, str]) -> bool:
        """Whether a request brings the key, as Bearer or X-API-Key, and no other."""
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        given = [bearer.strip()] if scheme.lower() == "bearer" else []
        given += [headers["x-api-key"]] if "x-api-key" in headers else []
        fits = [is_key(self._key, item) for item in given]
        return bool(fits) and all(fits)

    def link(self, path: str) -> str:
        """What stands behind the ? of a link; the same for an hour, so that it can be cached."""
        if not self._key:
            return ""
        until = (int(self._clock()) // HOUR_S + self._hours + 1) * HOUR_S
        return f"?until={until}&signature={self._signature(path, str(until))}"

    def opens(self, path: str, asked: Mapping[str, str]) -> bool:
        """Whether a link is one of ours, to this path, and not over."""
        until, signature = asked.get("until", ""), asked.get("signature", "")
        if not (is_linked(path) and until.isascii() and until.isdigit()):
            return False
        fits = is_key(self._signature(path, until), signature)
        return fits and len(until) < 15 and int(until) > self._clock()

    def _signature(self, path: str, until: str) -> str:
        return hmac.new(self._key.encode(), f"{path}\n{until}".encode(), sha256).hexdigest()
