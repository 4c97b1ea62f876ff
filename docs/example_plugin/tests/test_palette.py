"""What every embedder must do, and what this one is for."""

from __future__ import annotations

import numpy as np
import pytest
from vsearch_palette.colours import named
from vsearch_palette.palette import Palette, lab
from vsearch_palette.plugin import make

from vsearch.errors import ConfigError
from vsearch.protocols import PluginContext
from vsearch.testing.contracts import EmbedderContract
from vsearch.testing.videos import plain

CONTEXT = PluginContext(weights=None)  # type: ignore[arg-type]


class TestPalette(EmbedderContract):
    """The contract that comes with vsearch."""

    def make(self) -> Palette:
        """A new embedder."""
        return Palette()


class TestAnotherPalette(EmbedderContract):
    """The same with the argument of a setting."""

    def make(self) -> Palette:
        """A new embedder."""
        return make("6", CONTEXT)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("crimson", (200, 20, 50)),
        ("#8c28a0", (150, 45, 150)),
        ("navy", (10, 10, 120)),
        ("a dark teal wall", (5, 70, 70)),
        ("pale yellow", (250, 245, 160)),
        ("snow, white", (250, 250, 250)),
        ("grey", (120, 125, 130)),
        ("an orange sunset", (250, 140, 30)),
    ],
)
def test_the_nearest_picture_is_found(text: str, best: tuple[int, int, int]) -> None:
    """Of nine colours the one that is named."""
    colours = [(200, 20, 50), (150, 45, 150), (10, 10, 120), (5, 70, 70), (250, 245, 160)]
    colours += [(250, 250, 250), (120, 125, 130), (250, 140, 30), (40, 180, 60)]
    palette = Palette()
    seen = palette.embed_pictures([plain(*colour) for colour in colours]).matrix
    asked = palette.embed_texts([text]).matrix[0]
    assert colours[int((seen @ asked).argmax())] == best


def test_two_colours_want_both() -> None:
    """A picture of both is nearer than a picture of one."""
    teal, orange = plain(0, 128, 128), plain(250, 150, 30)
    palette = Palette()
    both = palette.embed_pictures([teal, orange, np.vstack([teal, orange])]).matrix
    asked = palette.embed_texts(["teal and orange"]).matrix[0]
    assert int((both @ asked).argmax()) == 2


def test_colours_are_read_from_text() -> None:
    """Names, codes, and what changes them; everything else is left alone."""
    assert list(named("Red, #00FF7f or dark GREY?")) == [
        (225, 25, 25),
        (0, 255, 127),
        (64, 64, 64),
    ]
    assert list(named("a dark room with hundred people, #xyz")) == []


def test_distances_are_those_of_cielab() -> None:
    """White, black and red as every table has them."""
    found = lab(np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0]], np.float32))
    assert np.allclose(found, [[100, 0, 0], [0, 0, 0], [53.2, 80.1, 67.2]], atol=0.2)


def test_a_wrong_argument_is_said() -> None:
    """Steps are few, and a number."""
    assert make("", CONTEXT).space.dim == 64
    for argument in ("1", "9", "x", "-4"):
        with pytest.raises(ConfigError, match="from 2 to 8"):
            make(argument, CONTEXT)
