"""Remembers the digests of files, so that a large file is hashed once and not at every start."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Digests:
    """Digests by path; one is trusted as long as the file's size and time have not changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _read(path)

    def of(self, path: Path, *, fresh: bool = False) -> str:
        """The digest of a file, computed anew if it changed or if fresh is asked for."""
        stat = path.stat()
        stamp = [stat.st_size, stat.st_mtime_ns]
        key = str(path)
        known = self._known.get(key)
        if known and known["stamp"] == stamp and not fresh:
            return str(known["sha256"])
        digest = sha256_of(path)
        self._known[key] = {"stamp": stamp, "sha256": digest}
        self._save()
        return digest

    def pin(self, name: str, digest: str) -> str:
        """Remember the first digest seen under a name, and return the one remembered."""
        entry = self._known.setdefault(f"pin:{name}", {"sha256": digest})
        self._save()
        return str(entry["sha256"])

    def _save(self) -> None:
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(self._known, indent=1), encoding="utf-8")
            temporary.replace(self._path)
        except OSError:
            # A read-only model folder still works: it only hashes again next time.
            temporary.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, dict[str, object]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
