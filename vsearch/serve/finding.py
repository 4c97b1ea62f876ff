"""Searching: in one line, in parts, by a picture, by a moment."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field

from vsearch import documents
from vsearch.query.question import Like
from vsearch.serve.asked import (
    SearchBody,
    SearchQuery,
    Seconds,
    Shown,
    VideoId,
    arguments_of,
    check,
    check_depth,
)
from vsearch.serve.links import Links
from vsearch.serve.pictures import TYPES, kept_picture
from vsearch.serve.problems import Trouble
from vsearch.serve.served import Here, Linked, Served
from vsearch.serve.shapes import Found

router = APIRouter(prefix="/v1", tags=["search"])
PICTURE = {"schema": {"type": "string", "format": "binary"}}


@router.get("/search", operation_id="search", response_model=Found)
async def search(here: Here, links: Linked, asked: Annotated[SearchQuery, Query()]) -> object:
    """Find moments by what they show and what is said in them."""
    given = asked.model_dump()
    return await _found(here, links, {"text": given.pop("q"), **given})


@router.post("/search", operation_id="searchInParts", response_model=Found)
async def search_in_parts(here: Here, links: Linked, asked: SearchBody) -> object:
    """Find moments by words, exact words, filters and steps that are given apart."""
    return await _found(here, links, arguments_of(asked))


@router.post(
    "/search/image",
    operation_id="searchByImage",
    response_model=Found,
    responses={415: {"description": "It is no JPEG, PNG or WebP"}},
    openapi_extra={
        "requestBody": {"required": True, "content": dict.fromkeys(TYPES, PICTURE)},
    },
)
async def search_by_image(
    here: Here, links: Linked, request: Request, asked: Annotated[Shown, Query()]
) -> object:
    """Find what looks like a picture, which is the body of the request."""
    check_depth(asked.limit, asked.page, here.settings)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in TYPES:
        raise Trouble(415, f"a picture is sent as {', '.join(TYPES)}")
    data = await request.body()

    def work() -> object:
        with kept_picture(data, here.settings.picture_mpx) as path:
            found = here.library.search(image=path, **asked.model_dump())
        return links.published(documents.of_result(found) | {"query": "a picture"})

    return await here.think(work)


@router.get("/videos/{video_id}/similar", operation_id="findSimilar", response_model=Found)
async def similar(
    here: Here,
    links: Linked,
    video_id: VideoId,
    at_s: Annotated[Seconds | None, Field(description="left out: the whole video")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> object:
    """Find what is like a moment of a video, or like the whole of it."""

    def work() -> object:
        like = Like(video=here.video(video_id).id, at_s=at_s)
        return links.published(documents.of_result(here.library.search(like=like, limit=limit)))

    return await here.think(work)


async def _found(here: Served, links: Links, arguments: dict[str, Any]) -> object:
    check(arguments, here.settings)

    def work() -> object:
        return links.published(documents.of_result(here.library.search(**arguments)))

    return await here.think(work)
