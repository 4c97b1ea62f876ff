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
LONGEST = 40


def new_plugin(name: str, kind: str, folder: Path, taken: list[str]) -> Path:
    """Write a plugin of this name and kind into a new folder in folder, and give its path.

    Taken are the names of components of its kind that are there already.
    """
    chosen = kind_of(kind)
    check_name(name, taken)
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


def files(name: str, kind: Kind) -> Iterator[tuple[str, str]]:
    """Every file of a new plugin: its path in the folder, and what stands in it."""
    module, component = module_of(name), component_of(name)
    words = {
        "name": name,
        "module": module,
        "component": component,
        "class_name": "".join(part.capitalize() for part in module.split("_")),
        "kind": kind.of_registry,
        "a_kind": f"{'An' if kind.name[0] in 'aeiou' else 'A'} {kind.of_registry}",
        "does": kind.does,
        "use": kind.use.format(component),
    }
    for path, template in (
        ("pyproject.toml", "package/pyproject.toml.in"),
        ("README.md", "package/README.md.in"),
        (f"src/{module}/__init__.py", "package/init.py.in"),
        (f"src/{module}/plugin.py", f"kinds/{kind.template}.py.in"),
        (f"src/{module}/py.typed", "package/py.typed.in"),
        (f"tests/test_{module}.py", f"kinds/{kind.template}_test.py.in"),
    ):
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        yield path, Template(text).substitute(words)
