"""A retrieval benchmark, made from a data folder: videos, questions, and where the answers are.

    python benchmarks/make_set.py ../shared/data OUT

The data folder holds videos/ and videos.json ({file name: {"captions": [...]}}), speech/ and
speech.json ({file name: {"text": ...}}). OUT gets a folder for each part, to be indexed as a
library of its own:

    OUT/PART/videos/     what to index
    OUT/PART/truth.json  [{"query", "video" (a file name, or null), "spans" ([[s, s]]), "kind"}]

    part        what it holds                                  kinds of questions
    clips       the clips, under names that tell nothing       text to video
    joined      several clips in a row, with hard cuts         text to moment
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
What is made holds other people's footage: keep it out of the repository.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable
from pathlib import Path

import footage
from set_parts import PARTS, Data, Row, write_json


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
            print(
                f"{part:10s} {without_speaker}: espeak-ng is missing (apt-get install espeak-ng);"
            )
            print(f"{'':10s} install it, delete {folder} and run this again")
            if without_speaker == "left out":
                continue
        (folder / "videos").mkdir(parents=True, exist_ok=True)
        rows = make(data, folder / "videos", random.Random(part))
        write_json(folder / "truth.json", rows)
        print(f"{part:10s} {len(rows)} questions")


def read_data(folder: Path) -> Data:
    """The clips with captions, those without sound, the recordings and the sentences."""
    listed = json.loads((folder / "videos.json").read_text(encoding="utf-8"))
    clips = {folder / "videos" / name: listed[name]["captions"] for name in sorted(listed)}
    clips = {path: captions for path, captions in clips.items() if captions and path.exists()}
    silent = [path for path in clips if footage.is_silent(path)] or list(clips)
    said = json.loads((folder / "speech.json").read_text(encoding="utf-8"))
    recordings = {folder / "speech" / name: said[name]["text"] for name in sorted(said)}
    texts = json.loads(Path(__file__).with_name("sentences.json").read_text(encoding="utf-8"))
    captions = [caption for of_clip in clips.values() for caption in of_clip]
    lines = [row["say"] for key in ("sentences", "names", "topics") for row in texts[key]]
    lines += recordings.values()
    there = {"pictures": captions, "words": lines, "names": lines}
    absent = {key: not_there(rows, there[key]) for key, rows in texts["absent"].items()}
    return Data(clips, silent, recordings, texts, absent)


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
