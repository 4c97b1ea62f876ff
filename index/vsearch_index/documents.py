"""What the words of a row are: those said and shown with its keyframe, and its file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from vsearch.types import ShownText, SpeechSegment, TimeSpan
from vsearch_index.rows import Connection, read_paths
from vsearch_index.words import Document

# The rule of vsearch.types.heard_in.
AT_ONCE = 10_000
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INSIDE = "least(s.end_s, f.end_s) - greatest(s.start_s, f.start_s)"
_HEARD = (
    f"s.start_s < f.end_s AND f.start_s < s.end_s AND {_INSIDE} > 0 AND "
    f"{_INSIDE} >= least(s.end_s - s.start_s, f.end_s - f.start_s) / 2"
)


def read_documents(connection: Connection) -> Iterator[Document]:
    """The words of every keyframe, by its id."""
    paths = read_paths(connection)
    names = {video_id: " ".join(map(_name_words, several)) for video_id, several in paths.items()}
    found = connection.execute(
        f"WITH said AS ({_words_of('speech')}), shown AS ({_words_of('shown')}) "
        "SELECT f.video_id, coalesce(said.words, ''), coalesce(shown.words, '') "
        "FROM frames f LEFT JOIN said USING (id) LEFT JOIN shown USING (id) ORDER BY f.id"
    )
    position = 0
    while several := found.fetchmany(AT_ONCE):
        for video_id, said, shown in several:
            name = names.get(video_id, "")
            yield Document(position=position, said=said, shown=shown, name=name)
            position += 1


def _words_of(table: str) -> str:
    return (
        "SELECT f.id, string_agg(s.text, ' ' ORDER BY s.position) AS words "
        f"FROM frames f JOIN {table} s ON s.video_id = f.video_id AND {_HEARD} GROUP BY f.id"
    )


def _name_words(path: Path) -> str:
    name = f"{path.parent.name} {path.stem}"
    apart = HUMP.sub(" ", name)  # IronMan is iron man too
    return name if apart == name else f"{name} {apart}"


def names_of(paths: Iterable[Path]) -> set[str]:
    """What search by file name finds of these paths."""
    return {_name_words(path) for path in paths}


def read_segments(connection: Connection) -> Iterator[SpeechSegment]:
    """All that is said, video by video."""
    found = connection.execute(
        "SELECT video_id, start_s, end_s, text, language FROM speech ORDER BY video_id, position"
    )
    while several := found.fetchmany(AT_ONCE):
        for video_id, start_s, end_s, text, language in several:
            span = TimeSpan(start_s=start_s, end_s=end_s)
            yield SpeechSegment(video_id=video_id, span=span, text=text, language=language)


def read_texts(connection: Connection) -> Iterator[ShownText]:
    """All that is to be read on the screen, video by video."""
    found = connection.execute(
        "SELECT video_id, start_s, end_s, text FROM shown ORDER BY video_id, position"
    )
    while several := found.fetchmany(AT_ONCE):
        for video_id, start_s, end_s, text in several:
            span = TimeSpan(start_s=start_s, end_s=end_s)
            yield ShownText(video_id=video_id, span=span, text=text)
