"""The network is cut, and whoever tries to use it is written down: --offline must not even try."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.chatserver import says, serving
from vsearch.cli import main
from vsearch.offline import allow_connections, forbid_connections
from vsearch.testing.videos import tone, write_colours

CUT = """
import errno, os, sys

def look(event, details):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        where = details[1]
        where = where[0] if isinstance(where, tuple) else "a socket of this machine"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        where = details[0]
    elif event == "subprocess.Popen" and "pip" in (details[1] or ()):
        where = "pip"
    else:
        return
    if where in ("a socket of this machine", "127.0.0.1", "::1", "localhost", None, ""):
        return
    with open(os.environ["VSEARCH_TEST_RECORD"], "a") as record:
        record.write(f"{event} {where}\\n")
    if where != "pip":  # which is started, and cut off in the same way
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

sys.addaudithook(look)
"""
FAR = {"VSEARCH_ANSWER_URL": "https://models.example.com/v1", "VSEARCH_ANSWER_MODEL": "big"}
FAR |= {"VSEARCH_ANSWER_ANSWERER": "openai.v1"}
Cut = Callable[..., tuple["subprocess.CompletedProcess[str]", list[str]]]


@pytest.fixture
def cut(vsearch, tmp_path: Path) -> Cut:
    """The vsearch command in a process without a network; what it tried comes back too."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(CUT)
    record = tmp_path / "record.txt"
    paths = os.pathsep.join([str(hook), vsearch.environ["PYTHONPATH"]])

    def run(*arguments: object, **more: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
        record.write_text("")
        more = {"PYTHONPATH": paths, "VSEARCH_TEST_RECORD": str(record), **more}
        more["PIP_RETRIES"] = "0"
        done = vsearch(*arguments, **more)
        assert "Traceback" not in done.stderr, done.stderr
        return done, record.read_text().splitlines()

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    videos = tmp_path / "videos"
    write_colours(videos / "a.mp4", ["red", "green"], samples=tone(440, 4))
    (videos / "a.srt").write_text("1\n00:00:00,200 --> 00:00:03,800\nthe train leaves at ten\n")
    write_colours(videos / "b.mp4", ["blue"])
    (tmp_path / "truth.jsonl").write_text('{"query": "red", "video": "a.mp4"}\n')
    return videos


def test_the_record_sees_who_tries(cut: Cut, tmp_path: Path) -> None:
    """Without it, an empty record would say nothing."""
    done, tried = cut("models", "pull", "clip-balanced", VSEARCH_MODELS_OFFLINE="0")
    assert done.returncode == 6
    assert "does not answer" in done.stderr
    assert [line for line in tried if "huggingface.co" in line]
    done, tried = cut("models", "pull", "silero-vad", VSEARCH_MODELS_OFFLINE="0")
    assert done.returncode == 6
    assert tried[0] == "subprocess.Popen pip"
    assert any(line.startswith("socket.") for line in tried[1:])


def test_offline_nobody_even_tries(cut: Cut, folder: Path, tmp_path: Path) -> None:
    empty = {"VSEARCH_MODELS_FOLDER": str(tmp_path / "none"), "VSEARCH_MODELS_OFFLINE": "0"}
    known = {"VSEARCH_MODELS_OFFLINE": "0"}
    commands: list[tuple[int, dict[str, str], tuple[object, ...]]] = [
        (0, known, ("index", folder)),
        (0, known, ("search", "red")),
        (8, known | FAR, ("ask", "when does the train leave?")),
        (0, known, ("eval", tmp_path / "truth.jsonl")),
        (6, empty, ("models", "pull", "clip-balanced")),
        (6, empty, ("demo",)),
        (0, known, ("forget", "a.mp4", "--yes")),
    ]
    for code, environ, command in commands:
        done, tried = cut("--offline", *command, **environ)
        assert done.returncode == code, f"{command}: {done.stdout}{done.stderr}"
        assert tried == [], f"{command} tried {tried}"
        if code:
            assert "offline" in done.stderr, f"{command}: {done.stderr}"


def test_no_component_of_an_offline_run_tries(cut: Cut, folder: Path, tmp_path: Path) -> None:
    """The real components, without weights: each says what is missing, none asks for it."""
    real = {f"VSEARCH_MODELS_{name}": "auto" for name in ("EMBEDDER", "TEXT", "SPEECH", "SOUND")}
    real |= {"VSEARCH_MODELS_FOLDER": str(tmp_path / "none"), "VSEARCH_MODELS_OFFLINE": "1"}
    done, tried = cut("index", folder, **real)
    assert (done.returncode, tried) == (6, []), done.stderr
    assert "forbids fetching it" in done.stderr


def test_a_cut_network_costs_nothing_that_is_here(cut: Cut, folder: Path, tmp_path: Path) -> None:
    online = {"VSEARCH_MODELS_OFFLINE": "0"}
    for command in (("index", folder), ("search", "red"), ("summary", "a.mp4")):
        done, tried = cut(*command, **online)
        assert (done.returncode, tried) == (0, []), done.stderr
    real = {"VSEARCH_MODELS_EMBEDDER": "auto", "VSEARCH_MODELS_FOLDER": str(tmp_path / "none")}
    done, tried = cut("index", folder, "-l", tmp_path / "other", **online, **real)
    assert done.returncode == 6
    assert "could not be fetched" in done.stderr
    assert "pip" in " ".join(tried)
    done, tried = cut("ask", "when does the train leave?", **online, **FAR)
    assert done.returncode == 0
    assert "models.example.com" in done.stderr
    assert "the train leaves at ten" in done.stdout
    assert [line for line in tried if "models.example.com" in line]
    done, _ = cut("search", "red", "--json", **online)
    assert json.loads(done.stdout)["moments"]


def test_a_model_on_this_machine_may_be_asked_offline(cut: Cut, folder: Path) -> None:
    with serving(says("The train leaves at ten [1].")) as server:
        cut("index", folder)
        near = {"VSEARCH_ANSWER_URL": server.url, "VSEARCH_ANSWER_MODEL": "small"}
        done, tried = cut(
            "--offline", "ask", "when does the train leave?", "--with", "openai.v1", **near
        )
        assert (done.returncode, tried) == (0, []), done.stderr
        assert server.asked


@pytest.fixture
def start(vsearch, cut: Cut, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """A vsearch that runs on, cut off like the others."""
    cut("plugins")
    paths = os.pathsep.join([str(tmp_path / "hook"), vsearch.environ["PYTHONPATH"]])
    record = {"PYTHONPATH": paths, "VSEARCH_TEST_RECORD": str(tmp_path / "record.txt")}
    begun: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "vsearch", "--offline", *arguments]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        begun.append(
            subprocess.Popen(command, env={**vsearch.environ, **record}, text=True, **pipes)
        )
        return begun[-1]

    yield run
    for process in begun:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


def test_a_server_listens_and_connects_to_nothing(
    cut: Cut, start, folder: Path, tmp_path: Path
) -> None:
    cut("index", folder)
    process = start("serve", "--port", str(free_port()))
    address = next(
        found[0] for line in process.stderr if (found := re.findall(r"http://[\w.:]+", line))
    )
    with urllib.request.urlopen(f"{address}/openapi.json", timeout=20) as response:
        assert response.status == 200
    process.send_signal(signal.SIGINT)
    process.wait(20)
    assert (tmp_path / "record.txt").read_text() == ""


def test_a_server_of_tools_connects_to_nothing(
    cut: Cut, start, folder: Path, tmp_path: Path
) -> None:
    cut("index", folder)
    process = start("mcp")
    told = {"protocolVersion": "2025-06-18", "capabilities": {}}
    told["clientInfo"] = {"name": "test", "version": "1"}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": told}
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["result"]["serverInfo"]
    process.stdin.close()
    process.wait(20)
    assert (tmp_path / "record.txt").read_text() == ""


MEDDLER = """
import socket, subprocess, sys, urllib.request
from vsearch.hookspecs import hookimpl

def attempt(what):
    try:
        what()
    except OSError as error:
        print(error, file=sys.stderr)

attempt(lambda: urllib.request.urlopen("http://tracker.example.com/"))
attempt(lambda: socket.create_connection(("203.0.113.7", 80), timeout=1))
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("203.0.113.7", 9)))
attempt(lambda: subprocess.run([sys.executable, "-m", "pip", "download", "something"]))
"""


def test_a_plugin_that_calls_home_gets_nowhere(vsearch, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "meddler.py").write_text(MEDDLER)
    paths = os.pathsep.join([str(tmp_path), vsearch.environ["PYTHONPATH"]])
    plugged = {"PYTHONPATH": paths, "VSEARCH_PLUGINS": "vsearch.testing.fakes,meddler"}
    done = vsearch("--offline", "index", folder, **plugged)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("connecting is forbidden (--offline)") == 4, done.stderr


def test_the_process_of_others_is_let_go(monkeypatch: pytest.MonkeyPatch, fake_config) -> None:
    """Where a program calls the command as a function, it may connect again afterwards."""
    monkeypatch.setenv("VSEARCH_MODELS_OFFLINE", "1")
    monkeypatch.setenv("VSEARCH_LIBRARY", str(fake_config.library))
    monkeypatch.setattr(sys, "argv", ["vsearch", "list"])
    with pytest.raises(SystemExit):
        main()
    pip = subprocess.run([sys.executable, "-c", "", "pip"], check=False)
    assert pip.returncode == 0
    forbid_connections()
    try:
        with pytest.raises(PermissionError, match="forbidden"):
            subprocess.run([sys.executable, "-c", "", "pip"], check=False)
        with pytest.raises(PermissionError, match="forbidden"):
            socket.getaddrinfo("example.com", 80)
        assert socket.getaddrinfo("127.0.0.1", 80)
    finally:
        allow_connections()


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def cut_off() -> list[str]:
    """What starts a command in a network of its own that has nothing in it, or a skip."""
    tool = shutil.which("unshare")
    command = [tool or "", "--user", "--map-root-user", "--net"]
    if not tool or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("the kernel gives out no network of one's own here")
    return command


@pytest.mark.real
def test_real_models_need_no_network(weights, vsearch, cut: Cut, tmp_path: Path) -> None:
    store = weights("efficientnet-lite2", "minilm", "whisper-tiny.en", "silero-vad", "ina-sound")
    write_colours(tmp_path / "videos" / "a.mp4", ["red", "green"], samples=tone(440, 4))
    real = {f"VSEARCH_MODELS_{name}": "auto" for name in ("TEXT", "SPEECH", "SOUND")}
    real |= {"VSEARCH_MODELS_FOLDER": str(store.folder), "VSEARCH_MODELS_OFFLINE": "0"}
    real |= {"VSEARCH_MODELS_EMBEDDER": "starter", "VSEARCH_MODELS_SCREEN": "rapidocr.v1"}
    real |= {"VSEARCH_INDEX_SPLITTER": "pyscenedetect.v1"}
    done, tried = cut("--offline", "index", tmp_path / "videos", **real)
    assert (done.returncode, tried) == (0, []), done.stderr
    environ = {**vsearch.environ, **real}
    done, tried = cut("--offline", "ask", "what is said about trains?", **real)
    assert (done.returncode in {0, 1}, tried) == (True, []), done.stderr
    command = [*cut_off(), sys.executable, "-m", "vsearch", "--offline", "search", "a red wall"]
    alone = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert (alone.returncode, "a.mp4" in alone.stdout) == (0, True), alone.stderr
