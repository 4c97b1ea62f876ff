from __future__ import annotations

import numpy as np
import pytest

from vsearch.types import SpeechSegment, TimeSpan, VectorBatch, VectorSpace, words_in

SPACE = VectorSpace(name="s", dim=3, revision="1")


def test_a_span_is_half_open() -> None:
    first, second = TimeSpan(start_s=0, end_s=2), TimeSpan(start_s=2, end_s=4)
    assert not first.overlaps(second)
    assert first.overlaps(TimeSpan(start_s=1.9, end_s=2.1))
    assert first.join(second) == TimeSpan(start_s=0, end_s=4)


@pytest.mark.parametrize("ends", [(2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf"))])
def test_impossible_spans_are_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="span"):
        TimeSpan(start_s=ends[0], end_s=ends[1])


def test_a_batch_is_checked_and_read_only() -> None:
    batch = VectorBatch(space=SPACE, matrix=np.ones((2, 3)))
    assert batch.matrix.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        batch.matrix[0, 0] = 2


@pytest.mark.parametrize("matrix", [np.ones((2, 4)), np.ones(3), np.full((1, 3), np.nan)])
def test_wrong_vectors_are_refused(matrix: np.ndarray) -> None:
    with pytest.raises(ValueError, match="vectors of s"):
        VectorBatch(space=SPACE, matrix=matrix)


def test_words_of_a_span_are_whole_segments() -> None:
    segments = [
        SpeechSegment(
            video_id="v", span=TimeSpan(start_s=n, end_s=n + 1), text=str(n), language="en"
        )
        for n in range(5)
    ]
    assert words_in(segments, TimeSpan(start_s=1.5, end_s=3)) == "1 2"
