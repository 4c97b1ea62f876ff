"""The model files of this machine: found, fetched, checked and imported."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from vsearch.errors import ModelError
from vsearch.models.digests import Digests, sha256_of
from vsearch.models.fetch import answers, fetch, host_of, in_caches, place
from vsearch.models.known import MODELS, Hub, ModelSpec, Source, Url, WeightsFile, find_model
from vsearch.protocols import Notify


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """Where a model file is on this machine, if it is, and whether it is the right one."""

    file: WeightsFile
    path: Path | None
    problem: str = ""


class ModelStore:
    """Model files in a folder of vsearch's own, and in the caches of other programs."""

    def __init__(
        self,
        folder: Path,
        *,
        caches: Mapping[str, Path],
        hub: str = "https://huggingface.co",
        hub_timeout_s: float = 5.0,
        offline: bool = False,
        notify: Notify = print,
    ) -> None:
        self.folder = folder
        self.offline = offline
        self.notify = notify
        self._caches = caches
        self._hub = hub
        self._hub_timeout_s = hub_timeout_s
        self._hub_answers: bool | None = None
        self._digests = Digests(folder / "digests.json")

    def file(self, model: str, name: str) -> Path:
        """The path of a verified file of a known model, fetched and announced if need be."""
        spec = find_model(model)
        state = self._state(spec, _file_named(spec, name))
        if state.path is None:
            self.pull(model)
            state = self._state(spec, _file_named(spec, name))
        if state.problem or state.path is None:
            raise ModelError(state.problem or f"{name} of {model} was not found after fetching it")
        return state.path

    def has(self, model: str) -> bool:
        """Whether all files of the model are on this machine."""
        return all(state.path is not None for state in self.states(model))

    def states(self, model: str) -> list[FileState]:
        """Where each file of the model is."""
        spec = find_model(model)
        return [self._state(spec, file) for file in spec.files]

    def fingerprint(self, model: str) -> str:
        """A short text that changes when the model's weights change."""
        spec = find_model(model)
        digests = [
            file.sha256 or self._digests.of(self.file(model, file.name)) for file in spec.files
        ]
        return (
            digests[0][:12]
            if len(digests) == 1
            else sha256("".join(digests).encode()).hexdigest()[:12]
        )

    def fingerprint_of(self, path: Path) -> str:
        """The same for a file of the user's own."""
        return self._digests.of(path.absolute())[:12]

    def hub_reachable(self) -> bool:
        """Whether the model hub answers; asked once, given up after a few seconds."""
        if self.offline:
            return False
        if self._hub_answers is None:
            limit = f"{self._hub_timeout_s:g} s"
            self.notify(
                f"Asking {host_of(self._hub)} for models, at most {limit}; --offline asks nobody"
            )
            self._hub_answers = answers(self._hub, self._hub_timeout_s)
        return self._hub_answers

    def pull(self, model: str) -> None:
        """Fetch what is missing of a model from the first source that has it."""
        spec = find_model(model)
        missing = [state.file for state in self.states(model) if state.path is None]
        if not missing:
            return
        if self.offline:
            raise ModelError(
                f"{spec.title} is not on this machine and --offline forbids fetching it; "
                f"`vsearch models pull {model}` fetches it where there is a network, "
                f"`vsearch models import FILE --as {model}` takes a file that you bring"
            )
        reasons: list[str] = []
        for source in spec.sources:
            try:
                self._pull_from(spec, source, missing)
                return
            except ModelError as error:
                reasons.append(str(error))
        raise ModelError(
            f"{spec.title} could not be fetched: {'; '.join(reasons)}. "
            f"`vsearch models import FILE --as {model}` takes a file that you fetched elsewhere, "
            f"`vsearch models pull {model}` tries again"
        )

    def verify(self, model: str) -> list[FileState]:
        """Hash the files of a model again, whatever is remembered of them."""
        for state in self.states(model):
            if state.path is not None:
                self._digests.of(state.path, fresh=True)
        return self.states(model)

    def add(self, path: Path, model: str = "") -> tuple[str, Path]:
        """Take a file that a person brings; its digest, or the model they name, says what it is."""
        digest = sha256_of(path)
        spec, file = self._recognise(path, digest, model)
        if file.sha256 and file.sha256 != digest:
            raise ModelError(
                f"{path} is refused: it is not {file.name} of {spec.title} (SHA-256 differs)"
            )
        if not file.sha256 and not looks_like_weights(path, file.size_bytes):
            raise ModelError(
                f"{path} is refused: it is no safetensors file of about the right size"
            )
        target = self.folder / spec.name / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(target.name + ".tmp")
        shutil.copyfile(path, temporary)
        temporary.replace(target)
        return spec.name, target

    def cached(self, repo: str, name: str) -> Path | None:
        """A file of any repository as the hub's own cache on this machine holds it."""
        return in_caches(Hub(repo=repo), WeightsFile(name=name, size_bytes=0), self._caches)

    def derived_for(self, key: str) -> str:
        """What stands behind key- in the name of the only such derived folder, or nothing."""
        found = [path.name for path in (self.folder / "derived").glob(f"{key}-*")]
        return found[0].removeprefix(f"{key}-") if len(found) == 1 else ""

    def derived(self, key: str, build: Callable[[Path], None]) -> Path:
        """A folder of files computed from weights, built once by build(folder)."""
        target = self.folder / "derived" / key
        if target.is_dir():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".building-") as scratch:
            made = Path(scratch) / "made"
            made.mkdir()
            build(made)
            try:
                made.rename(target)
            except OSError:  # another process built the same files first
                if not target.is_dir():
                    raise
        return target

    def _pull_from(self, spec: ModelSpec, source: Source, missing: list[WeightsFile]) -> None:
        where = place(source, self._hub)
        if isinstance(source, Hub | Url) and not self._answers(source, spec):
            raise ModelError(f"{where} does not answer")
        size = sum(file.size_bytes for file in missing) / 1e6
        self.notify(f"Fetching {spec.title} ({size:.0f} MB, {spec.licence}) from {where}")
        target = self.folder / spec.name
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".fetching-") as scratch:
            fetch(source, missing, Path(scratch), self._hub)
            for file in missing:
                self._accept(spec, file, Path(scratch) / file.name, where)

    def _accept(self, spec: ModelSpec, file: WeightsFile, path: Path, where: str) -> None:
        if file.sha256 and sha256_of(path) != file.sha256:
            raise ModelError(
                f"{file.name} from {where} is refused: its SHA-256 is not the known one"
            )
        path.replace(self.folder / spec.name / file.name)

    def _answers(self, source: Hub | Url, spec: ModelSpec) -> bool:
        if isinstance(source, Hub):
            return self.hub_reachable()
        address = source.pattern.format(name=spec.files[0].name, sha256=spec.files[0].sha256)
        return answers(address, self._hub_timeout_s)

    def _state(self, spec: ModelSpec, file: WeightsFile) -> FileState:
        own = self.folder / spec.name / file.name
        found = [in_caches(source, file, self._caches) for source in spec.sources]
        for path in (own if own.is_file() else None, *found):
            if path is not None:
                return FileState(file=file, path=path, problem=self._problem(spec, file, path))
        return FileState(file=file, path=None)

    def _problem(self, spec: ModelSpec, file: WeightsFile, path: Path) -> str:
        digest = self._digests.of(path)
        expected = file.sha256 or self._digests.pin(f"{spec.name}/{file.name}", digest)
        if digest == expected:
            return ""
        return (
            f"{path} is refused: its SHA-256 is not that of {spec.title}; "
            f"move it away and run `vsearch models pull {spec.name}`"
        )

    def _recognise(self, path: Path, digest: str, model: str) -> tuple[ModelSpec, WeightsFile]:
        if model:
            spec = find_model(model)
            if len(spec.files) == 1:
                return spec, spec.files[0]
            return spec, _file_named(spec, path.name)
        for spec in MODELS.values():
            for file in spec.files:
                if file.sha256 == digest:
                    return spec, file
        raise ModelError(
            f"{path} is none of the files that vsearch knows; name its model with --as MODEL"
        )


def looks_like_weights(path: Path, size_bytes: int) -> bool:
    """Whether a file without a known digest can be the safetensors file that is expected."""
    with path.open("rb") as file:
        header_bytes = int.from_bytes(file.read(8), "little")
        opening = file.read(1)
    size = path.stat().st_size
    return opening == b"{" and header_bytes < size and 0.4 < size / size_bytes < 2.5


def _file_named(spec: ModelSpec, name: str) -> WeightsFile:
    for file in spec.files:
        if file.name == name:
            return file
    known = ", ".join(file.name for file in spec.files)
    raise ModelError(f"{spec.name} has no file {name!r}; it has: {known}")
