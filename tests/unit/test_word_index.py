"""Words found as they are: what counts as the same word, exact phrases, BM25, documents."""

from __future__ import annotations

import itertools
import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vsearch.testing.records import fill, make_record
from vsearch.types import Frame, SpeechSegment, TimeSpan, heard_in
from vsearch.words import terms_of
from vsearch_index.documents import read_documents
from vsearch_index.store import LibraryStore
from vsearch_index.words import MOST_DOCUMENTS, MOST_OF_RAREST, Document, WordIndex

FILLER = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
ODD = ["'", '"', '"""', "AND", "OR", "NOT dog", "NEAR(a b)", "NEAR", "*", "dog*", "said:dog", "^"]
ODD += ["", "  ", "\0", "🐕", "🐕 dog", "{said} : dog", "-dog", "(", "a" * 50_000, "\ud800"]


def made(*said: str, name: str = "") -> WordIndex:
    return WordIndex.build(
        Document(position=row, said=text, name=name) for row, text in enumerate(said)
    )


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The Last TRAIN", ["the", "last", "train"]),
        ("Café déjà-vu", ["cafe", "deja", "vu"]),
        ("cafe\u0301", ["cafe"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("4,711 4\u2019711 4'711 4711", ["4711"] * 4),
        ("12,345,678", ["12345678"]),
        ("in 1999,2000 came", ["in", "1999", "2000", "came"]),
        ("a,123", ["a", "123"]),
        ("it's l\u2019homme", ["it", "s", "l", "homme"]),
        ("snake_case", ["snake", "case"]),
        ("東京タワー", list("東京タワー")),
        ("ガ ｶﾞ", ["ガ", "ガ"]),
        ("한국어 말", ["한국어", "말"]),
        ("ﬁne ①", ["fine", "1"]),
        ("🐕 ?! —", []),
        ("किताब, पढ़ना।", ["किताब", "पढ़ना"]),
        ("কিতাব தமிழ்", ["কিতাব", "தமிழ்"]),
        ("كِتَابٌ كتـاب كتاب", ["كتاب"] * 3),
        ("שָׁלוֹם שלום", ["שלום", "שלום"]),
        ("ดี မြန်", ["ดี", "မြ", "န်"]),
        ("क्\u200dष क्ष", ["क्ष", "क्ष"]),
        ("5\ufe0f\u20e3 \u2764\ufe0f ़", ["5"]),
        ("", []),
    ],
)
def test_what_counts_as_the_same_word(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


def test_terms_of_terms_are_the_same_terms() -> None:
    """What was stored is what is asked for, however often it is normalised."""
    letters = "aÉß1,'\u2019東ガ한_ -ñ\u0301٣किาี်ם\u05b8بِ\u200d\ufe0f।"
    chance = random.Random(1)
    for _ in range(2000):
        text = "".join(chance.choices(letters, k=12))
        assert terms_of(" ".join(terms_of(text))) == terms_of(text)


def test_rows_with_more_of_the_rarer_words_come_first() -> None:
    index = made("the dog", "the train", "the dog and the train", "the", "the cat", "the cow")
    positions, scores = index.rank("the dog train")
    assert positions[0] == 2
    assert set(positions[1:3].tolist()) == {0, 1}
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert scores[2] > 10 * scores[3], "a word of every row tells nothing apart"


@pytest.mark.parametrize("rows_with_it", [1, 5, 40, 90])
def test_a_full_match_scores_about_1_whatever_the_rarity(rows_with_it: int) -> None:
    texts = ["one two three four five six"] * 100
    texts[:rows_with_it] = ["one two train four five station"] * rows_with_it
    _, scores = made(*texts).rank("train station")
    assert len(scores) == rows_with_it
    assert scores == pytest.approx(1, abs=0.1)


def test_a_word_that_nobody_says_lowers_the_share() -> None:
    index = made("the last train", *FILLER)
    (full,), (half,) = index.rank("train")[1], index.rank("train zeppelin")[1]
    assert 0 < half < 0.6 * full


def test_a_phrase_stands_in_order_and_in_one_row() -> None:
    index = made("the last train leaves", "train the last", "the last", "train", "Last, TRAIN!")
    assert index.holding("last train").tolist() == [0, 4]
    assert index.holding("the last train leaves now").tolist() == []
    assert index.holding("東").tolist() == []


def test_words_without_blanks_are_found_inside_a_sentence() -> None:
    index = made("私は東京に住んでいます", "京東", "東の京")
    assert index.holding("東京").tolist() == [0]
    assert index.holding("4711").tolist() == []
    assert made("room 4,711").holding("4711").tolist() == [0]


@pytest.mark.parametrize("text", ["किताब पढ़ना", "কিতাব", "كِتَابٌ", "שָׁלוֹם", "தமிழ்", "สวัสดี မြန်မာ"])
def test_words_with_marks_are_found_whole(text: str) -> None:
    """SQLite takes the terms apart no further: each is counted, ranked and found."""
    index = made("one two", text, *FILLER)
    assert index.holding(text).tolist() == [1]
    assert index.rank(text)[0].tolist() == [1]
    assert index._counts(terms_of(text)) == dict.fromkeys(terms_of(text), 1)
    assert index.holding("क").tolist() == index.holding("ত").tolist() == []


def test_columns_are_what_is_said_and_the_name() -> None:
    index = WordIndex.build(
        Document(position=row, said=said, name=name)
        for row, (said, name) in enumerate((("dog", "cat"), ("cat", "dog"), ("cow", "hen")))
    )
    assert index.holding("dog").tolist() == [0, 1]
    assert index.holding("dog", ("said",)).tolist() == [0]
    assert index.holding("dog", ("name",)).tolist() == [1]
    assert index.holding("dog cat").tolist() == []
    assert index.rank("dog", ("said",))[0].tolist() == [0]
    assert index.rank("dog")[0].tolist() == [0, 1], "said counts more than a name"


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_odd_input_is_only_words(text: str) -> None:
    index = made("dog", "and or not near", *FILLER)
    for columns in (("said",), ("said", "name")):
        positions, scores = index.rank(text, columns)
        assert len(positions) == len(scores)
        assert index.holding(text, columns).tolist() == (
            [0]
            if terms_of(text) == ["dog"]
            else [
                row
                for row in (0, 1)
                if terms_of(text)
                and " ".join(terms_of(text)) in ("dog", "and or not near")[row].split()
            ]
        )


def test_ten_thousand_words_at_once() -> None:
    words = [f"word{number}" for number in range(10_000)]
    index = made(*(" ".join(words[start : start + 100]) for start in range(0, 10_000, 100)))
    positions, scores = index.rank(" ".join(words))
    assert len(positions) == MOST_DOCUMENTS / 100, "as many words as can be afforded"
    assert scores == pytest.approx(0.01, rel=0.2)
    assert index.holding(" ".join(words)).tolist() == []
    assert index.holding(" ".join(words[300:350])).tolist() == [3]


def test_common_words_are_passed_over_and_rare_ones_still_found() -> None:
    texts = ["the"] * (MOST_DOCUMENTS + 1)
    texts[77] = "the train"
    index = made(*texts)
    assert index.rank("the train")[0].tolist() == [77]
    assert len(index.holding("the")) == len(texts)


@pytest.mark.parametrize(
    ("rows", "ranked"),
    [(MOST_DOCUMENTS + 1, True), (MOST_OF_RAREST, True), (MOST_OF_RAREST + 1, False)],
)
def test_the_rarest_word_is_ranked_unless_it_is_very_common(rows: int, ranked: bool) -> None:
    index = made(*["train the"] * rows, *["the"] * rows * 3)
    for text in ("train", "the train", "zeppelin the train"):
        assert len(index.rank(text)[0]) == rows * ranked


def test_an_index_comes_back_from_its_file(tmp_path: Path) -> None:
    index = made("the last train", "a dog", "a train")
    index.write(tmp_path / "a.words")
    index.write(tmp_path / "a.words")
    back = WordIndex.read(tmp_path / "a.words")
    for mine, its in zip(index.rank("last train"), back.rank("last train"), strict=True):
        assert mine.tolist() == its.tolist()
    assert back.holding("last train").tolist() == [0]
    empty = made()
    empty.write(tmp_path / "b.words")
    assert WordIndex.read(tmp_path / "b.words").rank("train")[0].tolist() == []


@pytest.mark.parametrize("data", [b"", b"not a database at all" * 100])
def test_a_file_that_is_none_is_an_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.words").write_bytes(data)
    with pytest.raises(sqlite3.Error):
        WordIndex.read(tmp_path / "a.words")


@pytest.mark.parametrize("harm", ["cut", "gone", "changed"])
def test_damaged_words_are_made_anew(filled: LibraryStore, harm: str) -> None:
    before = filled.rows().holding("it's said", ("said",)).tolist()
    assert len(before) == 6
    (path,) = (filled.path / "index").glob("gen-*.words")
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-100] if harm == "cut" else data[:5000] + b"!!!!" + data[5004:])
    assert LibraryStore(filled.path).rows().holding("it's said", ("said",)).tolist() == before


def test_the_words_of_a_row_are_those_that_heard_in_says(
    store: LibraryStore, tmp_path: Path
) -> None:
    """The rule is written twice, in SQL and in Python: here on spans that touch in every way."""
    chance = random.Random(3)
    times = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0]
    spans = [TimeSpan(start_s=a, end_s=b) for a, b in itertools.combinations(times, 2)]
    spans += [TimeSpan(start_s=time, end_s=time) for time in times]
    spans += [
        TimeSpan(start_s=start, end_s=start + chance.random() * 3)
        for start in (chance.random() * 4 for _ in range(60))
    ]
    spans.sort()
    base = make_record(tmp_path, "a.mp4", frames=30)
    frames = [
        replace(frame, span=span)
        for frame, span in zip(base.frames, chance.sample(spans, 30), strict=True)
    ]
    speech = [
        SpeechSegment(video_id=base.video.id, span=span, text=f"word{n}", language="en")
        for n, span in enumerate(spans)
    ]
    fill(store, replace(base, frames=frames, speech=speech))
    with store._catalog.reading() as connection:
        documents = list(read_documents(connection))
    assert [document.position for document in documents] == list(range(30))
    for frame, document in zip(sorted(frames, key=_id), documents, strict=True):
        heard = " ".join(segment.text for segment in heard_in(speech, frame.span))
        assert document.said == heard, frame.span


def _id(frame: Frame) -> int:
    return frame.id


def test_a_copy_is_found_by_both_of_its_names(store: LibraryStore, tmp_path: Path) -> None:
    (tmp_path / "trip").mkdir()
    record = make_record(tmp_path / "trip", "beach.mp4")
    fill(store, record)
    other = tmp_path / "dunes.mp4"
    other.write_text("copy")
    with store.writer() as writer:
        stamp = replace(record.stamp, path=other)
        assert writer.link(stamp, record.video.id).renames
        writer.publish()
    rows = store.rows()
    for word in ("beach", "trip", "dunes"):
        assert len(rows.holding(word, ("name",))) == 6, word
    assert len(rows.holding("mp4", ("name",))) == 0


def test_words_at_the_edge_of_two_rows_are_in_one_at_least(
    store: LibraryStore, tmp_path: Path
) -> None:
    made = make_record(tmp_path, "a.mp4", frames=8)
    times = np.random.default_rng(5).uniform(0, 6, 40)
    speech = [
        SpeechSegment(
            video_id=made.video.id,
            span=TimeSpan(start_s=start, end_s=start + length),
            text=f"word{n}",
            language="en",
        )
        for n, (start, length) in enumerate(zip(sorted(times), times / 4 + 0.05, strict=True))
    ]
    fill(store, replace(made, speech=speech))
    rows = store.rows()
    for number in range(40):
        assert len(rows.holding(f"word{number}", ("said",))) >= 1, number
