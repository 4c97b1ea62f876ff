"""The server: tools and resources of one library, over standard input and output or HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp.server import MCPServer
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import ValidationError

from vsearch import __version__
from vsearch.answer.asking import QUOTES
from vsearch.config import is_key
from vsearch.lines import one_line
from vsearch.mcp import said
from vsearch.mcp.resources import add_resources
from vsearch.mcp.tools import Tools

if TYPE_CHECKING:
    from vsearch.library import Library


def make_server(library: Library, key: str = "") -> MCPServer[Any]:
    """A server of this library; with a key, whoever connects by HTTP must show it."""
    server = Server(
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


class Server(MCPServer[Any]):
    """Says in its own words what is wrong with arguments."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; what does not fit its schema is told by that schema."""
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            (schema,) = (tool.input_schema for tool in await self.list_tools() if tool.name == name)
            places = dict.fromkeys(problem["loc"][:1] for problem in error.__cause__.errors())
            told = "; ".join(_wanted(str(*place), schema, arguments) for place in places)
            raise ToolError(f"Error executing tool {name}: {told}") from error.__cause__


def _wanted(name: str, schema: dict[str, Any], arguments: dict[str, Any]) -> str:
    """What an argument must be."""
    wanted = schema["properties"].get(name, {})
    given = "must be" if name in arguments else "is missing: it must be"
    return f"{name} {given} {one_line(_told(wanted))}"


def _told(wanted: dict[str, Any]) -> str:
    """The values that a part of a schema allows."""
    if several := wanted.get("anyOf"):
        return " or ".join(map(_told, several))
    unit = " letters" if wanted.get("type") == "string" else ""
    least = wanted.get("minimum", wanted.get("minLength"))
    most = wanted.get("maximum", wanted.get("maxLength"))
    limits = [f"at least {least}{unit}"] if least is not None else []
    limits += [f"at most {most}{unit}"] if most is not None else []
    return ", ".join([_TYPES.get(wanted.get("type", ""), "as its schema says"), *limits])


_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


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
        self._key = key

    async def verify_token(self, token: str) -> AccessToken | None:
        """Who it is that shows this token, or nobody."""
        if not is_key(self._key, token):
            return None
        return AccessToken(token="", client_id="key", scopes=[])
