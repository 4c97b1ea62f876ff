"""Searching and asking over HTTP."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.unit.serving import FREE, client_of, fill_with_colours
from vsearch.library import Library


@pytest.fixture(scope="module")
def client(shared_library: Library, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    fill_with_colours(shared_library, tmp_path_factory.mktemp("videos"))
    return client_of(shared_library)


def best(found: Any) -> tuple[str, float]:
    assert found.status_code == 200, found.text
    moment = found.json()["moments"][0]
    return moment["video"]["name"], moment["start_s"]


def test_a_query_finds_what_the_library_finds(client: TestClient, shared_library: Library) -> None:
    found = client.get("/v1/search", params={"q": "green", "limit": 2})
    assert best(found) == ("sea.mp4", 1.0)
    wanted = shared_library.search("green", limit=2).moments
    scores = [item["score"] for item in found.json()["moments"]]
    assert scores == [round(item.score, 4) for item in wanted]
    assert client.get(found.json()["moments"][0]["picture"]).status_code == 200


def test_a_search_in_parts(client: TestClient) -> None:
    assert best(client.post("/v1/search", json={"saw": ["green"]})) == ("sea.mp4", 1.0)
    exact = {"exact": [{"text": "train", "field": "said"}], "q": "purple"}
    assert best(client.post("/v1/search", json=exact))[0] == "talk.mp4"
    steps = {"q": "red", "then": ["white"], "within_s": 9}
    found = client.post("/v1/search", json=steps)
    assert best(found) == ("flag.mp4", 0.0)
    assert len(found.json()["moments"][0]["steps"]) == 2
    only = {"q": "blue", "video": ["flag.mp4"], "weights": {"speech": 0}}
    found = client.post("/v1/search", json=only).json()["moments"]
    assert {item["video"]["name"] for item in found} == {"flag.mp4"}


def picture(colour: tuple[int, int, int], kind: str = "PNG", side: int = 64) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_that_is_sent_finds_what_looks_like_it(client: TestClient, kind: str) -> None:
    found = client.post(
        "/v1/search/image?limit=1",
        content=picture((30, 180, 60), kind.upper()),
        headers={"Content-Type": f"image/{kind}"},
    )
    assert best(found) == ("sea.mp4", 1.0)
    assert found.json()["query"] == "a picture"


def test_what_is_no_picture_or_too_large_is_refused(shared_library: Library) -> None:
    client = client_of(shared_library, replace(FREE, picture_mpx=1, body_mb=1))

    def sent(data: bytes, kind: str = "image/png") -> int:
        headers = {"Content-Type": kind}
        reply = client.post("/v1/search/image", content=data, headers=headers)
        assert reply.headers["content-type"] == "application/problem+json"
        assert "vsearch-" not in reply.text
        return reply.status_code

    assert sent(b"no picture") == 400
    assert sent(picture((0, 0, 0))[:50]) == 400
    assert sent(b"<svg/>", "image/svg+xml") == 415
    assert sent(picture((0, 0, 0)), "text/plain") == 415
    assert sent(picture((0, 0, 0), side=1100)) == 413  # pixels
    assert sent(b"\x89PNG\r\n\x1a\n" + bytes(1_100_000)) == 413  # bytes
    assert sent(picture((0, 0, 0), "TIFF")) == 400


def test_more_of_the_same(client: TestClient) -> None:
    videos = {x["name"]: x["id"] for x in client.get("/v1/videos").json()["videos"]}
    found = client.get(f"/v1/videos/{videos['sea.mp4']}/similar", params={"at_s": 0.2, "limit": 3})
    assert best(found) == ("flag.mp4", 2.0)  # blue, as the sea is then
    assert client.get(f"/v1/videos/{'0' * 32}/similar").status_code == 404


PLACES = [
    "image:/etc/passwd",
    "image:holiday.png",
    "red image:~/a.png",
    'image:"/etc/passwd"',
    "red then image:/etc/passwd within 5s",
    "red WHILE image:/etc/passwd",
    "like:/etc/passwd",
    "like:../flag.mp4",
    "like:C:\\flag.mp4@0:01",
    "red in:/",
    "red in:/h*",
    "red in:*",
    "red in:~",
    "red in:..",
    "red in:\\\\host\\share",
    "red video:/etc/passwd",
    "red video:*secret*",
    "red video:[a-z]*",
    "red in:file:///etc",
]


@pytest.mark.parametrize("query", PLACES)
def test_a_query_names_no_place_on_the_server(client: TestClient, query: str) -> None:
    for found in (
        client.get("/v1/search", params={"q": query}),
        client.post("/v1/search", json={"q": query}),
        client.post("/v1/search", json={"saw": ["red"], "together": [query]}),
        client.post("/v1/search", json={"q": "red", "then": [query]}),
        client.get("/v1/summary", params={"q": query}),
    ):
        assert found.status_code in {400, 403}, found.text
        assert "root:" not in found.text
        assert found.headers["content-type"] == "application/problem+json"
    assert client.get("/v1/search", params={"q": query}).status_code == 403


@pytest.mark.parametrize("name", ["video", "inside", "like", "image"])
@pytest.mark.parametrize("place", ["/etc/passwd", "../../etc/passwd", "~/x", "\\\\h\\s", "a/../b"])
def test_a_body_names_no_place_on_the_server(client: TestClient, name: str, place: str) -> None:
    value = place if name in {"like", "image"} else [place]
    found = client.post("/v1/search", json={"saw": ["red"], name: value})
    assert found.status_code == (422 if name == "image" else 403)


def test_mistakes_are_told_as_problems(client: TestClient, shared_library: Library) -> None:
    found = client.get("/v1/search", params={"q": '"no end'})
    assert found.status_code == 400
    assert found.json()["title"] == "Bad Request"
    found = client.get("/v1/search", params={"q": "x", "limit": "many"})
    assert found.status_code == 422
    assert found.json()["errors"][0]["place"] == "query.limit"
    assert "many" not in found.text
    for reply in (client.post("/v1/search", content=b"{"), client.get("/v1/nothing")):
        assert reply.headers["content-type"] == "application/problem+json"
    put = client.put("/v1/search")
    assert (put.status_code, put.headers["allow"]) == (405, "GET, HEAD, POST")


def test_questions_have_limits(shared_library: Library, client: TestClient) -> None:
    small = client_of(shared_library, replace(FREE, letters=20, deepest=30))
    assert small.get("/v1/search", params={"q": "x" * 21}).status_code == 400
    assert small.post("/v1/search", json={"saw": ["x" * 11, "y" * 10]}).status_code == 400
    assert small.post("/v1/ask", json={"question": "x" * 21}).status_code == 400
    assert small.get("/v1/search", params={"q": "red", "limit": 10, "page": 4}).status_code == 400
    assert small.get("/v1/search", params={"q": "red", "limit": 10, "page": 3}).status_code == 200


def test_an_answer_cites_its_places(client: TestClient) -> None:
    found = client.post("/v1/ask", json={"question": "how many videos are there?"}).json()
    assert found["text"] == "The library holds 3 videos."
    found = client.post("/v1/ask", json={"question": 'how often is "train" said?'}).json()
    assert found["citations"][0]["video"]["name"] == "talk.mp4"
    assert client.get(found["citations"][0]["picture"]).status_code == 200
    asked = {"question": "what?", "video": "0" * 32}
    assert client.post("/v1/ask", json=asked).status_code == 404


def test_a_question_names_no_place_on_the_server(
    client: TestClient, shared_library: Library
) -> None:
    known = [str(video.path) for video in shared_library.videos()]
    places = [*known, f'"{known[0]}"', f"({known[0]})", f"//{known[0]}", "~/a.mp4", "~root/a.mp4"]
    places += ["../flag.mp4", "/srv/none.mp4", "C:\\a.mp4", "\\\\host\\a.mp4", f"file://{known[0]}"]
    places += [known[0].replace("/", "\uff0f"), f"x: {known[0]}", f"x:{known[0]}"]
    for place in places:
        asked = {"question": f"how long is {place}?"}
        for found in (
            client.post("/v1/ask", json=asked),
            client.get("/v1/ask/events", params=asked),
        ):
            assert found.status_code == 403, place
            assert "lasts" not in found.text
    for words in (
        "flag.mp4",
        "the red and/or blue one at 3:15",
        "w/o 1 / 2",
        "https://a.example/b ...",
    ):
        assert client.post("/v1/ask", json={"question": f"how long is {words}?"}).is_success, words


def events(text: str) -> list[tuple[str, Any]]:
    parts = [part.split("\n") for part in text.split("\n\n") if part.startswith("event: ")]
    return [(name[7:], json.loads(data[6:])) for name, data in parts]


def test_sentences_come_before_the_answer(client: TestClient) -> None:
    asked = {"question": 'how often is "train" said?'}
    with client.stream("GET", "/v1/ask/events", params=asked) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        told = events("".join(reply.iter_text()))
    *sentences, (last, answer) = told
    assert sentences
    assert {name for name, _ in sentences} == {"sentence"}
    assert last == "answer"
    assert answer == answer | client.post("/v1/ask", json=asked).json() | {
        "took_ms": answer["took_ms"]
    }
    assert answer["text"] == " ".join(item["text"] for _, item in sentences)


def test_a_stream_tells_what_went_wrong(client: TestClient) -> None:
    asked = {"question": "what?", "video": "0" * 32}
    assert [x[0] for x in events(client.get("/v1/ask/events", params=asked).text)] == ["problem"]
    assert client.get("/v1/ask/events", params={"question": ""}).status_code == 422


def test_the_body_of_a_picture_leaves_nothing_behind(client: TestClient, tmp_path: Path) -> None:
    import tempfile

    before = set(Path(tempfile.gettempdir()).glob("vsearch-*"))
    headers = {"Content-Type": "image/png"}
    assert client.post("/v1/search/image", content=picture((9, 9, 9)), headers=headers).is_success
    assert set(Path(tempfile.gettempdir()).glob("vsearch-*")) <= before
