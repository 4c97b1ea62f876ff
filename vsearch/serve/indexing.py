"""Index runs: started, listed, watched, cancelled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import StreamingResponse

from vsearch import documents
from vsearch.serve.events import STILL_HERE, STILL_HERE_S, STREAM, EventStream, event
from vsearch.serve.jobs import Job
from vsearch.serve.links import clean
from vsearch.serve.problems import without_places
from vsearch.serve.served import Here
from vsearch.serve.shapes_told import JobOf, JobsOf

router = APIRouter(prefix="/v1", tags=["jobs"])
LOOKS_AGAIN_S = 0.2
LASTS_S = 300.0
JobId = Annotated[
    str,
    InPath(pattern=r"^[0-9a-f]{16}$", description="the id of a job", examples=["5f0c2a9be1d34876"]),
]


class Wish(BaseModel):
    """What is to be indexed: paths below the folders that are allowed, or all of them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"paths": ["2024"]}]})

    paths: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=1000)]], Field(max_length=100)
    ] = []


@router.post(
    "/jobs",
    operation_id="startJob",
    status_code=202,
    response_model=JobOf,
    responses={409: {"description": "Too many jobs are waiting"}},
)
async def start(here: Here, wish: Wish, response: Response) -> object:
    """Index videos that are new in folders that the server was started with (--videos)."""
    job = await here.look(lambda: here.jobs.start(wish.paths))
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return told_of(job, here.folders())


@router.get("/jobs", operation_id="listJobs", response_model=JobsOf)
async def jobs(here: Here) -> object:
    """List the index runs since the server was started, the newest first."""
    return {"jobs": [told_of(job, here.folders()) for job in here.jobs.all()]}


@router.get("/jobs/{job_id}", operation_id="getJob", response_model=JobOf)
async def job(here: Here, job_id: JobId) -> object:
    """Say how far an index run has come."""
    return told_of(here.jobs.get(job_id), here.folders())


@router.post("/jobs/{job_id}/cancel", operation_id="cancelJob", response_model=JobOf)
async def cancel(here: Here, job_id: JobId) -> object:
    """Stop an index run; what it has indexed stays. One that is over stays as it is."""
    return told_of(here.jobs.cancel(job_id), here.folders())


@router.delete("/jobs/{job_id}", operation_id="forgetJob", response_model=JobOf)
async def forget(here: Here, job_id: JobId) -> object:
    """Stop an index run, and forget that there was one; what it has indexed stays."""
    return told_of(here.jobs.forget(job_id), here.folders())


@router.get(
    "/jobs/{job_id}/events",
    operation_id="watchJob",
    response_class=StreamingResponse,
    responses=STREAM,
)
async def watch(here: Here, job_id: JobId) -> StreamingResponse:
    """Follow an index run: `progress` events, then one `end`; after five minutes, connect again."""
    found = here.jobs.get(job_id)
    here.streams.enter()
    return EventStream(_followed(found, here.folders()), here.streams.leave)


async def _followed(job: Job, folders: Sequence[Path]) -> AsyncIterator[bytes]:
    """The job whenever it has changed."""
    seen, began = -1, time.monotonic()
    told = began
    while time.monotonic() - began < LASTS_S:
        if job.version != seen:
            seen, told = job.version, time.monotonic()
            over = job.is_over
            document = JobOf.model_validate(told_of(job, folders))  # which leaves places out
            yield event("end" if over else "progress", document.model_dump(mode="json"))
            if over:
                return
        elif time.monotonic() - told > STILL_HERE_S:
            told = time.monotonic()
            yield STILL_HERE
        await asyncio.sleep(LOOKS_AGAIN_S)


def told_of(job: Job, folders: Sequence[Path]) -> dict[str, Any]:
    """A job as a document, without places on the server."""
    progress = job.progress
    return {
        "id": job.id,
        "state": job.state,
        "paths": [clean(name) for name in job.names],
        "started_at": datetime.fromtimestamp(job.started_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "progress": {
            "done": progress.done,
            "total": progress.total,
            "name": None if progress.path is None else clean(progress.path.name),
            "fraction": round(progress.fraction, 3),
            "message": progress.message,
        },
        "reason": job.reason,
        "report": None if job.report is None else _report(job, folders),
    }


def _report(job: Job, folders: Sequence[Path]) -> dict[str, Any]:
    assert job.report is not None
    document = documents.of_report(job.report, "")
    document["problems"] = [
        {
            "name": clean(Path(item["path"]).name),
            "reason": clean(without_places(item["reason"], [*_around(item["path"]), *folders])),
            "partial": item["partial"],
        }
        for item in document["problems"]
    ]
    for name in ("indexed", "duplicates"):
        document[name] = [clean(Path(item).name) for item in document[name]]
    return document


def _around(path: str) -> tuple[Path, Path]:
    return Path(path), Path(path).parent
