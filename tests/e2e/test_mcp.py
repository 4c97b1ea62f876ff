"""vsearch mcp as clients start it: over standard input and output, and over a port."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from vsearch.library import Library
from vsearch.testing.videos import write_colours

KEY = "a-long-secret-4711"
COMMAND = [sys.executable, "-m", "vsearch", "--offline", "mcp"]
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    folder = shared_library.path.parent / "videos"
    write_colours(folder / "flag.mp4", ["red", "white", "blue"])
    shared_library.index(folder)
    return shared_library


@pytest.fixture
def environ(vsearch: Any, library: Library) -> dict[str, str]:
    return {**vsearch.environ, "VSEARCH_LIBRARY": str(library.path)}


class Served:
    """A server in a process of its own, and where it listens."""

    def __init__(self, url: str, process: subprocess.Popen[str]) -> None:
        self.url, self.process = url, process


def started(environ: dict[str, str], *options: str) -> Served:
    process = subprocess.Popen(
        [*COMMAND, "--http", "--port", "0", *options],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.readline()
    assert said.startswith("Serving at http://"), said
    return Served(said.split()[-1], process)


def ended(served: Served) -> tuple[str, str]:
    served.process.terminate()
    return served.process.communicate(timeout=20)


@pytest.fixture
def open_server(environ: dict[str, str]) -> Iterator[Served]:
    served = started(environ)
    yield served
    printed, _ = ended(served)
    assert printed == ""


@pytest.fixture
def locked_server(environ: dict[str, str]) -> Iterator[Served]:
    served = started({**environ, "VSEARCH_SERVE_KEY": KEY})
    yield served
    printed, told = ended(served)
    assert KEY not in printed + told


def test_a_client_starts_it_and_asks(environ: dict[str, str], tmp_path: Path) -> None:
    parameters = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=environ)

    async def run() -> Any:
        with (tmp_path / "told").open("w") as told:
            async with Client(stdio_client(parameters, errlog=told)) as client:
                await client.list_tools()
                return await client.call_tool("search_moments", {"query": "red", "limit": 1})

    result = anyio.run(run)
    assert not result.is_error
    assert [item.type for item in result.content][:3] == ["text", "text", "image"]
    assert result.structured_content["moments"][0]["score"] > 2


def test_nothing_but_the_protocol_is_on_standard_output(environ: dict[str, str]) -> None:
    def call(number: int, name: str, **arguments: object) -> dict[str, object]:
        params = {"name": name, "arguments": arguments}
        return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}

    messages = [
        HELLO,
        READY,
        call(2, "search_moments", query="red"),
        call(3, "summarize", video="flag"),
        call(4, "get_chapters", video="nothing"),
        {"jsonrpc": "2.0", "id": 5, "method": "ping"},
    ]
    process = subprocess.Popen(
        COMMAND,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for message in ["no json", *map(json.dumps, messages)]:
        process.stdin.write(message + "\n")
    process.stdin.flush()
    answers = {}
    while set(answers) < {1, 2, 3, 4, 5}:
        answer = json.loads(process.stdout.readline())
        assert answer["jsonrpc"] == "2.0"
        answers[answer.get("id")] = answer
    printed, told = process.communicate(timeout=20)
    assert printed == ""
    assert process.returncode == 0
    assert "Traceback" not in told
    assert answers[4]["result"]["isError"]
    assert answers[3]["result"]["structuredContent"]["title"]


def test_over_http_with_the_client(vsearch: Any, open_server: Served) -> None:
    async def run() -> Any:
        async with Client(open_server.url) as client:
            tools = await client.list_tools()
            found = await client.call_tool(
                "show_moment", {"video": "flag", "start_s": 0, "end_s": 2}
            )
            wrong = await client.call_tool("get_transcript", {"video": "/etc/passwd"})
            read = [
                await client.read_resource(str(uri))
                for uri in (
                    found.structured_content["keyframes"][0]["picture"],
                    found.content[-1].uri,
                )
            ]
            return tools, found, wrong, [item.contents[0].mime_type for item in read]

    tools, found, wrong, read = anyio.run(run)
    assert read == ["image/jpeg", "text/plain"]
    assert len(tools.tools) == 7
    assert [item.type for item in found.content].count("image") == 1
    assert wrong.is_error
    port = open_server.url.rpartition(":")[2].partition("/")[0]
    second = vsearch("--offline", "mcp", "--http", "--port", port)
    assert second.returncode == 2
    assert f":{port} cannot be listened at" in second.stderr


def posted(url: str, **headers: str) -> httpx2.Response:
    accepts = {"Accept": "application/json, text/event-stream"}
    return httpx2.post(url, json=HELLO, headers={**accepts, **headers}, timeout=20)


def test_other_names_and_pages_of_other_places_are_refused(open_server: Served) -> None:
    assert posted(open_server.url).status_code == 200
    assert posted(open_server.url, Host="evil.example:80").status_code == 421
    assert posted(open_server.url, Host="127.0.0.1.evil.example").status_code == 421
    assert posted(open_server.url, Origin="https://evil.example").status_code == 403
    assert posted(open_server.url, Origin="http://127.0.0.1.evil.example:1").status_code == 403
    assert posted(open_server.url, Origin="null").status_code == 403
    assert posted(open_server.url, Origin="http://localhost:3000").status_code == 200
    large = httpx2.post(open_server.url, content=b'"' + b"x" * 400_000 + b'"', timeout=20)
    assert large.status_code in {400, 413}
    assert httpx2.get(open_server.url.replace("/mcp", "/../etc/passwd")).status_code == 404


def test_clients_that_never_say_goodbye_lock_out_nobody(open_server: Served) -> None:
    for _ in range(20):
        assert "mcp-session-id" not in posted(open_server.url).headers

    async def run(mode: str) -> Any:
        async with Client(open_server.url, mode=mode) as client:
            return await client.call_tool("list_videos", {})

    for mode in ("auto", "legacy"):
        assert anyio.run(run, mode).structured_content["count"] == 1


def test_more_connections_than_it_takes_end_in_a_clear_answer(open_server: Served) -> None:
    where = urlsplit(open_server.url)
    idle = [socket.create_connection((where.hostname, where.port)) for _ in range(300)]
    try:
        deadline = time.monotonic() + 20
        while (status := posted(open_server.url).status_code) == 200:
            assert time.monotonic() < deadline  # they are counted once they are accepted
        assert status == 503
    finally:
        for held in idle:
            held.close()
    while posted(open_server.url).status_code == 503:
        assert time.monotonic() < deadline + 20
    assert posted(open_server.url).status_code == 200


def test_without_the_key_nobody_comes_in(locked_server: Served) -> None:
    url = locked_server.url
    for wrong in ("", "Bearer", "Bearer wrong", f"Bearer {KEY}x", f"Basic {KEY}", KEY):
        refused = posted(url, Authorization=wrong) if wrong else posted(url)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert KEY not in refused.text
    assert posted(f"{url}?key={KEY}").status_code == 401

    async def run() -> Any:
        headers = {"Authorization": f"Bearer {KEY}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return await client.call_tool("list_videos", {})

    assert anyio.run(run).structured_content["count"] == 1


def test_a_place_that_others_reach_needs_a_key(vsearch: Any, environ: dict[str, str]) -> None:
    done = vsearch("mcp", "--http", "--host", "0.0.0.0", "--port", "0")
    assert done.returncode == 2
    assert "VSEARCH_SERVE_KEY" in done.stderr
    served = started({**environ, "VSEARCH_SERVE_KEY": KEY}, "--host", "0.0.0.0")
    url = served.url.replace("0.0.0.0", "127.0.0.1")
    assert posted(url).status_code == 401
    assert posted(url, Authorization=f"Bearer {KEY}").status_code == 200
    ended(served)
