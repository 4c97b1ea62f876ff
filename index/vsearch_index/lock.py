"""One writer at a time: a lock that dies with its process, and a note of who holds it."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from vsearch.errors import LibraryBusy

NOTE = "writer.json"


@contextmanager
def writer_lock(folder: Path, patience_s: float = 0.0) -> Iterator[None]:
    """Hold the writer's lock of a library, or say who holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "writer.lock", timeout=patience_s)
    note = folder / NOTE
    try:
        lock.acquire()
    except Timeout:
        raise LibraryBusy(_who(folder, note)) from None
    try:
        note.write_text(json.dumps(_me()), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _me() -> dict[str, object]:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
    started = time.strftime("%Y-%m-%d %H:%M:%S")
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": started, "command": command}


def _who(folder: Path, note: Path) -> str:
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
        who = "`{command}` (process {pid} on {host}, since {since})".format(**holder)
    except (OSError, ValueError, KeyError, TypeError):
        who = "another process"
    return f"the library {folder} is being written by {who}; wait for it or stop it, then try again"
