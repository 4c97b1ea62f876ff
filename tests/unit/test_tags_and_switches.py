"""A library may be switched to another model while its scenes are being tagged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vsearch.errors import StoreError
from vsearch.tags.kept import Making, made_with
from vsearch.tags.labels import parse_labels
from vsearch.testing.records import fill, make_record, seeded_vectors
from vsearch_index.store import LibraryStore


def test_tags_of_the_model_before_a_switch_are_not_kept(tmp_path: Path) -> None:
    store = LibraryStore(tmp_path / "library")
    fill(store, *(make_record(tmp_path, name) for name in ("a.mp4", "b.mp4")))
    labels = parse_labels(tmp_path / "pets.txt", "cat\ndog\n")
    making = Making(made_with=made_with(store.blocks(), labels), least=0.4, most=3)
    with store.writer() as writer:
        writer.keep_tags(labels, making, {"a.mp4-0": []}, replaces=True)
    (visual, *_) = store.blocks()
    other = replace(visual, space=replace(visual.space, revision="2"))
    with store.writer() as writer:
        for video_id in store.video_ids():
            writer.stage(other, video_id, {})
        writer.switch(other, seeded_vectors(1, 4))
    before = store.label_sets(), store.tagged("pets")
    for replaces in (False, True):
        with pytest.raises(StoreError, match="another model"), store.writer() as writer:
            writer.keep_tags(labels, making, {"b.mp4-0": []}, replaces=replaces)
    assert (store.label_sets(), store.tagged("pets")) == before
