"""Generations of the FAISS index: written beside the old one, swapped in by a rename, then trusted
only as long as their digest and the catalog's revision say so."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vsearch.joint import BlockStats, JointSpace
from vsearch.types import Block, VectorSpace
from vsearch_index.vectors import VectorIndex
from vsearch_index.words import WordIndex

FORMAT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """An index with the joint space its rows live in, and the catalog revision it was made from."""

    number: int
    revision: int
    space: JointSpace
    index: VectorIndex
    words: WordIndex


class Generations:
    """The index folder of a library: gen-N.faiss (rows), gen-N.npz (ids, means), gen-N.words,
    current.json."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = folder / "current.json"

    def write(self, made: Generation) -> None:
        """Write the next generation beside the current one and swap it in."""
        space, index = made.space, made.index
        self._folder.mkdir(parents=True, exist_ok=True)
        number = self._next_number()
        data, stats, words = files = self._files(number)
        index.write(data)
        made.words.write(words)
        arrays = {f"mean_{name}": item.mean for name, item in space.stats.items()}
        np.savez(stats, allow_pickle=False, ids=index.ids, **arrays)
        manifest = {
            "format": FORMAT,
            "generation": number,
            "revision": made.revision,
            "rows": len(index),
            "blocks": [_block_json(block) for block in space.blocks],
            "scales": {name: item.scale for name, item in space.stats.items()},
            "digests": {path.name: _digest(path) for path in files},
        }
        temporary = self._current.with_suffix(".tmp")
        temporary.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        for path in (*files, temporary):
            _flush(path)
        temporary.replace(self._current)
        self._sweep(number)

    def read(self) -> Generation | None:
        """The current generation, or None if it is missing, damaged or of another making."""
        try:
            manifest = json.loads(self._current.read_text(encoding="utf-8"))
            return self._load(manifest)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, sqlite3.Error):
            return None

    def _load(self, manifest: dict[str, Any]) -> Generation | None:
        data, stats, words = files = self._files(int(manifest["generation"]))
        intact = all(_digest(path) == manifest["digests"][path.name] for path in files)
        if manifest["format"] != FORMAT or not intact:
            return None
        blocks = tuple(_block(entry) for entry in manifest["blocks"])
        with np.load(stats, allow_pickle=False) as arrays:
            space = JointSpace(blocks=blocks, stats=_stats(arrays, manifest["scales"]))
            index = VectorIndex.read(data, arrays["ids"])
        number, revision = int(manifest["generation"]), int(manifest["revision"])
        return Generation(number, revision, space, index, WordIndex.read(words))

    def _files(self, number: int) -> tuple[Path, Path, Path]:
        stem = self._folder / f"gen-{number:06d}"
        return stem.with_suffix(".faiss"), stem.with_suffix(".npz"), stem.with_suffix(".words")

    def _next_number(self) -> int:
        found = [path.stem.removeprefix("gen-") for path in self._folder.glob("gen-*")]
        return 1 + max((int(text) for text in found if text.isdigit()), default=0)

    def _sweep(self, current: int) -> None:
        """Remove generations older than the one before: a reader may still be opening that."""
        for path in self._folder.glob("gen-*"):
            text = path.stem.removeprefix("gen-")
            if text.isdigit() and int(text) < current - 1:
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


def _flush(path: Path) -> None:
    with path.open("rb+") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())
