from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from vsearch.errors import PluginError
from vsearch.hookspecs import hookimpl
from vsearch.protocols import PluginContext
from vsearch.registry import Registry, load_registry
from vsearch.testing import fakes

CONTEXT = PluginContext(weights=None)  # type: ignore[arg-type]


def offering(name: str) -> object:
    @hookimpl
    def register_embedders(register):  # type: ignore[no-untyped-def]
        register(name, lambda argument, context: (argument, context))

    return SimpleNamespace(register_embedders=register_embedders)


def test_the_built_in_plugins_come_through_entry_points() -> None:
    registry = load_registry()
    assert not [plugin for plugin in registry.plugins if plugin.error]
    assert {"openclip.v1", "starter.v1"} <= set(registry.names("embedder"))
    assert registry.names("scene splitter") == ["pyscenedetect.v1"]
    assert registry.names("text encoder") == ["minilm.v1"]
    assert registry.names("transcriber") == ["whisper.v1"]


def test_a_module_named_in_the_settings_is_a_plugin() -> None:
    registry = load_registry(["vsearch.testing.fakes"])
    assert isinstance(registry.embedder("fake.v1", CONTEXT), fakes.FakeEmbedder)


def test_a_factory_gets_what_stands_behind_the_colon() -> None:
    registry = Registry()
    registry.add("mine", "here", lambda: offering("mine.v1"))
    assert registry.embedder("mine.v1:a/b:c", CONTEXT) == ("a/b:c", CONTEXT)


def test_a_name_registered_twice_is_an_error_of_the_second() -> None:
    registry = Registry()
    registry.add("first", "here", lambda: offering("same.v1"))
    registry.add("second", "here", lambda: offering("same.v1"))
    first, second = registry.plugins
    assert not first.error
    assert "taken already: same.v1" in second.error
    assert registry.embedder("same.v1", CONTEXT)


def test_a_broken_plugin_is_named_and_breaks_nothing_else() -> None:
    registry = load_registry(["no_such_module_anywhere"])
    (broken,) = [plugin for plugin in registry.plugins if plugin.error]
    assert "ModuleNotFoundError" in broken.error
    with pytest.raises(
        PluginError, match=r"no embedder called 'x\.v1'.*starter\.v1.*no_such_module"
    ):
        registry.embedder("x.v1", CONTEXT)


def test_each_plugin_says_where_it_comes_from() -> None:
    found = {plugin.name: plugin for plugin in load_registry(["vsearch.testing.fakes"]).plugins}
    starter, named = found["embed_starter"], found["vsearch.testing.fakes"]
    assert (starter.source, starter.origin) == ("built-in", f"vsearch {starter.version}")
    assert Path(starter.path).name == "embed_starter.py"
    assert (named.source, named.version) == ("settings", "")
    assert named.path == fakes.__file__


def test_a_stranger_does_not_pass_for_built_in(tmp_path: Path, monkeypatch) -> None:
    about = tmp_path / "stranger-1.5.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.5\n")
    (about / "entry_points.txt").write_text("[vsearch]\nodd = vsearch_plugins.nowhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    (odd,) = [plugin for plugin in load_registry().plugins if plugin.name == "odd"]
    assert (odd.source, odd.origin, odd.version) == ("installed", "stranger 1.5", "1.5")
    assert "ModuleNotFoundError" in odd.error


def test_the_command_says_it_too_and_tells_of_broken_ones(vsearch) -> None:
    whole = vsearch("plugins", "--json")
    (fake,) = [item for item in json.loads(whole.stdout) if item["name"] == "vsearch.testing.fakes"]
    assert whole.returncode == 0
    assert (fake["source"], fake["path"]) == ("settings", fakes.__file__)
    assert "vsearch.testing.fakes" in vsearch("plugins").stdout
    broken = vsearch("plugins", VSEARCH_PLUGINS="no_such_module_anywhere")
    assert (broken.returncode, "BROKEN: ModuleNotFoundError" in broken.stdout) == (7, True)


def test_a_hook_that_does_not_exist_is_reported() -> None:
    @hookimpl
    def register_nonsense(register):  # type: ignore[no-untyped-def]
        raise AssertionError

    registry = Registry()
    registry.add("odd", "here", lambda: SimpleNamespace(register_nonsense=register_nonsense))
    assert "register_nonsense" in registry.plugins[0].error


def test_a_factory_that_fails_is_named() -> None:
    @hookimpl
    def register_embedders(register):  # type: ignore[no-untyped-def]
        register("bad.v1", lambda argument, context: 1 / 0)

    registry = Registry()
    registry.add("bad", "here", lambda: SimpleNamespace(register_embedders=register_embedders))
    with pytest.raises(PluginError, match=r"bad\.v1 could not be made: ZeroDivisionError"):
        registry.embedder("bad.v1", CONTEXT)
