"""Answers that never see the query: what any search must beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vsearch.evaluate.metrics import (
    DEPTH,
    Figures,
    Spans,
    average_precisions,
    chance_of_first,
    chance_of_gain,
    moment_figures,
    overlaps,
)
from vsearch.evaluate.places import Answer
from vsearch.types import Video

RANDOM_LISTS = 20


def blind_order(videos: Sequence[Video]) -> list[str]:
    """The longest video first, whatever is asked."""
    return [video.id for video in sorted(videos, key=lambda video: -video.duration_s)]


def usual_length(answers: Sequence[Answer]) -> float:
    """The median length of a right span, as a share of its video."""
    shares = [
        span.duration_s / max(answer.video.duration_s, span.end_s)
        for answer in answers
        for span in answer.spans
    ]
    return float(np.median(shares))


def blind_windows(duration_s: float, share: float) -> Spans:
    """Spans of the usual length, whatever is asked: the middle, then outwards on both sides."""
    length, middle = duration_s * share, duration_s / 2
    steps = [(place + 1) // 2 * (-1) ** place for place in range(DEPTH)]
    centres = [middle + step * length for step in steps]
    return np.array(
        [
            (max(0.0, centre - length / 2), min(duration_s, centre + length / 2))
            for centre in centres
            if 0 < centre < duration_s
        ]
    )


def blind_moments(answers: Sequence[Answer]) -> Figures:
    """The figures of the usual windows, a row for each answer."""
    share = usual_length(answers)
    return np.array(
        [
            moment_figures(blind_windows(answer.video.duration_s, share), right_spans(answer))
            for answer in answers
        ]
    )


def chance_moments(answers: Sequence[Answer], seed: int) -> Figures:
    """The figures that random windows are expected to have, a row for each answer."""
    random = np.random.default_rng(seed)
    rows = []
    for answer in answers:
        ends = random.uniform(0, answer.video.duration_s, (RANDOM_LISTS * DEPTH, 2))
        windows, right = np.sort(ends, axis=1), right_spans(answer)
        best = overlaps(windows, right).max(axis=1)
        lists = np.split(windows, RANDOM_LISTS)
        precisions = np.mean([average_precisions(found, right) for found in lists], axis=0)
        firsts = [(best >= 0.5).mean(), (best >= 0.7).mean(), best.mean()]
        rows.append([*firsts, precisions.mean(), precisions[0], precisions[5]])
    return np.array(rows)


def chance_videos(total: int, relevant: int) -> tuple[Figures, Figures]:
    """The expected R@1, R@5, R@10, nDCG@10 and MRR, and how likely each first place is.

    The last place stands for videos that are not in the library and are never found.
    """
    if not relevant:
        return np.zeros(5), np.eye(total + 1)[total]
    likely = np.append(chance_of_first(total, relevant), 0.0)
    recalls = [likely[:k].sum() for k in (1, 5, 10)]
    reciprocal = (likely / np.arange(1, total + 2)).sum()
    return np.array([*recalls, chance_of_gain(total, relevant), reciprocal]), likely


def right_spans(answer: Answer) -> Spans:
    """The right spans, one a row."""
    return np.array([(span.start_s, span.end_s) for span in answer.spans])
