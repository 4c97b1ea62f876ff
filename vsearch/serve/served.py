"""What the endpoints share: the library, the limits, the work under way."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from vsearch.errors import StoreError, UnknownVideo, VsearchError
from vsearch.library import Library
from vsearch.serve.jobs import Jobs
from vsearch.serve.keys import Keys
from vsearch.serve.limits import Places, Work
from vsearch.serve.links import Links, links_of
from vsearch.serve.problems import Trouble, trouble_of, without_places
from vsearch.settings import ServeSettings
from vsearch.types import Video

T = TypeVar("T")
SMALL_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A library that is served; small work waits behind no search."""

    library: Library
    settings: ServeSettings
    keys: Keys
    jobs: Jobs
    searches: Work
    small: Work
    streams: Places
    downloads: Places

    async def think(self, work: Callable[[], T], limit_s: float | None = None) -> T:
        """The result of what takes a model or a search."""
        return await self.searches.run(work, limit_s or self.settings.timeout_s)

    async def look(self, work: Callable[[], T]) -> T:
        """The result of what is only read."""
        return await self.small.run(work, self.settings.timeout_s)

    @property
    def answer_s(self) -> float:
        """How long an answer may take: a language model has its own limit besides."""
        return self.settings.timeout_s + self.library.config.answer.timeout_s

    def video(self, video_id: str) -> Video:
        """The video with this very id."""
        try:
            if self.library.exists():
                return self.library.video(video_id)
        except UnknownVideo:
            pass
        raise Trouble(404, "there is no such video in this library")

    def folders(self) -> Sequence[Path]:
        """The places that no message may name."""
        return [self.library.path, self.library.path.parent, *self.jobs.roots]

    def without_places(self, text: str) -> str:
        """A message without the places of the server and those of its videos."""
        return without_places(text, self._places(text))

    def _places(self, text: str) -> Sequence[Path]:
        if not (os.sep in text and self.library.exists() and self.library.blocks()):
            return self.folders()
        files = [path for paths in self.library.paths().values() for path in paths]
        return [*files, *{path.parent for path in files}, *self.folders()]

    def trouble(self, error: VsearchError) -> Trouble:
        """What a client is told of an error."""
        empty = not (self.library.exists() and self.library.blocks())
        if isinstance(error, StoreError) and empty:
            return Trouble(409, "the library holds no video yet")
        return trouble_of(error, self._places(str(error)))

    def close(self) -> None:
        """End the work: an index run keeps what it has done."""
        self.jobs.close()
        self.searches.stop()
        self.small.stop()


async def _served(request: Request) -> Served:
    found: Served = request.app.state.served
    return found


async def _links(request: Request) -> Links:
    return links_of(request, request.app.state.served.keys)


Here = Annotated[Served, Depends(_served)]
Linked = Annotated[Links, Depends(_links)]
