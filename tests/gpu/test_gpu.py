"""On a GPU: the same answers as on the CPU. FAIL_WITHOUT_GPU makes a machine without one fail."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vsearch.types import Matrix
from vsearch_index.gpu import gpu_count
from vsearch_index.kinds import KINDS
from vsearch_index.vectors import VectorIndex

pytestmark = pytest.mark.gpu


@pytest.fixture(autouse=True)
def _gpu() -> None:
    if not gpu_count():
        if os.environ.get("FAIL_WITHOUT_GPU"):
            pytest.fail("FAIL_WITHOUT_GPU is set and FAISS sees no GPU")
        pytest.skip("FAISS sees no GPU")


def rows_in_heaps(unit_rows: Callable[[int, int], Matrix], count: int) -> Matrix:
    """Rows around a hundred points, as scenes are around topics."""
    heaps = unit_rows(100, 128)
    found: Matrix = (heaps[np.arange(count) % 100] + unit_rows(count, 128)) * 3
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_says_the_same_on_the_gpu(
    kind: str, unit_rows: Callable[[int, int], Matrix]
) -> None:
    rows, queries = rows_in_heaps(unit_rows, 30_000), unit_rows(20, 128)
    on_cpu = VectorIndex.build(np.arange(len(rows)), 128, lambda at: rows[at], kind, queries)
    on_gpu = on_cpu.on_gpu()
    assert on_gpu.gpu is not None
    for query in queries[:, None]:
        positions, scores = on_cpu.search(query, 20)
        gpu_positions, gpu_scores = on_gpu.search(query, 20)
        if kind == "ivf":  # both look into the nearest lists, but may round their order otherwise
            assert np.isin(positions, gpu_positions).mean() >= 0.9
        else:
            assert np.array_equal(positions, gpu_positions)
            assert np.array_equal(scores, gpu_scores), "scores come from the same stored rows"
    assert len(on_gpu.search(queries[:1], 5000)[0]) == 5000, "more than a GPU finds at once"
    picked = np.array([5, 29_999, 0])
    assert np.array_equal(on_gpu.vectors(picked), on_cpu.vectors(picked))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.5, 0.1, 0.001])
def test_filters_hold_with_a_gpu_too(
    kind: str, share: float, unit_rows: Callable[[int, int], Matrix]
) -> None:
    rows, queries = rows_in_heaps(unit_rows, 30_000), unit_rows(10, 128)
    on_cpu = VectorIndex.build(np.arange(len(rows)), 128, lambda at: rows[at], kind, queries)
    on_gpu = on_cpu.on_gpu()
    among = np.sort(np.random.default_rng(2).choice(30_000, int(30_000 * share), replace=False))
    for query in queries[:, None]:
        positions, _ = on_gpu.search(query, 20, among)
        assert len(positions) == min(20, len(among))
        assert np.isin(positions, among).all()
        if kind != "ivf":
            assert np.array_equal(positions, on_cpu.search(query, 20, among)[0])


def test_torch_embeds_the_same_on_the_gpu(tmp_path: Path) -> None:
    import open_clip
    import torch

    from vsearch.models.store import ModelStore
    from vsearch.protocols import PluginContext
    from vsearch.testing.videos import plain
    from vsearch_plugins.embed_openclip import OpenClip

    checkpoint = tmp_path / "random.pt"
    torch.save(open_clip.create_model("ViT-B-32", pretrained=None).state_dict(), checkpoint)
    store = ModelStore(tmp_path / "models", caches={"hub": tmp_path, "whisper": tmp_path})
    pictures = [plain(200, 30, 30), plain(30, 200, 30)]
    found = [
        OpenClip(
            f"ViT-B-32//{checkpoint}",
            PluginContext(weights=store, device=device, precision="fp32", offline=True),
        )
        .embed_pictures(pictures)
        .matrix
        for device in ("cpu", "cuda")
    ]
    assert np.abs(found[0] - found[1]).max() < 1e-2
