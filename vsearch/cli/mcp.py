"""vsearch mcp: the library as tools for language models."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from vsearch.cli.options import LibraryOption, library

Over = Annotated[
    bool, typer.Option("--http", help="Serve streamable HTTP instead of standard input and output.")
]


def mcp(
    context: typer.Context,
    http: Over = False,
    host: Annotated[str, typer.Option(help="Where to listen, with --http.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port, with --http; 0 is any.")
    ] = 8766,
    library_name: LibraryOption = None,
) -> None:
    """Serve the library to language models as tools (MCP).

    \b
    vsearch mcp                          # started by a client: docs/mcp.md has its settings
    vsearch mcp --http --port 8766       # http://127.0.0.1:8766/mcp
    VSEARCH_SERVE_KEY=... vsearch mcp --http --host 192.168.1.5
    """
    from vsearch.cli.output import tell
    from vsearch.config import serve_key
    from vsearch.mcp.http import serve
    from vsearch.mcp.server import make_server

    opened = library(context, library=library_name)
    if not http:
        make_server(opened).run("stdio")
        return
    key = serve_key()
    place = replace(opened.config.serve, host=host, port=port)
    serve(make_server(opened, key), place, key, lambda url: tell(f"Serving at {url}"))
