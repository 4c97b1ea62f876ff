"""What is said, written as subtitles that others read back, and as paragraphs."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from vsearch.cues import Cue
from vsearch.errors import QueryError
from vsearch.export.lines import LINE, Words, width
from vsearch.export.names import safe_name, unique_names
from vsearch.export.subtitles import MARK, as_srt, as_vtt, cues_of
from vsearch.export.transcript import Transcript
from vsearch.outputs import check_is_no_sidecar
from vsearch.pipeline.tracks import subtitle_file
from vsearch.summary.result import Chapter
from vsearch.types import SpeechSegment, TimeSpan, Video

LONG = (
    "Our restaurant serves soup and fresh bread until four o'clock. The last train back to the "
    "city leaves at a quarter past eleven, so do not be late, or else you will have to walk."
)
JAPANESE = (
    "東京は日本の首都です。人口は約千四百万人で、世界最大の都市圏の一つであり、"
    "多くの企業の本社が置かれています。次の列車は十一時に出発します。"
)
HOSTILE = (
    "a --> b",
    "1\n\n2\r\n00:00:01,000 --> 00:00:02,000\nforged",
    "<i>no</i> & <script>alert(1)</script> {\\an8}top {y:i}",
    "C:\\New\\hat",
    "bell \x07 null \x00 escape \x1b[31m half \ud800 tab\tend",
    '"quoted", and, commas; =cmd()',
    "\u0645\u0631\u062d\u0628\u0627 👨\u200d👩\u200d👧 fin",
)


def said(start_s: float, end_s: float, text: str) -> SpeechSegment:
    span = TimeSpan(start_s=start_s, end_s=end_s)
    return SpeechSegment(video_id="v", span=span, text=text, language="en")


def video(path: str = "/videos/talk.mp4", video_id: str = "v" * 32) -> Video:
    return Video(
        id=video_id,
        path=Path(path),
        duration_s=100.0,
        frame_rate=Fraction(25),
        width_px=64,
        height_px=36,
        has_audio=True,
    )


def read_back(text: str, path: Path) -> list[Cue]:
    path.write_bytes(text.encode("utf-8", "backslashreplace"))
    return subtitle_file(path)


def well_formed(cues: list[Cue]) -> None:
    for cue in cues:
        lines = cue.text.split("\n")
        assert len(lines) <= 2
        assert all(line and line == line.strip() and width(line) <= LINE for line in lines)
        assert cue.span.duration_s >= 0.1
    for first, second in pairwise(cues):
        assert first.span.end_s <= second.span.start_s


@pytest.mark.parametrize("text", [LONG, JAPANESE, "x" * 300, "word " * 200, "a, b. " * 90])
@pytest.mark.parametrize("seconds", [0.0, 4.0, 40.0])
def test_long_speech_is_divided_and_nothing_is_lost(text: str, seconds: float) -> None:
    cues = cues_of([said(1.0, 1.0 + max(seconds, len(text) / 60), text), said(90, 91, "Next.")])
    well_formed(cues)
    assert "".join("".join(cue.text.split()) for cue in cues) == "".join(f"{text}Next.".split())
    assert cues[0].span.start_s == 1.0


def test_sentences_are_where_it_is_divided() -> None:
    first, *rest = cues_of([said(0, 12, LONG)])
    assert first.text == "Our restaurant serves soup and\nfresh bread until four o'clock."
    assert rest[0].text.endswith("eleven,")
    # Times inside a segment go by letters.
    assert first.span.end_s == pytest.approx(12 * 63 / len(LONG), abs=0.1)


def test_short_speech_stays_until_it_can_be_read_or_the_next_comes() -> None:
    assert [(c.span.start_s, c.span.end_s) for c in cues_of([said(5, 5.2, "Yes.")])] == [(5, 6)]
    alone, _ = cues_of([said(5, 6, "x" * 40), said(6.5, 9, "No.")])
    assert alone.span.end_s == 6.5
    (joined,) = cues_of([said(5, 5.3, "Oh"), said(5.4, 7, "no.")])
    assert (joined.span.start_s, joined.span.end_s, joined.text) == (5, 7, "Oh no.")


def test_overlaps_are_resolved() -> None:
    cues = cues_of(
        [said(4, 5, "b"), said(0, 10, "a"), said(4, 6, "c"), said(4.05, 8, "d"), said(9, 9, "e")]
    )
    well_formed(cues)
    assert [cue.text for cue in cues] == ["a", "b c d", "e"]
    assert cues_of([said(0, 1, " \n\x00 ")]) == []


def test_a_span_has_its_own_time_and_only_what_is_heard_in_it() -> None:
    segments = [said(0, 12, LONG), said(12, 14, "After that."), said(20, 22, "Much later.")]
    span = TimeSpan(start_s=5.0, end_s=12.2)
    cues = cues_of(segments, span)
    well_formed(cues)
    assert cues[0].span.start_s == 0.0
    assert cues[-1].span.end_s == pytest.approx(7.0)
    words = " ".join(cue.text for cue in cues)
    assert "restaurant" not in words
    assert "After" not in words  # less than .3 s of it
    assert "walk." in words


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_subtitles_are_read_back_as_they_were_written(form: str, tmp_path: Path) -> None:
    segments = [said(number * 3, number * 3 + 2.5, text) for number, text in enumerate(HOSTILE)]
    segments.append(said(3600 * 11, 3600 * 11 + 2, "Eleven hours later."))
    cues = cues_of(segments)
    text = as_srt(cues) if form == "srt" else as_vtt(cues, "en")
    found = read_back(text, tmp_path / f"a.{form}")
    assert len(found) == len(cues) == len(segments)
    for cue, back in zip(cues, found, strict=True):
        assert back.span.start_s == pytest.approx(cue.span.start_s, abs=0.001)
        assert back.span.end_s == pytest.approx(cue.span.end_s, abs=0.001)
    assert "forged" in found[1].text
    assert found[-1].text == "Eleven hours later."
    assert found[0].text.replace(MARK, "") == "a --> b"


def test_no_player_takes_words_for_tags(tmp_path: Path) -> None:
    """FFmpeg's own decoders, which most players use, show every letter."""
    cues = cues_of([said(0, 3, "<b>bold</b> <i>x</i> {\\an8}up 3 < 4 > 2")])
    for text, name in ((as_srt(cues), "a.srt"), (as_vtt(cues), "a.vtt")):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        with av.open(str(path)) as container:
            (packet, *_) = container.demux()
            dialogue = packet.decode()[0].dialogue.decode()
        shown = dialogue.replace(MARK, "").replace("\\{", "{").replace("\\N", " ")
        assert "<b>bold</b> <i>x</i>" in shown
        assert "3 < 4 > 2" in shown


def test_an_empty_line_in_a_cue_ends_it_not(tmp_path: Path) -> None:
    cue = Cue(span=TimeSpan(start_s=1, end_s=2), text="one\n\n \n2\r\n\x00three")
    for text, name in ((as_srt([cue]), "a.srt"), (as_vtt([cue]), "a.vtt")):
        (back,) = read_back(text, tmp_path / name)
        assert back.text == "one 2 three"


def test_lines_are_even_and_break_after_parts() -> None:
    assert Words("Just this.").lines() == ["Just this."]
    assert Words("He came late in the evening, but nobody was there.").lines() == [
        "He came late in the evening,",
        "but nobody was there.",
    ]
    # A line that ends with a part may be a little shorter for it.
    assert Words("Late in the evening, their men went out to seas.").lines() == [
        "Late in the evening,",
        "their men went out to seas.",
    ]
    assert all(width(line) <= LINE for line in Words(JAPANESE).lines())


def test_the_header_names_the_language_and_json_all_of_them(tmp_path: Path) -> None:
    made = Transcript(
        video=video(), speech=(said(0, 2, "Hello."),), source="heard", languages=("und", "fr", "en")
    )
    assert made.written("vtt").startswith("WEBVTT\nKind: captions\nLanguage: fr\n\n1\n")
    with pytest.raises(QueryError, match="srt, vtt, txt, json, not as 'doc'"):
        made.written("doc")  # type: ignore[arg-type]
    document = json.loads(made.written("json"))
    assert document["languages"] == ["und", "fr", "en"]
    assert document["speech"] == [{"start_s": 0, "end_s": 2, "text": "Hello.", "language": "en"}]


def chapters_of(*parts: tuple[float, float, str]) -> list[Chapter]:
    return [
        Chapter(
            number=number,
            video=video(),
            span=TimeSpan(start_s=start_s, end_s=end_s),
            title=title,
            title_source="said",
            said="",
        )
        for number, (start_s, end_s, title) in enumerate(parts, start=1)
    ]


def test_a_sentence_stands_in_the_chapter_that_most_of_it_is_said_in() -> None:
    speech = (said(0.0, 4.0, "First of all."), said(6.8, 10.3, "Then the tap."))
    made = Transcript(video=video(), speech=speech, source="heard")
    text = made.written("txt", chapters=chapters_of((0.0, 7.0, "One"), (7.0, 14.0, "Two")))
    assert text.index("First of all.") < text.index("Two") < text.index("Then the tap.")


def test_paragraphs_end_at_pauses_and_chapters_have_headings() -> None:
    speech = (
        said(0, 60, "One sentence. " * 20),
        said(63, 65, "After a pause."),
        said(80, 82, "After a long one."),
    )
    made = Transcript(video=video(), speech=speech, source="heard", languages=("en",))
    first, second, third = made.text.strip().split("\n\n")
    assert first.count("One sentence.") == 20
    assert (second, third) == ("After a pause.", "After a long one.")
    timed = made.written("txt", times=True).split("\n\n")
    assert [part[:6] for part in timed] == ["[0:00]", "[1:03]", "[1:20]"]
    chapters = chapters_of((0.0, 64.5, "The\nfirst"), (64.5, 70.0, "No words"), (70.0, 79.0, "End"))
    text = made.written("txt", chapters=chapters)
    assert text.startswith("0:00 The first\n--------------\n\nOne sentence.")
    assert "1:04 No words\n-------------\n\n1:10 End\n" in text
    assert text.endswith("After a long one.\n")  # said after the last chapter is in it
    assert Transcript(video=video(), speech=(), source="heard").text == ""
    unbroken = Transcript(video=video(), speech=(said(0, 99, "A sentence. " * 200),), source="x")
    lengths = [len(part) for part in unbroken.text.split("\n\n")]
    assert len(lengths) == 4
    assert all(700 <= length < 780 for length in lengths[:-1])


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("holiday", "holiday"),
        ("a/b\\c:d*e?f", "a_b_c_d_e_f"),
        ("..", "video"),
        ("-rf", "rf"),
        ("CON", "_CON"),
        ("con.1", "_con.1"),
        ("line\nbreak\x00", "line_break_"),
        ("half \udc80", "half ?".replace("?", "_")),
        ("東京 100% #1", "東京 100% #1"),
        ("ends. ", "ends"),
    ],
)
def test_names_are_safe_on_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_are_unique_and_short() -> None:
    videos = [
        video("/a/Talk.mp4", "aaaaaaaaaa"),
        video("/b/talk.mov", "bbbbbbbbbb"),
        video("/b/other.mov", "cccccccccc"),
        video(f"/b/{'é' * 120}.mov", "dddddddddd"),
    ]
    names = unique_names(videos)
    assert names["aaaaaaaaaa"] == "Talk-aaaaaaaa"
    assert names["bbbbbbbbbb"] == "talk-bbbbbbbb"
    assert names["cccccccccc"] == "other"
    assert len(names["dddddddddd"].encode()) <= 150


def test_sidecars_are_known_through_links(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "videos")
    talk = tmp_path / "videos" / "talk.mp4"
    for at, held in (("link/talk.en.srt", talk), ("videos/talk.vtt", tmp_path / "link/talk.mp4")):
        with pytest.raises(QueryError, match=r"call it talk.*\.transcript\.(srt|vtt)"):
            check_is_no_sidecar(tmp_path / at, [held], "transcript")
    check_is_no_sidecar(tmp_path / "link" / "talk.transcript.srt", [talk], "transcript")
    (tmp_path / "videos" / "talk.srt").symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(QueryError, match="subtitles of talk.mp4"):
        check_is_no_sidecar(tmp_path / "link" / "talk.srt", [talk])
    (tmp_path / "videos" / "talk.srt").unlink()
    (tmp_path / "out.srt").symlink_to(tmp_path / "videos" / "talk.srt")
    with pytest.raises(QueryError, match="subtitles of talk.mp4"):
        check_is_no_sidecar(tmp_path / "out.srt", [talk])
