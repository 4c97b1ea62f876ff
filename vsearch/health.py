"""Checks of the installation, the models and a library, for `vsearch doctor`."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from vsearch.components import open_models
from vsearch.config import Config, config_file
from vsearch.errors import VsearchError
from vsearch.files import is_gone
from vsearch.library import Library
from vsearch.models.known import EMBEDDERS, MODELS
from vsearch.registry import load_registry

OK, NOTE, BAD = "ok", "note", "bad"
PACKAGES = (
    "torch",
    "open_clip_torch",
    "openai-whisper",
    "rapidocr",
    "duckdb",
    "onnxruntime",
    "av",
)
EITHER = (("faiss-gpu", "faiss-cpu"), ("scenedetect-headless", "scenedetect"))
LOW_DISK_BYTES = 2 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: str
    detail: str


def examine(config: Config) -> list[Check]:
    """Look at everything; a check that fails is a finding, never an error."""
    checks: list[Check] = []
    for look in (_python, _packages, _gpu, _settings, _disk, _plugins, _models, _library):
        try:
            checks.extend(look(config))
        except VsearchError as error:
            checks.append(Check(name=look.__name__.strip("_"), state=BAD, detail=str(error)))
        except Exception as error:  # noqa: BLE001 - a doctor must not fail where it is needed
            detail = f"{type(error).__name__}: {error}"
            checks.append(Check(name=look.__name__.strip("_"), state=BAD, detail=detail))
    return checks


def _python(config: Config) -> Iterator[Check]:
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Check(name="python", state=OK, detail=detail)


def _packages(config: Config) -> Iterator[Check]:
    found = {name: _version(name) for name in (*PACKAGES, *(_either(*pair) for pair in EITHER))}
    missing = [name for name, installed in found.items() if not installed]
    if missing:
        detail = f"not installed: {', '.join(missing)}"
        yield Check(name="packages", state=BAD, detail=detail)
        return
    detail = ", ".join(f"{name} {installed}" for name, installed in found.items())
    yield Check(name="packages", state=OK, detail=detail)


def _gpu(config: Config) -> Iterator[Check]:
    from vsearch_index.gpu import gpu_count

    count = gpu_count()
    detail = f"{count} for FAISS" if count else "none: everything runs on the CPU"
    yield Check(name="gpu", state=OK if count else NOTE, detail=detail)


def _settings(config: Config) -> Iterator[Check]:
    path = config_file()
    detail = str(path) if path.exists() else f"defaults ({path} would be read)"
    yield Check(name="settings", state=OK, detail=detail)


def _disk(config: Config) -> Iterator[Check]:
    free = shutil.disk_usage(_nearest(config.library)).free
    state = OK if free > LOW_DISK_BYTES else BAD
    detail = f"{free / 1e9:.1f} GB free at {config.library}"
    yield Check(name="disk", state=state, detail=detail)


def _plugins(config: Config) -> Iterator[Check]:
    plugins = load_registry(config.plugins).plugins
    broken = [f"{plugin.name}: {plugin.error}" for plugin in plugins if plugin.error]
    detail = "; ".join(broken) or f"{len(plugins)} loaded"
    yield Check(name="plugins", state=BAD if broken else OK, detail=detail)


def _models(config: Config) -> Iterator[Check]:
    store = open_models(config)
    here = [name for name in MODELS if store.has(name)]
    wrong = [state.problem for name in here for state in store.states(name) if state.problem]
    if wrong:
        yield Check(name="models", state=BAD, detail="; ".join(wrong))
    detail = ", ".join(here) or "none yet: the first `vsearch index` fetches what it needs"
    yield Check(name="models", state=OK if here else NOTE, detail=detail)
    if not any(name.startswith("clip-") for name in here):
        hint = "CLIP is not here; `vsearch models pull clip-balanced` where a hub can be reached"
        yield Check(name="clip", state=NOTE, detail=hint)


def _library(config: Config) -> Iterator[Check]:
    library = Library(config.library, config, lambda line: None)
    if not library.exists():
        detail = f"none yet at {library.path}; `vsearch index FOLDER` makes it"
        yield Check(name="library", state=NOTE, detail=detail)
        return
    counts, rows = library.counts(), library.check()
    detail = f"{library.path}: {counts.videos} videos, {counts.frames} keyframes, {rows} index rows"
    if rows != counts.frames and library.is_being_written():
        yield Check(name="library", state=NOTE, detail=f"{detail}; an index run is under way")
    else:
        yield Check(name="library", state=OK if rows == counts.frames else BAD, detail=detail)
    if library.has_traces():
        detail = "forgetting videos was interrupted; `vsearch forget --removed` ends it"
        yield Check(name="library traces", state=NOTE, detail=detail)
    if lost := library.lost_keyframes():
        detail = f"{lost} pictures of keyframes are gone; remove and index their videos again"
        yield Check(name="library pictures", state=BAD, detail=detail)
    components = ", ".join(f"{block.name} {block.component}" for block in library.blocks())
    yield Check(name="library models", state=OK, detail=components or "none yet")
    if gone := library.missing():
        detail = f"{len(gone)} files are not where they were; `vsearch list` shows them"
        yield Check(name="library files", state=NOTE, detail=detail)
    if any(block.component == EMBEDDERS["starter"] for block in library.blocks()):
        detail = "the library uses the starter encoder; CLIP finds more (see README, Models)"
        yield Check(name="quality", state=NOTE, detail=detail)


def _either(wanted: str, other: str) -> str:
    """The package of the two that is installed: both bring the same modules."""
    return wanted if _version(wanted) else other


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _nearest(path: Path) -> Path:
    """The path, or the first folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if not is_gone(folder))
