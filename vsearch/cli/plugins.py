"""vsearch plugins: what is plugged in."""

from __future__ import annotations

import typer

from vsearch.cli.options import JsonOption, settings


def plugins(context: typer.Context, as_json: JsonOption = False) -> None:
    """List plugins, what they offer, and those that are broken.

    \b
    vsearch plugins
    vsearch plugins --json
    """
    from vsearch.cli import output
    from vsearch.registry import load_registry

    found = load_registry(settings(context).plugins).plugins
    if as_json:
        output.print_json(
            [
                {
                    "name": plugin.name,
                    "from": plugin.origin,
                    "components": [
                        {"kind": kind, "name": name} for kind, name in plugin.components
                    ],
                    "error": plugin.error or None,
                }
                for plugin in found
            ]
        )
        return
    shown = output.table("plugin", "offers", "from")
    for plugin in found:
        offers = ", ".join(f"{kind} {name}" for kind, name in plugin.components)
        shown.add_row(
            plugin.name, f"BROKEN: {plugin.error}" if plugin.error else offers, plugin.origin
        )
    output.console().print(shown)
