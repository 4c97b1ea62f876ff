"""On a GPU: the same answers as on the CPU. FAIL_WITHOUT_GPU makes a machine without one fail."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vsearch.types import Matrix
from vsearch_index.gpu import gpu_count
from vsearch_index.vectors import VectorIndex

pytestmark = pytest.mark.gpu


@pytest.fixture(autouse=True)
def _gpu() -> None:
    if not gpu_count():
        if os.environ.get("FAIL_WITHOUT_GPU"):
            pytest.fail("FAIL_WITHOUT_GPU is set and FAISS sees no GPU")
        pytest.skip("FAISS sees no GPU")


def test_a_flat_index_says_the_same_on_the_gpu(unit_rows: Callable[[int, int], Matrix]) -> None:
    rows, queries = unit_rows(30_000, 128), unit_rows(20, 128)
    on_cpu = VectorIndex.build(np.arange(len(rows)), 128, lambda at: rows[at])
    on_gpu = on_cpu.on_gpu()
    assert on_gpu.gpu is not None
    for query in queries:
        positions, scores = on_cpu.search(query[None], 20)
        gpu_positions, gpu_scores = on_gpu.search(query[None], 20)
        assert np.allclose(scores, gpu_scores, atol=1e-4)
        assert len(set(positions) & set(gpu_positions)) >= 19
    assert len(on_gpu.search(queries[:1], 5000)[0]) == 5000
    picked = np.array([5, 29_999, 0])
    assert np.allclose(on_gpu.vectors(picked), rows[picked], atol=1e-5)


def test_torch_embeds_the_same_on_the_gpu(tmp_path: Path) -> None:
    import open_clip
    import torch

    from vsearch.models.store import ModelStore
    from vsearch.protocols import PluginContext
    from vsearch.testing.contracts import plain
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
