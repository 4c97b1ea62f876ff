"""Templates -> the folder of a new plugin."""

from __future__ import annotations

import keyword
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from string import Template

from vsearch.errors import QueryError
from vsearch.outputs import check_output, write_output
from vsearch.scaffold.kinds import KINDS, Kind

TEMPLATES = Path(__file__).parent / "templates"
NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
WORD = re.compile(r"\w+")
LONGEST = 40
DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[1-9]")
"""No file can be called so on Windows, whatever its ending."""


def new_plugin(name: str, kind: str, folder: Path, taken: list[str]) -> Path:
    """Write a plugin of this name and kind into a new folder in folder, and give its path.

    Taken are the names of components of its kind that are there already.
    """
    chosen = kind_of(kind)
    check_name(name, taken)
    if folder.exists() and not folder.is_dir():
        raise QueryError(f"{folder} is a file: --folder names the folder to write into")
    target = folder / name
    if target.exists() or target.is_symlink():
        raise QueryError(f"{target} is there already: choose another name, or another --folder")
    check_output(target)
    unfinished = target.with_name(f".unfinished-{name}")
    try:
        for path, text in files(name, chosen):
            (unfinished / path).parent.mkdir(parents=True, exist_ok=True)
            write_output(unfinished / path, text)
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target


def kind_of(name: str) -> Kind:
    """The kind of this name."""
    if name not in KINDS:
        raise QueryError(f"there is no kind {name!r} of plugin; there are: {', '.join(KINDS)}")
    return KINDS[name]


def check_name(name: str, taken: list[str]) -> None:
    """Refuse what cannot be the name of a package, or would hide another one."""
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise QueryError(
            f"{name!r} cannot be the name of a plugin: take at most {LONGEST} small letters and "
            "digits, parted by - or _, such as sunny-days"
        )
    module = module_of(name)
    if keyword.iskeyword(module) or keyword.issoftkeyword(module):
        raise QueryError(f"{name!r} is a word of Python: choose another name")
    if DEVICES.fullmatch(name):
        raise QueryError(f"{name!r} is a device on Windows: choose another name")
    if module in sys.stdlib_module_names or find_spec(module) is not None or module == "tests":
        raise QueryError(f"a module {module} is there already: choose another name than {name!r}")
    if component_of(name) in taken:
        raise QueryError(f"{component_of(name)} is registered already: choose another name")


def module_of(name: str) -> str:
    """The module that a package of this name holds."""
    return name.replace("-", "_")


def component_of(name: str) -> str:
    """The name under which its component is registered: it carries a version."""
    return f"{name}.v1"


def class_of(name: str, kind: Kind) -> str:
    """What its class is called, which is no word of Python, nor one that its files use already."""
    called, suffix = (
        "".join(part.capitalize() for part in module_of(text).split("_"))
        for text in (name, kind.name)
    )
    called = called if called.endswith(suffix) else called + suffix
    used = {word for path in kind.templates for word in WORD.findall(_template(path))}
    return f"{called}Plugin" if called in used else called


def _template(path: str) -> str:
    return (TEMPLATES / path).read_text(encoding="utf-8")


def files(name: str, kind: Kind) -> Iterator[tuple[str, str]]:
    """Every file of a new plugin: its path in the folder, and what stands in it."""
    module, component = module_of(name), component_of(name)
    words = {
        "name": name,
        "module": module,
        "component": component,
        "class_name": class_of(name, kind),
        "kind": kind.of_registry,
        "a_kind": f"{'An' if kind.name[0] in 'aeiou' else 'A'} {kind.of_registry}",
        "does": kind.does,
        "use": kind.use.format(component),
    }
    for path, template in (
        ("pyproject.toml", "package/pyproject.toml.in"),
        ("README.md", "package/README.md.in"),
        (f"src/{module}/__init__.py", "package/init.py.in"),
        (f"src/{module}/plugin.py", kind.templates[0]),
        (f"src/{module}/py.typed", "package/py.typed.in"),
        (f"tests/test_{module}.py", kind.templates[1]),
    ):
        yield path, Template(_template(template)).substitute(words)
