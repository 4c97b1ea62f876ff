"""What is written: chapter files that FFmpeg reads back, pages, Markdown and sheets."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import av
import pytest
from PIL import Image

from vsearch.errors import QueryError
from vsearch.outputs import check_is_no_sidecar, check_output, write_output
from vsearch.summary import formats
from vsearch.summary.page import as_html
from vsearch.summary.result import Chapter, KeySentence, Numbers, Still, Summary
from vsearch.summary.sheet import as_sheet, number_lines
from vsearch.summary.text import as_markdown, as_plain, escaped, facts
from vsearch.types import Frame, TimeSpan, Video

HOSTILE = '<script>alert("1")</script> & "quotes" --> = ; # \\ \n 東京 [x](y) *b*'
TITLES = ("Plain words", HOSTILE, "قهوة; # = \\", "  two\nlines\r\n ")
STARTS = (0.0, 12.345, 70.5, 3661.0, 4000.0)


def video(name: str = "talk.mp4") -> Video:
    return Video(
        id="v" * 32,
        path=Path("/videos") / name,
        duration_s=STARTS[-1],
        frame_rate=Fraction(25),
        width_px=64,
        height_px=36,
        has_audio=True,
    )


def chapters() -> tuple[Chapter, ...]:
    return tuple(
        Chapter(
            number=number + 1,
            video=video(),
            span=TimeSpan(start_s=STARTS[number], end_s=STARTS[number + 1]),
            title=title,
            title_source="said",
            said=title * 20,
        )
        for number, title in enumerate(TITLES)
    )


def plain(title: str) -> str:
    return " ".join(title.split())


def test_ffmpeg_reads_its_metadata_back(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    hostile = video("a=b;c#d\\e.mp4")
    write_output(path, formats.as_ffmetadata(hostile, chapters()))
    with av.open(str(path), format="ffmetadata") as read:
        found = read.chapters()
        assert read.metadata["title"] == hostile.path.stem
    titles = [item["metadata"]["title"].rstrip(" ") for item in found]
    assert titles == [plain(title) for title in TITLES]
    starts = [float(item["start"] * item["time_base"]) for item in found]
    ends = [float(item["end"] * item["time_base"]) for item in found]
    assert starts == pytest.approx(STARTS[:-1])
    assert ends == pytest.approx(STARTS[1:])


def test_ffmpeg_reads_the_vtt_back(tmp_path: Path) -> None:
    path = tmp_path / "talk.vtt"
    text = formats.as_vtt(chapters())
    write_output(path, text)
    assert text.startswith("WEBVTT\n\n1\n00:00:00.000 --> 00:00:12.345\nPlain words\n\n2\n")
    assert "01:01:01.000 --> 01:06:40.000" in text
    with av.open(str(path), format="webvtt") as read:
        packets = [packet for packet in read.demux() if packet.size]
    assert [float(item.pts * item.time_base) for item in packets] == pytest.approx(STARTS[:-1])
    payloads = [bytes(item).decode() for item in packets]
    assert payloads[0] == "Plain words"
    for payload in payloads:
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)|\n", payload)


def test_youtube_gets_what_it_asks_for() -> None:
    lines = formats.as_youtube(chapters()).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["0:00", "0:12", "1:10", "1:01:01"]
    assert not re.search("[<>]", "".join(lines))
    assert formats.youtube_problem(chapters()) == ""
    assert "at least 3" in formats.youtube_problem(chapters()[:2])
    long = [Chapter(**{**fields(chapters()[0]), "title": "x" * 300})]
    assert len(formats.as_youtube(long)) <= 106


def fields(chapter: Chapter) -> dict[str, object]:
    return {name: getattr(chapter, name) for name in Chapter.__dataclass_fields__}


def picture(folder: Path, name: str, size: tuple[int, int] = (64, 36)) -> Path:
    path = folder / name
    Image.new("RGB", size, "red").save(path, "JPEG")
    return path


def summary(folder: Path, title: str = HOSTILE, query: str = "") -> Summary:
    shown = [picture(folder, "wide.jpg"), picture(folder, "high.jpg", (36, 90))]
    stills = tuple(
        Still(
            video=video(),
            frame=Frame(id=n, scene_id=1, pts_s=n * 60.0, span=TimeSpan(start_s=n, end_s=n + 1)),
            span=TimeSpan(start_s=n, end_s=n + 1),
            thumbnail=path,
        )
        for n, path in enumerate([*shown, folder / "lost.jpg"])
    )
    said = KeySentence(
        video=video(), span=TimeSpan(start_s=5, end_s=9), text=f"It said {HOSTILE}", score=1.0
    )
    return Summary(
        title=title,
        query=query,
        library=folder,
        videos=(video("<b>.mp4"),),
        numbers=Numbers(
            videos=1,
            duration_s=4000,
            scenes=4,
            keyframes=9,
            words=100,
            speech_share=0.5,
            words_per_minute=120,
            languages=("en",),
            music_share=0.25,
            silence_share=0.0,
            tags=(("<i>dog</i>", 3),),
        ),
        pictures=stills,
        coverage=0.9,
        sentences=(said,),
        chapters=() if query else chapters(),
        spans=((video(), TimeSpan(start_s=1, end_s=2)),) if query else (),
    )


class Page(HTMLParser):
    """What a browser would see: tags, where they point, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href", "style"}]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("query", ["", "a dog"])
def test_a_page_needs_nothing_else_and_runs_nothing(tmp_path: Path, query: str) -> None:
    page = Page(as_html(summary(tmp_path, query=query)))
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert "i" not in page.tags
    assert all(link.startswith("data:image/jpeg;base64,") for link in page.links)
    assert page.tags.count("img") == 2
    assert "the picture is lost" in page.text
    assert plain(HOSTILE) in page.text
    assert "<i>dog</i>" in page.text
    assert not re.search(r"https?://|@import|url\(", as_html(summary(tmp_path, query=query)))


def test_a_name_that_is_no_text_is_written_all_the_same(tmp_path: Path) -> None:
    broken = summary(tmp_path, title="broken \udcff name")
    path = tmp_path / "page.html"
    write_output(path, as_html(broken))
    write_output(path, as_markdown(broken))
    write_output(path, as_plain(broken))
    assert "broken" in path.read_text(encoding="utf-8")


def test_markdown_sees_nothing_but_text(tmp_path: Path) -> None:
    written = as_markdown(summary(tmp_path))
    assert "<script>" not in written
    assert r"\[x\]\(y\) \*b\*" in written
    assert written.splitlines()[0].startswith("# ")
    assert r"- tags: \<i\>dog\</i\>" in written
    assert f"![1:00]({(tmp_path / 'high.jpg').as_uri()})\n\n1:00\n" in written


def test_hyphens_are_marks_only_outside_of_words() -> None:
    assert escaped("a well-known co-op") == "a well-known co-op"
    assert escaped("- a list -- of -x") == r"\- a list \-\- of \-x"


def test_text_has_all_parts(tmp_path: Path) -> None:
    written = as_plain(summary(tmp_path))
    for part in ("length 1:06:40", "music 25%", "Chapters", "1:01:01", "Said", "Shown", "90%"):
        assert part in written
    found = as_plain(summary(tmp_path, query="a dog"))
    assert all(part in found for part in ("talk.mp4  0:01-0:02", "talk.mp4 0:05"))


def test_a_sheet_has_every_picture_and_a_title(tmp_path: Path) -> None:
    with Image.open(BytesIO(as_sheet(summary(tmp_path, title="A talk")))) as sheet:
        drawn = sheet.convert("RGB")
    red = sum(
        count for count, colour in drawn.getcolors(1 << 24) if colour[0] > 200 > colour[1] * 4
    )
    assert red > 384 * 216  # the wide one whole, the high one smaller
    heading = drawn.crop((0, 20, drawn.width, 70))
    assert len(heading.getcolors(1 << 20)) > 3
    with Image.open(BytesIO(as_sheet(summary(tmp_path, title="東京 قهوة \udcff")))) as other:
        assert other.size == drawn.size
    nothing = Summary(
        title="x", query="", library=tmp_path, videos=(), numbers=summary(tmp_path).numbers
    )
    with pytest.raises(QueryError, match="no pictures"):
        as_sheet(nothing)


def test_the_numbers_of_a_narrow_sheet_are_whole(tmp_path: Path) -> None:
    told = summary(tmp_path)
    one = replace(told, pictures=told.pictures[:1])
    lines = number_lines(one, 384)
    assert len(lines) > 1
    assert " ".join(lines).replace("\u00b7", "").split() == [
        word for name, value in facts(told.numbers) for word in f"{name} {value}".split()
    ]
    with Image.open(BytesIO(as_sheet(one))) as sheet:
        assert sheet.width == 384 + 56
        assert sheet.height >= 28 + 34 + len(lines) * 24 + 216
    assert len(number_lines(told, 2000)) == 1


def test_no_video_is_written_over(tmp_path: Path) -> None:
    target = tmp_path / "talk.MP4"
    target.write_bytes(b"a video")
    (tmp_path / "link.txt").symlink_to(target)
    for path in (target, tmp_path / "new.webm", tmp_path / "link.txt"):
        with pytest.raises(QueryError, match="is the name of a video"):
            check_output(path)
    with pytest.raises(QueryError, match="does not exist"):
        check_output(tmp_path / "no" / "talk.html")
    with pytest.raises(QueryError, match="is a folder"):
        check_output(tmp_path)
    with pytest.raises(QueryError, match=r"must end in \.png"):
        check_output(tmp_path / "sheet.jpg", endings=(".png",))
    check_output(tmp_path / "talk.html")


def test_a_library_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / "lib" / "index").mkdir(parents=True)
    (tmp_path / "lib" / "catalog.duckdb").write_bytes(b"rows")
    for name in ("catalog.duckdb", "talk.txt", "index/talk.txt"):
        with pytest.raises(QueryError, match="lies in the library"):
            check_output(tmp_path / "lib" / name)


@pytest.mark.parametrize("name", ["talk.srt", "talk.en.vtt", "TALK/../talk.pt-BR.ass"])
def test_no_name_that_subtitles_have(tmp_path: Path, name: str) -> None:
    (tmp_path / "TALK").mkdir()
    with pytest.raises(QueryError, match=r"subtitles of talk\.mp4"):
        check_is_no_sidecar(tmp_path / name, [tmp_path / "other.mp4", tmp_path / "talk.mp4"])
    check_is_no_sidecar(tmp_path / "talk.chapters.vtt", [tmp_path / "talk.mp4"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_links_and_pipes_stay_what_they_are(tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "target.txt", tmp_path / "link.txt", tmp_path / "pipe"
    target.write_text("old")
    link.symlink_to(target)
    write_output(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_output(pipe, "through")
    assert os.read(reader, 100) == b"through"
    assert pipe.is_fifo()
    os.close(reader)
