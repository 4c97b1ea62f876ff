"""The server: tools and resources of one library, over standard input and output or HTTP."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from mcp.server import MCPServer
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.types import ToolAnnotations

from vsearch import __version__
from vsearch.answer.asking import QUOTES
from vsearch.mcp import said
from vsearch.mcp.resources import add_resources
from vsearch.mcp.tools import Tools

if TYPE_CHECKING:
    from vsearch.library import Library


def make_server(library: Library, key: str = "") -> MCPServer[Any]:
    """A server of this library; with a key, whoever connects by HTTP must show it."""
    server: MCPServer[Any] = MCPServer(
        "vsearch",
        title="Video search",
        description="Search, read and look at the user's own videos.",
        instructions=said.INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
        subscriptions=False,
        token_verifier=OneKey(key) if key else None,
        auth=AuthSettings(issuer_url="http://127.0.0.1", resource_server_url=None) if key else None,  # type: ignore[arg-type]
    )
    tools = Tools(library)
    connects = library.config.answer.answerer != QUOTES
    for tool, title, description in (
        (tools.search_moments, "Find moments", said.SEARCH),
        (tools.show_moment, "Look at a moment", said.SHOW),
        (tools.ask, "Ask the videos", said.ASK),
        (tools.get_transcript, "Read a transcript", said.TRANSCRIPT),
        (tools.summarize, "Summarize", said.SUMMARIZE),
        (tools.get_chapters, "Chapters of a video", said.CHAPTERS),
        (tools.list_videos, "List videos", said.LIST),
    ):
        server.add_tool(
            tool,
            title=title,
            description=description,
            annotations=_reads(title, asks=tool == tools.ask and connects),
        )
    add_resources(server, library)
    return server


def _reads(title: str, asks: bool) -> ToolAnnotations:
    """Nothing is changed; only a language model that was configured is outside the machine."""
    return ToolAnnotations(
        title=title,
        read_only_hint=True,
        destructive_hint=False,
        idempotent_hint=True,
        open_world_hint=asks,
    )


class OneKey:
    """Lets in whoever shows the key."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    async def verify_token(self, token: str) -> AccessToken | None:
        """Who it is that shows this token, or nobody; headers are read as Latin-1."""
        if not hmac.compare_digest(token.encode("latin-1", "replace"), self._key):
            return None
        return AccessToken(token="", client_id="key", scopes=[])
