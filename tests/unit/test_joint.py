from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vsearch.joint import BlockStats, JointSpace, shares
from vsearch.types import Block, Matrix, VectorSpace

Rows = Callable[[int, int], Matrix]


def space(stats: dict[str, BlockStats]) -> JointSpace:
    blocks = tuple(
        Block(
            name=name,
            component="x",
            space=VectorSpace(name=name, dim=len(item.mean), revision="1"),
        )
        for name, item in stats.items()
    )
    return JointSpace(blocks=blocks, stats=stats)


def test_one_inner_product_is_the_weighted_sum_of_the_blocks(unit_rows: Rows) -> None:
    pictures, words, probes = unit_rows(50, 8), unit_rows(20, 6), unit_rows(5, 8)
    stats = {
        "visual": BlockStats.fit(pictures, probes),
        "speech": BlockStats.fit(words, unit_rows(5, 6)),
    }
    joint = space(stats)
    spoken = np.arange(0, 40, 2)
    rows = joint.rows(50, {"visual": (np.arange(50), pictures), "speech": (spoken, words)})
    asked = {"visual": unit_rows(1, 8), "speech": unit_rows(1, 6)}
    query = joint.query(asked, {"visual": 1.0, "speech": 0.5})
    scores = (rows @ query.T)[:, 0]
    seen, said = stats["visual"], stats["speech"]
    expected = (pictures - seen.mean) @ asked["visual"][0] / seen.scale
    expected[spoken] += 0.5 * ((words - said.mean) @ asked["speech"][0] / said.scale)
    assert np.allclose(scores, expected, atol=1e-4)
    assert np.allclose(joint.contributions(query, rows).sum(axis=1), scores, atol=1e-4)


def test_a_scene_without_speech_scores_nothing_for_speech(unit_rows: Rows) -> None:
    stats = {"speech": BlockStats.fit(unit_rows(9, 6), unit_rows(5, 6))}
    joint = space(stats)
    rows = joint.rows(3, {"speech": (np.array([1]), unit_rows(1, 6))})
    assert not rows[0].any()
    assert rows[1].any()


def test_encoders_of_different_spread_weigh_alike(unit_rows: Rows) -> None:
    """CLIP's scores vary by a few hundredths, MiniLM's by tenths: in the joint space by one."""
    wide = unit_rows(400, 16)
    offset = np.zeros(16, np.float32)
    offset[0] = 3
    narrow = wide * 0.1 + offset
    narrow /= np.linalg.norm(narrow, axis=1, keepdims=True)
    probes = unit_rows(64, 16)
    for vectors in (wide, narrow):
        stats = BlockStats.fit(vectors, probes)
        scores = probes @ ((vectors - stats.mean) / stats.scale).T
        assert np.sqrt(np.square(scores).mean()) == pytest.approx(1, abs=0.01)


def test_few_rows_are_drawn_towards_the_prior(unit_rows: Rows) -> None:
    """The only row of a library must not be centred away to nothing."""
    row = unit_rows(1, 8)
    stats = BlockStats.fit(row, unit_rows(5, 8))
    assert np.linalg.norm(row - stats.mean) > 0.9
    empty = BlockStats.fit(np.zeros((0, 8), np.float32), unit_rows(5, 8))
    assert empty.scale == 1.0
    assert not empty.mean.any()


def test_shares_are_of_what_speaks_for_a_row() -> None:
    assert shares([3.0, 1.0]) == [0.75, 0.25]
    assert shares([2.0, -5.0]) == [1.0, 0.0]
    assert shares([-1.0, -1.0]) == [0.0, 0.0]
