"""What the documents say is true: commands run, hooks, settings and exit codes are all there."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vsearch import hookspecs
from vsearch.cli import EXIT_CODES, INTERRUPTED
from vsearch.cli.app import app
from vsearch.config import load_config, setting_names
from vsearch.evaluate.ask import NAMES
from vsearch.evaluate.report import BLIND, CHANCE
from vsearch.models.known import EMBEDDERS, MODELS
from vsearch.registry import KINDS, load_registry
from vsearch.testing import contracts
from vsearch.testing.videos import write_colours

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CLI = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
PLUGINS = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
HOOKS = [
    function for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if name.startswith("register_")
]  # fmt: skip


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_first_screen_holds_both_commands() -> None:
    first = "\n".join(README.splitlines()[:35])
    assert "python -m pip install . && vsearch demo" in first
    assert 'python -m pip install -e ".[test]" && python -m pytest' in first


def test_ci_runs_the_commands_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python -m pip install ." in script
    assert "vsearch demo" in script
    assert 'python -m pip install -e ".[test]" && python -m pytest' in script


def test_the_commands_of_the_readme_run(vsearch, tmp_path: Path) -> None:
    write_colours(tmp_path / "videos" / "holiday.mp4", ["red", "green"])
    write_colours(tmp_path / "videos" / "other.mp4", ["blue"])
    lines = [line for block in blocks(README, "sh") for line in block.splitlines() if line]
    assert len(lines) >= 9
    for line in lines:
        command = re.sub(r"^vsearch", f"{sys.executable} -m vsearch", line)
        done = subprocess.run(
            command,
            shell=True,
            cwd=tmp_path,
            env=vsearch.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_the_python_of_the_readme_runs(vsearch, tmp_path: Path) -> None:
    write_colours(tmp_path / "videos" / "holiday.mp4", ["red", "green"])
    (code,) = blocks(README, "python")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=vsearch.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "holiday.mp4" in done.stdout


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_every_hook_is_documented_used_and_has_a_contract(hook) -> None:
    parameters = ", ".join(inspect.signature(hook).parameters)
    (row,) = [line for line in PLUGINS.splitlines() if line.startswith(f"| `{hook.__name__}(")]
    assert f"`{hook.__name__}({parameters})`" in row
    assert hook.__doc__
    (contract,) = re.findall(r"`(\w+Contract)`", row)
    assert inspect.isclass(getattr(contracts, contract))
    kind = {name: kind for kind, name in KINDS.items()}[hook.__name__]
    assert load_registry().names(kind), "a hook ships only with a plugin that uses it"


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| `(VSEARCH_\w+)`", SETTINGS, re.MULTILINE))
    assert sorted(rows) == sorted(setting_names())
    for name, variable in rows.items():
        assert variable == f"VSEARCH_{name.upper().replace('.', '_')}"
    config = load_config(environ={"HOME": "/h"})
    for name, default in re.findall(
        r"^\| `([a-z_.]+)` \| `\w+` \| ([^|]+) \|", SETTINGS, re.MULTILINE
    ):
        value: object = config
        for part in name.split("."):
            value = getattr(value, part)
        if isinstance(value, bool):
            assert default == str(value).lower()
        elif isinstance(value, int | float):
            assert float(default) == value
        elif default.startswith("`"):
            assert default == f"`{value}`"


def test_every_exit_code_is_documented() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", CLI, re.MULTILINE)}
    assert documented == {0, INTERRUPTED, *EXIT_CODES.values()}


def test_every_command_is_documented(vsearch) -> None:
    shown = vsearch("--help").stdout
    commands = re.findall(r"^  ([a-z]+) {2,}", shown.partition("Commands:")[2], re.MULTILINE)
    assert len(commands) == len(app.registered_commands) + len(app.registered_groups)
    for command in commands:
        assert f"vsearch {command}" in README
        text = vsearch(command, "--help").stdout
        assert "vsearch" in text.partition("Options:")[0], f"{command} --help has no example"


def test_the_documented_json_is_what_is_printed(vsearch, tmp_path: Path) -> None:
    write_colours(tmp_path / "videos" / "a.mp4", ["red"])
    vsearch("index", tmp_path / "videos")
    (documented,) = (json.loads(block) for block in blocks(CLI, "json"))
    printed = json.loads(vsearch("search", "red", "--json").stdout)
    assert list(printed) == list(documented)
    assert list(printed["moments"][0]) == list(documented["moments"][0])
    for command in (["index", str(tmp_path / "videos")], ["list"], ["doctor"], ["show", "a.mp4"]):
        for name in json.loads(vsearch(*command, "--json").stdout):
            assert f"`{name}`" in CLI


def test_the_rows_of_an_evaluation_are_named() -> None:
    evaluation = (ROOT / "docs" / "evaluate.md").read_text(encoding="utf-8")
    (rows,) = re.findall(r"^- `sections`:.*?`scores`\)", CLI, re.DOTALL | re.MULTILINE)
    for name in (*NAMES.values(), BLIND, CHANCE):
        assert name in rows
        assert f"`{name}`" in evaluation


def test_presets_and_licences_are_named() -> None:
    for preset in EMBEDDERS:
        assert f"`{preset}`" in README
    for preset in set(EMBEDDERS) - {"starter"}:
        assert f"clip-{preset}" in MODELS


def test_links_in_the_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_no_lock_file_and_no_host_of_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not listed:
        pytest.skip("not a git checkout")
    pattern = re.compile(rb"https?://[a-z.-]*(pypi|pythonhosted|npmjs)[a-z]*\.")
    for name in listed:
        path = ROOT / name
        assert not pattern.search(path.read_bytes()), name
        assert path.stat().st_size < 500_000, f"{name} is too large to belong here"
