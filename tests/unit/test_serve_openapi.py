"""The interface keeps what its own OpenAPI document promises."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from tests.unit.serving import FREE, client_of, fill_with_colours
from vsearch.library import Library
from vsearch.serve.app import create_app
from vsearch.serve.shapes import DetailsOf, Found, MomentOf

KEY = "a-key-for-tests"
MADE_BY = {
    "seed": 20,
    "auth": {"openapi": {"bearer": {"bearer": KEY}, "header": {"api_key": KEY}}},
    "generation": {"max-examples": 3, "deterministic": True, "database": "none"},
    "checks": {
        # What is a text for OpenAPI need be no query: without an end it is a 400, too long a 413.
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "400", "401", "403", "404", "409", "413", "429"]
        },
        # What is too long is refused before it is looked at.
        "negative_data_rejection": {
            "expected-statuses": ["400", "401", "403", "404", "405", "413", "415", "422"]
        },
    },
}


@pytest.fixture(scope="module")
def videos(shared_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_with_colours(shared_library, tmp_path_factory.mktemp("videos"))


@pytest.fixture
def app(shared_library: Library, videos: Path) -> Iterator[FastAPI]:
    settings = replace(FREE, hosts=("testserver",))
    made = create_app(shared_library, settings, key=KEY, videos_below=[str(videos)])
    yield made
    made.state.served.close()


def test_schemathesis_finds_nothing(app: FastAPI) -> None:
    config = SchemathesisConfig.from_dict(MADE_BY)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    failures, answered = [], Counter[int]()
    for told in from_schema(schema).execute():
        assert not isinstance(told, FatalError | NonFatalError), told
        if isinstance(told, ScenarioFinished):
            for checks in told.recorder.checks.values():
                failures += [item.failure_info for item in checks if item.failure_info]
            found = told.recorder.interactions.values()
            answered.update(item.response.status_code for item in found if item.response)
    assert not failures, failures[0]
    assert not [status for status in answered if status >= 500]
    assert answered[200] > 200
    assert {202, 400, 401, 403, 404, 405, 415, 422} <= set(answered)


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from item.values()


def test_the_document_is_good_to_generate_clients_from(app: FastAPI) -> None:
    document = app.openapi()
    assert document["openapi"].startswith("3.1")
    names = [item["operationId"] for item in operations(document)]
    assert len(set(names)) == len(names) >= 22
    assert all(name.isidentifier() and name[0].islower() for name in names)
    for item in operations(document):
        assert item["description"]
        problems = [reply for status, reply in item["responses"].items() if status[0] in "45"]
        assert all(list(reply["content"]) == ["application/problem+json"] for reply in problems)
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_operation_has_an_example(app: FastAPI) -> None:
    document = app.openapi()
    shapes = document["components"]["schemas"]

    def has_example(value: Any) -> bool:
        if isinstance(value, list):
            return any(map(has_example, value))
        if not isinstance(value, dict):
            return False
        if "examples" in value or has_example(shapes.get(value.get("$ref", "").split("/")[-1])):
            return True
        return any(has_example(item) for item in value.values())

    for item in operations(document):
        good = [reply for status, reply in item["responses"].items() if status[0] == "2"]
        assert has_example([good, item.get("parameters"), item.get("requestBody")]), item


def test_the_page_of_the_interface_names_every_operation(app: FastAPI) -> None:
    page = (Path(__file__).parents[2] / "docs" / "serve.md").read_text(encoding="utf-8")
    named = {"{video_id}": "ID", "{job_id}": "ID", "{frame_id}": "N"}
    for path, item in app.openapi()["paths"].items():
        shown = re.sub(r"\{\w+\}", lambda found: named[found[0]], path)
        for method in item:
            assert re.search(rf"`{method.upper()} {re.escape(shown)}[`?]", page), (method, path)
    statuses = {status for item in operations(app.openapi()) for status in item["responses"]}
    for status in statuses - {"200", "202", "206", "304", "401", "404", "415", "422", "500"}:
        assert status in page


def test_shapes_leave_nothing_out(shared_library: Library, videos: Path) -> None:
    """A name that vsearch/documents.py gains is to be served too, or left out on purpose."""
    from vsearch import documents

    result = shared_library.search("blue")
    assert set(documents.of_result(result)) == set(Found.model_fields)
    moment = set(documents.of_moment(result.moments[0])) - {"thumbnail"} | {"picture"}
    assert moment == set(MomentOf.model_fields)
    details = documents.of_details(shared_library.show("talk.mp4"), shared_library.thumbnail)
    kept = set(details) - {"path", "paths"} | {"name", "names", "media", "subtitles"}
    assert kept == set(DetailsOf.model_fields)


def test_the_page_loads_nothing(shared_library: Library, videos: Path) -> None:
    client = client_of(shared_library, key=KEY)
    page = client.get("/docs", headers={"X-API-Key": ""})
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "http" not in page.text.replace("over HTTP", "")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "POST /v1/search/image" in page.text
