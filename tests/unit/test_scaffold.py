"""A new plugin of each kind works as it is written: it is tested, installed and listed."""

from __future__ import annotations

import ast
import json
import keyword
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from vsearch.errors import QueryError
from vsearch.registry import KINDS as REGISTERED
from vsearch.registry import load_registry
from vsearch.scaffold.kinds import KINDS
from vsearch.scaffold.write import NAME, TEMPLATES, files, new_plugin
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


HARD = ("none", "true", "false", "vector-batch", "matrix", "sequence", "picture", "register")
HARD += ("object", "list", "str", "test", "np", "self", "embedder-contract", "plugin-context")
WORST = (("none", "embedder"), ("true", "fuser"), ("vector-batch", "embedder"))
WORST += (("matrix", "text-encoder"), ("sequence", "transcriber"), ("picture", "screen-reader"))
WORST += (("register", "answerer"), ("register-exporter", "exporter"), ("spread", "scene-splitter"))


def named_twice(text: str) -> set[str]:
    """Compile a module, and tell the names at its top that are given more than once."""
    given: list[str] = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            given += [item.asname or item.name for item in node.names]
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            given.append(node.name)
    return {name for name in given if given.count(name) > 1}


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_gives_a_class_that_something_else_is_called(kind: str) -> None:
    used = {word for path in KINDS[kind].templates for word in words_of(TEMPLATES / path)}
    split = {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", word).lower() for word in used}
    split -= set(keyword.kwlist)  # those are refused
    names = [*HARD, *(name for name in split if NAME.fullmatch(name))]
    assert {"register", "plugin-context"} <= set(names)
    for name in names:
        for path, text in files(name, KINDS[kind]):
            if path.endswith(".py"):
                assert not named_twice(text), f"{name}: {path}"
                compile(text, path, "exec")


def words_of(path: Path) -> set[str]:
    return set(re.findall(r"[A-Za-z]+", path.read_text(encoding="utf-8")))


def test_the_worst_names_pass_their_contract(tmp_path: Path) -> None:
    made = [new_plugin(name, kind, tmp_path, []) for name, kind in WORST]
    sources = [str(folder / "src") for folder in made]
    done = python("-m", "pytest", *QUIET, *made, path=sources)
    assert done.returncode == 0, done.stdout + done.stderr


NO_NAMES = ("", "Sunny", "1st", "a b", "../up", "a/b", "-a", "a-", "a--b", "ünï", "a.b", "a\nb")
NO_MODULES = (
    "class",
    "match",
    "json",
    "numpy",
    "vsearch",
    "vsearch-plugins",
    "tests",
    "con",
    "lpt1",
)


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
    with pytest.raises(QueryError, match=r"README\.md is a file"):
        new_plugin("other", "fuser", changed, [])
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
