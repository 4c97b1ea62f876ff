"""The parts of a tool's result: readable text, small pictures, links."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mcp.types import CallToolResult, ContentBlock, ImageContent, ResourceLink, TextContent

from vsearch.errors import QueryError
from vsearch.lines import clean, one_line

if TYPE_CHECKING:
    from vsearch.library import Library
    from vsearch.types import Video

TRANSCRIPT = "vsearch://videos/{video_id}/transcript"
KEYFRAME = "vsearch://videos/{video_id}/keyframes/{frame_id}"
MOST_LINKS = 10


def result(document: dict[str, Any], content: Iterable[ContentBlock]) -> CallToolResult:
    """What a tool gives: the document for programs, the content for a model."""
    return CallToolResult(content=list(content), structured_content=document)


def text(words: str) -> TextContent:
    """Words for the model."""
    return TextContent(type="text", text=clean(words))


def keyframe_uri(video_id: str, frame_id: int) -> str:
    """Where the picture of a keyframe is read."""
    return KEYFRAME.format(video_id=video_id, frame_id=frame_id)


def image(library: Library, video_id: str, frame_id: int) -> ImageContent | TextContent:
    """The picture of a keyframe, or a word about it where it is lost."""
    try:
        data = library.picture(video_id, frame_id)
    except QueryError:
        return text("(the picture of this keyframe is lost)")
    return ImageContent(
        type="image", data=base64.b64encode(data).decode("ascii"), mime_type="image/jpeg"
    )


def links(videos: Iterable[Video]) -> list[ContentBlock]:
    """A link to the transcript of each video, once."""
    several = {video.id: video for video in videos}
    return [
        ResourceLink(
            type="resource_link",
            uri=TRANSCRIPT.format(video_id=video.id),
            name=one_line(video.path.name),
            description="What is said in this video, with times.",
            mime_type="text/plain",
        )
        for video in list(several.values())[:MOST_LINKS]
    ]
