"""What the library holds: the library itself, its videos, their pictures and files."""

from __future__ import annotations

from contextlib import ExitStack
from hashlib import blake2b
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

import vsearch
from vsearch import documents
from vsearch.errors import QueryError
from vsearch.library import Library
from vsearch.serve.asked import FrameId, VideoId
from vsearch.serve.guard import HEAD
from vsearch.serve.links import clean
from vsearch.serve.problems import Trouble
from vsearch.serve.ranges import FileResponse, OpenFile, file_response, is_known
from vsearch.serve.served import Here, Linked
from vsearch.serve.shapes import DetailsOf, Health, LibraryOf, Videos

router = APIRouter(prefix="/v1")
FOREVER = "private, max-age=31536000, immutable"
BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.get("/health", tags=["library"], operation_id="getHealth")
async def health() -> Health:
    """Say that the server answers; needs no key."""
    return Health(status="ok")


@router.get("/library", tags=["library"], operation_id="getLibrary", response_model=LibraryOf)
async def library(here: Here) -> object:
    """Say how much the library holds, what it was made with, and whether it is being written."""
    return await here.look(lambda: _about(here.library))


def _about(library: Library) -> dict[str, object]:
    exists = library.exists()
    counts = library.counts() if exists else None
    return {
        "name": clean(library.path.name),
        "version": vsearch.__version__,
        "exists": exists,
        "being_written": exists and library.is_being_written(),
        "videos": counts.videos if counts else 0,
        "scenes": counts.scenes if counts else 0,
        "keyframes": counts.frames if counts else 0,
        "speech_segments": counts.speech_segments if counts else 0,
        "shown_texts": counts.shown_texts if counts else 0,
        "duration_s": round(counts.duration_s, 3) if counts else 0.0,
        "threshold": library.threshold() if exists else None,
        "models": [
            {"block": block.name, "component": clean(block.component)} for block in library.blocks()
        ],
        "label_sets": [clean(kept.labels.name) for kept in library.tags()] if exists else [],
    }


@router.get("/videos", tags=["videos"], operation_id="listVideos", response_model=Videos)
async def videos(
    here: Here,
    links: Linked,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> object:
    """List the videos by path, a page at a time."""
    found = await here.look(lambda: here.library.videos() if here.library.exists() else [])
    shown = found[limit * (page - 1) : limit * page]
    return {
        "total": len(found),
        "page": page,
        "more": len(found) > limit * page,
        "videos": [links.published(documents.of_video(video)) for video in shown],
    }


@router.get(
    "/videos/{video_id}", tags=["videos"], operation_id="getVideo", response_model=DetailsOf
)
async def video(here: Here, links: Linked, video_id: VideoId) -> object:
    """Say all that is known of a video: scenes with keyframes, what is said and shown."""

    def work() -> object:
        details = here.library.show(here.video(video_id).id)
        return links.published(documents.of_details(details, here.library.thumbnail))

    return await here.look(work)


@router.get(
    "/videos/{video_id}/frames/{frame_id}.jpg",
    tags=["videos"],
    operation_id="getPicture",
    response_class=Response,
    responses={
        200: {"content": {"image/jpeg": BINARY}, "description": "A JPEG"},
        304: {"description": "The client has it already"},
    },
)
async def picture(here: Here, request: Request, video_id: VideoId, frame_id: FrameId) -> Response:
    """Give the picture of a keyframe; it never changes."""
    try:
        data = await here.look(lambda: here.library.picture(video_id, frame_id))
    except QueryError:
        raise Trouble(404, "there is no such picture in this library") from None
    told = {"ETag": f'"{blake2b(data, digest_size=12).hexdigest()}"', "Cache-Control": FOREVER}
    if is_known(request.headers, told["ETag"]):
        return Response(status_code=304, headers=told)
    return Response(data, 200, told, "image/jpeg")


@router.get(
    "/videos/{video_id}/media",
    tags=["videos"],
    operation_id="getMedia",
    response_class=Response,
    responses={
        200: {"content": {"video/*": BINARY, "application/*": BINARY}, "description": "The file"},
        206: {"content": {"video/*": BINARY, "application/*": BINARY}, "description": "A range"},
        304: {"description": "The client has it already"},
        416: {"description": "There are no such bytes"},
    },
)
async def media(here: Here, request: Request, video_id: VideoId) -> Response:
    """Give the file of a video, or with a Range header one range of its bytes."""

    def work() -> OpenFile:
        try:
            return OpenFile(here.library.file(video_id))
        except QueryError:
            raise Trouble(404, "there is no such video, or its file is gone or changed") from None

    client = request.client.host if request.client else ""
    here.downloads.enter(client)
    place = ExitStack()
    place.callback(here.downloads.leave, client)
    with place:
        opened = await here.look(work)
        only_head = bool(request.scope.get(HEAD))
        found = file_response(opened, request.headers, f'"{video_id}"', only_head=only_head)
        if isinstance(found, FileResponse):
            found.last.push(place.pop_all())
    return found
