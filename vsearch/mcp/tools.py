"""The tools: each asks the library and gives a document, readable text and pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, TypeAlias

from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, ContentBlock
from pydantic import Field

from vsearch import documents
from vsearch.errors import QueryError, VsearchError
from vsearch.mcp import said, shapes, words
from vsearch.mcp.content import image, keyframe_uri, links, result, text
from vsearch.mcp.fit import SHORT, fit, paged, reason
from vsearch.query.asked import question_of
from vsearch.types import TimeSpan

if TYPE_CHECKING:
    from vsearch.library import Library
    from vsearch.types import Frame, VideoDetails

P = ParamSpec("P")

MOST_PICTURES = 8
LETTERS_A_PAGE = 12_000
VIDEOS_A_PAGE = 50

Query: TypeAlias = Annotated[str, Field(description=said.QUERY, min_length=1, max_length=4_000)]
Limit: TypeAlias = Annotated[int, Field(description=said.LIMIT, ge=1, le=50)]
Page: TypeAlias = Annotated[int, Field(description=said.PAGE, ge=1, le=10_000)]
Pictures: TypeAlias = Annotated[bool, Field(description=said.PICTURES)]
VideoName: TypeAlias = Annotated[str, Field(description=said.VIDEO, min_length=1, max_length=1_000)]
From: TypeAlias = Annotated[float, Field(description=said.FROM, ge=0, allow_inf_nan=False)]
To: TypeAlias = Annotated[float | None, Field(description=said.TO, ge=0, allow_inf_nan=False)]
Start: TypeAlias = Annotated[float, Field(description=said.START, ge=0, allow_inf_nan=False)]
End: TypeAlias = Annotated[float, Field(description=said.END, ge=0, allow_inf_nan=False)]


def anticipated(
    tool: Callable[Concatenate[Tools, P], CallToolResult],
) -> Callable[Concatenate[Tools, P], CallToolResult]:
    """What the caller can put right is an error with its message, and never a crash."""

    @wraps(tool)
    def run(self: Tools, /, *args: P.args, **kwargs: P.kwargs) -> CallToolResult:
        try:
            return tool(self, *args, **kwargs)
        except VsearchError as error:
            raise ToolError(reason(error, self.folder)) from error

    return run


class Tools:
    """What can be asked of one library; every method is a tool, and none changes anything."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.folder = library.path

    @anticipated
    def search_moments(
        self, query: Query, limit: Limit = 5, page: Page = 1, pictures: Pictures = True
    ) -> Annotated[CallToolResult, shapes.Found]:
        """Find moments."""
        refuse_files(query)
        found = self._library.search(query, limit=limit, page=page)
        document = fit(documents.of_result(found))
        content: list[ContentBlock] = [text(words.found(document))]
        for number, (item, moment) in enumerate(
            zip(document["moments"], found.moments, strict=True)
        ):
            item["picture"] = keyframe_uri(moment.video.id, moment.frame.id)
            content.append(text(words.moment(item)))
            if pictures and number < MOST_PICTURES:
                content.append(image(self._library, moment.video.id, moment.frame.id))
        return result(document, [*content, *links(moment.video for moment in found.moments)])

    @anticipated
    def get_transcript(
        self,
        video: VideoName,
        from_s: From = 0.0,
        to_s: To = None,
        page: Page = 1,
        shown: Annotated[bool, Field(description=said.SHOWN)] = False,
    ) -> Annotated[CallToolResult, shapes.Transcript]:
        """Read the words of a video."""
        details = self._library.show(video)
        span = span_of(from_s, max(from_s, details.video.duration_s) if to_s is None else to_s)
        pages = list(paged(lines_of(details, span, shown=shown), LETTERS_A_PAGE))
        if page > len(pages):
            raise QueryError(f"there is no page {page}: these words have {len(pages)}")
        document = {
            "video": fit(documents.of_name(details.video)),
            **documents.of_span(span),
            "speech_source": fit(details.speech_source),
            "page": page,
            "pages": len(pages),
            "more": page < len(pages),
            "lines": pages[page - 1],
        }
        return result(document, [text(words.transcript(document))])

    @anticipated
    def summarize(
        self,
        video: Annotated[str, Field(description=said.VIDEO, max_length=1_000)] = "",
        query: Annotated[str, Field(description=said.QUERY, max_length=4_000)] = "",
        pictures: Pictures = True,
    ) -> Annotated[CallToolResult, shapes.Summary]:
        """Tell a video, or what a query finds, shortly."""
        if bool(video) == bool(query):
            raise QueryError("summarize takes either a video or a query")
        refuse_files(query)
        what = self._library.find(video) if video else query
        told = self._library.summary(what, pictures=MOST_PICTURES, as_query=bool(query))
        document = fit(documents.of_summary(told), SHORT)
        content: list[ContentBlock] = [text(words.summary(document))]
        for item, still in zip(document["pictures"], told.pictures, strict=True):
            item["picture"] = keyframe_uri(still.video.id, still.frame.id)
            if pictures:
                at = f"{words.span(item)} of [{still.video.id[:8]}]:"
                content += [text(at), image(self._library, still.video.id, still.frame.id)]
        return result(document, [*content, *links(told.videos)])

    @anticipated
    def ask(
        self,
        question: Query,
        video: Annotated[str, Field(description=said.INSIDE, max_length=1_000)] = "",
        pictures: Pictures = False,
    ) -> Annotated[CallToolResult, shapes.Answer]:
        """Answer a question from the videos."""
        answer = self._library.ask(question, video=self._library.find(video) if video else None)
        document = fit(documents.of_answer(answer, self._library.path))
        content: list[ContentBlock] = [text(words.answer(document))]
        for item in answer.citations[: MOST_PICTURES if pictures else 0]:
            frames = inside(self._library.show(item.video.id), item.span)
            if frames:
                nearest = min(frames, key=lambda frame: abs(frame.pts_s - item.span.middle_s))
                content.append(text(f"[{item.number}]:"))
                content.append(image(self._library, item.video.id, nearest.id))
        return result(document, [*content, *links(item.video for item in answer.citations)])

    @anticipated
    def list_videos(
        self,
        contains: Annotated[str, Field(description=said.CONTAINS, max_length=1_000)] = "",
        page: Page = 1,
    ) -> Annotated[CallToolResult, shapes.Videos]:
        """List the videos."""
        wanted = contains.casefold()
        every = [item for item in self._library.videos() if wanted in str(item.path).casefold()]
        first = (page - 1) * VIDEOS_A_PAGE
        some, languages = every[first : first + VIDEOS_A_PAGE], self._library.languages()
        document = {
            "count": len(every),
            "page": page,
            "more": first + VIDEOS_A_PAGE < len(every),
            "videos": [
                {**fit(documents.of_video(item)), "languages": list(languages.get(item.id, ()))}
                for item in some
            ],
        }
        return result(document, [text(words.videos(document))])

    @anticipated
    def get_chapters(self, video: VideoName) -> Annotated[CallToolResult, shapes.Chapters]:
        """The chapters of a video."""
        found = self._library.find(video)
        document = fit(documents.of_chapters(found, self._library.chapters(found)), SHORT)
        return result(document, [text(words.chapters(document)), *links([found])])

    @anticipated
    def show_moment(
        self, video: VideoName, start_s: Start, end_s: End
    ) -> Annotated[CallToolResult, shapes.Shown]:
        """Look at a stretch of a video."""
        details = self._library.show(video)
        found = details.video
        span = span_of(start_s, end_s)
        frames = inside(details, span)
        some = spread(frames, MOST_PICTURES)
        (lines, *others) = paged(lines_of(details, span, shown=True), LETTERS_A_PAGE)
        document = {
            "video": fit(documents.of_name(found)),
            **documents.of_span(span),
            "more": bool(others) or len(some) < len(frames),
            "keyframes": [
                {
                    "pts_s": round(frame.pts_s, 3),
                    "picture": keyframe_uri(found.id, frame.id),
                }
                for frame in some
            ],
            "lines": lines,
        }
        content: list[ContentBlock] = [text(words.shown(document))]
        for frame in some:
            content.append(text(f"at {frame.pts_s:.1f} s:"))
            content.append(image(self._library, found.id, frame.id))
        return result(document, [*content, *links([found])])


def refuse_files(query: str) -> None:
    """A query that would read a picture file of the machine asks for what is not in the library."""
    if not query:
        return
    clauses = (clause for step in question_of(query).steps for clause in step.clauses)
    if any(clause.image is not None for clause in clauses):
        raise QueryError(
            "image: would read a file of the machine, which is not allowed here; "
            "like:VIDEO@TIME finds what is like a moment of the library"
        )


def span_of(start_s: float, end_s: float) -> TimeSpan:
    """A stretch of time, or an error that says what is wrong with it."""
    if end_s < start_s:
        raise QueryError(f"a stretch cannot end ({end_s:g} s) before it starts ({start_s:g} s)")
    return TimeSpan(start_s=start_s, end_s=end_s)


def lines_of(details: VideoDetails, span: TimeSpan, *, shown: bool) -> list[dict[str, Any]]:
    """What is said in a span, and shown there if it is wanted, in order."""
    said_there = [
        {**documents.of_span(item.span), "text": item.text, "language": item.language or None}
        | {"source": "said"}
        for item in details.speech
        if item.span.overlaps(span)
    ]
    shown_there = [
        {**documents.of_span(item.span), "text": item.text, "source": "shown"}
        for item in details.shown
        if shown and item.span.overlaps(span)
    ]
    return sorted([*said_there, *shown_there], key=lambda item: (item["start_s"], item["end_s"]))


def inside(details: VideoDetails, span: TimeSpan) -> list[Frame]:
    """The keyframes that stand for any part of a span, in order."""
    frames = [frame for frame in details.frames if frame.span.overlaps(span)]
    return sorted(frames, key=lambda frame: frame.pts_s)


def spread(frames: list[Frame], most: int) -> list[Frame]:
    """So many keyframes at most, evenly spread."""
    if len(frames) <= most:
        return frames
    return [frames[math.floor((place + 0.5) * len(frames) / most)] for place in range(most)]
