"""vsearch plugins new: a package to begin a plugin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vsearch.cli.options import JsonOption, settings
from vsearch.cli.plugins import plugins
from vsearch.scaffold.kinds import KINDS

app = typer.Typer(
    invoke_without_command=True,
    help=(
        "List plugins and what is broken, or begin a new one.\n\n"
        "\b\nvsearch plugins\nvsearch plugins --json\nvsearch plugins new sunny --kind embedder"
    ),
)


@app.callback()
def listed(context: typer.Context, as_json: JsonOption = False) -> None:
    """List plugins where nothing else is asked."""
    if context.invoked_subcommand is None:
        plugins(context, as_json)


app.command("list")(plugins)


@app.command()
def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the package is called, such as sunny-days.")],
    kind: Annotated[
        str, typer.Option(metavar="KIND", help=f"What it offers: {', '.join(KINDS)}.")
    ] = "embedder",
    folder: Annotated[
        Path, typer.Option(metavar="DIR", help="Where its folder is made; default: here.")
    ] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Write a package with a small plugin that works, and the tests that it must pass.

    \b
    vsearch plugins new sunny-days
    vsearch plugins new morse --kind transcriber --folder ~/src

    Then change what it does; docs/plugins.md tells the way to publishing it.
    """
    from vsearch.cli.output import plain, print_json
    from vsearch.registry import load_registry
    from vsearch.scaffold.write import component_of, kind_of, module_of, new_plugin

    taken = load_registry(settings(context).plugins).names(kind_of(kind).of_registry)
    target = new_plugin(name, kind, folder.expanduser(), taken)
    if as_json:
        made = {"component": component_of(name), "module": f"{module_of(name)}.plugin"}
        print_json({"folder": str(target.absolute()), "kind": kind, **made})
        return
    print(plain(f"{target} is written. Next:"))
    print(plain(f"  cd {target}"))
    print('  python -m pip install -e ".[test]" && python -m pytest')
    print("  vsearch plugins")
