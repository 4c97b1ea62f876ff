"""Libraries of made-up records."""

from __future__ import annotations

from pathlib import Path

import pytest

from vsearch.testing.records import (
    fill,
    make_record,
)
from vsearch_index.store import LibraryStore


@pytest.fixture
def store(tmp_path: Path) -> LibraryStore:
    return LibraryStore(tmp_path / "library")


@pytest.fixture
def filled(store: LibraryStore, tmp_path: Path) -> LibraryStore:
    fill(
        store,
        make_record(tmp_path, "a.mp4"),
        make_record(tmp_path, "b.mp4"),
        make_record(tmp_path, "c.mp4"),
    )
    return store
