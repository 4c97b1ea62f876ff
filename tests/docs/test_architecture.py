"""The rules of docs/architecture.md, read off the source itself."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import vsearch
from vsearch.cli import EXIT_CODES
from vsearch.errors import VsearchError

ROOT = Path(__file__).parent.parent.parent
PACKAGES = (ROOT / "vsearch", ROOT / "index", ROOT / "plugins")
SOURCES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))
HEAVY = {"torch", "faiss", "duckdb", "gradio", "numpy", "av", "onnxruntime", "rich", "cv2"}
HEAVY |= {"matplotlib", "httpx2", "fastapi", "pydantic", "mcp"}

ALLOWED = {
    "torch": ("plugins/",),
    "torchvision": ("plugins/",),
    "open_clip": ("plugins/",),
    "timm": ("plugins/",),
    "whisper": ("plugins/",),
    "onnxruntime": ("plugins/",),
    "tokenizers": ("plugins/",),
    "httpx2": ("plugins/",),
    "fastapi": ("vsearch/serve/",),
    "starlette": ("vsearch/serve/", "vsearch/mcp/"),
    "uvicorn": ("vsearch/serve/", "vsearch/mcp/"),
    "pydantic": ("vsearch/serve/", "vsearch/mcp/", "plugins/"),
    "mcp": ("vsearch/mcp/",),
    "langchain_core": ("plugins/",),
    "llama_index": ("plugins/",),
    "haystack": ("plugins/",),
    "scenedetect": ("plugins/",),
    "rapidocr": ("plugins/",),
    "faiss": ("index/",),
    "duckdb": ("index/",),
    "filelock": ("index/",),
    "gradio": ("ui/",),
    "typer": ("vsearch/cli/",),
    "rich": ("vsearch/cli/",),
    "av": (
        *(f"vsearch/pipeline/{name}.py" for name in ("video", "tracks", "encode")),
        *(f"vsearch/clips/{name}.py" for name in ("read", "write", "copy", "sound")),
    ),
    "matplotlib": ("vsearch/evaluate/plot.py", "vsearch/evaluate/plot_labels.py"),
    "py3langid": ("vsearch/languages.py",),
    "h5py": ("plugins/",),
    "tomllib": ("vsearch/config.py",),
    "importlib.metadata": ("vsearch/registry.py", "vsearch/health.py"),
    "huggingface_hub": ("vsearch/models/",),
}
CLI_MAY_USE = {
    "vsearch.cli",
    "vsearch.library",
    "vsearch.config",
    "vsearch.types",
    "vsearch.answer.answers",
    "vsearch.words",
    "vsearch.errors",
    "vsearch.registry",
    "vsearch.health",
    "vsearch.demo",
    "vsearch.evaluate",
    "vsearch.components",
    "vsearch.clips",
    "vsearch.documents",
    "vsearch.export",
    "vsearch.mcp",
    "vsearch.models",
    "vsearch.scaffold",
    "vsearch.serve",
    "vsearch.offline",
    "vsearch.outputs",
    "vsearch.summary",
    "vsearch.pipeline.events",
    "vsearch.query.tokens",
    "vsearch.query.unusual",
    "vsearch.tags",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def within(module: str, parent: str) -> bool:
    return module == parent or module.startswith(f"{parent}.")


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_libraries_are_used_only_where_they_belong(path: Path) -> None:
    for module in imports(path):
        for library, places in ALLOWED.items():
            if within(module, library):
                assert name_of(path).startswith(places), f"{module} may not be imported here"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_layers_look_only_downwards(path: Path) -> None:
    name, found = name_of(path), list(imports(path))
    ours = [module for module in found if module.split(".")[0].startswith("vsearch")]
    if name in {"vsearch/types.py", "vsearch/errors.py"}:
        assert not ours
    middle = ("pipeline", "query", "answer", "summary", "tags", "evaluate")
    if name.startswith(tuple(f"vsearch/{part}/" for part in middle)):
        assert not [module for module in ours if module.startswith(("vsearch_", "vsearch.cli"))]
    if name.startswith("vsearch/cli/"):
        for module in ours:
            assert module == "vsearch" or any(within(module, ok) for ok in CLI_MAY_USE), module
    if not name.startswith("vsearch/cli/") and name != "vsearch/__main__.py":
        assert not [module for module in ours if within(module, "vsearch.cli")]
    if name.startswith("index/"):
        assert not [module for module in ours if within(module, "vsearch.pipeline")]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_printing_and_the_environment_have_one_place(path: Path) -> None:
    name = name_of(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print" or name.startswith("vsearch/cli/"), "print"
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
            assert name == "vsearch/config.py", "only config.py reads the environment"


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]
                yield f"{name_of(path)}:{node.name}", node, lines


def test_files_and_functions_stay_small() -> None:
    others = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    files = [*SOURCES, *others]
    long_files = [name_of(path) for path in files if len(path.read_text().splitlines()) > 300]
    assert not long_files
    lengths = [lines for _, _, lines in functions()]
    assert statistics.median(lengths) <= 10
    assert sum(lines < 40 for lines in lengths) / len(lengths) >= 0.95
    for name, node, _ in functions():
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        wanted = [argument for argument in arguments if argument.arg not in {"self", "cls"}]
        assert len(wanted) <= 8, name


def test_public_names_are_sorted_and_exist() -> None:
    assert vsearch.__all__ == sorted(vsearch.__all__)
    for name in vsearch.__all__:
        assert getattr(vsearch, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = vsearch.nothing


def test_every_error_has_an_exit_code() -> None:
    def family(kind: type[VsearchError]) -> Iterator[type[VsearchError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from family(child)

    own = {kind.__name__ for kind in family(VsearchError) if kind.__module__ == "vsearch.errors"}
    assert own == set(EXIT_CODES)


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": ":".join(["", "index", "plugins"]), "PATH": "", "HOME": "/nonexistent"},
    )
    return {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_help_imports_nothing_heavy() -> None:
    code = "import sys\nsys.argv = ['vsearch', '--help']\nfrom vsearch.cli import main\n"
    code += "try:\n    main()\nexcept SystemExit:\n    pass"
    assert not modules_after(code) & HEAVY


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert not modules_after("import vsearch") & HEAVY
    assert not modules_after("import vsearch; vsearch.open_library") & {"torch", "gradio", "rich"}


def test_plugins_are_cheap_to_register() -> None:
    code = "from vsearch.registry import load_registry\nassert not "
    code += "[p for p in load_registry().plugins if p.error]"
    heavy = {"torch", "whisper", "open_clip", "scenedetect", "onnxruntime", "rapidocr"}
    assert not modules_after(code) & heavy
