"""What answering needs of a library and of its components."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vsearch.protocols import Answerer, Notify
from vsearch.storage import Store
from vsearch.types import Block, Matrix, SearchResult, Video


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The store, the search and the encoders of a library, and who may answer."""

    store: Store
    search: Callable[..., SearchResult]
    named: Callable[[str], Video | None]
    embed: Callable[[Block, Sequence[str]], Matrix]
    answerer: Callable[[str], Answerer]
    notify: Notify
    offline: bool = False
