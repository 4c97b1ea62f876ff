"""What is said, in the time of an edit, and drawn into its pictures."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import features

from vsearch.clips.burn import Burner, drawable, font_for, line_width
from vsearch.clips.edit import Piece
from vsearch.clips.subtitles import NARROW, heard_of, subtitles
from vsearch.cues import Cue
from vsearch.errors import QueryError
from vsearch.export.lines import LINE, width
from vsearch.types import SpeechSegment, TimeSpan

WORDS = "the last train back to the city leaves at a quarter past eleven, not before;"


def span(start_s: float, end_s: float) -> TimeSpan:
    return TimeSpan(start_s=start_s, end_s=end_s)


def piece(start_s: float, end_s: float) -> Piece:
    return Piece(path=Path("talk.mp4"), span=span(start_s, end_s))


def said(start_s: float, end_s: float, text: str) -> SpeechSegment:
    return SpeechSegment(video_id="a", span=span(start_s, end_s), text=text, language="en")


def cue(start_s: float, end_s: float, text: str) -> Cue:
    return Cue(span=span(start_s, end_s), text=text)


def test_what_is_said_gets_the_time_of_the_edit() -> None:
    speech = [said(10, 12, "Good morning."), said(40, 43, "Good night, everybody.")]
    cues = subtitles([piece(39, 44), piece(9, 13)], [speech, speech])
    assert [item.text for item in cues] == ["Good night, everybody.", "Good morning."]
    assert cues[0].span == span(1, 4)
    assert cues[1].span == span(6, 8)


def test_words_beyond_the_cut_are_not_shown() -> None:
    segment = said(0, 8, "one two six ten")
    (heard,) = heard_of(segment, span(0, 4))
    assert heard.text == "one two"
    assert heard.span.end_s <= 4
    assert not list(heard_of(segment, span(8, 9)))
    (cues,) = [subtitles([piece(4, 9)], [[segment]])]
    assert [item.text for item in cues] == ["six ten"]
    assert cues[0].span.start_s == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("line", [LINE, NARROW, 18])
@pytest.mark.parametrize("seed", range(20))
def test_lines_fit_cues_are_in_order_and_every_word_is_there(line: int, seed: int) -> None:
    chance = random.Random(seed)
    speech, at_s = [], 0.0
    for _ in range(8):
        text = " ".join(chance.choices(WORDS.split(), k=chance.randint(1, 30)))
        end_s = at_s + len(text) / chance.uniform(8, 20)
        speech.append(said(at_s, end_s, text))
        at_s = end_s + chance.choice([0, 0, 1, 3])
    cues = subtitles([piece(0, at_s)], [speech], line=line)
    for item in cues:
        lines = item.text.split("\n")
        assert len(lines) <= 2
        assert max(map(width, lines)) <= line
        assert 0 <= item.span.start_s < item.span.end_s <= at_s + 1e-6
    for first, after in pairwise(cues):
        assert first.span.end_s <= after.span.start_s + 1e-6
    shown = " ".join(item.text for item in cues).split()
    assert shown == " ".join(segment.text for segment in speech).split()


def test_where_pieces_dissolve_one_subtitle_is_shown_at_a_time() -> None:
    speech = [said(0, 10, "The first piece is talked over to its end.")]
    cues = subtitles([piece(0, 10), piece(0, 10)], [speech, speech], dissolve_s=1)
    for first, after in pairwise(cues):
        assert first.span.end_s <= after.span.start_s


def test_scripts_without_blanks_are_broken_too() -> None:
    cues = subtitles(
        [piece(0, 20)], [[said(0, 20, "最終列車は十一時十五分に出ます。" * 4)]], line=NARROW
    )
    assert len(cues) > 1
    assert max(width(line) for item in cues for line in item.text.split("\n")) <= NARROW


@pytest.mark.parametrize("size_px", [(1920, 1080), (160, 96), (608, 1080), (720, 720), (120, 214)])
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_subtitle_is_drawn_readably_and_clear_of_the_edges(
    size_px: tuple[int, int], grey: int
) -> None:
    picture = np.full((size_px[1], size_px[0], 3), grey, np.uint8)
    kept = picture.copy()
    burn = Burner([cue(1, 2, "The last train\nleaves at ten.")])
    painted = burn(picture, 1.5)
    assert np.array_equal(picture, kept), "what is given is not drawn upon"
    changed = np.argwhere(np.abs(painted.astype(int) - grey).max(axis=2) > 40)
    top, left = changed.min(axis=0) / (size_px[1], size_px[0])
    bottom, right = changed.max(axis=0) / (size_px[1], size_px[0])
    assert 0.4 < top < bottom < (0.86 if size_px[1] > size_px[0] else 0.96)
    assert left > 0.03
    assert right < 0.97
    assert abs(left + right - 1) < 0.06, "in the middle"
    inside = painted[changed[:, 0].min() : changed[:, 0].max(), changed[:, 1].min() :]
    assert inside.max() > 230
    assert inside.min() < 40, "an outline stands against white, too"


def test_a_subtitle_is_there_in_its_time_and_at_no_other() -> None:
    picture = np.zeros((96, 160, 3), np.uint8)
    burn = Burner([cue(1, 2, "one"), cue(2, 3, "two")])
    assert burn(picture, 0.99) is picture
    assert burn(picture, 3.0) is picture
    assert not np.array_equal(burn(picture, 1.0), burn(picture, 2.0))
    assert np.array_equal(burn(picture, 1.0), burn(picture, 1.99))


def test_no_text_is_too_long_for_the_picture() -> None:
    picture = np.full((120, 68, 3), 90, np.uint8)
    painted = Burner([cue(0, 1, "Donaudampfschifffahrtsgesellschaft " * 3)])(picture, 0.5)
    changed = np.argwhere(painted != 90)
    assert changed[:, 1].min() >= 0
    assert painted.shape == picture.shape


def test_lines_are_shorter_on_upright_pictures() -> None:
    assert line_width((1920, 1080)) == LINE
    assert line_width((608, 1080)) <= NARROW


def test_letters_of_no_font_are_named_and_few_of_them_left_out() -> None:
    text = "We met at the old station, and it was good to see you all again. "
    kept, note = drawable([cue(0, 1, text + "\U0010fffd")])
    assert kept[0].text.strip() == text.strip()
    assert "left out" in note
    assert drawable([cue(0, 1, text)]) == ([cue(0, 1, text)], "")
    with pytest.raises(QueryError, match="--subtitles soft"):
        drawable([cue(0, 1, "\U0010fffd\U0010fffc\U000f1234")])


def test_letters_of_many_scripts_are_drawn() -> None:
    for text in ("Größe, déjà vu", "Последний поезд", "το τελευταίο τρένο", "רכבת", "قطار"):
        assert font_for(text, 24)[1] == set()


@pytest.mark.skipif(not features.check_feature("raqm"), reason="Pillow lacks raqm")
def test_right_to_left_is_set_by_the_rules_of_its_script() -> None:
    picture = np.zeros((96, 160, 3), np.uint8)
    # Shaped, alef after lam is one sign: unshaped letters would take more room.
    joined = Burner([cue(0, 1, "\u0644\u0627")])(picture, 0)
    apart = Burner([cue(0, 1, "\u0644 \u0627")])(picture, 0)
    columns = [np.ptp(np.argwhere(shown.any(axis=2))[:, 1]) for shown in (joined, apart)]
    assert columns[0] < columns[1] - 3


def test_right_to_left_is_refused_where_it_cannot_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check_feature", lambda name: False)
    with pytest.raises(QueryError, match="raqm"):
        drawable([cue(0, 1, "הרכבת האחרונה")])


@pytest.mark.parametrize("dissolve_s", [0.0, 0.5, 3.0])
def test_subtitles_of_any_edit_never_overlap(dissolve_s: float) -> None:
    chance = random.Random(round(dissolve_s * 10))
    for _ in range(60):
        speech, at_s = [], 0.0
        for _ in range(8):
            start_s = at_s + chance.uniform(0, 2)
            at_s = start_s + chance.uniform(0.2, 4)
            speech.append(said(start_s, at_s, " ".join(["word"] * chance.randint(1, 12))))
        starts = [chance.uniform(0, at_s) for _ in range(4)]
        pieces = [piece(start_s, start_s + chance.uniform(0.5, 9)) for start_s in starts]
        shown = subtitles(pieces, [speech] * 4, dissolve_s)
        for first, after in pairwise(shown):
            assert first.span.end_s <= after.span.start_s + 1e-9


def test_words_at_a_cut_do_not_flash() -> None:
    speech = [said(0, 5, WORDS), said(5, 10, WORDS), said(12, 12.9, "Yes, now.")]
    for start_s, end_s in ((4.85, 9), (1, 5.2), (4.85, 5.15), (6, 12.4)):
        shown = subtitles([piece(start_s, end_s)], [speech])
        assert shown
        for item in shown:
            assert item.span.duration_s >= min(0.3, end_s - start_s) - 1e-9
            assert item.text.count("\n") < 2
    joined = subtitles([piece(4.85, 9)], [speech])
    heard = [part.text for segment in speech for part in heard_of(segment, span(4.85, 9))]
    assert " ".join(item.text.replace("\n", " ") for item in joined) == " ".join(heard)
