"""The OpenAPI document, and a page of it that loads nothing from anywhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from vsearch.serve.addresses import OPEN, operations
from vsearch.serve.problems import MEDIA_TYPE, Problem

EVERYWHERE = {
    "400": "The request cannot be understood",
    "401": "A key is needed",
    "403": "That may not be asked for over HTTP",
    "404": "There is no such thing",
    "408": "The body took too long to come",
    "409": "The library holds nothing yet, or too much is waiting",
    "413": "The body is too large",
    "421": "The server is not called by that name",
    "422": "A value cannot be taken",
    "429": "Too many requests; Retry-After says when to come again",
    "500": "Something broke",
    "503": "Too much is being asked, or the library is busy; Retry-After says when to come again",
    "504": "It took too long",
}
STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem}"
    "td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}"
    "@media(max-width:45rem){code{overflow-wrap:anywhere}th{display:none}td{display:block;padding:0}"
    "td:first-child{padding-top:1rem}}"
)
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src "
    f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
)


def own_schema(app: FastAPI, *, with_key: bool) -> Callable[[], dict[str, Any]]:
    """What gives the OpenAPI document: every problem is a problem document, and keys are named."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(made(), with_key)
        return app.openapi_schema

    return openapi


def _completed(document: dict[str, Any], with_key: bool) -> dict[str, Any]:
    parts = document.setdefault("components", {})
    shapes = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        shapes.pop(name, None)
    shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes |= shape.pop("$defs")
    shapes["Problem"] = shape
    for path, _, operation in operations(document):
        _complete(operation, needs_key=with_key and path not in OPEN)
    if with_key:
        parts["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
    return document


def _complete(operation: dict[str, Any], *, needs_key: bool) -> None:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = operation["responses"]
    for status, told in EVERYWHERE.items():
        if status != "401" or needs_key:
            responses[status] = {
                "description": told,
                **responses.get(status, {}),
                "content": content,
            }
    for status in ("415", "416"):
        if status in responses:
            responses[status]["content"] = content
    after = {"schema": {"type": "integer"}, "description": "seconds"}
    for status in ("429", "503"):
        responses[status]["headers"] = {"Retry-After": after}
    if needs_key:
        operation["security"] = [{"bearer": []}, {"header": []}]


def page(document: dict[str, Any]) -> HTMLResponse:
    """The operations as a plain page, without scripts."""
    rows = "".join(_row(*entry) for entry in operations(document))
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>vsearch over HTTP</title>'
        f"<style>{STYLE}</style><h1>vsearch over HTTP</h1>"
        f"<p>All of it, for programs: <a href='openapi.json'>openapi.json</a>.</p><table>"
        f"<tr><th>request<th>takes<th>what it does{rows}</table></html>"
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})


def _row(path: str, method: str, operation: dict[str, Any]) -> str:
    names = [item["name"] for item in operation.get("parameters", []) if item["in"] == "query"]
    body = ", ".join(operation.get("requestBody", {}).get("content", {}))
    takes = ", ".join(names) + (f"; a body: {body}" if body else "")
    told = operation.get("description", "")
    return (
        f"<tr><td><code>{method.upper()} {escape(path)}</code><td>{escape(takes.lstrip('; '))}"
        f"<td>{escape(told)}"
    )
