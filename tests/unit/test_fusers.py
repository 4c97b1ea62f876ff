"""What the fusers make of a few rows, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from vsearch.config import Config, load_config
from vsearch.errors import PluginError
from vsearch.library import Library
from vsearch.types import SPEECH, VISUAL, WORDS
from vsearch_plugins.fuse_attention import AttentionFuser
from vsearch_plugins.fuse_joint import JointFuser
from vsearch_plugins.fuse_power import PowerFuser
from vsearch_plugins.fuse_ranks import RankFuser

NAMES = (VISUAL, SPEECH, WORDS)
ALIKE = np.ones((1, 3), np.float32)


def rows(*found: tuple[float, float, float]) -> np.ndarray:
    return np.array(found, np.float32)


def test_the_p_norm_by_hand() -> None:
    """Seen 4 and heard 1 + 3: (4^1.5 + 4^1.5)^(2/3), of which speech has a quarter of a half."""
    (found,) = PowerFuser(1.5).fuse(NAMES, rows((4, 1, 3)), ALIKE)
    total = 16 ** (2 / 3)
    assert found == pytest.approx([total / 2, total / 8, total * 3 / 8], rel=1e-5)


def test_the_power_lies_between_adding_up_and_the_stronger_one() -> None:
    part = rows((3, 4, 0))
    assert PowerFuser(1.0).fuse(NAMES, part, ALIKE).sum() == pytest.approx(7)
    assert PowerFuser(2.0).fuse(NAMES, part, ALIKE).sum() == pytest.approx(5)
    assert PowerFuser(60.0).fuse(NAMES, part, ALIKE).sum() == pytest.approx(4, abs=0.01)


def test_what_speaks_against_a_row_is_not_held_against_it() -> None:
    found = PowerFuser().fuse(NAMES, rows((5, -9, 0), (-1, -1, 0)), ALIKE)
    assert found[0].tolist() == [5, 0, 0]
    assert found[1].tolist() == [0, 0, 0]
    assert JointFuser().fuse(NAMES, rows((5, -9, 0)), ALIKE).sum() == -4


def test_weights_are_of_the_parts() -> None:
    weights = np.array([[0.5, 2, 0]], np.float32)
    assert JointFuser().fuse(NAMES, rows((4, 1, 9)), weights).tolist() == [[2, 2, 0]]
    halves = PowerFuser().fuse(NAMES, rows((4, 1, 9)), weights)[0]
    assert halves[0] == pytest.approx(halves[1])
    assert halves[2] == 0


def test_ranks_add_up_and_ties_share_one() -> None:
    found = RankFuser(60).fuse(NAMES, rows((9, 0, 0), (5, 2, 0), (5, 1, 0), (1, -1, 0)), ALIKE)
    assert found[:, 0].tolist() == pytest.approx([1, 61 / 62, 61 / 62, 61 / 64])
    assert found[:, 1].tolist() == pytest.approx([0, 1, 61 / 62, 0])


def test_attention_goes_to_the_part_that_stands_out() -> None:
    found = AttentionFuser(2.0).fuse(NAMES, rows((8, 1, 0), (0, 2, 0)), ALIKE)
    assert found[0].tolist() == pytest.approx([8, np.exp((2 - 8) / 2), 0])
    assert found[1, 1] == pytest.approx(2 * np.exp(-3))


@pytest.mark.parametrize("spec", ["power.v1:0", "power.v1:half", "ranks.v1:-61", "attention.v1:0"])
def test_a_constant_that_means_nothing_is_refused(fake_config: Config, spec: str) -> None:
    config = load_config({"search.fusion": spec}, environ={"HOME": "/h"})
    library = Library(fake_config.library, config, print)
    with pytest.raises(PluginError, match=f"fuser {spec}"):
        library._components.fuser(config.search.fusion)
