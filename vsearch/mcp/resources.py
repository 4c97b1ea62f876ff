"""What clients may read by address: the transcript of a video, the picture of a keyframe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from vsearch.errors import UnknownVideo, VsearchError
from vsearch.lines import clean
from vsearch.mcp import words
from vsearch.mcp.content import KEYFRAME, TRANSCRIPT
from vsearch.mcp.fit import reason, shorten
from vsearch.mcp.tools import lines_of
from vsearch.types import TimeSpan

if TYPE_CHECKING:
    from vsearch.library import Library
    from vsearch.types import Video

LONGEST = 200_000
"""So many letters of a transcript: about four hours of speech; the tool gives all, in pages."""

NUMBER = re.compile(r"\d{1,19}", re.ASCII)


def add_resources(server: MCPServer[Any], library: Library) -> None:
    """Let clients read transcripts and keyframes of the library's videos, and nothing else."""

    def transcript(video_id: str) -> str:
        """What is said in a video, with times."""
        video = known(library, video_id)
        details = library.show(video.id)
        whole = TimeSpan(start_s=0, end_s=float("1e9"))
        lines = [words.line(item) for item in lines_of(details, whole, shown=False)]
        return shorten(clean("\n".join(lines)), LONGEST)

    def keyframe(video_id: str, frame_id: str) -> bytes:
        """The picture of a keyframe, as JPEG."""
        video = known(library, video_id)
        if not NUMBER.fullmatch(frame_id):
            raise ResourceNotFoundError("a keyframe has a number")
        try:
            return library.picture(video.id, int(frame_id))
        except VsearchError as error:
            raise ResourceNotFoundError(reason(error, library.path)) from error

    server.resource(TRANSCRIPT, title="Transcript", mime_type="text/plain")(transcript)
    server.resource(KEYFRAME, title="Keyframe", mime_type="image/jpeg")(keyframe)


def known(library: Library, video_id: str) -> Video:
    """The video with exactly this id; names and paths are no ids."""
    try:
        return library.video(video_id)
    except UnknownVideo as error:
        raise ResourceNotFoundError("no video of the library has this id") from error
    except VsearchError as error:
        raise ResourceNotFoundError(reason(error, library.path)) from error
