"""What the retrievers of other frameworks share: moments as text with facts beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from vsearch.errors import PluginError, QueryError
from vsearch.lines import clock
from vsearch.query.asked import Asked

if TYPE_CHECKING:
    from vsearch.library import Library
    from vsearch.types import Moment

AnyLibrary: TypeAlias = "Library | str | os.PathLike[str] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """One moment: an id, its words, facts about it that JSON can hold, and the moment itself."""

    id: str
    text: str
    metadata: dict[str, Any]
    moment: Moment


def missing(library: str, extra: str, error: ImportError) -> PluginError:
    """What to say where a framework is not installed."""
    return PluginError(
        f"{library} cannot be imported ({error}): python -m pip install 'vsearch[{extra}]'"
    )


def opened(library: AnyLibrary) -> Library:
    """A library, or the one that a name or path stands for."""
    from vsearch.library import Library, open_library

    return library if isinstance(library, Library) else open_library(library)


def retrieve(
    library: Library, query: str, k: int, filters: Mapping[str, Any] | None, *, plain: bool
) -> list[Retrieved]:
    """The k best moments; filters are the keyword arguments of a search."""
    wanted = dict(filters or {})
    if unknown := sorted(set(wanted) - set(Asked.__annotations__)):
        known = ", ".join(sorted(Asked.__annotations__))
        raise QueryError(f"there is no filter {unknown[0]!r}; there are: {known}")
    found = library.search(query, limit=k, plain=plain, **wanted)
    return [_retrieved(moment) for moment in found.moments]


def _retrieved(moment: Moment) -> Retrieved:
    span = moment.span
    start_s, end_s = round(span.start_s, 3), round(span.end_s, 3)
    return Retrieved(
        id=f"{moment.video.id}-{moment.frame.id}",
        text=_words(moment),
        metadata={
            "video": moment.video.id,
            "path": str(moment.video.path),
            "start_s": start_s,
            "end_s": end_s,
            "score": round(moment.score, 4),
            "weak": moment.weak,
            "thumbnail": str(moment.thumbnail),
            "link": f"{moment.video.path.absolute().as_uri()}#t={start_s:g},{end_s:g}",
            "tags": [tag.label for tag in moment.tags],
        },
        moment=moment,
    )


def _words(moment: Moment) -> str:
    """What is said and shown, or that it is only seen: an empty text is of no use to anybody."""
    several = [part for part in (moment.said, moment.shown) if part]
    at = f"{clock(moment.span.start_s)}-{clock(moment.span.end_s)}"
    return "\n".join(several) or f"(nothing is said: {moment.video.path.name} {at})"
