"""Start-up: how long commands take from a cold process, beside an empty Python process.

    python benchmarks/startup.py [--library PATH]

Commands are run in turn, and each is compared with the empty process of its own round: machines are
noisy, ratios less so. It also says which heavy libraries each command imported.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

HEAVY = ("torch", "faiss", "duckdb", "numpy", "av", "onnxruntime", "rich", "gradio")
ROUNDS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", help="also time a search in this library")
    options = parser.parse_args()
    commands = {"empty": ["-c", "pass"], "vsearch --help": ["-m", "vsearch", "--help"]}
    if options.library:
        search = ["-m", "vsearch", "search", "a dog on the beach", "--library", options.library]
        commands["vsearch search"] = search
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS + 1):
        for name, arguments in commands.items():
            times[name].append(seconds(arguments))
    for name, arguments in commands.items():
        counted = times[name][1:]  # the first round warms the disk's cache
        ratio = statistics.median(a / b for a, b in zip(counted, times["empty"][1:], strict=True))
        imported = ", ".join(heavy_imports(arguments)) or "none of the heavy libraries"
        median = statistics.median(counted)
        print(f"{name:16s} {median:.3f} s, {ratio:.0f} x an empty process, imports {imported}")


def seconds(arguments: list[str]) -> float:
    """How long one process takes."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return time.perf_counter() - start


def heavy_imports(arguments: list[str]) -> list[str]:
    """The heavy libraries that a command imports."""
    command = [sys.executable, "-X", "importtime", *arguments]
    trace = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    names = {line.rpartition("|")[2].strip() for line in trace.splitlines() if "|" in line}
    return [name for name in HEAVY if name in names]


if __name__ == "__main__":
    main()
