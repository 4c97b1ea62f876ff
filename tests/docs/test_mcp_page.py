"""What docs/mcp.md says is so: its settings start a server, its table holds every argument."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters, stdio_client

from vsearch.library import Library
from vsearch.mcp.server import make_server

PAGE = (Path(__file__).parents[2] / "docs" / "mcp.md").read_text(encoding="utf-8")
SETTINGS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
TABLE = re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE)


async def listed(client: Client) -> dict[str, Any]:
    async with client:
        return {tool.name: tool for tool in (await client.list_tools()).tools}


def test_the_first_settings_start_a_server(vsearch: Any, tmp_path: Path) -> None:
    first = SETTINGS[0]["mcpServers"]["vsearch"]
    assert first["command"] == "vsearch"
    assert SETTINGS[1]["servers"]["vsearch"]["args"] == ["mcp"]
    assert SETTINGS[2]["mcpServers"]["vsearch"]["headers"]["Authorization"].startswith("Bearer ")
    started = StdioServerParameters(
        command=sys.executable, args=["-m", "vsearch", *first["args"]], env=vsearch.environ
    )
    with (tmp_path / "told").open("w") as told:
        tools = anyio.run(listed, Client(stdio_client(started, errlog=told)))
    assert set(tools) == {name for name, _ in TABLE}


def test_the_table_holds_every_argument_and_default(fake_library: Library) -> None:
    tools = anyio.run(listed, Client(make_server(fake_library)))
    for name, arguments in TABLE:
        properties = tools[name].input_schema["properties"]
        assert set(re.findall(r"`(\w+)`", arguments)) == set(properties)
        for argument, default in re.findall(r"`(\w+)` \((\w+)\)", arguments):
            assert json.dumps(properties[argument]["default"]) == default
