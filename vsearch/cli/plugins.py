"""vsearch plugins: what is plugged in."""

from __future__ import annotations

import typer

from vsearch.cli import EXIT_CODES
from vsearch.cli.options import JsonOption, settings


def plugins(context: typer.Context, as_json: JsonOption = False) -> None:
    """List plugins, what they offer, where they come from, and those that are broken.

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
                    "source": plugin.source,
                    "version": plugin.version or None,
                    "path": plugin.path or None,
                    "components": [
                        {"kind": kind, "name": name} for kind, name in plugin.components
                    ],
                    "error": plugin.error or None,
                }
                for plugin in found
            ]
        )
    else:
        shown = output.table("plugin", "offers", "from", "path")
        for plugin in found:
            offers = ", ".join(f"{kind} {name}" for kind, name in plugin.components)
            broken = f"BROKEN: {plugin.error}" if plugin.error else ""
            origin = f"{plugin.origin} ({plugin.source})"
            elsewhere = plugin.path if plugin.source != "built-in" else ""
            shown.add_row(plugin.name, broken or offers, origin, elsewhere)
        output.console().print(shown)
    if any(plugin.error for plugin in found):
        raise typer.Exit(EXIT_CODES["PluginError"])
