"""A new plugin of each kind works as it is written: it is tested, installed and listed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from vsearch.errors import QueryError
from vsearch.registry import KINDS as REGISTERED
from vsearch.registry import load_registry
from vsearch.scaffold.kinds import KINDS
from vsearch.scaffold.write import new_plugin
from vsearch.testing import contracts

ROOT = Path(__file__).parents[2]
OURS = [str(ROOT / part) for part in ("", "index", "plugins")]
QUIET = ["-q", "-W", "error", "-p", "no:cacheprovider", "--import-mode=importlib"]


def python(*arguments: object, path: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([*path, *OURS]), **more}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environ,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A new plugin of each kind."""
    folder = tmp_path_factory.mktemp("plugins")
    return {kind: new_plugin(f"my-{kind}", kind, folder, []) for kind in KINDS}


def test_there_is_a_template_for_every_kind_of_component(every: dict[str, Path]) -> None:
    assert {kind.of_registry for kind in KINDS.values()} == set(REGISTERED)
    for kind, folder in every.items():
        project = tomllib.loads((folder / "pyproject.toml").read_text())
        module = f"my_{kind.replace('-', '_')}"
        assert project["project"]["entry-points"]["vsearch"] == {module: f"{module}.plugin"}
        assert "## Licence" in (folder / "README.md").read_text()
        assert "$" not in (folder / "src" / module / "plugin.py").read_text()


def test_every_new_plugin_passes_its_contract(every: dict[str, Path]) -> None:
    sources = [str(folder / "src") for folder in every.values()]
    done = python("-m", "pytest", *QUIET, "-vv", *every.values(), path=sources)
    assert done.returncode == 0, done.stdout + done.stderr
    for kind in KINDS:
        name = "".join(part.capitalize() for part in f"my-{kind}".split("-"))
        shipped = f"{''.join(part.capitalize() for part in kind.split('-'))}Contract"
        inherited = [test for test in dir(getattr(contracts, shipped)) if test.startswith("test_")]
        assert inherited
        for test in inherited:
            assert f"Test{name}::{test} PASSED" in done.stdout


def test_every_new_plugin_is_found_before_it_is_installed(
    every: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = [f"my_{kind.replace('-', '_')}.plugin" for kind in KINDS]
    for folder in every.values():
        monkeypatch.syspath_prepend(folder / "src")
    found = {plugin.name: plugin for plugin in load_registry(modules).plugins}
    for kind, module in zip(KINDS, modules, strict=True):
        assert not found[module].error
        assert found[module].components == ((KINDS[kind].of_registry, f"my-{kind}.v1"),)


def test_a_new_plugin_is_installed_and_found(tmp_path: Path) -> None:
    listing = ["-m", "vsearch", "plugins", "new", "sunny-days", "--kind", "fuser", "--json"]
    made = python(*listing, "--folder", tmp_path, path=[])
    assert made.returncode == 0, made.stderr
    folder = Path(json.loads(made.stdout)["folder"])
    assert folder == tmp_path / "sunny-days"
    site = tmp_path / "site"
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    done = python("-m", "pip", "install", "-q", *offline, "--target", site, folder, path=[])
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (site / "tests").exists()
    tested = python("-m", "pytest", *QUIET, folder / "tests", path=[str(site)])
    assert tested.returncode == 0, tested.stdout
    listed = json.loads(
        python("-m", "vsearch", "plugins", "list", "--json", path=[str(site)]).stdout
    )
    (found,) = [item for item in listed if item["name"] == "sunny_days"]
    assert found["components"] == [{"kind": "fuser", "name": "sunny-days.v1"}]
    assert found["from"] == "sunny-days 0.1.0"
    assert found["error"] is None


NO_NAMES = ("", "Sunny", "1st", "a b", "../up", "a/b", "-a", "a-", "a--b", "ünï", "a.b", "a\nb")
NO_MODULES = ("class", "match", "json", "numpy", "vsearch", "vsearch-plugins", "tests")


@pytest.mark.parametrize("name", [*NO_NAMES, *NO_MODULES, "x" * 41, "a;rm -rf"])
def test_names_that_make_no_package_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(QueryError, match="choose another name|cannot be the name"):
        new_plugin(name, "fuser", tmp_path, [])
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(tmp_path: Path) -> None:
    new_plugin("sunny", "fuser", tmp_path, [])
    changed = tmp_path / "sunny" / "README.md"
    changed.write_text("mine")
    with pytest.raises(QueryError, match="is there already"):
        new_plugin("sunny", "embedder", tmp_path, [])
    assert changed.read_text() == "mine"
    (tmp_path / "linked").symlink_to(tmp_path / "nowhere")
    with pytest.raises(QueryError, match="is there already"):
        new_plugin("linked", "fuser", tmp_path, [])
    with pytest.raises(QueryError, match="does not exist"):
        new_plugin("other", "fuser", tmp_path / "no" / "folder", [])
    with pytest.raises(QueryError, match="registered already"):
        new_plugin("power", "fuser", tmp_path, ["power.v1"])
    with pytest.raises(QueryError, match="there is no kind 'toaster'"):
        new_plugin("other", "toaster", tmp_path, [])
    assert {path.name for path in tmp_path.iterdir()} == {"sunny", "linked"}


def test_the_command_refuses_in_one_line(vsearch, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = vsearch("plugins", "new", "power", "--kind", "fuser", "--folder", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: power.v1 is registered already")
    assert done.stderr.count("\n") == 1
    told = vsearch("plugins", "new", "sunny", "--folder", tmp_path)
    assert told.returncode == 0
    assert str(tmp_path / "sunny") in told.stdout
