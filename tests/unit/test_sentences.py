"""Segments of speech become sentences with times."""

from __future__ import annotations

import pytest

from vsearch.sentences import sentences_said, sentences_shown
from vsearch.types import ShownText, SpeechSegment, TimeSpan


def said(*segments: tuple[float, float, str]) -> list[tuple[float, float, str]]:
    found = sentences_said(
        [
            SpeechSegment(
                video_id="v", span=TimeSpan(start_s=start, end_s=end), text=text, language="en"
            )
            for start, end, text in segments
        ]
    )
    return [(round(s.span.start_s, 1), round(s.span.end_s, 1), s.text) for s in found]


def test_lines_of_one_sentence_are_joined() -> None:
    assert said((0, 2, "The last train"), (2, 4, "leaves at eleven.")) == [
        (0, 4, "The last train leaves at eleven.")
    ]


def test_sentences_of_one_segment_are_parted_with_times_between() -> None:
    first, second = said((10, 20, "It is cold today. Take a coat."))
    assert (first[0], second[1]) == (10, 20)
    assert first[1] == pytest.approx(second[0], abs=0.5)
    assert 15 < first[1] < 17


def test_a_pause_ends_a_sentence() -> None:
    assert [text for _, _, text in said((0, 1, "well then"), (5, 6, "let us begin"))] == [
        "well then",
        "let us begin",
    ]


def test_speech_without_full_stops_ends_somewhere() -> None:
    words = "and so it goes on and on "
    found = said(*((n, n + 1, words.strip()) for n in range(60)))
    assert 4 < len(found) < 12
    assert sum(len(text.split()) for _, _, text in found) == 60 * 7


def test_abbreviations_end_nothing() -> None:
    (only,) = said((0, 4, "Mr. Smith met Dr. J. Brown vs. the others."))
    assert only[2] == "Mr. Smith met Dr. J. Brown vs. the others."


def test_other_scripts_have_their_own_full_stops() -> None:
    assert [text for _, _, text in said((0, 4, "今日は寒い。コートを着て。"))] == [
        "今日は寒い。",
        "コートを着て。",
    ]
    assert len(said((0, 4, "आज ठंड है। कोट पहनो।"))) == 2
    assert len(said((0, 4, "هل تأتي؟ نعم."))) == 2


def test_nothing_said_is_no_sentence() -> None:
    assert said() == []
    assert said((0, 1, "  ")) == []


def test_texts_on_the_screen_stand_as_they_are() -> None:
    span = TimeSpan(start_s=1, end_s=2)
    (found,) = sentences_shown([ShownText(video_id="v", span=span, text="EXIT. NOW")])
    assert (found.text, found.source, found.span) == ("EXIT. NOW", "shown", span)
