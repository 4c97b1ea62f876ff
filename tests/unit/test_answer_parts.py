"""The parts of answering by themselves: hosts, passages, kinds of answers."""

from __future__ import annotations

import time

import pytest

from vsearch.answer import evidence
from vsearch.answer.evidence import passages_of, worth_reading
from vsearch.answer.hosts import is_loopback
from vsearch.answer.kinds import holds_kind
from vsearch.storage import Texts
from vsearch.types import ShownText, SpeechSegment, TimeSpan


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost:1", True),
        ("127.0.0.1:80", True),
        ("127.8.0.1:80", True),
        ("[::1]:80", True),
        ("::1", True),
        ("localhost", True),
        ("example.com:443", False),
        ("localhost.example.com:443", False),
        ("elsewhere.localhost:80", False),
        ("127.0.0.1.example.com:80", False),
        ("10.0.0.1:80", False),
        ("0.0.0.0:80", False),
        ("", False),
    ],
)
def test_what_is_this_machine(host: str, own: bool) -> None:
    assert is_loopback(host) == own


def test_texts_on_the_screen_are_passages() -> None:
    span = TimeSpan(start_s=3, end_s=9)
    shown = [ShownText(video_id="v", span=span, text="Platform 9\nto the city")]
    (only,) = passages_of(Texts(shown=shown))
    assert (only.source, only.span) == ("shown", span)


def test_an_hour_of_speech_is_read_in_part_and_at_once() -> None:
    said = [
        SpeechSegment(
            video_id="v",
            span=TimeSpan(start_s=2.0 * n, end_s=2.0 * n + 2),
            text=f"It is sentence {n} about the {'zeppelin' if n == 777 else 'weather'}.",
            language="en",
        )
        for n in range(1800)
    ]
    started = time.perf_counter()
    passages = passages_of(Texts(said=said))
    worth = worth_reading("Who flew the zeppelin?", {"v": passages}, [])
    assert time.perf_counter() - started < 5
    assert len(worth) == evidence.MOST_PASSAGES < len(passages)
    assert "zeppelin" in worth[0].text


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        ("When does it open?", "It opens at nine o'clock.", True),
        ("When does it open?", "It opens with a song.", False),
        ("How much does it cost?", "It costs five euros.", True),
        ("How much does it cost?", "Five people came.", False),
        ("How tall is it?", "It is forty two meters tall.", True),
        ("Who won?", "The race was won by Clara Benedetti.", True),
        ("Who won?", "Rain fell all day.", False),
        ("Where is it?", "It stands near the river.", True),
        ("Tell me about it", "It is old.", None),
        ("何時ですか", "九時です", None),
    ],
)
def test_the_kind_of_answer(question: str, text: str, holds: bool | None) -> None:
    assert holds_kind(question, text) is holds


def test_a_text_without_blanks_takes_no_ages() -> None:
    started = time.monotonic()
    assert holds_kind("how long is it", "字" * 20_000) is False
    assert time.monotonic() - started < 3
