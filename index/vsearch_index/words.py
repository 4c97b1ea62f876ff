"""The words of the rows: found exactly, or ranked by BM25, with SQLite's full-text index.

One small file for each generation, derived from the catalog like the vectors beside it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.types import ShownText, SpeechSegment, TimeSpan
from vsearch.words import terms_of

COLUMNS = ("said", "shown", "name")
"""What is said while a row is shown, what is to be read there, and what its file is called."""

NAME_WEIGHT = 0.5
TERMS_AT_ONCE = 500
TOKENS = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'"

MOST_DOCUMENTS = 4_000
"""Common words say little and take long: the rarest are looked up, as long as all of them together
stand in no more rows than this."""

MOST_OF_RAREST = 11_000
"""The rarest of all is looked up alone as long as it stands in no more rows than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The words of a row, by its position."""

    position: int
    said: str = ""
    shown: str = ""
    name: str = ""


class WordIndex:
    """Which rows hold which words."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        (self._count,) = connection.execute("SELECT count(*) FROM rows_docsize").fetchone()

    @classmethod
    def build(
        cls,
        documents: Iterable[Document],
        speech: Iterable[SpeechSegment] = (),
        shown: Iterable[ShownText] = (),
    ) -> WordIndex:
        """Index the words of rows, and keep what is said and shown, in memory."""
        connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        connection.executescript(
            "BEGIN; CREATE VIRTUAL TABLE rows USING fts5"
            f"({', '.join(COLUMNS)}, content='', tokenize=\"{TOKENS}\");"
        )
        connection.executemany(
            "INSERT INTO rows(rowid, said, shown, name) VALUES (?, ?, ?, ?)",
            (
                (item.position, *map(_spaced, (item.said, item.shown, item.name)))
                for item in documents
            ),
        )
        connection.execute("INSERT INTO rows(rows) VALUES ('optimize')")
        # Asked for one term, fts5vocab counts its rows one by one: counted here once for all.
        connection.execute(
            "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, rows, 'row')"
        )
        connection.execute("CREATE TABLE terms (term TEXT PRIMARY KEY, doc INT) WITHOUT ROWID")
        connection.execute("INSERT INTO terms SELECT term, doc FROM temp.vocabulary")
        _keep(connection, "speech", speech)
        _keep(connection, "shown", shown)
        connection.execute("COMMIT")
        return cls(connection)

    def write(self, path: Path) -> None:
        """Copy the index to a file."""
        with self._lock, closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

    @classmethod
    def read(cls, path: Path) -> WordIndex:
        """Open what build() wrote; nothing is ever written to it again."""
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return cls(sqlite3.connect(address, uri=True, check_same_thread=False))

    def rank(
        self, text: str, columns: Sequence[str] = COLUMNS
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The rows with words of a text, best first, and how much of its meaning they hold.

        That is BM25 as a share of what every word of the text together would give: about 1 for a
        row that holds them all once, however rare or many they are.
        """
        counts = self._counts(list(dict.fromkeys(terms_of(text))))
        weights = self._weights(counts)
        wanted = " OR ".join(f'"{term}"' for term in _affordable(weights, counts))
        if not wanted:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        found = self._ask(
            f"SELECT rowid, -bm25(rows, 1.0, 1.0, {NAME_WEIGHT}) AS score FROM rows "
            "WHERE rows MATCH ? ORDER BY score DESC, rowid",
            _within(columns, wanted),
        )
        scores = np.array([score for _, score in found], np.float32) / sum(weights.values())
        return np.array([row for row, _ in found], np.int64), scores

    def holding(self, text: str, columns: Sequence[str] = COLUMNS) -> NDArray[np.int64]:
        """The rows that hold the words of a text one after the other, in order of position."""
        phrase = " ".join(terms_of(text))
        if not phrase:
            return np.zeros(0, np.int64)
        sql = "SELECT rowid FROM rows WHERE rows MATCH ? ORDER BY rowid"
        found = self._ask(sql, _within(columns, f'"{phrase}"'))
        return np.array([row for (row,) in found], np.int64)

    def speech(self, video_id: str) -> list[SpeechSegment]:
        """What is said in a video, in order."""
        found = self._ask(
            "SELECT start_s, end_s, text, language FROM speech WHERE video_id = ? ORDER BY number",
            video_id,
        )
        return [
            SpeechSegment(
                video_id=video_id,
                span=TimeSpan(start_s=start_s, end_s=end_s),
                text=text,
                language=language,
            )
            for start_s, end_s, text, language in found
        ]

    def shown(self, video_id: str) -> list[ShownText]:
        """What is to be read in a video, in order."""
        found = self._ask(
            "SELECT start_s, end_s, text FROM shown WHERE video_id = ? ORDER BY number", video_id
        )
        return [
            ShownText(video_id=video_id, span=TimeSpan(start_s=start_s, end_s=end_s), text=text)
            for start_s, end_s, text in found
        ]

    @property
    def shows_text(self) -> bool:
        """Whether any text was read off a picture."""
        return bool(self._ask("SELECT 1 FROM shown LIMIT 1"))

    def __del__(self) -> None:
        self._connection.close()

    def _ask(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def _counts(self, terms: Sequence[str]) -> dict[str, int]:
        found = dict.fromkeys(terms, 0)
        for start in range(0, len(terms), TERMS_AT_ONCE):
            part = terms[start : start + TERMS_AT_ONCE]
            marks = ", ".join("?" for _ in part)
            found |= dict(self._ask(f"SELECT term, doc FROM terms WHERE term IN ({marks})", *part))
        return found

    def _weights(self, counts: Mapping[str, int]) -> dict[str, float]:
        """How much each term tells apart, the rarest first: BM25's inverse document frequency."""
        rarity = {term: (self._count - n + 0.5) / (n + 0.5) for term, n in counts.items()}
        weights = {term: max(float(np.log(value)), 1e-6) for term, value in rarity.items()}
        return dict(sorted(weights.items(), key=lambda item: -item[1]))


def _affordable(terms: Iterable[str], counts: Mapping[str, int]) -> list[str]:
    """The first terms until together they stand in too many rows; the first of all may in more."""
    chosen: list[str] = []
    total = 0
    for term in terms:
        total += counts[term]
        if total > (MOST_DOCUMENTS if chosen else MOST_OF_RAREST):
            break
        if counts[term]:
            chosen.append(term)
    return chosen


def _within(columns: Sequence[str], wanted: str) -> str:
    return f"{{{' '.join(columns)}}} : ({wanted})"


def _spaced(text: str) -> str:
    return " ".join(terms_of(text))


def _keep(
    connection: sqlite3.Connection,
    table: str,
    texts: Iterable[SpeechSegment | ShownText],
) -> None:
    """A table by video: the catalog would have to be searched through for one."""
    connection.execute(
        f"CREATE TABLE {table} (video_id TEXT, number INT, start_s REAL, end_s REAL, text TEXT, "
        "language TEXT, PRIMARY KEY (video_id, number)) WITHOUT ROWID"
    )
    connection.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?)",
        (
            (item.video_id, n, item.span.start_s, item.span.end_s, item.text, _language(item))
            for n, item in enumerate(texts)
        ),
    )


def _language(item: SpeechSegment | ShownText) -> str | None:
    return item.language if isinstance(item, SpeechSegment) else None
