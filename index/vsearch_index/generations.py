"""Generations of the FAISS index: written beside the old one, swapped in by a rename, then trusted
only as long as their digest and the catalog's revision say so.

Reading a gigabyte to check its digest takes longer than all searches of a day. So a large file that
has been checked is known by its size, its time and its place on the disk until one of them changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.joint import BlockStats, JointSpace
from vsearch.types import Block, VectorSpace
from vsearch_index.flush import flush
from vsearch_index.frames import FrameTable
from vsearch_index.meta import Revision
from vsearch_index.vectors import VectorIndex
from vsearch_index.words import WordIndex

FORMAT = 8

LARGE_BYTES = 8 << 20
"""Smaller files than this are checked each time that they are read."""


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """An index, the joint space of its rows, and the catalog revision that it was made from."""

    number: int
    revision: Revision
    space: JointSpace
    index: VectorIndex
    frames: FrameTable
    words: WordIndex


class Generations:
    """The index folder of a library.

    gen-N.faiss holds rows, gen-N.npy where they lie, gen-N.words their words, gen-N.npz ids and
    means, gen-N.json the stamps of checked files, and current.json says which N is searched.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = folder / "current.json"

    def write(self, made: Generation) -> None:
        """Write the next generation beside the current one and swap it in."""
        self._folder.mkdir(parents=True, exist_ok=True)
        number = self._next_number()
        space, index = made.space, made.index
        data, places, words, stats = files = self._files(number)
        index.write(data)
        made.frames.write(places)
        made.words.write(words)
        arrays: dict[str, NDArray[Any]] = {
            f"mean_{name}": item.mean for name, item in space.stats.items()
        }
        arrays |= {"ids": index.ids, **index.arrays(), **made.frames.arrays()}
        np.savez(stats, allow_pickle=False, **arrays)
        manifest = {
            "format": FORMAT,
            "generation": number,
            "library": made.revision.library,
            "revision": made.revision.number,
            "kind": index.kind,
            "rows": len(index),
            "blocks": [_block_json(block) for block in space.blocks],
            "scales": {name: item.scale for name, item in space.stats.items()},
            "digests": {path.name: _digest(path) for path in files},
        }
        temporary = self._current.with_suffix(".tmp")
        temporary.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        for path in (*files, temporary):
            flush(path)
        self._note_checked(number)
        temporary.replace(self._current)
        self._sweep(number)

    def number(self) -> int | None:
        """The number of the current generation, if there is one."""
        try:
            return int(json.loads(self._current.read_text(encoding="utf-8"))["generation"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def read(self) -> Generation | None:
        """The current generation, or None if it is missing, damaged or of another making."""
        try:
            manifest = json.loads(self._current.read_text(encoding="utf-8"))
            return self._load(manifest)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, sqlite3.Error):
            return None

    def keep_only_current(self) -> None:
        """Remove all other files, be they of the generation before or of a killed process.

        A reader that has them open goes on; one that is about to open them takes the current one.
        """
        number = self.number()
        if number is None:
            return
        kept = {*self._files(number), self._stamps(number), self._current}
        for path in self._folder.iterdir():
            if path not in kept and not path.is_dir():
                path.unlink(missing_ok=True)

    def _load(self, manifest: dict[str, Any]) -> Generation | None:
        number = int(manifest["generation"])
        if manifest["format"] != FORMAT or not self._is_intact(number, manifest["digests"]):
            return None
        data, places, words, stats = self._files(number)
        blocks = tuple(_block(entry) for entry in manifest["blocks"])
        with np.load(stats, allow_pickle=False) as arrays:
            space = JointSpace(blocks=blocks, stats=_stats(arrays, manifest["scales"]))
            index = VectorIndex.read(data, manifest["kind"], arrays["ids"], arrays)
            frames = FrameTable.read(places, index.ids, arrays)
        revision = Revision(str(manifest["library"]), int(manifest["revision"]))
        return Generation(number, revision, space, index, frames, WordIndex.read(words))

    def _is_intact(self, number: int, digests: Mapping[str, str]) -> bool:
        known, renewed = self._checked(number), False
        for path in self._files(number):
            large = path.stat().st_size >= LARGE_BYTES
            if large and known.get(path.name) == _stamp(path):
                continue
            if _digest(path) != digests[path.name]:
                return False
            renewed |= large
        if renewed:
            with suppress(OSError):  # a library that may only be read is checked each time
                self._note_checked(number)
        return True

    def _checked(self, number: int) -> dict[str, list[int]]:
        try:
            found = json.loads(self._stamps(number).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _note_checked(self, number: int) -> None:
        stamps = {path.name: _stamp(path) for path in self._files(number)}
        temporary = self._stamps(number).with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(stamps), encoding="utf-8")
        temporary.replace(self._stamps(number))

    def _stamps(self, number: int) -> Path:
        return self._folder / f"gen-{number:06d}.json"

    def _files(self, number: int) -> tuple[Path, Path, Path, Path]:
        data = self._folder / f"gen-{number:06d}.faiss"
        places, words, stats = (data.with_suffix(f".{end}") for end in ("npy", "words", "npz"))
        return data, places, words, stats

    def _next_number(self) -> int:
        found = [path.stem.removeprefix("gen-") for path in self._folder.glob("gen-*")]
        return 1 + max((int(text) for text in found if text.isdigit()), default=0)

    def _sweep(self, current: int) -> None:
        """Remove generations older than the one before: a reader may still be opening that."""
        for path in self._folder.glob("gen-*"):
            text = path.stem.removeprefix("gen-")
            if text.isdigit() and int(text) < current - 1:
                with suppress(PermissionError):  # Windows keeps what a reader has mapped
                    path.unlink(missing_ok=True)


def _stats(arrays: Any, scales: Mapping[str, float]) -> dict[str, BlockStats]:
    return {
        name: BlockStats(mean=arrays[f"mean_{name}"], scale=float(scale))
        for name, scale in scales.items()
    }


def _block_json(block: Block) -> dict[str, Any]:
    return {"name": block.name, "component": block.component, "space": asdict(block.space)}


def _block(entry: dict[str, Any]) -> Block:
    space = VectorSpace(**entry["space"])
    return Block(name=entry["name"], component=entry["component"], space=space)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _stamp(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]
