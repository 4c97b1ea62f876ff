"""Options that several commands have, and how they become settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vsearch.config import Config
    from vsearch.library import Library

LibraryOption = Annotated[
    str | None,
    typer.Option("--library", "-l", metavar="NAME|PATH", help="Another library than the default."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def settings(context: typer.Context, **options: object) -> Config:
    """The settings with these options: search__limit stands for search.limit."""
    from vsearch.config import load_config

    chosen = {name.replace("__", "."): value for name, value in options.items()}
    return load_config({**(context.obj or {}), **chosen})


def library(context: typer.Context, **options: object) -> Library:
    """The library that the options name."""
    from vsearch.cli.output import tell
    from vsearch.library import open_library

    return open_library(config=settings(context, **options), notify=tell)
