"""Puts the HTTP interface together, for a server of its own or to be mounted in another one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse

import vsearch
from vsearch.library import Library
from vsearch.serve import finding, indexing, telling, videos
from vsearch.serve.guard import Guard
from vsearch.serve.jobs import Jobs
from vsearch.serve.keys import Keys
from vsearch.serve.limits import Places, Work
from vsearch.serve.problems import add_handlers
from vsearch.serve.roots import checked_roots
from vsearch.serve.schema import own_schema, page
from vsearch.serve.served import SMALL_THREADS, Served
from vsearch.settings import ServeSettings


def create_app(
    library: Library,
    settings: ServeSettings | None = None,
    *,
    key: str = "",
    videos_below: Sequence[str] = (),
) -> FastAPI:
    """The HTTP interface of a library, as an application that can be run or mounted.

    Whoever mounts it calls app.state.served.close() at the end: only a server of its own does so.
    """
    settings = settings or library.config.serve
    keys = Keys(key, settings.link_hours)
    served = Served(
        library=library,
        settings=settings,
        keys=keys,
        jobs=Jobs(library, checked_roots([*settings.videos, *videos_below]), settings.jobs),
        searches=Work("search", settings.workers, settings.waiting),
        small=Work("small", SMALL_THREADS, settings.waiting),
        streams=Places(settings.streams),
        downloads=Places(settings.downloads, settings.downloads_each),
    )
    app = FastAPI(
        title="vsearch",
        version=vsearch.__version__,
        description="Search a library of videos in plain words, get the moment.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_closing,
    )
    app.state.served = served
    add_handlers(app)
    for part in (videos, finding, telling, indexing):
        app.include_router(part.router)
    _add_page(app)
    _add_guard(app, settings, keys)
    app.openapi = own_schema(app, with_key=keys.needed)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _closing(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.served.close()


def _add_page(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        """List all operations."""
        return page(app.openapi())


def _add_guard(app: FastAPI, settings: ServeSettings, keys: Keys) -> None:
    """The guard before everything, also before what tells browsers which pages may ask."""
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "HEAD", "POST", "DELETE"],
            allow_headers=["Authorization", "X-API-Key", "Content-Type", "Range"],
            expose_headers=["Accept-Ranges", "Content-Range", "ETag", "Location", "Retry-After"],
        )
    app.add_middleware(Guard, settings=settings, keys=keys)
