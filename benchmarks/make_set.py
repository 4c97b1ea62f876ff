"""A retrieval benchmark, made from a data folder: videos, questions, and where the answers are.

    python benchmarks/make_set.py ../shared/data OUT

The data folder holds videos/ and videos.json ({file name: {"captions": [...]}}), speech/ and
speech.json ({file name: {"text": ...}}), coco/ and coco.json (photos with captions). OUT gets a
folder for each part, to be indexed as a library of its own:

    OUT/PART/videos/     what to index
    OUT/PART/truth.json  [{"query", "video" (a file name, or null), "spans" ([[s, s]]), "kind"}]

    part        what it holds                                  kinds of questions
    clips       the clips, under names that tell nothing       text to video
    joined      several clips in a row, with hard cuts         text to moment
    photos      photos in a row                                text to photo
    spoken      recordings and sentences read aloud, over      speech to moment (words): a half
                the pictures of silent clips, with pauses      of what is said; (meaning): the
                                                               same in other words
    heard       sentences that differ in a name, a number      names and numbers (heard)
                or a date, read aloud
    subtitled   these and harder ones, in an .srt beside       names and numbers (subtitles)
                videos without sound
    mixed       the same pictures with other words, the        picture and speech
                same words with other pictures

Every part also asks for what is in none of its videos ("no answer"). OUT/clips/truth-captions.json
asks with every caption. The sentences are those of benchmarks/sentences.json, read aloud by
espeak-ng. A part that has its truth.json is left as it is: delete its folder to have it made again.
Questions, pictures and times are the same each time; the encoder may round a few pixels otherwise.
What is made holds other people's footage: keep it out of the repository.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import footage
from set_parts import GRID, PARTS, REELS, Data, Row, write_json

FEWEST_CLIPS = GRID + REELS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    data = read_data(options.data)
    for part, (make, without_speaker) in PARTS.items():
        folder = options.out / part
        if (folder / "truth.json").exists():
            print(f"{part:10s} is there")
            continue
        if without_speaker and not footage.can_speak():
            print(f"{part:10s} {without_speaker}, espeak-ng is missing: apt-get install espeak-ng,")
            print(f"{'':10s} delete {folder} and run this again")
            if without_speaker == "left out":
                continue
        (folder / "videos").mkdir(parents=True, exist_ok=True)
        rows = make(data, folder / "videos", random.Random(part))
        write_json(folder / "truth.json", rows)
        print(f"{part:10s} {len(rows)} questions" if rows else f"{part:10s} has nothing to show")


def read_data(folder: Path) -> Data:
    """The clips, photos and recordings of a data folder, and the sentences."""
    clips = captioned(folder, "videos")
    if len(clips) < FEWEST_CLIPS:
        sys.exit(f"{folder} has {len(clips)} clips with captions; {FEWEST_CLIPS} are needed")
    silent = [path for path in clips if footage.is_silent(path)] or list(clips)
    photos = captioned(folder, "coco")
    said = {path: entry["text"] for path, entry in entries(folder, "speech").items()}
    texts = json.loads(Path(__file__).with_name("sentences.json").read_text(encoding="utf-8"))
    lines = [row["say"] for key in ("sentences", "names", "topics") for row in texts[key]]
    absent = {
        "pictures": not_there(texts["absent"]["pictures"], chain(*clips.values())),
        "photos": not_there(texts["absent"]["pictures"], chain(*photos.values())),
        "words": not_there(texts["absent"]["words"], [*lines, *said.values()]),
        "names": not_there(texts["absent"]["names"], lines),
    }
    return Data(clips, silent, photos, said, texts, absent)


def captioned(folder: Path, kind: str) -> dict[Path, list[str]]:
    """The files of a folder that have captions."""
    found = {path: entry["captions"] for path, entry in entries(folder, kind).items()}
    return {path: captions for path, captions in found.items() if captions}


def entries(folder: Path, kind: str) -> dict[Path, Row]:
    """What the list of a folder says of each of its files that is there."""
    try:
        listed = json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    found = {folder / kind / name: listed[name] for name in sorted(listed)}
    return {path: entry for path, entry in found.items() if path.exists()}


def not_there(rows: Iterable[Row], present: Iterable[str]) -> list[str]:
    """The questions about things of which no word begins a word of what is there."""
    words = "\n".join(present).lower()
    return [
        row["ask"]
        for row in rows
        if not any(re.search(rf"\b{re.escape(thing)}", words) for thing in row["things"])
    ]


if __name__ == "__main__":
    main()
