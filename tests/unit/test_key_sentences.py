"""Which sentences tell most, and which pictures show most."""

from __future__ import annotations

import numpy as np
import pytest

from vsearch.sentences import Sentence
from vsearch.summary.key_sentences import key_sentences, worth_telling
from vsearch.summary.storyboard import choose, joined
from vsearch.testing.fakes import FakeTextEncoder
from vsearch.types import Matrix, TimeSpan

TALK = (
    "Bees make honey in the hive.",
    "The hive of the bees is full of honey.",
    "Honey bees guard the honey of the hive.",
    "My cousin has bought a blue car.",
    "A beekeeper takes honey from the hive.",
)


def embed(texts: list[str]) -> Matrix:
    return FakeTextEncoder().embed_texts(texts).matrix


def said(*texts: str) -> list[Sentence]:
    return [
        Sentence(video_id="v", span=TimeSpan(start_s=n * 5, end_s=n * 5 + 4), text=text)
        for n, text in enumerate(texts)
    ]


def told(count: int, *texts: str, question: str = "") -> list[str]:
    return [item.text for item, _ in key_sentences(said(*texts), count, embed, question)]


def test_what_many_sentences_mean_is_told_and_what_is_beside_it_is_not() -> None:
    assert TALK[3] not in told(3, *TALK)
    assert len(told(3, *TALK)) == 3


def test_sentences_come_in_order_of_time_with_the_best_at_one() -> None:
    found = key_sentences(said(*TALK), 3, embed)
    assert [item.span for item, _ in found] == sorted(item.span for item, _ in found)
    assert max(score for _, score in found) == pytest.approx(1.0)
    assert min(score for _, score in found) > 0


def test_nothing_is_told_twice() -> None:
    again = (*TALK[:3], TALK[0], "bees make honey in the HIVE.", *TALK[3:])
    texts = [text.casefold() for text in told(5, *again)]
    assert len(texts) == len(set(texts)) == 5
    # Of two that mean the same in other words, one is enough.
    alike = ("the red fox jumps over dogs", "over dogs the red fox jumps", "rain falls on the hill")
    assert set(told(2, *alike)) & {alike[2]}


def test_a_question_draws_what_fits_it() -> None:
    assert told(1, *TALK, question="a blue car") == [TALK[3]]
    assert told(1, *TALK, question="honey bees hive") != [TALK[3]]


def test_greetings_tell_nothing_unless_there_is_nothing_else() -> None:
    assert told(5, "Hello.", "Thank you.", TALK[0]) == [TALK[0]]
    assert set(told(5, "Hello.", "Thank you.")) == {"Hello.", "Thank you."}


@pytest.mark.parametrize("texts", [(), ("...", "!"), ("One sentence is all there is.",)])
def test_little_is_enough(texts: tuple[str, ...]) -> None:
    assert told(5, *texts) == list(texts)
    assert told(0, *texts) == []


def test_of_very_many_sentences_an_even_part_stands_for_all() -> None:
    told_of = worth_telling(said(*(f"sentence number {n} is said" for n in range(9000))))
    assert len(told_of) == 3000
    assert told_of[-1].span.start_s > 44_000


def pictures(*groups: int, noise: float = 0.05) -> Matrix:
    """Pictures of several things: those of one are nearly the same."""
    chance = np.random.default_rng(3)
    made = np.eye(8)[list(groups)] + noise * chance.standard_normal((len(groups), 8))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def test_each_thing_is_shown_once_in_order_of_time() -> None:
    shown = pictures(*[0] * 9, *[1] * 2, *[2] * 5)
    chosen, coverage = choose(shown, shown, 9)
    assert [0 <= chosen[0] < 9, 9 <= chosen[1] < 11, 11 <= chosen[2] < 16] == [True] * 3
    assert len(chosen) == 3
    assert coverage > 0.95


def test_what_is_seen_most_comes_first_where_there_is_no_room() -> None:
    shown = pictures(*[0] * 3, *[1] * 9, *[2] * 2)
    assert 3 <= choose(shown, shown, 1)[0][0] < 12


def test_words_part_pictures_that_look_alike() -> None:
    shown, nothing = pictures(*[0] * 6, noise=0.2), np.zeros((6, 8), np.float32)
    words = pictures(1, 1, 1, 2, 2, 2)
    (one, other), _ = choose(shown, joined(shown, words), 2, enough=2.0)
    assert one < 3 <= other
    assert choose(shown, joined(shown, nothing), 2)[0] == choose(shown, shown, 2)[0]


def test_pictures_that_look_the_same_are_shown_once_whatever_is_said() -> None:
    shown, words = pictures(*[0] * 6), pictures(1, 1, 1, 2, 2, 2)
    assert len(choose(shown, joined(shown, words), 9, enough=2.0)[0]) == 1


def test_no_pictures_and_more_than_there_are() -> None:
    assert choose(pictures(), pictures(), 5) == ([], 0.0)
    assert choose(pictures(0, 1), pictures(0, 1), 0) == ([], 0.0)
    assert choose(pictures(0, 1), pictures(0, 1), 5, enough=2.0)[0] == [0, 1]


def test_pictures_of_which_nothing_is_known_are_taken_too() -> None:
    unknown = np.zeros((3, 8), np.float32)
    assert choose(unknown, unknown, 2)[0] == [0, 1]


def test_a_day_of_keyframes_is_covered_by_a_part_of_them() -> None:
    many = pictures(*(n // 7000 for n in range(21_000)))
    chosen, coverage = choose(many, many, 5)
    assert len(chosen) == 3
    assert coverage > 0.95
    assert [place // 7000 for place in chosen] == [0, 1, 2]
