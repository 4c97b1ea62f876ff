"""The examples of docs/adapters.md run as they stand there."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest

from tests.conftest import FAKES
from vsearch.library import Library
from vsearch.testing.videos import write_colours

PAGE = (Path(__file__).parents[2] / "docs" / "adapters.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^## (\w+)\n.*?```python\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
SAID = "The last train leaves at half past nine."
EXPECTED = {
    "LangChain": [SAID, "talk.mp4#t="],
    "LlamaIndex": ["talk.mp4 0.2"],
    "Haystack": [SAID, "Question: when"],
}


@pytest.fixture(scope="module")
def family(shared_library: Library) -> Path:
    """The library that the page speaks of lies beside the default one."""
    folder = shared_library.path.parent
    talk = write_colours(folder / "videos" / "talk.mp4", ["red", "blue"])
    talk.with_suffix(".srt").write_text(f"1\n00:00:00,200 --> 00:00:01,800\n{SAID}\n")
    library = Library(folder / "family", shared_library.config, print)
    assert len(library.index(talk).indexed) == 1
    return folder


def test_every_framework_has_an_example() -> None:
    assert [name for name, _ in EXAMPLES] == list(EXPECTED)


@pytest.mark.parametrize(("name", "code"), EXAMPLES, ids=list(EXPECTED))
def test_the_example_runs(
    family: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    code: str,
) -> None:
    off = {"HAYSTACK_TELEMETRY_ENABLED": "False", "LANGSMITH_TRACING": "false"}
    for variable, value in {**FAKES, **off, "VSEARCH_LIBRARY": str(family / "library")}.items():
        monkeypatch.setenv(variable, value)
    with warnings.catch_warnings():
        # LlamaIndex still sets up two of its own modules in a way that pydantic warns of.
        warnings.filterwarnings("ignore", module=r"(llama_index|pydantic)\b")
        exec(code, {})
    printed = capsys.readouterr().out
    for text in EXPECTED[name]:
        assert text in printed
