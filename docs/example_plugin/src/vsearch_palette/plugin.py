"""What vsearch imports: registering loads nothing, the embedder is made when it is first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vsearch.errors import ConfigError
from vsearch.hookspecs import RegisterEmbedder, hookimpl
from vsearch.protocols import PluginContext

if TYPE_CHECKING:
    from vsearch_palette.palette import Palette

STEPS = 4
ALLOWED = range(2, 9)


def make(argument: str, context: PluginContext) -> Palette:
    """An embedder; the argument is what stands behind the colon in palette.v1:5."""
    from vsearch_palette.palette import Palette

    steps = int(argument) if argument.isdecimal() else STEPS if not argument else 0
    if steps not in ALLOWED:
        raise ConfigError(f"palette.v1 takes a number of steps from 2 to 8, not {argument!r}")
    return Palette(steps)


@hookimpl
def register_embedders(register: RegisterEmbedder) -> None:
    """Offer the palette."""
    register("palette.v1", make)
