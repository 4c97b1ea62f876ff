"""Where tools are served by HTTP, by which names, and that errors tell no place of the machine."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
import pytest
from mcp import Client
from mcp.server.transport_security import TransportSecurityMiddleware
from mcp.shared.exceptions import MCPError
from starlette.requests import Request

from vsearch.errors import ConfigError
from vsearch.library import Library
from vsearch.mcp.http import security, serve
from vsearch.mcp.server import make_server
from vsearch.settings import ServeSettings
from vsearch.testing.videos import write_colours

Call = tuple[str, dict[str, object]]


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    folder = shared_library.path.parent / "videos"
    write_colours(folder / "flag.mp4", ["red"])
    shared_library.index(folder)
    return shared_library


def errors(library: Library, calls: Sequence[Call]) -> list[str]:
    """What is said to calls that go wrong."""

    async def call() -> list[str]:
        async with Client(make_server(library)) as client:
            results = [await client.call_tool(name, arguments) for name, arguments in calls]
        assert all(result.is_error for result in results)
        return [result.content[0].text for result in results]

    return anyio.run(call)


def test_where_http_may_listen(library: Library) -> None:
    for host in ("0.0.0.0", "::", "192.168.1.5", "example.org"):
        with pytest.raises(ConfigError, match="VSEARCH_SERVE_KEY"):
            serve(make_server(library), place(host), "", print)
    with pytest.raises(ConfigError, match="there is no address"):
        serve(make_server(library), place("x" * 64), "key", print)


def place(host: str, **more: tuple[str, ...]) -> ServeSettings:
    return ServeSettings(host=host, port=0, **more)


async def answer_to(settings: ServeSettings, host: str, origin: str = "") -> int | None:
    """The status with which a request is refused, or None where it is let in."""
    headers = [(b"host", host.encode()), (b"content-type", b"application/json")]
    headers += [(b"origin", origin.encode())] if origin else []
    request = Request({"type": "http", "method": "POST", "headers": headers})
    guard = TransportSecurityMiddleware(security(settings))
    refused = await guard.validate_request(request, is_post=True)
    return refused.status_code if refused else None


PROXIED = {"hosts": ("videos.example",), "origins": ("https://app.example",)}


@pytest.mark.parametrize(
    ("settings", "host", "origin", "status"),
    [
        (place("127.0.0.1"), "127.0.0.1", "", None),  # port 80 is never said
        (place("127.0.0.1"), "localhost:8766", "http://localhost", None),
        (place("::1"), "[::1]", "", None),
        (place("192.168.1.5"), "192.168.1.5", "http://192.168.1.5:81", None),
        (place("127.0.0.1"), "videos.example", "", 421),
        (place("127.0.0.1", **PROXIED), "videos.example", "https://videos.example", None),
        (place("127.0.0.1", **PROXIED), "videos.example:8443", "", None),
        (place("127.0.0.1", **PROXIED), "localhost", "https://app.example", None),
        (place("127.0.0.1", **PROXIED), "videos.example.evil.example", "", 421),
        (place("127.0.0.1", **PROXIED), "videos.example", "https://evil.example", 403),
        (place("0.0.0.0"), "any.example", "", None),
        (place("0.0.0.0", **PROXIED), "any.example", "", 421),
    ],
)
def test_names_by_which_the_server_is_called(
    settings: ServeSettings, host: str, origin: str, status: int | None
) -> None:
    assert anyio.run(answer_to, settings, host, origin) == status


def test_errors_do_not_tell_where_the_library_lies(library: Library) -> None:
    calls: list[Call] = [
        ("get_transcript", {"video": "x"}),
        ("get_chapters", {"video": "x"}),
        ("search_moments", {"query": "like:x@1"}),
        ("summarize", {"video": "x"}),
    ]
    for said in errors(library, calls):
        assert "the library" in said
        assert str(library.path) not in said

    async def read(uri: str) -> str:
        async with Client(make_server(library)) as client:
            with pytest.raises(MCPError) as told:
                await client.read_resource(uri)
            return str(told.value)

    video = library.find("flag").id
    for uri in ("vsearch://videos/x/transcript", f"vsearch://videos/{video}/keyframes/99999"):
        assert str(library.path) not in anyio.run(read, uri)


def test_wrong_arguments_are_told_in_our_words(library: Library) -> None:
    calls: list[Call] = [
        ("search_moments", {}),
        ("search_moments", {"query": "red", "limit": 0, "pictures": "maybe"}),
        ("get_transcript", {"video": "flag", "to_s": "late"}),
    ]
    assert [said.partition(": ")[2] for said in errors(library, calls)] == [
        "query is missing: it must be a text, at least 1 letters, at most 4000 letters",
        "limit must be a whole number, at least 1, at most 50; pictures must be true or false",
        "to_s must be a number, at least 0 or nothing",
    ]
