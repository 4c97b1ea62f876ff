"""What all tests share: nothing of the user's is touched, and real material is found or skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from vsearch.config import Config, cache_folders, load_config, silence_telemetry
from vsearch.errors import ModelError
from vsearch.library import Library
from vsearch.models.store import ModelStore
from vsearch.protocols import PluginContext
from vsearch.types import Matrix

ROOT = Path(__file__).parent.parent
FAKES = {
    "VSEARCH_PLUGINS": "vsearch.testing.fakes",
    "VSEARCH_MODELS_EMBEDDER": "fake.v1",
    "VSEARCH_MODELS_TEXT": "fake.v1",
    "VSEARCH_MODELS_SPEECH": "fake.v1",
    "VSEARCH_MODELS_SCREEN": "fake.v1",
    "VSEARCH_MODELS_SOUND": "fake.v1",
    "VSEARCH_INDEX_SPLITTER": "fake.v1",
    "VSEARCH_MODELS_OFFLINE": "1",
}
Run = Callable[..., "subprocess.CompletedProcess[str]"]

silence_telemetry()  # tests use plugins without the registry, too


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own for every test, and no setting of the person who runs them."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("VSEARCH_", "HF_", "XDG_"))]:
        if name not in {"VSEARCH_TEST_DATA", "VSEARCH_TEST_MODELS", "VSEARCH_TEST_KILLS"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))


def _config_in(folder: Path) -> Config:
    return load_config(
        environ={
            **FAKES,
            "VSEARCH_LIBRARY": str(folder / "library"),
            "VSEARCH_MODELS_FOLDER": str(folder / "models"),
            "HOME": str(folder),
        }
    )


@pytest.fixture
def fake_config(tmp_path: Path) -> Config:
    """Settings with a library in a fresh folder and the shipped fakes."""
    return _config_in(tmp_path)


@pytest.fixture(scope="module")
def shared_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """An empty library with the shipped fakes, for a whole file of tests that only search it."""
    config = _config_in(tmp_path_factory.mktemp("shared"))
    return Library(config.library, config, print)


@pytest.fixture
def fake_library(fake_config: Config) -> Library:
    """An empty library with the shipped fakes."""
    return Library(fake_config.library, fake_config, print)


@pytest.fixture
def vsearch(tmp_path: Path) -> Run:
    """The vsearch command in a process of its own, with the fakes."""
    environ = {**os.environ, **FAKES, "VSEARCH_LIBRARY": str(tmp_path / "library")}
    environ["PYTHONPATH"] = os.pathsep.join(str(ROOT / part) for part in ("", "index", "plugins"))

    def run(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "vsearch", *map(str, arguments)]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            env={**environ, **more},
            timeout=300,
            check=False,
        )

    run.environ = environ  # type: ignore[attr-defined]
    return run


def _test_models() -> ModelStore:
    default = platformdirs.user_cache_path("vsearch-tests", appauthor=False) / "models"
    folder = Path(os.environ.get("VSEARCH_TEST_MODELS") or default)
    return ModelStore(folder, caches=cache_folders())


# Made before any test changes HOME, and kept between runs: 190 MB need not be fetched each time.
MODELS = _test_models()


@pytest.fixture
def weights() -> Callable[[str], ModelStore]:
    """The store of real weights with a model in it, or a skip that says why not."""

    def with_model(*names: str) -> ModelStore:
        for name in names:
            try:
                MODELS.pull(name)
            except ModelError as error:
                if os.environ.get("FAIL_WITHOUT_MODELS"):
                    raise
                pytest.skip(f"real weights are needed: {error}")
        return MODELS

    return with_model


@pytest.fixture
def real_context(weights: Callable[..., ModelStore]) -> Callable[..., PluginContext]:
    """A context in which real components find the weights that are named."""

    def context(*names: str, **settings: str) -> PluginContext:
        return PluginContext(weights=weights(*names), **settings)  # type: ignore[arg-type]

    return context


@pytest.fixture
def test_data() -> Path:
    """The folder of real clips, or a skip."""
    folder = Path(os.environ.get("VSEARCH_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "videos.json").is_file():
        pytest.skip(f"real clips are needed: {folder} has none (VSEARCH_TEST_DATA names another)")
    return folder


@pytest.fixture
def unit_rows() -> Callable[[int, int], Matrix]:
    """Seeded random unit vectors."""

    def make(rows: int, dim: int) -> Matrix:
        found: Matrix = np.random.default_rng(rows * 1000 + dim).standard_normal((rows, dim))
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)

    return make
