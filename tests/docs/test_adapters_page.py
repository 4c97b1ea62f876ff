"""The examples of docs/adapters.md run as they stand there, and nothing of theirs calls home."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vsearch.testing.videos import write_colours

PAGE = (Path(__file__).parents[2] / "docs" / "adapters.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^## (\w+)\n.*?```python\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
SAID = "The last train leaves at half past nine."
EXPECTED = {
    "LangChain": [SAID, "talk.mp4#t="],
    "LlamaIndex": ["talk.mp4 0.2"],
    "Haystack": [SAID, "Question: when"],
}


def test_every_framework_has_an_example() -> None:
    assert [name for name, _ in EXAMPLES] == list(EXPECTED)


@pytest.mark.parametrize(("name", "code"), EXAMPLES, ids=lambda value: str(value)[:10].strip())
def test_the_example_runs(vsearch, tmp_path: Path, name: str, code: str) -> None:
    talk = write_colours(tmp_path / "videos" / "talk.mp4", ["red", "blue"])
    talk.with_suffix(".srt").write_text(f"1\n00:00:00,200 --> 00:00:01,800\n{SAID}\n")
    library = tmp_path / "family"
    assert vsearch("index", tmp_path / "videos", VSEARCH_LIBRARY=str(library)).returncode == 0
    off = {"HAYSTACK_TELEMETRY_ENABLED": "False", "LANGSMITH_TRACING": "false"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**vsearch.environ, **off},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for text in EXPECTED[name]:
        assert text in done.stdout
