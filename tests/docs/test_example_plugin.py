"""The plugin of docs/example_plugin, as an outsider installs and uses it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vsearch.testing.videos import write_colours

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "example_plugin"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the package is installed."""
    folder = tmp_path_factory.mktemp("site")
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", "-q", *offline]
    done = subprocess.run(
        [*command, "--target", str(folder), str(EXAMPLE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def installed(vsearch, site: Path) -> dict[str, str]:
    path = os.pathsep.join([str(site), vsearch.environ["PYTHONPATH"]])
    return {"PYTHONPATH": path, "VSEARCH_MODELS_EMBEDDER": "palette.v1"}


def test_its_own_tests_pass(vsearch, installed: dict[str, str]) -> None:
    options = ["-q", "-W", "error", "-p", "no:cacheprovider", "--import-mode=importlib"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(EXAMPLE)],
        env={**vsearch.environ, **installed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 28


def test_it_is_listed(vsearch, installed: dict[str, str]) -> None:
    listed = json.loads(vsearch("plugins", "--json", **installed).stdout)
    (found,) = [item for item in listed if item["name"] == "palette"]
    assert found["from"] == "vsearch-palette 1.0.0"
    assert found["components"] == [{"kind": "embedder", "name": "palette.v1"}]
    assert found["error"] is None


def test_it_finds_shots_by_their_colours(
    vsearch, installed: dict[str, str], tmp_path: Path
) -> None:
    write_colours(tmp_path / "videos" / "flag.mp4", ["red", "white", "blue"])
    write_colours(tmp_path / "videos" / "fruit.mp4", ["orange", "green", "purple"])
    indexed = vsearch("index", tmp_path / "videos", "--embedder", "palette.v1", **installed)
    assert indexed.returncode == 0, indexed.stderr
    for asked, name, start_s in (
        ("crimson", "flag.mp4", 0),
        ("#8c28a0", "fruit.mp4", 4),
    ):
        done = vsearch("search", asked, "--limit", "1", "--json", **installed)
        assert done.returncode == 0, done.stderr
        (best,) = json.loads(done.stdout)["moments"]
        assert Path(best["video"]["path"]).name == name, asked
        assert best["start_s"] == pytest.approx(start_s, abs=0.3)
    wrong = vsearch("search", "red", VSEARCH_LIBRARY=str(tmp_path / "library"))
    assert wrong.returncode == 7, "without the plugin the library says what is missing"
    assert "palette.v1" in wrong.stderr


def test_the_page_names_the_example_and_its_files() -> None:
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"^\| `([\w./]+)` \|", readme, re.MULTILINE):
        assert (EXAMPLE / name).is_file()
    assert "example_plugin/README.md" in (DOCS / "plugins.md").read_text(encoding="utf-8")
