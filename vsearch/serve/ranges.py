"""Files over HTTP: whole, or the range of bytes that a player asks for."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse

from vsearch.serve.links import clean
from vsearch.serve.problems import Trouble

CHUNK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})")
NO_TYPE = "application/octet-stream"
TYPES = {
    ".3gp": "video/3gpp",
    ".avi": "video/x-msvideo",
    ".flv": "video/x-flv",
    ".m2ts": "video/mp2t",
    ".m4v": "video/mp4",
    ".mkv": "video/matroska",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".mpeg": "video/mpeg",
    ".mpg": "video/mpeg",
    ".mts": "video/mp2t",
    ".ogv": "video/ogg",
    ".ts": "video/mp2t",
    ".webm": "video/webm",
    ".wmv": "video/x-ms-wmv",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of a file from first on; end is not among them."""

    first: int
    end: int


class OpenFile:
    """A file that is open, so that what is read is what was looked at."""

    def __init__(self, path: Path) -> None:
        try:
            # What became a pipe since it was looked at must not make the server wait.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except OSError:
            raise Trouble(404, "the file of this video is gone") from None
        self.file: BinaryIO = os.fdopen(descriptor, "rb", buffering=0)
        stat = os.fstat(descriptor)
        if not S_ISREG(stat.st_mode):
            self.file.close()
            raise Trouble(404, "the file of this video is gone")
        self.size = stat.st_size
        self.name = path.name
        self.media_type = TYPES.get(path.suffix.lower(), NO_TYPE)


def wanted_of(headers: Headers, size: int, etag: str) -> Stretch | None:
    """The range that is asked for; None for the whole, which several ranges get too."""
    asked = headers.get("range", "").strip().lower()
    if not asked or headers.get("if-range", etag) != etag:
        return None
    found = _RANGE.fullmatch(asked)
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] and found[2] and int(found[1]) > int(found[2]):
        return None  # no range at all, says RFC 9110
    first = int(found[1]) if found[1] else max(0, size - int(found[2]))
    end = min(size, int(found[2]) + 1) if found[1] and found[2] else size
    if first >= end:
        told = f"there are {size} bytes, and none of them lies in this range"
        raise Trouble(416, told, {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    return Stretch(first, end)


def file_response(opened: OpenFile, headers: Headers, etag: str, *, only_head: bool) -> Response:
    """The file or the range of it that is asked for; the file is closed when it has been sent."""
    told = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, no-cache"}
    try:
        if is_known(headers, etag):
            opened.file.close()
            return Response(status_code=304, headers=told)
        stretch = wanted_of(headers, opened.size, etag)
    except Trouble:
        opened.file.close()
        raise
    first, end = (stretch.first, stretch.end) if stretch else (0, opened.size)
    told |= {"Content-Length": str(end - first), "Content-Disposition": _disposition(opened.name)}
    if stretch:
        told["Content-Range"] = f"bytes {first}-{end - 1}/{opened.size}"
    status = 206 if stretch else 200
    if only_head:
        opened.file.close()
        return Response(None, status, told, opened.media_type)
    return FileResponse(opened, _read(opened.file, first, end), status, told)


def is_known(headers: Headers, etag: str) -> bool:
    """Whether the client holds this already."""
    known = [
        item.strip().removeprefix("W/") for item in headers.get("if-none-match", "").split(",")
    ]
    return etag in known or known == ["*"]


def _disposition(name: str) -> str:
    """Show it, and keep it under its name."""
    return f"inline; filename*=utf-8''{quote(clean(name), safe='')}"


class FileResponse(StreamingResponse):
    """Streams a file and closes it, also where the client has gone before it began.

    What is put on its stack is done then, too.
    """

    def __init__(
        self, opened: OpenFile, parts: AsyncIterator[bytes], status: int, headers: dict[str, str]
    ) -> None:
        super().__init__(parts, status, headers, opened.media_type)
        self.last = ExitStack()
        self.last.callback(opened.file.close)

    async def __call__(self, *ways: object) -> None:
        """Send it."""
        with self.last:
            await super().__call__(*ways)  # type: ignore[arg-type]


async def _read(file: BinaryIO, first: int, end: int) -> AsyncIterator[bytes]:
    """The bytes of a stretch; a file that has become shorter breaks the answer off."""
    while first < end:
        size = min(CHUNK_BYTES, end - first)
        part = await run_in_threadpool(_part, file, first, size)
        if not part:
            raise ConnectionError("a file became shorter while it was sent")
        first += len(part)
        yield part


def _part(file: BinaryIO, first: int, size: int) -> bytes:
    file.seek(first)
    return file.read(size)
