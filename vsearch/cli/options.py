"""Options that several commands have, and how they become settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

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
    """The settings with these options: search__limit stands for search.limit.

    Where they forbid connecting, nothing in this process can any more.
    """
    from vsearch.config import load_config
    from vsearch.offline import forbid_connections

    chosen = {name.replace("__", "."): value for name, value in options.items()}
    config = load_config({**(context.obj or {}), **chosen})
    if config.models.offline:
        forbid_connections()
    return config


def library(context: typer.Context, **options: object) -> Library:
    """The library that the options name."""
    from vsearch.cli.output import tell
    from vsearch.library import open_library

    return open_library(config=settings(context, **options), notify=tell)


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the fields of its parameter `options`, a dataclass, as options of its own."""
    hints = get_type_hints(command, include_extras=True)
    group = hints["options"]
    own = get_type_hints(group, include_extras=True)
    given: list[Parameter] = []
    for name, parameter in signature(command).parameters.items():
        if name != "options":
            changed = parameter.replace(annotation=hints[name], kind=Parameter.KEYWORD_ONLY)
            given.append(changed)
            continue
        given += [
            Parameter(
                field.name,
                Parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=own[field.name],
            )
            for field in fields(group)
        ]

    @wraps(command)
    def run(**values: Any) -> None:
        chosen = {name: values.pop(name) for name in own}
        command(**values, options=group(**chosen))

    run.__signature__ = Signature(given)  # type: ignore[attr-defined]
    return run
