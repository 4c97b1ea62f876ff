"""Label sets and tags in the catalog: written, read, and looked up for `tag:`."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.errors import QueryError, StoreError
from vsearch.tags.kept import KeptLabels, Making, made_with
from vsearch.tags.labels import BLOCKS, Label, LabelSet, as_known
from vsearch.types import Tag
from vsearch_index.rows import Connection, insert, now, read_blocks

NEAREST = 5
NEAR = 0.5


def write_tags(
    connection: Connection,
    labels: LabelSet,
    making: Making,
    tags: Mapping[str, Sequence[Tag]],
    *,
    replaces: bool,
) -> None:
    """Put tags in the place of those that videos had of a set, or of all that the set ever gave."""
    if making.made_with != made_with(read_blocks(connection), labels):
        raise StoreError(
            "the library was switched to another model while it was being tagged; nothing was "
            "kept: run it again"
        )
    if replaces:
        delete_set(connection, labels.name)
        row: list[Any] = [
            labels.name,
            _as_json(labels),
            labels.looks_at,
            labels.prompt,
            making.made_with,
        ]
        row += [making.least, making.most, now()]
        connection.execute("INSERT INTO label_sets VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    elif not _has_set(connection, labels, making):
        raise StoreError(
            f"the label set {labels.name!r} was changed or removed while videos were being tagged "
            "with it; nothing was kept: run it again"
        )
    # A video may have been removed while its tags were worked out.
    there = connection.execute(
        "SELECT id FROM videos WHERE id IN (SELECT unnest(?))", [list(tags)]
    ).fetchall()
    videos = [video_id for (video_id,) in there]
    for table in ("tags", "tagged"):
        where = "label_set = ? AND video_id IN (SELECT unnest(?))"
        connection.execute(f"DELETE FROM {table} WHERE {where}", [labels.name, videos])
    insert(connection, "tagged", {"video_id": videos, "label_set": [labels.name] * len(videos)})
    given = [(video_id, tag) for video_id in videos for tag in tags[video_id]]
    columns: dict[str, list[Any]] = {
        "video_id": [video_id for video_id, _ in given],
        "scene_id": [tag.scene_id for _, tag in given],
        "label_set": [labels.name] * len(given),
        "label": [tag.label for _, tag in given],
        "score": [tag.score for _, tag in given],
    }
    insert(connection, "tags", columns)


def _has_set(connection: Connection, labels: LabelSet, making: Making) -> bool:
    """Whether the tags that are kept under a name are of these labels, made in this way."""
    kept = (item for item in read_sets(connection) if item.labels.name == labels.name)
    return any((item.labels, item.making) == (labels, making) for item in kept)


def delete_set(connection: Connection, name: str) -> None:
    """Forget a set with all of its tags."""
    delete_tags(connection, [name])
    connection.execute("DELETE FROM label_sets WHERE name = ?", [name])


def delete_tags(connection: Connection, names: Iterable[str]) -> None:
    """Forget the tags of sets, but not the sets: every video is untagged again."""
    for name in names:
        connection.execute("DELETE FROM tags WHERE label_set = ?", [name])
        connection.execute("DELETE FROM tagged WHERE label_set = ?", [name])


def delete_seen(connection: Connection, block: str) -> None:
    """Forget the tags that were made from the vectors of a block, which are others now."""
    found = connection.execute("SELECT name, looks_at FROM label_sets").fetchall()
    delete_tags(connection, [name for name, looks_at in found if block in BLOCKS[looks_at]])


def read_sets(connection: Connection) -> list[KeptLabels]:
    """Every label set with how often its labels were given, by name."""
    found = connection.execute(
        "SELECT s.name, s.labels, s.looks_at, s.prompt, s.made_with, s.least, s.most, "
        "strftime(s.made_at, '%Y-%m-%dT%H:%M:%SZ'), "
        "(SELECT count(*) FROM tagged t WHERE t.label_set = s.name), "
        "(SELECT count(*) FROM videos), "
        "(SELECT count(DISTINCT scene_id) FROM tags t WHERE t.label_set = s.name) "
        "FROM label_sets s ORDER BY s.name"
    ).fetchall()
    counts = _counts(connection)
    return [
        KeptLabels(
            labels=LabelSet(name=row[0], labels=_from_json(row[1]), looks_at=row[2], prompt=row[3]),
            making=Making(made_with=row[4], least=row[5], most=row[6]),
            made_at=row[7],
            videos=row[8],
            untagged=row[9] - row[8],
            scenes=row[10],
            counts={
                label.name: counts.get((row[0], label.name), 0) for label in _from_json(row[1])
            },
        )
        for row in found
    ]


def read_tagged(connection: Connection, name: str) -> set[str]:
    """The videos that were looked at with a set."""
    found = connection.execute("SELECT video_id FROM tagged WHERE label_set = ?", [name])
    return {video_id for (video_id,) in found.fetchall()}


def read_tags(connection: Connection, scene_ids: Collection[int]) -> dict[int, tuple[Tag, ...]]:
    """The tags of scenes, those of each set together, the best first."""
    found = connection.execute(
        "SELECT scene_id, label_set, label, score FROM tags WHERE scene_id IN (SELECT unnest(?)) "
        "ORDER BY scene_id, label_set, score DESC, label",
        [list(scene_ids)],
    ).fetchall()
    tags: dict[int, tuple[Tag, ...]] = {}
    for scene_id, label_set, label, score in found:
        tag = Tag(scene_id=scene_id, label_set=label_set, label=label, score=score)
        tags[scene_id] = (*tags.get(scene_id, ()), tag)
    return tags


def read_tags_of(connection: Connection, video_id: str) -> tuple[Tag, ...]:
    """The tags of a video, scene by scene."""
    found = connection.execute(
        "SELECT id FROM scenes WHERE video_id = ? ORDER BY position", [video_id]
    ).fetchall()
    ids = [scene_id for (scene_id,) in found]
    tags = read_tags(connection, ids)
    return tuple(tag for scene_id in ids for tag in tags.get(scene_id, ()))


def has_tags(connection: Connection) -> bool:
    """Whether anything was ever tagged."""
    row = connection.execute("SELECT count(*) FROM tagged").fetchone()
    return bool(row and row[0])


def scenes_with(connection: Connection, names: Iterable[str]) -> NDArray[np.int64]:
    """The scenes that have any of these tags, each named `label` or `set/label`."""
    known = _known(connection)
    if not known:
        raise QueryError(
            "tag: finds nothing: nothing has put tags on the videos of this library; "
            "`vsearch tag --labels scenes` does"
        )
    pairs = [pair for name in names for pair in _named(known, name)]
    found = connection.execute(
        "SELECT DISTINCT t.scene_id FROM tags t JOIN "
        "(SELECT unnest(?) AS label_set, unnest(?) AS label) w USING (label_set, label)",
        [[label_set for label_set, _ in pairs], [label for _, label in pairs]],
    ).fetchnumpy()
    return np.asarray(found["scene_id"], np.int64)


def _known(connection: Connection) -> list[tuple[str, str]]:
    """Every label of every set."""
    found = connection.execute("SELECT name, labels FROM label_sets ORDER BY name").fetchall()
    return [(name, label.name) for name, labels in found for label in _from_json(labels)]


def _named(known: Sequence[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    """The labels that a name means; one that means none is a mistake."""
    wanted = as_known(name)
    found = [pair for pair in known if as_known(pair[1]) == wanted]
    found = found or [pair for pair in known if as_known("/".join(pair)) == wanted]
    if not found:
        names = {as_known(label): label for _, label in known}
        names |= {as_known("/".join(pair)): "/".join(pair) for pair in known} if "/" in name else {}
        near = difflib.get_close_matches(wanted, names, NEAREST, NEAR)
        sets = ", ".join(dict.fromkeys(label_set for label_set, _ in known))
        nearest = f"the nearest: {', '.join(names[item] for item in near)}" if near else ""
        raise QueryError(
            f"tag: there is no tag {name!r} in the label sets of this library ({sets}); "
            f"{nearest or '`vsearch tag` shows how many labels they have, --json all of them'}"
        )
    return found


def _counts(connection: Connection) -> dict[tuple[str, str], int]:
    found = connection.execute(
        "SELECT label_set, label, count(*) FROM tags GROUP BY label_set, label"
    ).fetchall()
    return {(label_set, label): count for label_set, label, count in found}


def _as_json(labels: LabelSet) -> str:
    return json.dumps([[label.name, *label.phrases] for label in labels.labels])


def _from_json(text: str) -> tuple[Label, ...]:
    return tuple(Label(name=name, phrases=tuple(phrases)) for name, *phrases in json.loads(text))
