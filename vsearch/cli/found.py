"""Prints what a search found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vsearch.cli import output
from vsearch.types import SCREEN, SPEECH, WORDS
from vsearch.words import terms_of

if TYPE_CHECKING:
    from rich.text import Text

    from vsearch.types import Evidence, Moment, SearchResult


SHORT = 3
"""Words up to this long, such as "the", do not tell where to begin quoting."""

BOTH = 0.2
"""What is said and what is shown are both quoted where each is so much of why a moment is here."""


def print_result(result: SearchResult, *, explain: bool) -> None:
    """A table, or all about each moment; what is probably no match is left out or said to be."""
    for note in result.notes:
        output.tell(f"Note: {note}.")
    better = _better(result)
    shown = worth_showing(result)
    if not shown:
        output.tell("Nothing found." if result.page == 1 else "There are no more results.")
        return
    if not better:
        output.tell(
            "No good match. The nearest is:" if result.page == 1 else "No more good matches."
        )
    if explain:
        _print_reasons(shown, _names(result))
    else:
        _print_table(shown, _names(result))
    if better:
        output.tell(_summary(result, len(better)))


def worth_showing(result: SearchResult) -> list[Moment]:
    """The moments that a person is shown: good ones, or else the nearest, if anything is near."""
    if not result.moments or result.moments[0].score == 0:  # for what is here nothing speaks
        return []
    return _better(result) or [*result.moments[:1]]


def _better(result: SearchResult) -> list[Moment]:
    return [moment for moment in result.moments if moment.score > 0 and not moment.weak]


def _summary(result: SearchResult, good: int) -> str:
    text = f"{output.number_of(good, 'moment')} in {result.took_ms:.0f} ms from {result.library}"
    if left_out := len(result.moments) - good:
        why = "the average" if result.threshold is None else "the library's threshold"
        text += f"; {left_out} more match less than {why}"
    elif result.more:
        text += f"; more with --page {result.page + 1}"
    return text


def _names(result: SearchResult) -> dict[str, str]:
    """What each video is called in a table: its file's name, with the folder where two share it."""
    paths = {moment.video.id: moment.video.path for moment in result.moments}
    paths |= {copy.video.id: copy.video.path for item in result.moments for copy in item.copies}
    count = Counter(path.name for path in paths.values())
    return {
        video_id: path.name if count[path.name] == 1 else f"{path.parent.name}/{path.name}"
        for video_id, path in paths.items()
    }


def _print_table(moments: Sequence[Moment], names: dict[str, str]) -> None:
    shown = output.table(
        "", "video", "time", "score", "why", "said or shown", right=("", "time", "score")
    )
    narrow = output.is_narrow()
    for moment in moments:
        also = f" (+{len(moment.copies)} alike)" if moment.copies else ""
        shown.add_row(
            str(moment.rank),
            names[moment.video.id] + also,
            output.span(moment.span),
            f"{moment.score:.2f}",
            output.why(moment.evidence, most=1 if narrow else None),
            _words(moment, 70),
        )
    output.console().print(shown)


def _words(moment: Moment, length: int) -> Text:
    """What is said, in brackets what stands on the screen, or both: what the moment is here for."""
    said, shown = _counted(moment)
    if moment.said and moment.shown and min(said, shown) >= BOTH:
        first = _quoted(moment.said, moment, length // 2)
        return first.append(" ").append_text(_quoted(moment.shown, moment, length // 2, "[]"))
    if moment.shown and (shown > said or not moment.said):
        return _quoted(moment.shown, moment, length - 2, "[]")
    return _quoted(moment.said, moment, length)


def _counted(moment: Moment) -> tuple[float, float]:
    """How much of why a moment is here is said, and how much is shown, words included."""
    shares = {item.block: item.share for item in moment.evidence}
    matched = set(moment.matched)
    said, shown = (len(matched & set(terms_of(text))) for text in (moment.said, moment.shown))
    each = shares.get(WORDS, 0.0) / max(1, said + shown)
    return shares.get(SPEECH, 0.0) + said * each, shares.get(SCREEN, 0.0) + shown * each


def _quoted(text: str, moment: Moment, length: int, around: str = "") -> Text:
    """A text from the first word that was asked for on, with those in bold."""
    from rich.text import Text

    words = text.split()
    matched = set(moment.matched)
    telling = {term for term in matched if len(term) > SHORT} or matched
    hits = [place for place, word in enumerate(words) if telling & set(terms_of(word))]
    if hits and len(text) > length:
        first = max(0, hits[0] - 2)
        text = ("…" if first else "") + " ".join(words[first:])
    shown = Text(around[:1])
    for place, word in enumerate(output.shorten(text, length).split(" ")):
        shown.append(" " if place else "")
        shown.append(word, "bold" if matched & set(terms_of(word)) else "")
    return shown.append(around[1:])


def _print_reasons(moments: Sequence[Moment], names: dict[str, str]) -> None:
    console = output.console()
    for moment in moments:
        title = f"{names[moment.video.id]}  {output.span(moment.span)}  score {moment.score:.2f}"
        console.print(f"{moment.rank}  {title}", style="bold")
        for item in sorted(moment.evidence, key=lambda item: -item.score):
            console.print(f"   {_reason(item, moment)}")
        for number, step in enumerate(moment.steps, start=1):
            console.print(f"   step {number}     {output.span(step)}")
        if moment.tags:
            console.print(f"   tags       {output.tags(moment.tags)}")
        for copy in moment.copies:
            console.print(f"   alike      {names[copy.video.id]}  {output.span(copy.span)}")
        keyframe = f"   keyframe   {output.clock(moment.frame.pts_s)}  {moment.thumbnail}"
        console.print(keyframe, soft_wrap=True)  # a path in two lines can be opened by nobody
        if moment.said:
            console.print("   said       “", _quoted(moment.said, moment, 300), "”", sep="")
        if moment.shown:
            console.print("   shown      “", _quoted(moment.shown, moment, 300), "”", sep="")
        console.print()


def _reason(item: Evidence, moment: Moment) -> str:
    name = output.BLOCK_NAMES.get(item.block, item.block)
    alone = f"alone it would be number {item.rank}" if item.rank else "alone it would not find it"
    words = f": {', '.join(moment.matched)}" if item.block == "words" and moment.matched else ""
    return f"{name:10s} {item.share:4.0%}  {item.score:+6.2f}  {alone}{words}"
