"""Options that several commands have, and how they become settings."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import Field, fields
from functools import wraps
from inspect import Parameter, Signature, get_annotations, signature
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

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
                annotation=_worded(group, field.name, own[field.name]),
            )
            for field in _own_first(group)
        ]

    @wraps(command)
    def run(**values: Any) -> None:
        chosen = {name: values.pop(name) for name in own}
        command(**values, options=group(**chosen))

    run.__signature__ = Signature(given)  # type: ignore[attr-defined]
    return run


def _own_first(group: type[Any]) -> list[Field[Any]]:
    """The fields of a dataclass, those that it inherits last."""
    order = [*get_annotations(group), *(field.name for field in fields(group))]
    return sorted(fields(group), key=lambda field: order.index(field.name))


def _worded(group: type[Any], name: str, annotation: Any) -> Any:
    """An option with what its group says before the help of all that it inherits."""
    words = getattr(group, "inherited", "{}")
    if name in get_annotations(group) or words == "{}":
        return annotation
    kind, option = get_args(annotation)
    told = copy(option)
    told.help = words.format(option.help[0].lower() + option.help[1:])
    return Annotated[kind, told]
