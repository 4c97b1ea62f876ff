"""A library as a retriever of LangChain."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from vsearch_plugins._retrieved import AnyLibrary, missing, opened, retrieve

try:
    from langchain_core.callbacks import (
        AsyncCallbackManagerForRetrieverRun,
        CallbackManagerForRetrieverRun,
    )
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from pydantic import Field, PrivateAttr
except ImportError as error:
    raise missing("LangChain", "langchain", error) from error

if TYPE_CHECKING:
    from vsearch.library import Library


class VsearchRetriever(BaseRetriever):
    """Finds moments; each is a Document of the words said and shown in it.

    The library is one of vsearch, its name or its path. Filters are the keyword arguments of
    Library.search, such as {"inside": "holiday"}. A query is plain words unless plain is false:
    then it may hold all that docs/search.md describes.
    """

    library: Any = None
    k: int = Field(default=10, ge=1)
    filters: dict[str, Any] = Field(default_factory=dict)
    plain: bool = True
    _opened: Library | None = PrivateAttr(default=None)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
        filters: dict[str, Any] | None = None,
    ) -> list[Document]:
        """The documents for a query; k and filters may be given with it."""
        wanted = self.filters | (filters or {})
        most = self.k if k is None else k
        found = retrieve(self._library(), query, most, wanted, plain=self.plain)
        return [
            Document(id=item.id, page_content=item.text, metadata=item.metadata) for item in found
        ]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **more: Any
    ) -> list[Document]:
        """The same, found in a thread."""
        ask = self._get_relevant_documents
        return await asyncio.to_thread(ask, query, run_manager=run_manager.get_sync(), **more)

    def _library(self) -> Library:
        if self._opened is None:
            chosen: AnyLibrary = self.library
            self._opened = opened(chosen)
        return self._opened
