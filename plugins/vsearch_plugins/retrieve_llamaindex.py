"""A library as a retriever of LlamaIndex."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from vsearch.errors import QueryError
from vsearch_plugins._retrieved import AnyLibrary, Retrieved, missing, opened, retrieve

try:
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.schema import ImageNode, NodeWithScore, QueryBundle, TextNode
except ImportError as error:
    raise missing("LlamaIndex", "llamaindex", error) from error


NOT_FOR_MODELS = ["thumbnail", "link", "video", "score", "weak"]
"""Metadata that a language model gains nothing from."""


class VsearchRetriever(BaseRetriever):
    """Finds moments; each is a TextNode of the words said and shown in it, or an ImageNode.

    An ImageNode also holds the keyframe. It stands for moments without words, or, with
    pictures=True, for all of them.
    """

    def __init__(
        self,
        library: AnyLibrary = None,
        *,
        k: int = 10,
        filters: dict[str, Any] | None = None,
        plain: bool = True,
        pictures: bool = False,
        **more: Any,
    ) -> None:
        self._library = opened(library)
        self._k = k
        self._filters = filters
        self._plain = plain
        self._pictures = pictures
        super().__init__(**more)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = retrieve(
            self._library, query_bundle.query_str, self._k, self._filters, plain=self._plain
        )
        return [NodeWithScore(node=self._node(item), score=item.moment.score) for item in found]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)

    def _node(self, item: Retrieved) -> TextNode:
        facts: dict[str, Any] = {
            "id_": item.id,
            "text": item.text,
            "metadata": item.metadata,
            "excluded_llm_metadata_keys": NOT_FOR_MODELS,
            "excluded_embed_metadata_keys": sorted(item.metadata),
        }
        moment = item.moment
        if not self._pictures and (moment.said or moment.shown):
            return TextNode(**facts)
        try:
            picture = self._library.picture(moment.video.id, moment.frame.id)
        except QueryError:  # lost; the words are still there
            return TextNode(**facts)
        encoded = base64.b64encode(picture).decode("ascii")
        return ImageNode(image=encoded, image_mimetype="image/jpeg", **facts)
