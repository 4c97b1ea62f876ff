"""What goes wrong -> problem documents (RFC 9457), which never name a place on the server."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response

from vsearch.errors import AnswerError, LibraryBusy, QueryError, UnknownVideo, VsearchError
from vsearch.serve.addresses import methods_at, route_path

log = logging.getLogger("vsearch.serve")

MEDIA_TYPE = "application/problem+json"
BUSY_S = 5
MOST_TOLD = 8
LONGEST = 100
_PATH = re.compile(r"(?<![\w/:.])(?:[A-Za-z]:)?[\\/](?:[^\s\\/'\"<>|,;:)]+[\\/])+")
"""Folders before a name: what a message keeps of /home/me/a.mp4 is a.mp4."""


class Field(BaseModel):
    """One value of a request that cannot be taken, and why."""

    place: str
    reason: str


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Field] | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "there is no such video in this library",
                }
            ]
        }
    )


class Trouble(Exception):  # noqa: N818 - an answer that is no error of the server
    """Ends a request with a problem document."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


def problem(
    status: int,
    detail: str,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """A problem document as a response."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        document["errors"] = errors
    return Response(json.dumps(document).encode(), status, headers, MEDIA_TYPE)


def busy(detail: str, after_s: int = BUSY_S) -> Trouble:
    """What a client is told that should come again a little later."""
    return Trouble(503, detail, {"Retry-After": str(after_s)})


def without_places(text: str, places: Iterable[Path] = ()) -> str:
    """A message that names files, but not where on the server they lie.

    What is no known place is guessed, which no name with a blank in it can be.
    """
    for place in sorted({str(place) for place in places}, key=len, reverse=True):
        if len(place) > 1:
            inside = text.replace(f"{place}/", "").replace(f"{place}\\", "")
            text = inside.replace(place, Path(place).name)
    return _PATH.sub("", text)


def trouble_of(error: VsearchError, places: Iterable[Path]) -> Trouble:
    """What a client is told of an error; only of its own mistakes it is told more than the kind."""
    if isinstance(error, QueryError):
        status = 404 if isinstance(error, UnknownVideo) else 400
        named = [place for path in error.paths for place in (path, path.parent)]
        return Trouble(status, without_places(str(error), [*named, *places]))
    log.error("%s: %s", type(error).__name__, error)
    if isinstance(error, LibraryBusy):
        return busy("the library is being written by another process; try again later")
    if isinstance(error, AnswerError):
        return busy("what answers questions is out of reach; try again later")
    return Trouble(500, "the library cannot answer that; the server's log says why")


def add_handlers(app: FastAPI) -> None:
    """Let every error end in a problem document."""
    app.add_exception_handler(Trouble, _of_trouble)
    app.add_exception_handler(HTTPException, _of_status)
    app.add_exception_handler(RequestValidationError, _of_values)
    app.add_exception_handler(VsearchError, _of_vsearch)


async def _of_trouble(request: Request, error: Exception) -> Response:
    assert isinstance(error, Trouble)
    return problem(error.status, error.detail, error.headers)


async def _of_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(methods_at(request.app.openapi(), route_path(request.scope)))
    return problem(error.status_code, _TOLD.get(error.status_code, ""), headers)


async def _of_values(request: Request, error: Exception) -> Response:
    """Which values cannot be taken, without repeating them."""
    assert isinstance(error, RequestValidationError)
    told = [
        {
            "place": ".".join(map(str, item["loc"]))[:LONGEST],
            "reason": str(item["msg"])[: 2 * LONGEST],
        }
        for item in error.errors()[:MOST_TOLD]
    ]
    return problem(422, "the request does not say what it must: see errors", None, told)


async def _of_vsearch(request: Request, error: Exception) -> Response:
    assert isinstance(error, VsearchError)
    served = request.app.state.served
    found: Trouble = await served.look(lambda: served.trouble(error))
    return problem(found.status, found.detail, found.headers)


_TOLD = {
    404: "there is nothing at this address; /docs lists all that there is",
    405: "this address does not take this method; the Allow header says which it takes",
    400: "the body of the request cannot be read",
    408: "the body of the request took too long to come",
    413: "the body of the request is too large",
    503: "more is being sent here than can be held; try again",
}
