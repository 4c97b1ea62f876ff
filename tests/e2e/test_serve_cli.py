"""`vsearch serve` in a process of its own."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from vsearch.testing.videos import write_colours

KEY = "open-sesame-open"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def begin(vsearch, *arguments: object, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "vsearch", "serve", *map(str, arguments)],
        env={**vsearch.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def asked(address: str, **headers: str) -> dict[str, object]:
    until = time.monotonic() + 30
    while True:
        try:
            with urlopen(Request(address, headers=headers), timeout=10) as reply:
                return dict(json.load(reply))
        except HTTPError:
            raise
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_it_serves_until_it_is_ended(vsearch, tmp_path: Path) -> None:
    write_colours(tmp_path / "videos" / "a.mp4", ["red"], seconds_each=0.5)
    port = free_port()
    process = begin(vsearch, "--port", port, "--videos", tmp_path / "videos", "--log")
    here = f"http://127.0.0.1:{port}"
    assert asked(f"{here}/v1/health") == {"status": "ok"}
    body = Request(f"{here}/v1/jobs", b"{}", {"Content-Type": "application/json"})
    with urlopen(body, timeout=10) as reply:
        job = json.load(reply)["id"]
    while asked(f"{here}/v1/jobs/{job}")["state"] in {"waiting", "running"}:
        time.sleep(0.05)
    found = asked(f"{here}/v1/search?q=red")
    assert found["moments"]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert out == ""
    assert f"at {here}" in err
    assert f"{here}/docs" in err
    assert "No key is needed" in err
    assert "GET /v1/search 200" in err
    assert "Traceback" not in err
    assert process.returncode == 0
    assert err.endswith("Ended.\n")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_ended_in_the_middle_it_keeps_what_is_done(
    vsearch, tmp_path: Path, sign: signal.Signals
) -> None:
    for number in range(30):
        write_colours(tmp_path / "videos" / f"{number}.mp4", ["red", "blue"], seconds_each=0.5)
    port = free_port()
    process = begin(vsearch, "--port", port, "--videos", tmp_path / "videos")
    here = f"http://127.0.0.1:{port}/v1"
    assert asked(f"{here}/health")
    body = Request(f"{here}/jobs", b"{}", {"Content-Type": "application/json"})
    with urlopen(body, timeout=10) as reply:
        job = json.load(reply)["id"]
    with urlopen(f"{here}/jobs/{job}/events", timeout=20) as stream:
        while not re.search(r'"done": [1-9]', stream.readline().decode()):
            assert process.poll() is None
        process.send_signal(sign)
        told = stream.read().decode()
    _, err = process.communicate(timeout=30)
    assert "event: end" in told
    assert "Traceback" not in err
    assert json.loads(vsearch("list", "--json").stdout)["videos"]


def test_a_port_in_use_is_told_of(vsearch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        _, err = begin(vsearch, "--port", port).communicate(timeout=30)
    assert err.startswith(f"Error: 127.0.0.1:{port} cannot be listened at (Address already in use)")
    assert "--port" in err


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_others_may_not_ask_without_a_key(vsearch, host: str) -> None:
    process = begin(vsearch, "--host", host, "--port", free_port())
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "VSEARCH_SERVE_KEY" in err


def test_with_a_key_they_may(vsearch) -> None:
    port = free_port()
    process = begin(vsearch, "--host", "0.0.0.0", "--port", port, VSEARCH_SERVE_KEY=KEY)
    here = f"http://127.0.0.1:{port}/v1/library"
    assert asked(here, Authorization=f"Bearer {KEY}")["exists"] is False
    with pytest.raises(HTTPError, match="401"):
        asked(here)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert "A key is needed" in err
    assert KEY not in err


def test_a_folder_that_is_none_is_a_mistake(vsearch, tmp_path: Path) -> None:
    process = begin(vsearch, "--port", free_port(), "--videos", tmp_path / "none")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "is no folder" in err
    assert "is served at" not in err


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example"])
def test_a_name_that_no_host_can_have_is_a_mistake(vsearch, host: str) -> None:
    process = begin(vsearch, "--host", host, "--port", 1, VSEARCH_SERVE_KEY=KEY)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert err.startswith(f"Error: there is no address {host}")
    assert "Traceback" not in err


def test_what_clients_send_fills_no_log(vsearch) -> None:
    port = free_port()
    process = begin(vsearch, "--port", port)
    assert asked(f"http://127.0.0.1:{port}/v1/health")
    upgrade = b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
    for sent in (b"\0\1\2\r\n\r\n", upgrade + b"Upgrade: websocket\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(sent)
            assert connection.recv(1000)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert "Invalid HTTP" not in err
    assert "WebSocket" not in err
    assert "pgrade" not in err
