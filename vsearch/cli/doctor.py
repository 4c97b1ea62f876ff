"""vsearch doctor: does everything work here?"""

from __future__ import annotations

import typer

from vsearch.cli.options import JsonOption, LibraryOption, settings


def doctor(
    context: typer.Context, as_json: JsonOption = False, library_name: LibraryOption = None
) -> None:
    """Check the installation, the models and the library.

    \b
    vsearch doctor
    vsearch doctor --library family --json

    It connects to nothing.
    """
    from vsearch.cli import output
    from vsearch.health import BAD, examine

    checks = examine(settings(context, library=library_name))
    if as_json:
        entries = [
            {"check": check.name, "state": check.state, "detail": check.detail} for check in checks
        ]
        output.print_json({"checks": entries})
    else:
        shown = output.table("", "check", "detail")
        styles = {"ok": "green", "note": "yellow", BAD: "red"}
        for check in checks:
            shown.add_row(check.state, check.name, check.detail, style=styles[check.state])
        output.console().print(shown)
    if any(check.state == BAD for check in checks):
        raise typer.Exit(1)
