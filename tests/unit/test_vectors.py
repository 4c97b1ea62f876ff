"""Every kind of index against numpy, on rows that lie as those of videos do."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from vsearch.config import load_config
from vsearch.errors import ConfigError
from vsearch.settings import INDEXES
from vsearch.types import Matrix
from vsearch_index import vectors
from vsearch_index.kinds import KINDS, MOST_ROWS, kind_for
from vsearch_index.vectors import VectorIndex

DIM, COUNT = 48, 6000
EXACT = tuple(kind for kind in KINDS if kind != "ivf")


def rows_of_videos(seed: int, count: int = COUNT) -> Matrix:
    """Rows in scenes of videos of topics; half of them are silent in their second half."""
    random = np.random.default_rng(seed)
    topics = random.standard_normal((60, DIM))
    spread = np.linspace(1.5, 0.2, DIM)
    of_video = random.zipf(1.4, size=count // 20 + 1) % 60
    video, scene = np.arange(count) // 20, np.arange(count) // 4
    rows = topics[of_video[video]] + 0.6 * random.standard_normal((video[-1] + 1, DIM))[video]
    rows += 0.4 * random.standard_normal((scene[-1] + 1, DIM))[scene]
    rows = (rows + 0.2 * random.standard_normal((count, DIM))) * spread
    rows[random.random(count) < 0.5, DIM // 2 :] = 0
    return np.ascontiguousarray(rows, np.float32)


def queries_near(rows: Matrix, seed: int, count: int = 40) -> Matrix:
    """Points half way between a row and noise."""
    random = np.random.default_rng(seed)
    picked = rows[random.integers(len(rows), size=count)]
    noise = random.standard_normal(picked.shape) * picked.std()
    found: Matrix = (picked + noise).astype(np.float32)
    return found


def build(rows: Matrix, kind: str = "auto") -> VectorIndex:
    probes = queries_near(rows, 99, 32) if len(rows) else None
    return VectorIndex.build(
        np.arange(len(rows)) * 3, rows.shape[1], lambda at: rows[at], kind, probes
    )


@pytest.fixture(scope="module", params=KINDS)
def index(request: pytest.FixtureRequest) -> VectorIndex:
    return build(rows_of_videos(1), request.param)


def expected(index: VectorIndex, query: Matrix, among: np.ndarray) -> Matrix:
    """The scores of the allowed rows by numpy, best first."""
    scores: Matrix = np.sort(index.vectors(among).astype(np.float64) @ query[0])[::-1]
    return scores


@pytest.mark.parametrize("seed", range(3))
def test_the_nearest_rows_are_those_that_numpy_finds(index: VectorIndex, seed: int) -> None:
    everything, recall = np.arange(COUNT), []
    for query in queries_near(rows_of_videos(1), seed)[:, None]:
        positions, scores = index.search(query, 20)
        assert np.allclose(scores, index.vectors(positions) @ query[0], rtol=1e-5, atol=1e-5)
        assert np.all(np.diff(scores) <= 0)
        assert len(set(positions.tolist())) == 20
        best = expected(index, query, everything)[:20]
        recall.append((scores >= best[-1] - 1e-5).mean())
        if index.kind in EXACT:
            assert np.allclose(scores, best, rtol=1e-5, atol=1e-5)
    assert np.mean(recall) >= 0.95


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01, 0.002])
def test_a_filter_finds_allowed_rows_only_and_never_too_few(
    index: VectorIndex, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, recall = np.random.default_rng(7), []
    for few in (0, vectors.FEW_ROWS):
        monkeypatch.setattr(vectors, "FEW_ROWS", few)
        for query in queries_near(rows_of_videos(1), 5, 10)[:, None]:
            among = np.sort(random.choice(COUNT, int(COUNT * share), replace=False))
            positions, scores = index.search(query, 20, among)
            wanted = min(20, len(among))
            assert len(positions) == wanted
            assert np.isin(positions, among).all()
            best = expected(index, query, among)[:wanted]
            recall.append((scores >= best[-1] - 1e-5).mean())
    assert np.mean(recall) >= (0.95 if index.kind == "ivf" else 1.0)


def test_a_filter_for_rows_far_from_the_question_is_filled_too(index: VectorIndex) -> None:
    query = queries_near(rows_of_videos(1), 3, 1)
    worst = np.argsort(index.vectors(np.arange(COUNT)) @ query[0])[:2500]
    for among in (np.sort(worst), np.sort(worst[:50])):
        for limit in (1, 20, len(among), COUNT):
            positions, _ = index.search(query, limit, among)
            assert len(positions) == min(limit, len(among))
            assert np.isin(positions, among).all()


@pytest.mark.parametrize("count", [1, 3, COUNT])
def test_lists_are_tuned_without_questions_too(count: int) -> None:
    rows = rows_of_videos(1)[:count]
    none = np.zeros((0, DIM), np.float32)
    index = VectorIndex.build(np.arange(count), DIM, lambda at: rows[at], "ivf", none)
    assert index.kind == "ivf"
    for query in rows[::499]:
        assert query @ rows[index.search(query[None], 1)[0][0]] == pytest.approx(
            (rows @ query).max(), rel=0.02
        )


def test_everything_can_be_asked_for_and_nothing(index: VectorIndex) -> None:
    query = queries_near(rows_of_videos(1), 3, 1)
    assert sorted(index.search(query, 2 * COUNT)[0].tolist()) == list(range(COUNT))
    assert not len(index.search(query, 0)[0])
    assert not len(index.search(query, 5, np.zeros(0, np.int64))[0])
    assert index.vectors(np.zeros(0, np.int64)).shape == (0, DIM)


def test_stored_rows_are_close_to_the_given_ones(index: VectorIndex) -> None:
    rows, picked = rows_of_videos(1), np.array([5, 3, COUNT - 1, 5])
    found = index.vectors(picked)
    assert np.allclose(found, rows[picked], atol=np.abs(rows).max() / 100)
    assert np.array_equal(found[0], found[3])


@pytest.mark.parametrize("kind", KINDS)
def test_equal_rows_come_in_the_order_of_their_positions(kind: str) -> None:
    """Three thousand times the same black frame: the first of them are found, always the same."""
    rows = rows_of_videos(2)
    same = np.sort(np.random.default_rng(3).choice(COUNT, 3000, replace=False))
    rows[same] = 4 * rows[same[0]]
    index = build(rows, kind)
    query = rows[same[:1]]
    for _ in range(3):
        assert index.search(query, 50)[0].tolist() == same[:50].tolist()
    assert index.search(query, 50, same[100:])[0].tolist() == same[100:150].tolist()
    assert index.search(query, 50, same[100:200])[0].tolist() == same[100:150].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_say_nothing_of_a_question_are_found_after_all_others(kind: str) -> None:
    rows = rows_of_videos(4)
    query = np.zeros((1, DIM), np.float32)
    query[0, DIM // 2 :] = 1
    scores = build(rows, kind).search(query, COUNT)[1]
    assert len(scores) == COUNT
    assert (scores == 0).sum() > COUNT // 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 3, 90])
def test_small_indexes_of_any_kind_work(kind: str, count: int) -> None:
    rows = rows_of_videos(5, max(count, 1))[:count]
    index = build(rows, kind)
    query = np.ones((1, DIM), np.float32)
    positions, scores = index.search(query, 10)
    assert len(positions) == min(10, count)
    assert np.allclose(scores, expected(index, query, np.arange(count))[:10], atol=1e-4)


@pytest.mark.parametrize("size", [1, 1 << 40])
def test_an_index_that_is_read_or_mapped_says_the_same(
    index: VectorIndex, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "MAPPED_BYTES", size)
    path = tmp_path / "rows.faiss"
    index.write(path)
    opened = VectorIndex.read(path, index.kind, index.ids, index.arrays())
    path.unlink()  # as a writer sweeps a generation that is still being searched
    assert opened.kind == index.kind
    among = np.arange(1, COUNT, 2)
    assert np.array_equal(opened.vectors(among), index.vectors(among))
    for query in queries_near(rows_of_videos(1), 8, 5)[:, None]:
        for allowed in (None, among):
            for mine, theirs in zip(
                opened.search(query, 30, allowed), index.search(query, 30, allowed), strict=True
            ):
                assert np.array_equal(mine, theirs)


def test_an_index_of_other_rows_is_refused(index: VectorIndex, tmp_path: Path) -> None:
    index.write(tmp_path / "rows")
    with pytest.raises(ValueError, match=f"{COUNT} rows for 5 ids"):
        VectorIndex.read(tmp_path / "rows", index.kind, index.ids[:5], index.arrays())


def test_an_older_faiss_that_cannot_map_reads_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(rows_of_videos(1), "sq8")
    index.write(tmp_path / "rows")
    monkeypatch.setattr(vectors, "MAPPED_BYTES", 1)
    monkeypatch.delattr(faiss, "IO_FLAG_MMAP_IFC")
    opened = VectorIndex.read(tmp_path / "rows", "sq8", index.ids, index.arrays())
    assert len(opened.search(np.ones((1, DIM), np.float32), 5)[0]) == 5


def test_the_kind_goes_by_size_and_can_be_set() -> None:
    assert list(INDEXES) == ["auto", *KINDS]
    for kind, most in MOST_ROWS.items():
        assert kind_for(most) == kind
        assert kind_for(most + 1) != kind
    assert kind_for(10_000_000) == "ivf"
    assert [kind_for(10, kind) for kind in KINDS] == list(KINDS)
    with pytest.raises(ConfigError, match="search.index is one of auto, flat"):
        load_config({"search.index": "hnsw"})
