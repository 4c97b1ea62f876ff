"""vsearch serve: the library over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from vsearch.cli.options import LibraryOption, library


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Where to listen (default 127.0.0.1: this machine only).")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="At which port (default 8765).")
    ] = None,
    videos: Annotated[
        list[str] | None,
        typer.Option(metavar="FOLDER", help="May be indexed over HTTP; may be given repeatedly."),
    ] = None,
    log: Annotated[bool, typer.Option("--log", help="Print a line for each request.")] = False,
    library_name: LibraryOption = None,
) -> None:
    """Serve the library over HTTP, for other programs and for pages.

    \b
    vsearch serve
    vsearch serve --videos ~/Videos --port 9000
    VSEARCH_SERVE_KEY=... vsearch serve --host 0.0.0.0

    docs/serve.md lists what can be asked. Ctrl-C ends it.
    """
    from vsearch.cli.output import tell
    from vsearch.config import serve_key
    from vsearch.serve import run
    from vsearch.serve.app import create_app

    chosen = {"serve__host": host, "serve__port": port, "serve__videos": videos or None}
    opened = library(context, library=library_name, **chosen)
    settings, key = opened.config.serve, serve_key()
    app = create_app(opened, settings, key=key)  # a mistake is told before an address is
    listening = run.listening_socket(settings, key)
    address = run.address_of(listening)
    _log_to_stderr(requests=log)
    tell(f"{opened.path.name} is served at {address} (what can be asked: {address}/docs).")
    needed = "A key is needed: VSEARCH_SERVE_KEY." if key else "No key is needed."
    tell(f"{needed} Ctrl-C ends it.")
    try:
        run.serve(app, settings, listening)
    except KeyboardInterrupt:
        tell("Ended.")


def _log_to_stderr(*, requests: bool) -> None:
    """Mistakes always, requests where they are asked for."""
    import logging

    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logging.getLogger("vsearch.serve").setLevel(logging.INFO if requests else logging.ERROR)
