"""Files as they lie on disk: whether one is there, and whether it is the one that was read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """A file as it lay on disk; as long as size and time are the same it is not read again."""

    path: Path
    size_bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """The stamp of a file now."""
        stat = path.stat()
        return cls(path=path, size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns)

    def holds(self) -> bool:
        """Whether the file still lies there as it did."""
        try:
            return FileStamp.of(self.path) == self
        except OSError:
            return False


def is_gone(path: Path) -> bool:
    """Whether nothing is at a path; one that may only not be looked at is not gone."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
