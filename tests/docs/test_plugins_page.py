"""The plugin of docs/plugins.md passes its contract, and the page names every kind."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

from vsearch.protocols import PluginContext
from vsearch.registry import Registry
from vsearch.scaffold.kinds import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text(encoding="utf-8")
PLUGIN, TESTS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
CONTEXT = PluginContext(weights=None)  # type: ignore[arg-type]


def test_the_plugin_of_the_page_registers_and_passes_its_contract() -> None:
    module = ModuleType("embed_mine")
    exec(PLUGIN, module.__dict__)
    registry = Registry()
    registry.add("embed_mine", "the page", lambda: module)
    assert not registry.plugins[0].error
    assert registry.embedder("mine.v1:some/argument", CONTEXT).argument == "some/argument"  # type: ignore[attr-defined]
    exec(TESTS, module.__dict__)
    contract = module.TestMyEmbedder()
    tests = [name for name in dir(contract) if name.startswith("test_")]
    assert len(tests) >= 9
    for name in tests:
        getattr(contract, name)()


def test_every_kind_is_named() -> None:
    (said,) = re.findall(r"The kinds are (.*?)\.\s", PAGE, re.DOTALL)
    assert re.findall(r"`([\w-]+)`", said) == list(KINDS)
