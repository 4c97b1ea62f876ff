"""A library as a retriever of Haystack."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from vsearch.errors import QueryError
from vsearch_plugins._retrieved import AnyLibrary, Retrieved, missing, opened, retrieve

try:
    from haystack import Document, component, default_from_dict, default_to_dict
    from haystack.dataclasses import ByteStream
except ImportError as error:
    raise missing("Haystack", "haystack", error) from error

if TYPE_CHECKING:
    from vsearch.library import Library


@component
class VsearchRetriever:
    """Finds moments; each is a Document of the words said and shown in it.

    With pictures=True it holds the keyframe too. Filters are the keyword arguments of
    Library.search, such as {"inside": "holiday"}; those of a run replace those given here.
    """

    def __init__(
        self,
        library: AnyLibrary = None,
        top_k: int = 10,
        filters: dict[str, Any] | None = None,
        plain: bool = True,
        pictures: bool = False,
    ) -> None:
        self.library = library
        self.top_k = top_k
        self.filters = filters
        self.plain = plain
        self.pictures = pictures
        self._opened: Library | None = None

    def warm_up(self) -> None:
        """Open the library and load its search index."""
        if self._opened is None:
            library = opened(self.library)
            library.check()
            self._opened = library

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """The documents for a query."""
        self.warm_up()
        assert self._opened is not None
        wanted = self.filters if filters is None else filters
        most = self.top_k if top_k is None else top_k
        found = retrieve(self._opened, query, most, wanted, plain=self.plain)
        return {"documents": [self._document(item) for item in found]}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """The documents for a query, found in a thread."""
        found: dict[str, list[Document]] = await asyncio.to_thread(self.run, query, filters, top_k)
        return found

    def to_dict(self) -> dict[str, Any]:
        """The component as a pipeline's file holds it: the library by its name or path."""
        from vsearch.library import Library

        library = self.library
        name = library.path if isinstance(library, Library) else library
        given: dict[str, Any] = default_to_dict(
            self,
            library=None if name is None else os.fspath(name),
            top_k=self.top_k,
            filters=self.filters,
            plain=self.plain,
            pictures=self.pictures,
        )
        return given

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> VsearchRetriever:
        """The component that a pipeline's file holds."""
        made: VsearchRetriever = default_from_dict(cls, data)
        return made

    def _document(self, item: Retrieved) -> Document:
        return Document(
            id=item.id,
            content=item.text,
            meta=item.metadata,
            score=item.moment.score,
            blob=self._picture(item) if self.pictures else None,
        )

    def _picture(self, item: Retrieved) -> ByteStream | None:
        assert self._opened is not None
        try:
            data = self._opened.picture(item.moment.video.id, item.moment.frame.id)
        except QueryError:  # lost; the words are still there
            return None
        return ByteStream(data=data, mime_type="image/jpeg")
