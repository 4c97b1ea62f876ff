"""A summary as plain text and as Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from vsearch.lines import clock, one_line
from vsearch.summary.formats import as_text
from vsearch.summary.result import Numbers, Summary
from vsearch.types import Video

MARKS = re.compile(r"([\\`*_{}\[\]()#+!|<>~&]|(?<!\w)-|-(?!\w))")
MOST_TAGS = 8
WIDTH = 100


def facts(numbers: Numbers) -> list[tuple[str, str]]:
    """The numbers worth telling, each with its name."""
    found = [("length", clock(numbers.duration_s)), ("scenes", str(numbers.scenes))]
    found.append(("keyframes", str(numbers.keyframes)))
    if numbers.videos != 1:
        found.insert(0, ("videos", str(numbers.videos)))
    found.append(("speech", f"{numbers.speech_share:.0%}"))
    if numbers.words:
        found += [("words", str(numbers.words))]
        found += [("words a minute", f"{numbers.words_per_minute:.0f}")]
    if numbers.languages:
        found.append(("spoken", ", ".join(numbers.languages)))
    if numbers.music_share is not None:
        found.append(("music", f"{numbers.music_share:.0%}"))
    if numbers.silence_share is not None:
        found.append(("silence", f"{numbers.silence_share:.0%}"))
    if numbers.tags:
        found.append(("tags", ", ".join(label for label, _ in numbers.tags[:MOST_TAGS])))
    return found


def verdict(summary: Summary) -> str:
    """What to say of a query that found nothing that is good, else nothing."""
    if summary.query and not summary.spans:
        return "Nothing was found that is a good match."
    return "Nothing fits well; these are the nearest." if summary.poor else ""


def name_of(summary: Summary, video: Video, seconds: float) -> str:
    """When something is, and in which video where there are several."""
    time = clock(seconds)
    return f"{video.path.name} {time}" if summary.query else time


def as_plain(summary: Summary, width: int = WIDTH) -> str:
    """A summary to be read in a terminal."""
    return "\n\n".join(_plain_parts(summary, width)) + "\n"


def _plain_parts(summary: Summary, width: int) -> Iterator[str]:
    told = " \u00b7 ".join(f"{name} {value}" for name, value in facts(summary.numbers))
    yield f"{one_line(summary.title)}\n{textwrap.fill(told, width)}"
    if summary.query:
        lines = [
            f"  {video.path.name}  {clock(span.start_s)}-{clock(span.end_s)}"
            for video, span in summary.spans
        ]
        remark = [f"  {text}" for text in [verdict(summary)] if text]
        yield "\n".join(["Found", *remark, *lines])
    if summary.chapters:
        yield "Chapters\n" + textwrap.indent(as_text(summary.chapters).rstrip(), "  ")
    if summary.sentences:
        said = [
            (name_of(summary, item.video, item.span.start_s), one_line(item.text))
            for item in summary.sentences
        ]
        yield "\n".join(["Said", *(_quote(when, text, width) for when, text in said)])
    if summary.pictures:
        times = [name_of(summary, item.video, item.frame.pts_s) for item in summary.pictures]
        heading = f"Shown (these cover {summary.coverage:.0%}; --sheet FILE.png draws them)"
        shown = textwrap.fill(" \u00b7 ".join(times), width - 2)
        yield f"{heading}\n{textwrap.indent(shown, '  ')}"


def _quote(when: str, text: str, width: int) -> str:
    hanging = " " * 8
    said = f"{when}  \u201c{text}\u201d"
    return textwrap.fill(said, width, initial_indent="  ", subsequent_indent=hanging)


def as_markdown(summary: Summary) -> str:
    """A summary as Markdown; pictures are those that the library keeps."""
    return "\n\n".join(_markdown_parts(summary)) + "\n"


def _markdown_parts(summary: Summary) -> Iterator[str]:
    yield f"# {escaped(summary.title)}"
    yield "\n".join(f"- {name}: {escaped(value)}" for name, value in facts(summary.numbers))
    if summary.query:
        lines = [
            f"- {escaped(video.path.name)} {clock(span.start_s)}\u2013{clock(span.end_s)}"
            for video, span in summary.spans
        ]
        if remark := verdict(summary):
            lines = [f"{remark}\n", *lines]
        yield "\n".join(["## Found\n", *lines]).rstrip()
    if summary.chapters:
        lines = [
            f"- **{clock(item.span.start_s)}** {escaped(item.title)}" for item in summary.chapters
        ]
        yield "\n".join(["## Chapters\n", *lines])
    if summary.sentences:
        said = [
            (name_of(summary, item.video, item.span.start_s), item.text)
            for item in summary.sentences
        ]
        lines = [f"> {escaped(text)}\n> \u2014 {escaped(when)}\n" for when, text in said]
        yield "\n".join(["## Said\n", *lines]).rstrip()
    if summary.pictures:
        shown = [
            (name_of(summary, item.video, item.frame.pts_s), item.thumbnail.as_uri())
            for item in summary.pictures
        ]
        lines = [f"![{escaped(when)}]({where})\n\n{escaped(when)}" for when, where in shown]
        yield "\n\n".join(["## Shown", *lines])


def escaped(text: str) -> str:
    """A text in which Markdown sees nothing but text."""
    return MARKS.sub(r"\\\1", one_line(text))
