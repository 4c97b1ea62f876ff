"""Addresses of the interface: which there are, which methods they take, which need no key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from starlette.types import Scope

PAGES = frozenset({"/docs", "/openapi.json"})
OPEN = PAGES | {"/v1/health"}
METHODS = ("get", "post", "put", "patch", "delete")


def route_path(scope: Scope) -> str:
    """The path of a request below where the application is mounted."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if root and path.startswith(f"{root}/") else path


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each operation of an OpenAPI document with its path and method."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def methods_at(document: dict[str, Any], path: str) -> list[str]:
    """The methods that an address takes."""
    found = {"GET", "HEAD"} if path in PAGES else set()
    for template, method, _ in operations(document):
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path):
            found |= {method.upper()} | ({"HEAD"} if method == "get" else set())
    return sorted(found)
