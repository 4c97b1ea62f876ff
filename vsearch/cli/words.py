"""Words given as arguments: what the shell has taken from a query is put back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from typer.core import TyperCommand

from vsearch.query.tokens import FIELDS, QUOTES

KEPT = "\0"
"""Marks a word that is no option: no argument of a process can hold this character."""

_PREFIX = re.compile(rf"-?(?:(?:{'|'.join(FIELDS)}):)?(?=[^\s-])", re.IGNORECASE)


def joined(arguments: Sequence[str]) -> str:
    """The query that was typed; one argument is all of it as it stands.

    Of several arguments, one with blanks was quoted, and its quotes never came through the shell.
    """
    if len(arguments) == 1:
        return arguments[0]
    return " ".join(_requoted(argument) for argument in arguments if argument.strip())


def _requoted(argument: str) -> str:
    if len(argument.split()) < 2 or any(quote in argument for quote in QUOTES):
        return argument
    found = _PREFIX.match(argument)
    prefix = found[0] if found else ""
    value = argument[len(prefix) :]
    if prefix.endswith(":") and value.startswith("("):
        return argument
    return f'{prefix}"{value.strip()}"'


class WordsCommand(TyperCommand):
    """A command whose words may begin with a minus: -cat is a word, -n and --limit are options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse with the words marked, so that none is taken apart into options."""
        rest = super().parse_args(ctx, self._marked(ctx, args))
        for name, value in ctx.params.items():
            if isinstance(value, list | tuple):
                ctx.params[name] = type(value)(map(_unmarked, value))
            else:
                ctx.params[name] = _unmarked(value)
        return rest

    def _marked(self, ctx: Any, args: Sequence[str]) -> list[str]:
        values = _values_of_options(self.get_params(ctx))
        marked: list[str] = []
        expected = 0
        for place, argument in enumerate(args):
            if not expected and argument == "--":
                return [*marked, *args[place:]]
            if expected:
                expected -= 1
            elif _is_word(argument, values):
                marked.append(KEPT + argument)
                continue
            else:
                expected = values.get(argument, 0)
            marked.append(argument)
        return marked


def _values_of_options(params: Sequence[Any]) -> dict[str, int]:
    """How many values each option takes, by each of its names."""
    return {
        name: 0 if param.is_flag or param.count else param.nargs
        for param in params
        if param.param_type_name == "option"
        for name in (*param.opts, *param.secondary_opts)
    }


def _is_word(argument: str, values: dict[str, int]) -> bool:
    """Whether an argument is a word although it begins with a dash: -cat and -5, but not -n3."""
    if argument[:1] != "-" or argument[1:2] in {"", "-"}:
        return False
    if len(argument) < 3:
        return argument[1].isdecimal() and argument not in values
    is_number = argument[2:].isdecimal() and values.get(argument[:2], 0) == 1
    return argument not in values and not is_number


def _unmarked(value: Any) -> Any:
    return value.removeprefix(KEPT) if isinstance(value, str) else value
