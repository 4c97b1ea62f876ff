"""Every way by which Python leads out of the machine is closed while connecting is forbidden."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vsearch.offline import allow_connections, forbid_connections

FAR = "203.0.113.7"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    forbid_connections()
    yield
    allow_connections()


def udp() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def connect(host: object) -> None:
    with socket.socket() as made:
        made.settimeout(1)
        made.connect((host, 9))


def send(host: object) -> None:
    with udp() as made:
        made.sendto(b"x", (host, 9))


def send_message(host: object) -> None:
    with udp() as made:
        made.sendmsg([b"x"], [], 0, (host, 9))


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("use", [connect, send, send_message])
@pytest.mark.parametrize("host", [FAR, FAR.encode(), bytearray(FAR.encode()), ""])
def test_no_address_is_reached_however_it_is_written(
    use: Callable[[object], None], host: object
) -> None:
    with pytest.raises(PermissionError, match="forbidden"):
        use(host)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "look",
    [
        lambda: socket.getaddrinfo(b"example.com", 80),
        lambda: socket.gethostbyname("example.com"),
        lambda: socket.gethostbyname_ex("example.com"),
        lambda: socket.gethostbyaddr(FAR),
        lambda: socket.getnameinfo((FAR, 80), 0),
        lambda: socket.getnameinfo(("2001:db8::7", 80, 0, 0), 0),
    ],
)
def test_nothing_is_looked_up(look: Callable[[], object]) -> None:
    with pytest.raises(PermissionError, match="forbidden"):
        look()


@pytest.mark.usefixtures("offline")
def test_this_machine_is_reached() -> None:
    assert socket.getaddrinfo("127.0.0.1", 80)
    assert socket.getaddrinfo(None, 80)
    assert socket.getaddrinfo(FAR, 80)  # a number: nobody is asked
    assert socket.getnameinfo(("127.0.0.1", 80), 0)
    for host in ("127.0.0.1", b"127.0.0.1", bytearray(b"localhost")):
        with socket.create_server(("127.0.0.1", 0)) as there, socket.socket() as made:
            made.connect((host, there.getsockname()[1]))
        send(host)


def spawned(*words: str) -> None:
    """The child is another process: it is told by its exit status that it was refused."""
    if os.spawnv(os.P_WAIT, words[0], words) == 127:
        raise PermissionError("forbidden")


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "start",
    [
        lambda: subprocess.run(["/nowhere/bin/pip", "--version"], check=False),
        lambda: subprocess.run([Path("/nowhere/bin/pip3.12"), "--version"], check=False),
        lambda: subprocess.run([b"/nowhere/bin/pip", b"--version"], check=False),
        lambda: subprocess.run(["fetch"], executable="/nowhere/bin/pip", check=False),
        lambda: subprocess.run([sys.executable, "-mpip", "--version"], check=False),
        lambda: subprocess.run([sys.executable, "-Impip", "--version"], check=False),
        lambda: subprocess.run([sys.executable, "-c", "import pip; print(1)"], check=False),
        lambda: subprocess.run("cd / && pip --version", shell=True, check=False),
        lambda: subprocess.run(["sh", "-ec", "x=$(/nowhere/bin/pip)"], check=False),
        lambda: os.system("true; python -m pip --version"),
        lambda: os.popen("'pip' --version").close(),
        lambda: os.posix_spawn(sys.executable, [sys.executable, "-m", "pip", "--version"], {}),
        lambda: os.execv("/nowhere/bin/pip", ["pip"]),
        lambda: spawned(sys.executable, "-mpip", "--version"),
    ],
)
def test_pip_is_not_started(start: Callable[[], object]) -> None:
    with pytest.raises(PermissionError, match="forbidden"):
        start()


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("word", ["how to use pip.mp4", "/videos/a pip b.mp4", "pipes", "-pip"])
def test_other_programs_are_started(word: str) -> None:
    assert subprocess.run([sys.executable, "-c", "", word], check=False).returncode == 0


def test_no_proxy_carries_anything_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "localhost")
    forbid_connections()
    forbid_connections()  # each command of a process does
    try:
        assert set(urllib.request.getproxies_environment()) == {"no"}
        with pytest.raises(OSError, match="forbidden"):
            urllib.request.urlopen("http://example.com/", timeout=5)
    finally:
        allow_connections()
    assert os.environ["http_proxy"] == os.environ["HTTPS_PROXY"] == "http://127.0.0.1:9"
