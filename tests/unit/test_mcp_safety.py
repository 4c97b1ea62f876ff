"""What no client can get or break through the tools, and that waiting holds up nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPDeprecationWarning
from mcp.types import CallToolResult

from vsearch.library import Library
from vsearch.mcp.server import make_server
from vsearch.testing.videos import write_colours

SECRET = "the-secret-of-the-machine"


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    folder = shared_library.path.parent / "videos"
    write_colours(folder / "flag.mp4", ["red", "white", "blue"])
    shared_library.index(folder)
    return shared_library


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A picture and a file that are not in the library."""
    from PIL import Image

    Image.new("RGB", (64, 64), "red").save(tmp_path / "secret.png")
    (tmp_path / "secret.txt").write_text(SECRET)
    return tmp_path


Call = tuple[str, dict[str, object]]


def answered(library: Library, calls: Sequence[Call]) -> list[CallToolResult]:
    """What a client gets for several calls."""

    async def call() -> list[CallToolResult]:
        async with Client(make_server(library)) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return anyio.run(call)


def asked(library: Library, name: str, **arguments: object) -> CallToolResult:
    (result,) = answered(library, [(name, arguments)])
    return result


def words(result: CallToolResult) -> str:
    return "\n".join(item.text for item in result.content if item.type == "text")


VIDEOS = (
    "/etc/passwd",
    "../../../../etc/passwd",
    "..",
    "/",
    "~",
    "~/.ssh/id_rsa",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%c0%af..%c0%afetc/passwd",
    "..\\..\\windows\\win.ini",
    "flag.mp4/../../../../etc/passwd",
    "./../videos/../../../etc/passwd",
    "flag.mp4\x00.jpg",
    "\x00",
    "flag.mp4\n/etc/passwd",
    "\\\\server\\share",
    "http://169.254.169.254/latest/meta-data",
    "'; DROP TABLE videos; --",
    "%",
    "*",
    "catalog.duckdb",
    "thumbnails",
    "\u202egalf",
    "x" * 1_000,
)


def test_only_videos_of_the_library_have_names(library: Library) -> None:
    tools = ("get_transcript", "get_chapters", "show_moment", "summarize")
    more = {"show_moment": {"start_s": 0, "end_s": 1}}
    calls = [(tool, {"video": video, **more.get(tool, {})}) for video in VIDEOS for tool in tools]
    for (tool, arguments), result in zip(calls, answered(library, calls), strict=True):
        assert result.is_error, arguments
        assert f"Error executing tool {tool}: " in words(result), "an error that tells the reason"
        assert "root:" not in words(result)
        assert not [item for item in result.content if item.type != "text"]


@pytest.mark.parametrize(
    "query",
    [
        "image:{folder}/secret.png",
        'image:"{folder}/secret.png"',
        "red image:{folder}/secret.png",
        "red THEN image:{folder}/secret.png",
        "red WHILE image:{folder}/secret.txt",
        "image:../../secret.png",
        "image:~/secret.png",
        "image:/dev/stdin",
        "image:/proc/self/environ",
        "like:{folder}/secret.png",
        "like:{folder}/secret.png@0:01",
        "like:file://{folder}/secret.png",
        "like:/etc/passwd",
        "red like:../../../etc/passwd@1",
    ],
)
def test_no_query_reads_a_file_of_the_machine(library: Library, secret: Path, query: str) -> None:
    query = query.format(folder=secret)
    calls: list[Call] = [(tool, {"query": query}) for tool in ("search_moments", "summarize")]
    for result in answered(library, calls):
        assert result.is_error
        assert "not allowed here" in words(result) or "no video in" in words(result)
        assert "cannot be read" not in words(result), "nothing tells what a file is"
        assert "there is no picture" not in words(result), "nothing tells whether a file is there"


def test_a_question_is_words_and_no_query(library: Library, secret: Path) -> None:
    result = asked(library, "ask", question=f"image:{secret}/secret.txt who?")
    assert SECRET not in words(result)
    assert "cannot be read" not in words(result)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_moments", {}),
        ("search_moments", {"query": ""}),
        ("search_moments", {"query": "x" * 100_000}),
        ("search_moments", {"query": "red", "limit": 0}),
        ("search_moments", {"query": "red", "limit": 10**9}),
        ("search_moments", {"query": "red", "page": -1}),
        ("search_moments", {"query": ["red"]}),
        ("search_moments", {"query": 'longer:abc "'}),
        ("search_moments", {"query": "-red"}),
        ("get_transcript", {"video": "flag", "from_s": -1}),
        ("get_transcript", {"video": "flag", "from_s": "nan"}),
        ("get_transcript", {"video": "flag", "from_s": 5, "to_s": 1}),
        ("show_moment", {"video": "flag", "start_s": 0, "end_s": "inf"}),
        ("show_moment", {"video": "flag"}),
        ("get_chapters", {"video": "x" * 100_000}),
        ("ask", {"question": "?!"}),
        ("no_such_tool", {}),
    ],
)
def test_wrong_arguments_are_errors_with_a_reason(
    library: Library, tool: str, arguments: dict[str, object]
) -> None:
    result = asked(library, tool, **arguments)
    assert result.is_error
    assert 20 < len(words(result)) < 5_000


def test_a_library_that_is_not_there_is_an_error_of_each_call(fake_library: Library) -> None:
    for tool, arguments in (("search_moments", {"query": "red"}), ("get_chapters", {"video": "x"})):
        result = asked(fake_library, tool, **arguments)
        assert result.is_error
        assert "vsearch index" in words(result) or "no video" in words(result)


def test_a_thumbnail_that_is_a_link_is_not_followed(fake_library: Library, secret: Path) -> None:
    video = write_colours(secret / "videos" / "one.mp4", ["red"])
    fake_library.index(video)
    (secret / "outside.jpg").write_bytes(b"\xff\xd8\xff" + SECRET.encode())
    pictures = [path for path in fake_library.path.rglob("*.jpg") if path.is_file()]
    assert pictures
    for path in pictures:
        path.unlink()
        path.symlink_to(secret / "outside.jpg")
    for tool, arguments in (
        ("search_moments", {"query": "red"}),
        ("show_moment", {"video": "one", "start_s": 0, "end_s": 2}),
        ("summarize", {"video": "one"}),
    ):
        result = asked(fake_library, tool, **arguments)
        assert not result.is_error
        assert not [item for item in result.content if item.type == "image"]
        assert "picture of this keyframe is lost" in words(result)


def test_names_made_to_confuse_break_nothing(fake_library: Library, tmp_path: Path) -> None:
    odd = "half \u202e\n[1] \x1b[31mSYSTEM.mp4"
    video = write_colours(tmp_path / "videos" / "plain.mp4", ["red"])
    fake_library.index(video.rename(video.with_name(odd)))
    (found,) = fake_library.videos()
    for tool, arguments in (
        ("list_videos", {}),
        ("search_moments", {"query": "red"}),
        ("summarize", {"video": found.id}),
        ("get_chapters", {"video": found.id[:8]}),
        ("ask", {"question": "how many videos are there"}),
    ):
        result = asked(fake_library, tool, **arguments)
        assert not result.is_error, words(result)
        assert "\x1b" not in result.model_dump_json()
        assert "\n[1]" not in words(result)
        assert all("\n" not in item.name for item in result.content if item.type == "resource_link")


def test_long_work_holds_up_nobody_and_can_be_given_up(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> object:
        begun.set()
        go_on.wait(20)
        return ()

    monkeypatch.setattr(library, "chapters", slow)
    took: list[float] = []

    async def run() -> None:
        async with (
            Client(make_server(library), mode="legacy") as client,
            anyio.create_task_group() as group,
        ):
            scope = anyio.CancelScope()

            async def call() -> None:
                with scope:
                    await client.call_tool("get_chapters", {"video": "flag"})

            group.start_soon(call)
            await anyio.to_thread.run_sync(begun.wait)
            started = time.perf_counter()
            with pytest.warns(MCPDeprecationWarning):  # newer protocols ask in other ways
                await client.send_ping()
            result = await client.call_tool("list_videos", {})
            took.append(time.perf_counter() - started)
            assert not result.is_error
            scope.cancel()  # the client is told nothing more, and others are served
            assert not (await client.call_tool("search_moments", {"query": "red"})).is_error
            go_on.set()

    anyio.run(run)
    assert took[0] < 10


def test_many_ask_at_once(library: Library) -> None:
    async def run() -> list[CallToolResult]:
        results: list[CallToolResult] = []
        async with Client(make_server(library)) as client, anyio.create_task_group() as group:

            async def call(number: int) -> None:
                query = ("red", "white", "blue")[number % 3]
                results.append(await client.call_tool("search_moments", {"query": query}))

            for number in range(12):
                group.start_soon(call, number)
        return results

    results = anyio.run(run)
    assert len(results) == 12
    for result in results:
        assert not result.is_error, words(result)
        assert result.structured_content is not None
        assert result.structured_content["moments"][0]["score"] > 2
