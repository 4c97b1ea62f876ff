"""Videos that are downloaded slowly, or by many: nobody takes all that the server has."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn

from tests.unit.serving import FREE, Running
from vsearch.library import Library
from vsearch.serve.app import create_app
from vsearch.serve.connections import SPARE, most_requests, raise_files
from vsearch.serve.run import configured
from vsearch.settings import ServeSettings
from vsearch.testing.videos import write_colours

MORE_BYTES = 24_000_000
"""More than lies in the buffers between two sockets."""


@pytest.fixture(scope="module")
def media(shared_library: Library, tmp_path_factory: pytest.TempPathFactory) -> str:
    video = write_colours(tmp_path_factory.mktemp("videos") / "long.mp4", ["red"], seconds_each=0.5)
    with video.open("ab") as file:
        file.write(struct.pack(">I4s", MORE_BYTES, b"free") + bytes(MORE_BYTES - 8))
    shared_library.index(video)
    return f"/v1/videos/{shared_library.videos()[0].id}/media"


@contextmanager
def own_server(library: Library, settings: ServeSettings, files: int = 4096) -> Iterator[Running]:
    """The server as `vsearch serve` runs it."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    app = create_app(library, settings)
    server = uvicorn.Server(configured(app, settings, files))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield Running(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)
        app.state.served.close()


def begun(server: Running, media: str, kept: ExitStack) -> tuple[socket.socket, int]:
    """A download of which no more than the head is read, and its status."""
    connection = kept.enter_context(socket.create_connection(("127.0.0.1", server.port), 20))
    connection.sendall(f"GET {media} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
    return connection, int(connection.recv(100).split()[1])


def test_a_client_has_so_many_downloads(shared_library: Library, media: str) -> None:
    settings = replace(FREE, downloads=9, downloads_each=3)
    with own_server(shared_library, settings) as server:
        with ExitStack() as kept:
            statuses = [begun(server, media, kept)[1] for _ in range(5)]
            assert statuses == [200, 200, 200, 503, 503]
            refused = server.ask(media)
            assert refused.headers["retry-after"] == "5"
            assert server.ask("/v1/videos").status == 200
        until = time.monotonic() + 10
        while server.ask(media, range="bytes=0-9").status != 206:
            assert time.monotonic() < until  # who has gone has left the place
            time.sleep(0.02)
        for asked in ({"range": "bytes=99999999999-"}, {"if_none_match": "*"}):
            for _ in range(4):
                assert server.ask(media, **asked).status in {304, 416}
        for _ in range(4):
            assert server.ask(media, "HEAD").status == 200


def test_all_have_so_many_downloads(shared_library: Library, media: str) -> None:
    settings = replace(FREE, downloads=2, downloads_each=9)
    with own_server(shared_library, settings) as server, ExitStack() as kept:
        assert [begun(server, media, kept)[1] for _ in range(3)] == [200, 200, 503]


def test_a_download_that_stands_still_is_broken_off(
    shared_library: Library, media: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(FREE, downloads=1, timeout_s=0.5)
    with own_server(shared_library, settings) as server, ExitStack() as kept:
        connection, _ = begun(server, media, kept)
        assert server.ask(media).status == 503
        time.sleep(1.0)
        assert server.ask(media, range="bytes=0-9").status == 206
        received = 0
        with pytest.raises(ConnectionError):
            while part := connection.recv(1 << 20):
                received += len(part)
            raise ConnectionError
        assert received < MORE_BYTES
    assert "Traceback" not in caplog.text


def test_connections_that_ask_nothing_take_no_descriptors(
    shared_library: Library, media: str
) -> None:
    most = most_requests(30)
    assert most == 10
    with own_server(shared_library, FREE, files=30) as server, ExitStack() as kept:
        idle = [
            kept.enter_context(socket.create_connection(("127.0.0.1", server.port), 5))
            for _ in range(most + SPARE + 20)
        ]
        ended = 0
        for connection in idle[most + SPARE :]:
            with pytest.raises(ConnectionError):
                if connection.recv(1) == b"":
                    raise ConnectionError
            ended += 1
        assert ended == 20
        for connection in idle[: most + SPARE]:
            connection.close()
        time.sleep(0.1)
        assert server.ask("/v1/health").status == 200


def test_as_many_files_as_may_be_are_opened() -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
        files = raise_files()
        assert files == resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(hard, 65_536)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert [most_requests(number) for number in (1, 256, 1024, 65_536)] == [1, 85, 341, 1000]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="shows the files that are open")
def test_the_file_of_a_download_is_closed(shared_library: Library, media: str) -> None:
    def opened() -> int:
        return len([x for x in Path("/proc/self/fd").iterdir() if x.exists() and _is_long(x)])

    with own_server(shared_library, replace(FREE, timeout_s=0.3)) as server, ExitStack() as kept:
        for _ in range(3):
            begun(server, media, kept)
        assert opened() == 3
        time.sleep(0.8)
        assert opened() == 0


def _is_long(link: Path) -> bool:
    return link.readlink().name == "long.mp4"
