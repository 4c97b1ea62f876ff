"""What a reel is made of: never too long, nothing twice, no sentence cut, the best first."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from vsearch.clips.choose import (
    ALIKE,
    TOLERATED_S,
    Candidate,
    Choice,
    Handles,
    choose,
)
from vsearch.clips.fit import Fit, common_rate
from vsearch.clips.talk import Talk
from vsearch.types import TimeSpan, Video

RATES = (Fraction(25), Fraction(30000, 1001), Fraction(10), Fraction(24))


def video(name: str, duration_s: float = 120.0, rate: Fraction = RATES[0]) -> Video:
    return Video(
        id=name,
        path=Path(f"/videos/{name}.mp4"),
        duration_s=duration_s,
        frame_rate=rate,
        width_px=160,
        height_px=96,
        has_audio=True,
    )


def span(start_s: float, end_s: float) -> TimeSpan:
    return TimeSpan(start_s=start_s, end_s=end_s)


def candidate(of: Video, start_s: float, end_s: float, score: float = 1.0) -> Candidate:
    inside = span(start_s, end_s)
    return Candidate(video=of, span=inside, at_s=inside.middle_s, score=score, group=of.id)


def made_up(seed: int) -> tuple[list[Candidate], dict[str, Talk], Fit, Handles]:
    """Moments of a few videos, some of which somebody talks in, as a search might find them."""
    chance = random.Random(seed)
    videos = [
        video(f"v{n}", chance.choice([1.5, 8.0, 40.0, 300.0]), chance.choice(RATES))
        for n in range(chance.randint(1, 5))
    ]
    found = []
    for _ in range(chance.randint(1, 25)):
        of = chance.choice(videos)
        start_s = chance.uniform(0, of.duration_s * 0.95)
        end_s = min(of.duration_s, start_s + chance.uniform(0.3, 40))
        found.append(candidate(of, start_s, end_s, chance.uniform(0.5, 1)))
    talks = {of.id: _talk(chance, of) for of in videos if chance.random() < 0.6}
    fit = Fit(
        length_s=chance.choice([3.0, 10.0, 60.0, 61.7]),
        rate=chance.choice(RATES),
        dissolve_s=chance.choice([0.0, 0.0, 0.5, 3.0]),
        order=chance.choice(["time", "best"]),
    )
    return (
        found,
        talks,
        fit,
        Handles(before_s=chance.choice([0, 1.5]), after_s=chance.choice([0, 2])),
    )


def _talk(chance: random.Random, of: Video) -> Talk:
    spans, at_s = [], chance.uniform(0, 5)
    while at_s < of.duration_s:
        end_s = min(of.duration_s, at_s + chance.uniform(0.5, 9))
        spans.append(span(at_s, end_s))
        at_s = end_s + chance.choice([0.0, 0.1, 2.0, 9.0])
    return Talk.of(spans)


@pytest.mark.parametrize("seed", range(150))
def test_a_reel_keeps_its_promises(seed: int) -> None:
    found, talks, fit, handles = made_up(seed)
    chosen = choose(found, talks, fit, handles)
    frame_s = float(1 / fit.rate)
    assert fit.length_of(chosen.places) <= fit.length_s + 1e-6
    for of in {place.video.id for place in chosen.places}:
        spans = sorted(place.span for place in chosen.places if place.video.id == of)
        for first, after in pairwise(spans):
            assert first.end_s <= after.start_s + 1e-6
    for place in chosen.places:
        assert place.span.end_s <= place.video.duration_s + frame_s
        least_s = min(TOLERATED_S, place.video.duration_s) - 2 * frame_s
        assert place.span.duration_s >= least_s - float(1 / place.video.frame_rate)
        if not chosen.cuts:
            _assert_sentences_are_whole(place.span, talks.get(place.video.id, Talk()))
    assert sum(count for _, count in chosen.left_out) <= len(found)
    assert choose(found, talks, fit, handles) == chosen


def _assert_sentences_are_whole(shown: TimeSpan, talk: Talk) -> None:
    for sentence in talk.spans:
        inside_s = min(shown.end_s, sentence.end_s) - max(shown.start_s, sentence.start_s)
        # To the frame: a sentence may begin and end between two of them.
        assert inside_s <= 0.11 or inside_s >= sentence.duration_s - 0.22


@pytest.mark.parametrize("seed", range(40))
def test_a_reel_is_as_long_as_wished_for_where_there_is_enough(seed: int) -> None:
    chance = random.Random(seed)
    rate = chance.choice(RATES)
    found = [
        candidate(video(f"v{n}", 60, rate), 10, 10 + chance.uniform(8, 30), chance.uniform(0.5, 1))
        for n in range(12)
    ]
    fit = Fit(length_s=chance.uniform(10, 80), rate=rate, dissolve_s=chance.choice([0, 0.4]))
    length_s = fit.length_of(choose(found, {}, fit).places)
    assert fit.length_s - float(1 / rate) - 1e-6 <= length_s <= fit.length_s + 1e-6


def names(chosen: Choice) -> list[str]:
    return [place.video.id for place in chosen.places]


def test_the_best_come_first_and_others_have_their_turn() -> None:
    one, two, three = video("c"), video("b"), video("a")
    found = [
        *(candidate(one, start, start + 10, 1.0) for start in (0, 20, 40)),
        candidate(two, 0, 10, 0.8),
        candidate(three, 0, 10, 0.75),
    ]
    fit = Fit(length_s=12, rate=Fraction(25), order="best")
    assert names(choose(found, {}, fit)) == ["c", "b", "a"]
    by_time = Fit(length_s=12, rate=Fraction(25))
    assert names(choose(found, {}, by_time)) == ["a", "b", "c"]


def test_nothing_that_looks_the_same_comes_twice() -> None:
    look = np.array([1.0, 0.0], np.float32)
    other = np.array([0.0, 1.0], np.float32)
    looks: Sequence[object] = (look, look, other)
    found = [
        Candidate(video=video(f"v{n}"), span=span(0, 5), at_s=2, score=1, group=str(n), look=seen)
        for n, seen in enumerate(looks)  # type: ignore[misc]
    ]
    chosen = choose(found, {}, Fit(length_s=60, rate=Fraction(25)))
    assert names(chosen) == ["v0", "v2"]
    assert chosen.left_out == ((ALIKE, 1),)


def test_a_sentence_is_shown_whole_or_not_at_all() -> None:
    of = video("talk")
    talk = {of.id: Talk.of([span(10, 16), span(16.2, 22)])}
    (place,) = choose([candidate(of, 12, 15)], talk, Fit(length_s=7, rate=Fraction(25))).places
    assert place.span.start_s == pytest.approx(9.9, abs=0.05)
    assert place.span.end_s == pytest.approx(16.1, abs=0.05)


def test_where_no_sentence_is_short_enough_one_is_cut_and_that_is_said() -> None:
    of = video("talk")
    talk = {of.id: Talk.of([span(10, 30)])}
    chosen = choose([candidate(of, 12, 28)], talk, Fit(length_s=5, rate=Fraction(25)))
    assert chosen.cuts
    assert chosen.places[0].span.duration_s == pytest.approx(5)


def test_the_rate_of_a_reel_is_that_of_most_of_it_unless_it_jerks() -> None:
    slow, film, fast = Fraction(25, 2), Fraction(24), Fraction(30)
    assert common_rate([(film, 9), (fast, 5), (fast, 5)]) == fast
    assert common_rate([(slow, 90), (film, 5)]) == film
    assert common_rate([(slow, 90)]) == slow
    assert common_rate([]) == 25


def test_handles_are_part_of_the_length_and_never_show_a_neighbour_again() -> None:
    of = video("silent")
    found = [candidate(of, 10, 13), candidate(of, 14, 17, 0.9)]
    chosen = choose(found, {}, Fit(length_s=60, rate=Fraction(25)), Handles(before_s=2, after_s=2))
    (place,) = chosen.places
    assert place.span == span(8, 19)
