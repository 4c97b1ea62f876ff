"""What `vsearch serve` bears: searches, pictures and ranges of videos by 1, 8 and 64 clients.

python benchmarks/serve.py LIBRARY [--seconds 10] [--clients 1,8,64]

Uses wrk where it is installed, else a small client of its own, which is slower. The library is only
read. cpu ms is the server's processor time for a request. Memory is what the server holds after a
first round, and after one of twice the length.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import vsearch

WORDS = ("dog", "train", "beach", "people", "street", "car", "music", "food", "snow", "house")
WORDS += ("water", "night", "red", "talk", "plane", "child", "bridge", "garden", "rain", "ball")
COLUMNS = ("p50 ms", "p99 ms", "cpu ms", "errors")
KINDS = ("search", "picture", "range")
REQUESTS = 400
LONGEST_BYTES = 256 * 1024
LUA = """
local paths, headers = {}, {}
for line in io.lines("FILE") do
  local path, range = line:match("^(%S+) ?(.*)$")
  paths[#paths + 1] = path
  headers[#headers + 1] = range ~= "" and {Range = range} or {}
end
local threads, at = 0, 0
function setup(thread) thread:set("at", threads * 37); threads = threads + 1 end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], headers[at])
end
function done(summary, latency)
  local e = summary.errors
  print(string.format('RESULT {"requests": %d, "us": %d, "p50": %f, "p99": %f, "errors": %d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Measured:
    """One round: how many requests, how fast, and what went wrong."""

    requests: int
    rate: float
    p50_ms: float
    p99_ms: float
    errors: int


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory() as folder, serving(options.library) as (port, process):
        kinds = {
            name: list(asked(name, options.library)) for name in ("search", "picture", "range")
        }
        loads = {name: load(requests, port, Path(folder), name) for name, requests in kinds.items()}
        for measure in loads.values():
            measure(8, 3.0)
        clients = [int(number) for number in options.clients.split(",")]
        print(f"{'':8}{'clients':>8}{'a second':>10}" + "{:>9}{:>9}{:>9}{:>8}".format(*COLUMNS))
        for name, measure in loads.items():
            for number in clients:
                before = worked_s(process)
                found = measure(number, options.seconds)
                cpu_ms = (worked_s(process) - before) * 1000 / max(1, found.requests)
                numbers = f"{found.rate:10.0f}{found.p50_ms:9.1f}{found.p99_ms:9.1f}{cpu_ms:9.2f}"
                print(f"{name:8}{number:8}{numbers}{found.errors:8}", flush=True)
        first = held_mb(process)
        for measure in loads.values():
            for number in clients:
                measure(number, 2 * options.seconds)
        print(f"held: {first:.0f} MB after a round, {held_mb(process):.0f} MB after a longer one")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--clients", default="1,8,64")
    return parser.parse_args()


@contextmanager
def serving(library: Path) -> Iterator[tuple[int, int]]:
    """A server of its own, and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "vsearch", "serve", "--port", str(port)]
    environ = {**os.environ, "VSEARCH_SERVE_RATE_PER_S": "0"}
    server = subprocess.Popen([*command, "--library", str(library.absolute())], env=environ)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/v1/search?q=dog", timeout=60).read()
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def asked(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Requests of a kind, all different: an address and a Range header."""
    chance = random.Random(7)
    library = vsearch.open_library(folder.absolute())
    videos = library.videos()
    frames = [(v.id, f.id) for v in videos for f in library.show(v.id).frames]
    for _ in range(REQUESTS):
        video = chance.choice(videos)
        if kind == "search":
            text = " ".join(chance.sample(WORDS, chance.randint(1, 4)))
            yield f"/v1/search?{urlencode({'q': text, 'limit': 10}, quote_via=quote)}", ""
        elif kind == "picture":
            video_id, frame_id = chance.choice(frames)
            yield f"/v1/videos/{video_id}/frames/{frame_id}.jpg", ""
        else:
            size = video.path.stat().st_size
            first = chance.randrange(max(1, size - LONGEST_BYTES))
            yield f"/v1/videos/{video.id}/media", f"bytes={first}-{first + LONGEST_BYTES - 1}"


def load(requests, port: int, folder: Path, name: str):
    """What asks these for so long with so many clients."""
    if not shutil.which("wrk"):
        return lambda clients, seconds: asyncio.run(own_client(requests, port, clients, seconds))
    listed, script = folder / f"{name}.txt", folder / f"{name}.lua"
    listed.write_text("".join(f"{path} {span}\n" for path, span in requests))
    script.write_text(LUA.replace("FILE", str(listed)))

    def measure(clients: int, seconds: float) -> Measured:
        command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
        command += ["-s", str(script), f"http://127.0.0.1:{port}"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = json.loads(re.search(r"RESULT (.*)", told)[1])
        count, rate = found["requests"], found["requests"] / found["us"] * 1e6
        return Measured(count, rate, found["p50"] / 1000, found["p99"] / 1000, found["errors"])

    return measure


async def own_client(requests, port: int, clients: int, seconds: float) -> Measured:
    """Clients that each keep one connection and ask again as soon as they are answered."""
    took: list[float] = []
    errors = 0
    until = time.monotonic() + seconds

    async def client(number: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        at = number * 37
        while time.monotonic() < until:
            path, span = requests[at % len(requests)]
            at += 1
            began = time.perf_counter()
            line = f"Range: {span}\r\n" if span else ""
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{line}\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            await reader.readexactly(int(re.search(r"content-length: (\d+)", head)[1]))
            took.append(time.perf_counter() - began)
            errors += not head.startswith("http/1.1 20")
        writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    took.sort()
    p50, p99 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.99))
    return Measured(len(took), len(took) / seconds, p50, p99, errors)


def worked_s(process: int) -> float:
    """The processor time that a process has taken: other work on the machine does not count."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def held_mb(process: int) -> float:
    """What a process holds of memory, without files that are mapped."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", status)[1]) / 1024


if __name__ == "__main__":
    main()
