"""What can go wrong, as one tree.

VsearchError
+-- ConfigError     a setting is wrong or unknown
+-- QueryError      a question cannot be understood
|   +-- UnknownVideo it names a video that is not in the library
+-- VideoError      a file cannot be read as a video
+-- ModelError      weights are missing, refused or out of reach
+-- PluginError     a component is unknown, doubled or broken
+-- AnswerError     what was to answer is out of reach or makes no sense
+-- StoreError      a library cannot be opened or written
    +-- LibraryBusy another process is writing to it

Each message says what happened, to which file, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class VsearchError(Exception):
    """Anything that vsearch reports to a person; paths are those that its message names."""

    def __init__(self, *message: object, paths: Iterable[Path] = ()) -> None:
        super().__init__(*message)
        self.paths = tuple(paths)


class ConfigError(VsearchError):
    """A setting is wrong or unknown."""


class QueryError(VsearchError):
    """A question cannot be understood."""


class UnknownVideo(QueryError):  # noqa: N818 - reads better without a suffix
    """No video in the library is called so."""


class VideoError(VsearchError):
    """A file cannot be read as a video."""


class ModelError(VsearchError):
    """Weights are missing, refused or out of reach."""


class PluginError(VsearchError):
    """A component is unknown, doubled or broken."""


class AnswerError(VsearchError):
    """What was to answer a question is out of reach or makes no sense."""


class StoreError(VsearchError):
    """A library cannot be opened or written."""


class LibraryBusy(StoreError):  # noqa: N818 - reads better without a suffix
    """Another process is writing to the library."""
