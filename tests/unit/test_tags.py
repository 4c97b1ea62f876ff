"""Tags in a library: kept at once or not at all, found with tag:, and gone when they are stale."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from vsearch.errors import QueryError, StoreError
from vsearch.query.question import Filters
from vsearch.tags.labels import Label, LabelSet, parse_labels
from vsearch.tags.run import Wish, known_set, labels_of, tag_library
from vsearch.testing.records import BLOCKS, DIM, fill, make_record
from vsearch.types import Block, Matrix, Tag, VectorSpace
from vsearch_index.store import LibraryStore
from vsearch_index.tags import write_tags

HOSTILE = ("'; DROP TABLE tags; --", "time: noon", "犬", "a/b", 'quo"te', "100%_x")


class Words:
    """A vector for each text that depends on nothing else."""

    def texts(self, block: Block, texts: Sequence[str]) -> Matrix:
        rows = []
        for text in texts:
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            rows.append(np.random.default_rng(seed).standard_normal(DIM))
        found = np.array(rows, np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def labels(*names: str, name: str = "mine", head: str = ""):
    escaped = "\n".join(item.replace("\\", "\\\\").replace(":", "\\:") for item in names)
    return parse_labels(Path(f"{name}.txt"), f"{head}{escaped}\n")


def sure(chosen, **more) -> Wish:
    """Every scene gets every label: what is kept is of interest here, not which."""
    return Wish(labels=chosen, least=1e-9, most=100, **more)


def run(store: LibraryStore, wish: Wish):
    return tag_library(store, Words(), wish)


def found(store: LibraryStore, *tags: str) -> set[str]:
    rows = store.rows()
    positions = rows.allowed(Filters(tags=tags))
    assert positions is not None
    return {context.scene.video_id for context in rows.contexts(positions).values()}


EVERY = {"a.mp4-0", "b.mp4-0", "c.mp4-0"}


def test_every_scene_is_judged_and_its_tags_are_found(filled: LibraryStore) -> None:
    report = run(filled, sure(labels("cat", "dog")))
    assert (report.videos, report.unchanged, len(report.scenes)) == (3, 0, 3)
    assert report.counts == {"cat": 3, "dog": 3}
    assert found(filled, "cat") == found(filled, "mine/dog") == EVERY
    (kept,) = filled.label_sets()
    assert (kept.videos, kept.untagged, kept.scenes) == (3, 0, 3)
    tags = filled.details("a.mp4-0").tags
    assert {tag.label for tag in tags} == {"cat", "dog"}
    assert sum(tag.score for tag in tags) < 1
    scene = tags[0].scene_id
    assert filled.rows().tags([scene])[scene] == tags


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_all_kinds_are_words_for_tag(filled: LibraryStore, name: str) -> None:
    run(filled, sure(labels(name, "other", name="it's; set")))
    assert found(filled, name) == found(filled, f"it's; set/{name}") == EVERY
    assert filled.label_sets()[0].counts[name] == 3


def test_several_tags_mean_any_of_them(filled: LibraryStore) -> None:
    run(filled, sure(labels("cat", "dog")))
    run(filled, Wish(labels=labels("sun", "rain", name="sky"), least=1.0))
    assert found(filled, "sun") == set()
    assert found(filled, "sun", "CAT") == EVERY


@pytest.mark.parametrize(
    ("name", "message"),
    [("catt", "the nearest: cat"), ("mine/catt", "the nearest: mine/cat"), ("zzz", "vsearch tag")],
)
def test_a_tag_that_nobody_knows_is_a_mistake(
    filled: LibraryStore, name: str, message: str
) -> None:
    run(filled, sure(labels("cat", "dog")))
    with pytest.raises(QueryError, match=f"there is no tag '{name}' .*{message}"):
        found(filled, "cat", name)


def test_a_second_run_takes_what_is_new(filled: LibraryStore, tmp_path: Path) -> None:
    wish = sure(labels("cat", "dog"))
    run(filled, wish)
    fill(filled, make_record(tmp_path, "new.mp4"))
    assert filled.label_sets()[0].untagged == 1
    report = run(filled, wish)
    assert (report.videos, report.unchanged) == (1, 3)
    assert found(filled, "cat") == {*EVERY, "new.mp4-0"}
    assert run(filled, wish).videos == 0
    assert run(filled, sure(labels("cat", "dog"), again=True)).videos == 4


def test_other_labels_or_limits_replace_all_that_the_set_gave(filled: LibraryStore) -> None:
    run(filled, sure(labels("cat", "dog")))
    assert run(filled, sure(labels("cat", "bird"))).unchanged == 0
    assert set(filled.label_sets()[0].counts) == {"cat", "bird"}
    with pytest.raises(QueryError, match="there is no tag 'dog'"):
        found(filled, "dog")
    with pytest.raises(QueryError, match="tag all videos anew"):
        run(filled, sure(labels("cat", "cow"), videos=(filled.videos()[0],)))


def test_named_videos_are_tagged_anew_and_others_left(filled: LibraryStore) -> None:
    wish = sure(labels("cat", "dog"))
    run(filled, wish)
    first = filled.videos()[0]
    report = run(filled, sure(labels("cat", "dog"), videos=(first,)))
    assert (report.videos, {item.video.id for item in report.scenes}) == (1, {first.id})
    assert filled.label_sets()[0].counts == {"cat": 3, "dog": 3}


def test_limits_that_are_not_given_are_those_that_the_set_has(filled: LibraryStore) -> None:
    first, *_ = filled.videos()
    run(filled, sure(labels("cat", "dog")))
    again = run(filled, Wish(labels=labels("cat", "dog"), videos=(first,)))
    assert (again.making.least, again.making.most, again.videos) == (1e-9, 100, 1)
    assert run(filled, Wish(labels=labels("cat", "dog"))).unchanged == 3
    other = run(filled, Wish(labels=labels("cat", "cow")))
    assert (other.making.least, other.making.most, other.videos) == (0.4, 3, 3)


def test_a_dry_run_is_never_refused(filled: LibraryStore) -> None:
    first, *_ = filled.videos()
    run(filled, sure(labels("cat", "dog")))
    for wish in (
        sure(labels("cat", "cow"), videos=(first,), dry=True),
        Wish(labels=labels("cat", "dog"), videos=(first,), least=0.9, dry=True),
    ):
        assert run(filled, wish).videos == 1
    (kept,) = filled.label_sets()
    assert (set(kept.counts), kept.making.least, kept.scenes) == ({"cat", "dog"}, 1e-9, 3)


def test_a_dry_run_keeps_nothing(filled: LibraryStore) -> None:
    assert run(filled, sure(labels("cat", "dog"), dry=True)).counts["cat"] == 3
    assert filled.label_sets() == []
    with pytest.raises(QueryError, match="nothing has put tags"):
        found(filled, "cat")


def test_a_run_that_fails_leaves_the_old_tags(
    filled: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(filled, sure(labels("cat", "dog")))
    before = filled.label_sets()

    def broken(*arguments, **more) -> None:
        write_tags(*arguments, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr("vsearch_index.writer.write_tags", broken)
    with pytest.raises(KeyboardInterrupt):
        run(filled, sure(labels("bird", "cow")))
    assert filled.label_sets() == before
    assert found(filled, "cat") == EVERY


def test_tags_go_with_their_video_and_with_their_set(filled: LibraryStore) -> None:
    run(filled, sure(labels("cat", "dog")))
    with filled.writer() as writer:
        writer.remove("a.mp4-0")
        writer.publish()
    assert filled.label_sets()[0].counts == {"cat": 2, "dog": 2}
    assert filled.label_sets()[0].videos == 2
    with filled.writer() as writer:
        writer.drop_tags("mine")
    assert filled.label_sets() == []
    assert filled.details("b.mp4-0").tags == ()


def test_a_video_removed_meanwhile_gets_no_tags(filled: LibraryStore) -> None:
    chosen = labels("cat", "dog")
    run(filled, sure(chosen))
    making = filled.label_sets()[0].making
    tag = Tag(scene_id=1, label_set="mine", label="cat", score=0.5)
    with filled.writer() as writer:
        writer.keep_tags(chosen, making, {"gone": [tag]}, replaces=False)
    assert filled.tagged("mine") == EVERY


def test_another_picture_model_takes_the_tags_of_pictures_away(filled: LibraryStore) -> None:
    run(filled, sure(labels("cat", "dog")))
    run(filled, sure(labels("joy", "fear", name="told", head="@looks-at: speech\n")))
    block = Block(
        name="visual", component="y.v1", space=VectorSpace(name="visual", dim=DIM, revision="2")
    )
    probes = Words().texts(block, ["a", "b"])
    with filled.writer() as writer:
        for video in filled.videos():
            ids = [frame.id for frame in filled.details(video.id).frames]
            vectors = dict(zip(ids, Words().texts(block, list(map(str, ids))), strict=True))
            writer.stage(block, video.id, vectors)
        writer.switch(block, probes)
        writer.publish()
    seen, told = sorted(filled.label_sets(), key=lambda kept: kept.labels.name)
    assert (seen.videos, seen.untagged, sum(seen.counts.values())) == (0, 3, 0)
    assert told.videos == 3
    assert found(filled, "cat") == set()
    assert run(filled, sure(labels_of("mine", filled.label_sets()))).videos == 3


def test_silent_scenes_are_not_judged_by_what_is_said(store: LibraryStore, tmp_path: Path) -> None:
    record = make_record(tmp_path, "a.mp4")
    silent = make_record(tmp_path, "silent.mp4")
    del silent.rows["speech"]  # type: ignore[attr-defined]
    fill(store, record, silent)
    report = run(store, sure(labels("joy", "fear", head="@looks-at: speech\n")))
    assert {item.video.path.name: item.judged for item in report.scenes} == {
        "a.mp4": True,
        "silent.mp4": False,
    }
    both = run(store, sure(labels("sun", "rain", name="sky", head="@looks-at: both\n")))
    assert all(item.judged for item in both.scenes)


def test_an_empty_library_is_said_to_be_empty(store: LibraryStore) -> None:
    with store.writer():
        pass
    with pytest.raises(StoreError, match="holds no video yet"):
        run(store, sure(labels("cat", "dog")))


@pytest.mark.parametrize(("more", "message"), [({"least": 0}, "0 up to 1"), ({"most": 0}, "1 tag")])
def test_limits_that_make_no_sense(more: dict, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        Wish(labels=labels("cat", "dog"), **more)


@pytest.mark.parametrize(
    "several", [(), (Label(name="a", phrases=("a",)),), (Label(name="a", phrases=()),) * 2]
)
def test_labels_that_make_no_set(several: tuple[Label, ...]) -> None:
    with pytest.raises(QueryError, match="two labels or more"):
        Wish(labels=LabelSet(name="x", labels=several))


def test_sets_go_by_their_name(filled: LibraryStore) -> None:
    run(filled, sure(labels("cat", "dog")))
    kept = filled.label_sets()
    assert known_set(kept, "MINE") == kept[0]
    assert labels_of("mine", kept) == kept[0].labels
    with pytest.raises(QueryError, match="no tags of a set 'yours'; there are: mine"):
        known_set(kept, "yours")
    assert {block.name for block in BLOCKS} >= set(kept[0].labels.blocks)


def test_a_set_that_changed_meanwhile_gets_no_tags_of_the_old_one(filled: LibraryStore) -> None:
    chosen = labels("cat", "dog")
    run(filled, sure(chosen))
    making = filled.label_sets()[0].making
    changes = (lambda: run(filled, sure(labels("joy", "fear"))), lambda: _dropped(filled))
    for change in changes:
        change()
        before = filled.label_sets(), filled.tagged("mine")
        tag = Tag(scene_id=1, label_set="mine", label="cat", score=0.5)
        with (
            pytest.raises(StoreError, match="nothing was kept: run it again"),
            filled.writer() as writer,
        ):
            writer.keep_tags(chosen, making, {"a.mp4-0": [tag]}, replaces=False)
        assert (filled.label_sets(), filled.tagged("mine")) == before


def _dropped(store: LibraryStore) -> None:
    with store.writer() as writer:
        writer.drop_tags("mine")


def test_of_sets_that_differ_in_case_the_one_that_is_written_so_is_meant(
    filled: LibraryStore,
) -> None:
    for name in ("Pets", "pets"):
        run(filled, sure(labels("cat", "dog", name=name)))
    assert known_set(filled.label_sets(), "pets").labels.name == "pets"
    assert known_set(filled.label_sets(), "PETS").labels.name == "Pets"
