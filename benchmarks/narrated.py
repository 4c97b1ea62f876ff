"""Narrated videos made on the spot from answers.json, and the questions that belong to them."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import footage
import numpy as np

from vsearch.types import SAMPLE_RATE, Picture, TimeSpan

QUESTIONS = Path(__file__).with_name("answers.json")
VOICES = ("en-us", "en-us+m7", "en-gb", "en-us+f3")
RATE = 5
SIZE_PX = (240, 136)
LETTERS_A_SECOND = 15


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question, its part of the set, and where its answer is: nowhere if there are no spans."""

    text: str
    part: str
    video: str
    heard: bool
    spans: tuple[TimeSpan, ...] = ()


def make(folder: Path) -> list[Asked]:
    """Write the videos that are not there yet, and give the questions."""
    folder.mkdir(parents=True, exist_ok=True)
    found: list[Asked] = []
    entries = json.loads(QUESTIONS.read_text(encoding="utf-8"))["videos"]
    for number, entry in enumerate(entries):
        path = folder / f"{entry['name']}.mp4"
        kept = path.with_suffix(".spans.json")
        if not kept.exists():
            kept.write_text(json.dumps(_write(path, entry, number)))
        spans = [TimeSpan(start_s=a, end_s=b) for a, b in json.loads(kept.read_text())]
        found += _questions(entry, path.name, spans)
    return found


def _questions(entry: dict, video: str, spans: list[TimeSpan]) -> Iterator[Asked]:
    heard = entry.get("how") != "subtitles"
    part = entry["part"]
    asked = [(part, text, places) for text, places in entry["questions"]]
    asked += [(part, text, []) for text in entry["unanswerable"]]
    asked += [("named", text, places) for text, places in entry.get("named", [])]
    asked += [("named", text, []) for text in entry.get("mistaken", [])]
    for part, text, places in asked:
        yield Asked(
            text=text,
            part=part,
            video=video,
            heard=heard,
            spans=tuple(spans[place] for place in places),
        )


def _write(path: Path, entry: dict, number: int) -> list[tuple[float, float]]:
    """A video whose sentences are read aloud, or stand in subtitles beside it."""
    chance = random.Random(entry["name"])
    subtitled = entry.get("how") == "subtitles"
    if subtitled:
        lengths = [len(text) / LETTERS_A_SECOND for text in entry["said"]]
        pieces = [np.zeros(int(length * SAMPLE_RATE), np.float32) for length in lengths]
    else:
        voice = VOICES[number % len(VOICES)]
        pieces = [footage.spoken(text, voice) for text in entry["said"]]
    pauses_s = [chance.uniform(0.5, 1.5) for _ in range(len(pieces) + 1)]
    track, spans = footage.laid_out(pieces, pauses_s)
    reel = itertools.islice(_slides(number), int(len(track) / SAMPLE_RATE * RATE) + 1)
    footage.write_whole(path, reel, RATE, None if subtitled else track)
    if subtitled:
        _write_subtitles(path.with_suffix(".srt"), entry["said"], spans)
    return spans


def _slides(number: int) -> Iterator[Picture]:
    """A slide of another colour every few seconds, with something that moves."""
    width, height = SIZE_PX
    chance = np.random.default_rng(number)
    while True:
        colour = chance.integers(30, 220, 3)
        for step in range(8 * RATE):
            picture = np.empty((height, width, 3), np.uint8)
            picture[:] = colour
            picture[40:70, 10 + 4 * step : 40 + 4 * step] = 255 - colour
            yield picture


def _write_subtitles(path: Path, texts: list[str], spans: list[tuple[float, float]]) -> None:
    cues = [
        f"{n}\n{_stamp(start)} --> {_stamp(end)}\n{text}\n"
        for n, (text, (start, end)) in enumerate(zip(texts, spans, strict=True), 1)
    ]
    path.write_text("\n".join(cues), encoding="utf-8")


def _stamp(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02d}:{rest:06.3f}".replace(".", ",")
