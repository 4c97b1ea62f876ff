"""The parts of the benchmark: each writes its videos and gives its questions (see make_set.py)."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import footage
import numpy as np
from footage import Span

from vsearch.types import SAMPLE_RATE

CLIP_S, LONG_S, PHOTO_S, WORD_S = 20.0, 60.0, 3.0, 0.4
CLIPS_EACH, PHOTOS_EACH, LINES_EACH = 5, 12, 6
GRID, REELS = 5, 4
VOICES = ("en-us", "en-us+m7")
TEMPLATES = (
    "{seen}, while somebody talks about {said}",
    "somebody talks about {said} and one sees {seen}",
    "{said}, said over pictures of {seen}",
)

Row = dict[str, Any]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Data:
    """What the parts are made from; `absent` holds questions that nothing answers."""

    clips: dict[Path, list[str]]
    silent: list[Path]
    photos: dict[Path, list[str]]
    recordings: dict[Path, str]
    texts: dict[str, Any]
    absent: dict[str, list[str]]


def clips_part(data: Data, videos: Path, chance: random.Random) -> list[Row]:
    """The clips under numbers in an order of chance, since their own names give them away."""
    order = sorted(data.clips)
    chance.shuffle(order)
    named = {f"clip-{number:03d}{path.suffix}": path for number, path in enumerate(order, 1)}
    for name, path in named.items():
        shutil.copyfile(path, videos / name)
    rows = [
        [row("text to video", caption, name) for caption in data.clips[path]]
        for name, path in named.items()
    ]
    write_json(
        videos.parent / "truth-captions.json", [item for several in rows for item in several]
    )
    write_json(videos.parent / "sources.json", {name: path.name for name, path in named.items()})
    return [several[0] for several in rows] + no_answers(data.absent["pictures"])


def joined_part(data: Data, videos: Path, chance: random.Random) -> list[Row]:
    """Each clip once, cut to CLIP_S, in one of several videos."""
    rows = []
    # What is said of a long clip as a whole need not be true of its beginning.
    short = [path for path in sorted(data.clips) if footage.length_s(path) <= LONG_S]
    for number, clips in enumerate(dealt(short, CLIPS_EACH, chance), 1):
        path = videos / f"joined-{number:02d}.mp4"
        reels = (footage.pictures(clip, footage.RATE, CLIP_S) for clip in clips)
        spans = footage.write_joined(path, reels, footage.RATE)
        for clip, span in zip(clips, spans, strict=True):
            rows.append(row("text to moment", data.clips[clip][0], path.name, span))
    return rows + no_answers(data.absent["pictures"])


def photos_part(data: Data, videos: Path, chance: random.Random) -> list[Row]:
    """Each photo once, for PHOTO_S, in one of several videos."""
    rows = []
    rate = footage.SLOW_RATE
    for number, photos in enumerate(dealt(sorted(data.photos), PHOTOS_EACH, chance), 1):
        path = videos / f"photos-{number:02d}.mp4"
        reels = (footage.still(photo, int(PHOTO_S * rate)) for photo in photos)
        spans = footage.write_joined(path, reels, rate)
        for photo, span in zip(photos, spans, strict=True):
            rows.append(row("text to photo", data.photos[photo][0], path.name, span))
    return rows + no_answers(data.absent["photos"]) if rows else []


def spoken_part(data: Data, videos: Path, chance: random.Random) -> list[Row]:
    """A video for each recording, and videos of several sentences."""
    rows = []
    for number, (source, said) in enumerate(data.recordings.items(), 1):
        samples = [footage.trimmed(footage.recording(source))]
        path = videos / f"recording-{number:02d}.mp4"
        span = footage.write_spoken(path, samples, data.silent, chance)[0]
        rows += [row("speech to moment (words)", half, path.name, span) for half in halves(said)]
    sentences = data.texts["sentences"] if footage.can_speak() else []
    for video, line, span in read_aloud(sentences, videos, data.silent, chance):
        asked = halves(line["say"])
        rows += [row("speech to moment (words)", half, video, span) for half in asked]
        rows.append(row("speech to moment (meaning)", line["ask"], video, span))
    return rows + no_answers(data.absent["words"])


def heard_part(data: Data, videos: Path, chance: random.Random) -> list[Row]:
    """Names and numbers that are read aloud."""
    lines = [line for line in data.texts["names"] if line["heard"]]
    kind = "names and numbers (heard)"
    made = read_aloud(lines, videos, data.silent, chance)
    rows = [row(kind, line["ask"], video, span) for video, line, span in made]
    return rows + no_answers(data.absent["names"])


def subtitled_part(data: Data, videos: Path, chance: random.Random) -> list[Row]:
    """Names and numbers in subtitles beside videos without sound."""
    rows = []
    for number, lines in enumerate(dealt(data.texts["names"], LINES_EACH, chance), 1):
        path = videos / f"subtitled-{number:02d}.mp4"
        lengths = [WORD_S * (2 + len(line["say"].split())) for line in lines]
        silence = [np.zeros(int(length * SAMPLE_RATE), np.float32) for length in lengths]
        spans = footage.write_spoken(path, silence, data.silent, chance, with_sound=False)
        cues = [(line["say"], span) for line, span in zip(lines, spans, strict=True)]
        path.with_suffix(".srt").write_text(srt(cues), encoding="utf-8")
        asked = zip(lines, spans, strict=True)
        kind = "names and numbers (subtitles)"
        rows += [row(kind, line["ask"], path.name, span) for line, span in asked]
    return rows + no_answers(data.absent["names"])


def mixed_part(data: Data, videos: Path, chance: random.Random) -> list[Row]:
    """Every picture with every sentence: a short video for each pair, then pairs in longer ones."""
    clips = unlike(data.clips, GRID + REELS, chance)
    topics = data.texts["topics"][: GRID + REELS]
    said = [footage.spoken(topic["say"], VOICES[0]) for topic in topics]
    pairs = [[(clip, topic)] for clip in range(GRID) for topic in range(GRID)]
    others = range(GRID, GRID + REELS)
    pairs += [[(clip, GRID + (clip + shift) % REELS) for clip in others] for shift in range(REELS)]
    chance.shuffle(pairs)
    rows = []
    for number, sections in enumerate(pairs, 1):
        path = videos / f"mixed-{number:02d}.mp4"
        spans = footage.write_sections(
            path, [(clips[clip], said[topic]) for clip, topic in sections]
        )
        for (clip, topic), span in zip(sections, spans, strict=True):
            asked = both(data.clips[clips[clip]][0], topics[topic]["about"], chance)
            rows.append(row("picture and speech", asked, path.name, span))
    strange = [both(asked, chance.choice(topics)["about"], chance)
               for asked in data.absent["pictures"][:8]]  # fmt: skip
    return rows + no_answers(strange)


def read_aloud(
    lines: Sequence[Row], videos: Path, clips: Sequence[Path], chance: random.Random
) -> Iterator[tuple[str, Row, Span]]:
    """Videos in which several sentences are said, and for each sentence its video and its span."""
    for number, group in enumerate(dealt(lines, LINES_EACH, chance), 1):
        path = videos / f"{videos.parent.name}-{number:02d}.mp4"
        voice = VOICES[number % len(VOICES)]
        samples = [footage.spoken(line["say"], voice) for line in group]
        spans = footage.write_spoken(path, samples, clips, chance)
        yield from ((path.name, line, span) for line, span in zip(group, spans, strict=True))


def dealt(items: Iterable[Item], each: int, chance: random.Random) -> list[list[Item]]:
    """The items in an order of chance, in groups of about so many."""
    order = list(items)
    chance.shuffle(order)
    count = max(1, round(len(order) / each))
    return [group for start in range(count) if (group := order[start::count])]


def unlike(clips: Mapping[Path, Sequence[str]], count: int, chance: random.Random) -> list[Path]:
    """Clips of which no two captions share a long word, as far as there are such."""
    order = chance.sample(sorted(clips), len(clips))
    chosen: list[Path] = []
    used: set[str] = set()
    for path in order:
        words = {word for word in re.findall(r"\w+", clips[path][0].lower()) if len(word) > 4}
        if not words & used:
            chosen.append(path)
            used |= words
    return list(dict.fromkeys([*chosen, *order]))[:count]


def both(caption: str, about: str, chance: random.Random) -> str:
    """A question for a picture and for words, as somebody might put it."""
    seen = re.split(r"\s*[(;]", caption)[0].rstrip(". ")
    return chance.choice(TEMPLATES).format(seen=seen, said=about)


def halves(text: str) -> tuple[str, str]:
    """The first and the last half of a sentence."""
    words = text.rstrip(".").split()
    return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])


def srt(cues: Iterable[tuple[str, Span]]) -> str:
    """Subtitles as the text of an .srt file."""
    return "\n".join(
        f"{number}\n{clock(start_s)} --> {clock(end_s)}\n{text}\n"
        for number, (text, (start_s, end_s)) in enumerate(cues, 1)
    )


def clock(seconds: float) -> str:
    """A time as subtitles write it."""
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d},{rest % 1000:03d}"


def row(kind: str, query: str, video: str, span: Span | None = None) -> Row:
    """A question and its one answer."""
    answer: Row = {"query": query, "video": video, "kind": kind}
    if span is not None:
        answer["spans"] = [[round(span[0], 3), round(span[1], 3)]]
    return answer


def no_answers(queries: Iterable[str]) -> list[Row]:
    """Questions that nothing answers."""
    return [{"query": query, "video": None, "kind": "no answer"} for query in queries]


def write_json(path: Path, value: object) -> None:
    """Write a JSON file under another name first, so that what has its name is whole."""
    unfinished = path.with_name(f".unfinished-{path.name}")
    unfinished.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(path)


# What makes each part, and what it is without somebody who reads aloud.
PARTS: dict[str, tuple[Callable[[Data, Path, random.Random], list[Row]], str]] = {
    "clips": (clips_part, ""),
    "joined": (joined_part, ""),
    "photos": (photos_part, ""),
    "spoken": (spoken_part, "made of the recordings alone"),
    "heard": (heard_part, "left out"),
    "subtitled": (subtitled_part, ""),
    "mixed": (mixed_part, "left out"),
}
