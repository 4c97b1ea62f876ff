"""Titles in the words of each chapter, in several scripts."""

from __future__ import annotations

import pytest

from vsearch.lines import clock
from vsearch.sentences import Sentence
from vsearch.summary.phrases import Phrases
from vsearch.summary.titles import titles_of
from vsearch.types import TimeSpan

BEES = (
    "The honey bees leave the hive. The bees of the hive dance. Honey is what the bees make.",
    "A volcano is full of magma. The magma rises in the volcano. Then the volcano throws ash.",
)
JAPANESE = (
    "富士山は日本一高い山です。富士山に登る人は多いです。富士山の頂上は寒いです。",
    "寿司は魚とご飯の料理です。寿司には醤油をつけます。東京の寿司は有名です。",
)
ARABIC = (
    "القطار يصل إلى المحطة. القطار سريع جدا. ركاب القطار ينتظرون.",
    "القهوة مشروب ساخن. القهوة العربية لذيذة. نشرب القهوة صباحا.",
)
HINDI = (
    "पुल बहुत पुराना है। पुल नदी पर है। पुल पत्थर का है।",
    "चाय गरम है। चाय में दूध है। सब चाय पीते हैं।",
)
CHINESE = ("长城在北京。长城很长。我们去长城。", "火锅很辣。火锅好吃。大家吃火锅。")


def told(texts: tuple[str, ...]) -> tuple[list[TimeSpan], list[Sentence]]:
    """A chapter of a minute for each text, and its sentences."""
    spans = [TimeSpan(start_s=60 * n, end_s=60 * (n + 1)) for n in range(len(texts))]
    said = []
    for span, text in zip(spans, texts, strict=True):
        parts = [part for part in text.replace("。", "。|").replace(". ", ".|").split("|") if part]
        for number, part in enumerate(parts):
            start_s = span.start_s + number * 5
            when = TimeSpan(start_s=start_s, end_s=start_s + 5)
            said.append(Sentence(video_id="v", span=when, text=part))
    return spans, said


def shown(start_s: float, text: str, end_s: float | None = None) -> Sentence:
    when = TimeSpan(start_s=start_s, end_s=start_s + 4 if end_s is None else end_s)
    return Sentence(video_id="v", span=when, text=text, source="shown")


@pytest.mark.parametrize(
    ("texts", "first", "second"),
    [
        (BEES, "bees", "volcano"),
        (JAPANESE, "富士山", "寿司"),
        (ARABIC, "القطار", "القهوة"),
        (CHINESE, "长城", "火锅"),
    ],
    ids=["english", "japanese", "arabic", "chinese"],
)
def test_a_title_names_what_only_its_chapter_tells_of(
    texts: tuple[str, ...], first: str, second: str
) -> None:
    spans, said = told(texts)
    (one, from_one), (two, from_two) = titles_of(spans, said, [])
    assert first in one.casefold()
    assert second in two.casefold()
    assert first not in two.casefold()
    assert (from_one, from_two) == ("said", "said")


def test_every_word_of_a_title_is_said_in_its_chapter() -> None:
    spans, said = told(BEES)
    for (title, _), text in zip(titles_of(spans, said, []), BEES, strict=True):
        assert all(part.casefold() in text.casefold() for part in title.split(", "))


def test_words_that_stand_together_are_a_name() -> None:
    spans, said = told(("Here John Dashwood considered what John might do. And Dashwood did it.",))
    assert titles_of(spans, said, []) == [("John Dashwood", "said")]


def test_a_title_on_the_screen_comes_first() -> None:
    spans, said = told(BEES)
    texts = [
        shown(2, "How bees\nlive"),
        shown(62, "12:04"),
        shown(63, "x" * 80),
        shown(110, "Late"),
    ]
    assert titles_of(spans, said, texts)[0] == ("How bees", "shown")
    assert titles_of(spans, said, texts)[1][1] == "said"


@pytest.mark.parametrize(
    ("start_s", "text", "is_title"),
    [
        *[(0, "CRiME SCENE HOLLAND", True), (5, "Volcanoes", True), (5.1, "Volcanoes", False)],
        *[(1, "CK", False), (1, "iis", False), (1, "we do it so", False), (1, "寿司は魚と", True)],
        *[(1, "How bees do it", True), (1, "Ash", False), (1, "12:04 live", False)],
        (1, "watch ...: 0.5449426770", False),
    ],
)
def test_a_title_is_early_and_made_of_words(start_s: float, text: str, is_title: bool) -> None:
    span = TimeSpan(start_s=0, end_s=40)
    ((title, source),) = titles_of([span], [], [shown(start_s, text)])
    assert (source == "shown", title == text) == (is_title, is_title)


def test_in_a_long_chapter_a_title_may_come_later() -> None:
    span = TimeSpan(start_s=0, end_s=300)
    for start_s, source in ((30, "shown"), (31, "none")):
        assert titles_of([span], [], [shown(start_s, "Volcanoes")])[0][1] == source


def test_a_text_that_ends_as_a_chapter_begins_is_of_the_one_before() -> None:
    spans, _ = told(BEES)
    end = [shown(58.8, "The end of bees", 60.4)]
    assert [source for _, source in titles_of(spans, [], end)] == ["none", "none"]
    early = [shown(59.5, "Volcanoes", 66)]
    assert titles_of(spans, [], early) == [("Scene at 0:00", "none"), ("Volcanoes", "shown")]


def test_what_is_on_the_screen_all_the_time_is_no_title() -> None:
    spans, said = told(BEES)
    logo = [shown(0, "Channel Nine", 40), shown(60, "Channel Nine", 100)]
    assert [source for _, source in titles_of(spans, said, logo)] == ["said", "said"]
    assert titles_of([TimeSpan(start_s=0, end_s=120)], said, logo) == [("Channel Nine", "shown")]


def test_a_chapter_without_words_says_when_it_begins() -> None:
    spans = [TimeSpan(start_s=0, end_s=65), TimeSpan(start_s=65, end_s=4000)]
    assert titles_of(spans, [], []) == [("Scene at 0:00", "none"), ("Scene at 1:05", "none")]
    assert clock(3600 + 125) == "1:02:05"


def test_words_that_name_nothing_make_a_sentence_the_title() -> None:
    spans, said = told(("And then it was there. So it is.", "It was not. " + "We were here " * 20))
    assert titles_of(spans, said, [])[0] == ("So it is", "said")
    spans, said = told(("And so it was with all of us and all of them " * 4,))
    title, source = titles_of(spans, said, [])[0]
    assert title.endswith("\u2026")
    assert len(title) <= 60
    assert source == "said"


def test_marks_alone_are_no_title() -> None:
    spans, said = told(("...!",))
    assert titles_of(spans, said, []) == [("Scene at 0:00", "none")]


def test_words_of_india_are_not_cut_at_their_vowels() -> None:
    first, second = titles_of(*told(HINDI), [])
    assert first[0].startswith("पुल")
    assert second[0].startswith("चाय")
    assert Phrases.of([shown(0, "שָׁלוֹם")]).written[("שלום",)] == "שָׁלוֹם"
