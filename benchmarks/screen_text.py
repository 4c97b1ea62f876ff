"""How well text on the screen is read, what that costs, and what it adds to a search.

    python benchmarks/screen_text.py ../shared/data OUT
    python benchmarks/screen_text.py ../shared/data OUT --sizes
    python benchmarks/screen_text.py ../shared/data OUT --cost 3

Title cards over footage go through the whole of an index run: a word counts as found if a text that
stands at the time of its card holds it. The last line is a clip of other people's footage whose
words were written down by hand. --sizes reads captions of several sizes in keyframes of several
sizes, --cost indexes the clips of the folder with and without reading.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from title_cards import (
    CALM,
    CARD_S,
    LATIN,
    SIZES,
    Card,
    drawn,
    fonts,
    footage,
    write_cards,
    write_slides,
)

import vsearch
from vsearch.query.asked import Asked
from vsearch.types import Picture, ShownText
from vsearch.words import terms_of
from vsearch_plugins.read_rapidocr import RapidReader

ECHO = "mediaelement_echo-hereweare.webm"
ECHO_SHOWS = (
    (0.0, 0.4, "GROW LOVE"),
    (0.5, 2.3, "we are here to"),
    (3.0, 3.9, "echo the GOSPEL"),
    (3.9, 4.8, "echo the way"),
    (4.8, 5.9, "echo the truth"),
    (5.9, 6.8, "echo the life"),
    (6.8, 8.3, "echo the alpha"),
    (8.3, 9.3, "echo the omega"),
    (9.3, 10.3, "echo the lamb"),
    (10.3, 10.8, "echo the KING"),
    (10.8, 12.0, "echo the ONE"),
    (12.1, 14.7, "who is COMING again"),
    (14.7, 15.8, "WE"),
    (15.8, 16.9, "ARE"),
    (16.9, 18.0, "HERE"),
    (18.0, 19.6, "TO"),
    (19.6, 20.7, "echo"),
    (20.8, 21.4, "with our lives"),
    (21.5, 24.4, "with our passion"),
    (24.4, 26.6, "and our dreams"),
    (26.6, 30.9, "with the WORK of our hands"),
    (30.9, 31.4, "because"),
    (31.4, 32.5, "WE"),
    (32.5, 33.0, "ARE"),
    (33.0, 34.1, "THE"),
    (34.1, 35.6, "WORK"),
    (35.6, 36.1, "OF"),
    (36.1, 37.1, "HIS"),
    (37.1, 38.9, "HANDS"),
    (39.0, 40.4, "WE ARE HERE TO"),
    (40.5, 44.6, "echo"),
)
"""What is to be read in the clip and from when to when, as seen at every half second."""

Screen = tuple[float, float, Sequence[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sizes", action="store_true", help="how small text may be")
    parser.add_argument("--cost", type=int, default=0, help="compare costs so many times")
    options = parser.parse_args()
    clips, out = options.data / "videos", options.out
    if options.sizes:
        print_sizes(clips)
        return
    if options.cost:
        print_cost(clips, out, options.cost)
        return
    cards = write_cards(out / "videos", clips)
    cards["slides.mp4"] = write_slides(out / "videos" / "slides.mp4")
    measure(out, clips, cards)


def measure(out: Path, clips: Path, cards: Mapping[str, list[Card]]) -> None:
    """Index everything anew and print what was read."""
    opened = library(out / "library", screen_text=True)
    report = opened.index([out / "videos", clips / ECHO, *(clips / name for name in CALM)])
    shown = {video.path.name: opened.show(video.id).shown for video in opened.videos()}
    print_read(cards, shown)
    print_echo(opened, shown[ECHO])
    found = sum(len(words(shown[name])) for name in CALM)
    print(f"clips without text: {found} words in {len(CALM)} clips")
    print_search(opened, cards)
    calls = {stage.name: stage.calls for stage in report.stages}
    frames = opened.counts().frames
    print(
        f"of {frames} keyframes {calls['find text']} differed from the one before and were looked "
        f"at, and in {calls['read lines']} lines were read that had not been read before"
    )


def library(path: Path, *, screen_text: bool) -> vsearch.Library:
    """A new library for the starter."""
    shutil.rmtree(path, ignore_errors=True)
    settings = {"models.embedder": "starter", "index.screen_text": screen_text}
    return vsearch.open_library(path, config=vsearch.load_config(settings))


def print_read(cards: Mapping[str, list[Card]], shown: Mapping[str, Sequence[ShownText]]) -> None:
    """Words, lines and what was read that is not there: by letters, by style, by size."""
    rows: dict[str, list[tuple[int, int, int, int]]] = defaultdict(list)
    wrong = read = 0
    for name, several in cards.items():
        for card in several:
            figures = of_screen((card.start_s, card.end_s, card.lines), shown[name])
            rows[f"all {card.group}"].append(figures)
            if card.group in {"Latin", "accents"}:
                rows[card.style].append(figures)
                rows[card.size].append(figures)
        there = Counter(term for card in several for line in card.lines for term in terms_of(line))
        latin = [card for card in several if card.group in {"Latin", "accents"}]
        for text in shown[name]:
            if any(touches(text, card.start_s, card.end_s) for card in latin):
                found = terms_of(text.text)
                read += len(found)
                wrong += sum(term not in there for term in found)
    print("| cards | words | found | lines | found whole |\n|---|---|---|---|---|")
    for title, figures in rows.items():
        many, words_found, lines, lines_found = map(sum, zip(*figures, strict=True))
        print(
            f"| {title} | {many} | {words_found / many:.2f} | {lines} | {lines_found / lines:.2f} |"
        )
    print(
        f"\nLatin cards: {wrong} of {read} words read are not there ({1 - wrong / read:.3f} right)"
    )


def of_screen(screen: Screen, shown: Iterable[ShownText]) -> tuple[int, int, int, int]:
    """Words that stand there and those found; lines and those found whole."""
    start_s, end_s, lines = screen
    texts = [terms_of(item.text) for item in shown if touches(item, start_s, end_s)]
    wanted = [terms_of(line) for line in lines]
    there = {term for text in texts for term in text}
    found = sum(term in there for line in wanted for term in line)
    whole = sum(any(holds(text, line) for text in texts) for line in wanted)
    return sum(map(len, wanted)), found, len(wanted), whole


def touches(item: ShownText, start_s: float, end_s: float) -> bool:
    return item.span.start_s < end_s - 0.2 and start_s + 0.2 < item.span.end_s


def holds(text: Sequence[str], line: Sequence[str]) -> bool:
    size = len(line)
    return any(list(text[n : n + size]) == list(line) for n in range(len(text) - size + 1))


def words(shown: Iterable[ShownText]) -> list[str]:
    return [term for item in shown for term in terms_of(item.text)]


def print_echo(opened: vsearch.Library, shown: Sequence[ShownText]) -> None:
    """The clip: of all its screens, and of those of which a keyframe was taken."""
    times = [frame.pts_s for frame in opened.show(ECHO).frames]
    screens: list[Screen] = [(start, end, [text]) for start, end, text in ECHO_SHOWS]
    seen = [screen for screen in screens if any(screen[0] <= at < screen[1] for at in times)]
    for title, some in (("all screens", screens), ("those in a keyframe", seen)):
        figures = [of_screen(screen, shown) for screen in some]
        many, found, lines, whole = map(sum, zip(*figures, strict=True))
        print(
            f"{ECHO}, {title}: {found / many:.2f} of {many} words, "
            f"{whole / lines:.2f} of {lines} screens whole"
        )
    there = set(terms_of(" ".join(text for _, _, text in ECHO_SHOWS)))
    read = words(shown)
    print(f"{ECHO}: {sum(term not in there for term in read)} of {len(read)} words are not there")


def print_search(opened: vsearch.Library, cards: Mapping[str, list[Card]]) -> None:
    """How often the first result is the card that is asked for, by what its first line says."""
    asked = [
        (name, card)
        for name, several in cards.items()
        for card in several
        if card.group in {"Latin", "accents"}
    ]
    where: dict[str, set[tuple[str, float]]] = defaultdict(set)
    for name, card in asked:
        where[card.lines[0]].add((name, card.start_s))
    ways: Mapping[str, Callable[[str], Asked]] = {
        "text:": lambda line: {"shown": line},
        "exact words": lambda line: {"exact": vsearch.Term(text=line, field="text")},
    }
    for title, ask in ways.items():
        found = {line: opened.search(limit=1, **ask(line)).moments for line in where}
        print_right(title, found, where)
    found = {line: opened.search(line, plain=True, limit=1).moments for line in where}
    print_right("plain words", found, where)


def print_right(
    title: str,
    found: Mapping[str, Sequence[vsearch.Moment]],
    where: Mapping[str, set[tuple[str, float]]],
) -> None:
    """For how many lines the first moment lies where a card with that line does."""
    right = sum(
        any(
            best.video.path.name == name
            and best.span.start_s < start_s + CARD_S
            and start_s < best.span.end_s
            for name, start_s in where[line]
        )
        for line, moments in found.items()
        for best in moments
    )
    print(f"search, {title}: the right card first for {right} of {len(where)} titles")


def print_sizes(clips: Path) -> None:
    """The share of words found in captions, by their size in a 720p picture and what is read."""
    ways = [(page, find) for page in (288, 480, 720) for find in (320, 640, 960)]
    print(f"| letters, px | {' | '.join(f'{page} px, found at {find}' for page, find in ways)} |")
    took: Counter[tuple[int, int]] = Counter()
    readers = {find: RapidReader(find) for find in (320, 640, 960)}
    pictures = [next(footage(clips / name, SIZES["720p"])) for name in CALM]
    for font_px in (12, 16, 20, 26, 34, 48):
        cells = []
        for page, find in ways:
            wanted = found = 0
            for number, lines in enumerate(LATIN):
                card = Card(lines, "Latin", "caption", fonts("pl")[0], "720p", 0, 1)
                whole = drawn(pictures[number % len(pictures)], card, font_px)
                picture = resized(whole, page)
                started = time.process_time()
                read = readers[find].read(picture, readers[find].find(picture))
                took[page, find] += time.process_time() - started
                there = {term for line in read for term in terms_of(line.text)}
                terms = [term for line in lines for term in terms_of(line)]
                wanted, found = wanted + len(terms), found + sum(term in there for term in terms)
            cells.append(f"{found / wanted:.2f}")
        print(f"| {font_px} | {' | '.join(cells)} |", flush=True)
    base = took[720, 640]
    print(f"| processor time | {' | '.join(f'{took[way] / base:.2f}' for way in ways)} |")


def resized(picture: Picture, short_px: int) -> Picture:
    """A picture as the decoder would give it in this size."""
    width = round(picture.shape[1] * short_px / picture.shape[0])
    return np.asarray(Image.fromarray(picture).resize((width, short_px), Image.Resampling.BOX))


def print_cost(clips: Path, out: Path, times: int) -> None:
    """What indexing the clips takes with reading and without, one after the other."""
    library(out / "cost.library", screen_text=True).index(min(clips.iterdir()))  # loads code
    took: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for _ in range(times):
        for reads in (False, True):
            opened = library(out / "cost.library", screen_text=reads)
            cpu, wall = sum(os.times()[:2]), time.perf_counter()
            report = opened.index(clips)
            figures = (time.perf_counter() - wall, sum(os.times()[:2]) - cpu)
            took[reads].append(figures)
            print(f"reads {reads}: {figures[0]:.1f} s, {figures[1]:.1f} s of processors, ", end="")
            print(f"{report.video_seconds:.0f} s of video", flush=True)
    for place, what in enumerate(("time", "processor time")):
        off, on = (min(item[place] for item in took[reads]) for reads in (False, True))
        print(f"{what}: {on / off:.2f} times as much with reading")


if __name__ == "__main__":
    main()
