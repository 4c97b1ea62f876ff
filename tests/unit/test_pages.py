"""Results over pages, copies, limits for each video, sentences, and thresholds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vsearch.library import Library
from vsearch.query.grammar import parse
from vsearch.query.pool import pool_of
from vsearch.query.search import Found, How, find_moments
from vsearch.query.wanted import Wanted, Words
from vsearch.storage import BlockRows, VideoRecord
from vsearch.testing.records import fill, make_record, seeded_vectors
from vsearch.testing.videos import write_colours
from vsearch.types import Block, Matrix, Moment, TimeSpan, Video
from vsearch_index.store import LibraryStore
from vsearch_plugins.fuse_power import PowerFuser


class Seeded:
    """Turns texts into vectors that depend on nothing but the text."""

    def text(self, block: Block, text: str) -> Matrix:
        return seeded_vectors(sum(text.encode()) + (block.name == "speech"), 1)

    def picture(self, block: Block, path: Path) -> Matrix:
        raise NotImplementedError

    def video(self, name: str) -> Video:
        raise NotImplementedError


def seeded(folder: Path, number: int, frames: int) -> VideoRecord:
    """A video of one scene with pictures of its own, in which the same is said as in the others."""
    made = make_record(folder, f"v{number:03d}.mp4", frames)
    said = BlockRows(positions=np.arange(frames), matrix=seeded_vectors(900 + number, frames))
    throughout = replace(made.speech[0], span=TimeSpan(start_s=0, end_s=frames))
    return replace(made, speech=[throughout], rows={**made.rows, "speech": said})


def asked(store: LibraryStore, query: str, **how: object) -> Found:
    weights = how.pop("weights", {})
    chosen = How(fuser=PowerFuser(), weights=weights, **how)  # type: ignore[arg-type]
    return find_moments(store.rows(), parse(query), Seeded(), chosen)


def keys(moments: tuple[Moment, ...]) -> list[tuple[int, str, int]]:
    return [(moment.rank, moment.video.id, moment.scene.id) for moment in moments]


@pytest.fixture
def many(store: LibraryStore, tmp_path: Path) -> LibraryStore:
    fill(store, *(seeded(tmp_path, number, frames=4 + number % 3) for number in range(70)))
    return store


@pytest.mark.parametrize("by", ["scene", "video"])
@pytest.mark.parametrize(
    ("query", "weights"),
    [
        ("a dog said", {}),
        ("a dog", {"speech": 0.0, "words": 0.0}),
        ("said", {"visual": 0.0, "speech": 0.0}),
        ("said -cat", {}),
    ],
    ids=["fused", "pictures", "words that tie", "without"],
)
def test_pages_together_are_one_long_page(
    many: LibraryStore, query: str, weights: dict, by: str
) -> None:
    whole = asked(many, query, limit=200, by=by, weights=weights)
    assert not whole.more
    assert len(whole.moments) > 40
    joined: list[Moment] = []
    for page in range(1, 20):
        part = asked(many, query, limit=7, page=page, by=by, weights=weights)
        joined += part.moments
        assert part.more == (len(joined) < len(whole.moments)), page
        if not part.more:
            break
    assert keys(tuple(joined)) == keys(whole.moments)
    assert [moment.score for moment in joined] == [moment.score for moment in whole.moments]
    beyond = asked(many, query, limit=7, page=99, by=by, weights=weights)
    assert (beyond.moments, beyond.more) == ((), False)


def test_equal_scores_are_in_order_of_path_however_often_asked(many: LibraryStore) -> None:
    weights = {"visual": 0.0, "speech": 0.0}
    first = asked(many, "said", limit=200, weights=weights).moments
    assert len({round(moment.score, 4) for moment in first}) <= 3
    by_score: dict[float, list[str]] = {}
    for moment in first:
        by_score.setdefault(moment.score, []).append(str(moment.video.path))
    assert all(paths == sorted(paths) for paths in by_score.values())
    again = asked(LibraryStore(many.path), "said", limit=200, weights=weights).moments
    assert keys(again) == keys(first)


def test_rows_that_tie_are_all_in_or_all_out(many: LibraryStore) -> None:
    """Every row has the same words: a pool of three that left some out would order them at whim."""
    rows = many.rows()
    words = Words(text="it's said", columns=("said",))
    pool = pool_of(rows, Wanted(vectors={}, words=(words,)), {}, PowerFuser(), 3)
    assert len(set(pool.scores.tolist())) == 1
    assert len(pool.positions) == len(rows) > 300


def test_a_filter_leaves_a_full_page(many: LibraryStore) -> None:
    found = asked(many, "a dog video:v01?.mp4", limit=10)
    assert sorted({moment.video.path.stem for moment in found.moments}) == [
        f"v{number:03d}" for number in range(10, 20)
    ]
    assert not found.more


def test_no_other_row_would_have_come_first(many: LibraryStore) -> None:
    """The best of every scene, as if each row had been scored one by one."""
    rows, fuser = many.rows(), PowerFuser()
    vectors = {block.name: Seeded().text(block, "a dog") for block in rows.space.blocks}
    everything = np.arange(len(rows))
    parts = rows.space.contributions(rows.space.query(vectors, {}), rows.vectors(everything))
    weights = np.array([[1.0, 1.0]], np.float32)
    scores = fuser.fuse(("visual", "speech"), parts, weights).sum(axis=1)
    best: dict[str, float] = {}
    for row, context in rows.contexts(everything).items():
        video = context.scene.video_id
        best[video] = max(best.get(video, 0.0), float(scores[row]))
    expected = sorted(best.values(), reverse=True)[:10]
    found = asked(many, "a dog", limit=10).moments
    assert [moment.score for moment in found] == pytest.approx(expected, abs=2e-4)


@pytest.fixture
def copies(fake_library: Library, tmp_path: Path) -> Library:
    folder = tmp_path / "videos"
    write_colours(folder / "a.mp4", ["red", "green"], seconds_each=4)
    write_colours(folder / "b.mp4", ["red", "green"], seconds_each=4, size_px=(320, 192))
    write_colours(folder / "c.mp4", ["red", "blue", "white"], seconds_each=4)
    cue = "1\n00:00:00,500 --> 00:00:03,500\nanother story\n"
    (folder / "c.srt").write_text(cue, encoding="utf-8")
    assert len(fake_library.index(folder).indexed) == 3
    return fake_library


def test_the_same_video_encoded_again_is_listed_once(copies: Library) -> None:
    moments = copies.search("saw:green").moments
    best = moments[0]
    assert best.video.path.stem == "a"
    (copy,) = best.copies
    assert copy.video.path.stem == "b"
    assert (copy.span.start_s, copy.span.end_s) == pytest.approx((4, 8), abs=0.11)
    assert ("b", 4) not in {(m.video.path.stem, round(m.span.start_s)) for m in moments}
    assert [moment.rank for moment in moments] == list(range(1, len(moments) + 1))


def test_what_looks_the_same_but_says_something_else_is_no_copy(copies: Library) -> None:
    reds = [m for m in copies.search("saw:red").moments if m.score > 2]
    assert {moment.video.path.stem for moment in reds} == {"a", "c"}
    assert [len(moment.copies) for moment in reds if moment.video.path.stem == "c"] == [0]


def test_by_video_each_comes_once_even_if_they_are_copies(copies: Library) -> None:
    names = [moment.video.path.stem for moment in copies.search("green", by="video").moments]
    assert sorted(names) == ["a", "b", "c"]
    assert set(names[:2]) == {"a", "b"}


def test_so_many_of_one_video(copies: Library) -> None:
    assert len(copies.search("red video:c.mp4").moments) == 3
    assert len(copies.search("red video:c.mp4", per_video=2).moments) == 2
    shown = copies.search("red", per_video=1).moments
    names = [moment.video.path.stem for moment in shown]
    assert len(names) == len(set(names))


def test_copies_take_no_room_of_their_video(fake_library: Library, tmp_path: Path) -> None:
    """The red scenes at 0 and 8 s are alike: of two moments the second is the blue one."""
    write_colours(tmp_path / "v" / "a.mp4", ["red", "blue", "red"], seconds_each=4)
    fake_library.index(tmp_path / "v")
    shown = fake_library.search("red", per_video=2).moments
    assert [round(moment.span.start_s) for moment in shown] == [0, 4]
    assert [round(copy.span.start_s) for copy in shown[0].copies] == [8]


def test_a_library_whose_videos_are_all_gone_finds_nothing(copies: Library, tmp_path: Path) -> None:
    copies.remove(copies.videos())
    Image.new("RGB", (9, 9)).save(tmp_path / "black.png")
    assert copies.search("red").moments == ()
    assert copies.search('"red" -blue').moments == ()
    assert copies.search("red THEN blue", by="video", explain=True).moments == ()
    assert copies.search(image=tmp_path / "black.png").moments == ()


def test_a_spoken_match_is_the_sentence(fake_library: Library, tmp_path: Path) -> None:
    """One red scene of 40 s, in which the sentence asked for lasts from 21 to 24.5 s."""
    path = write_colours(tmp_path / "v" / "talk.mp4", ["red"], seconds_each=40)
    cues = [(1, 3, "welcome everyone"), (9, 13, "first of all the weather")]
    cues += [(21, 24.5, "the last train leaves"), (33, 36, "thank you and goodbye")]
    path.with_suffix(".srt").write_text(
        "\n".join(
            f"{n}\n00:00:{int(a):02d},{round(a % 1 * 1000):03d} --> "
            f"00:00:{int(b):02d},{round(b % 1 * 1000):03d}\n{text}\n"
            for n, (a, b, text) in enumerate(cues, start=1)
        ),
        encoding="utf-8",
    )
    fake_library.index(path)
    for query in ("the last train", '"last train"', "said:train"):
        best = fake_library.search(query).moments[0]
        assert (best.span.start_s, best.span.end_s) == (21, 24.5), query
        assert best.said == "the last train leaves"
        assert "train" in best.matched
    seen = fake_library.search("saw:red").moments[0]
    assert seen.span.duration_s > 10
    assert seen.matched == ()


def test_moments_below_the_threshold_are_weak(copies: Library) -> None:
    moments = copies.search("saw:green", limit=20).moments
    assert not any(moment.weak for moment in moments)
    copies.keep_threshold((moments[0].score + moments[1].score) / 2)
    result = copies.search("saw:green", limit=20)
    assert [moment.weak for moment in result.moments] == [False] + [True] * (len(moments) - 1)
    assert result.threshold == copies.threshold()
    copies.keep_threshold(moments[0].score)
    assert not copies.search("saw:green").moments[0].weak, "as good as the threshold is good"


def test_a_library_without_speech_answers_what_is_said(
    fake_library: Library, tmp_path: Path
) -> None:
    write_colours(tmp_path / "v" / "mute.mp4", ["red", "green"])
    fake_library.index(tmp_path / "v")
    assert fake_library.search('said:"train"').moments == ()
    assert all(moment.score <= 0 for moment in fake_library.search("said:train").moments)
    assert fake_library.search("green").moments[0].score > 0
    assert not [s for v in fake_library.videos() for s in fake_library.show(v.path).speech]
