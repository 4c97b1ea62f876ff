"""Which exporter writes a file, and writing it."""

from __future__ import annotations

from pathlib import Path

from vsearch.errors import PluginError, QueryError, VsearchError
from vsearch.export.gather import Found, cut_list
from vsearch.outputs import check_is_no_sidecar, check_new, check_output, write_output
from vsearch.protocols import Exporter, PluginContext
from vsearch.registry import Registry
from vsearch.storage import Store


class Exports:
    """Writes what a library finds for other programs."""

    def __init__(self, store: Store, registry: Registry, context: PluginContext) -> None:
        self._store = store
        self._registry = registry
        self._context = context

    def check(self, path: Path, form: str | None, *, overwrite: bool) -> str:
        """The exporter that a file is written by, or why it cannot be written."""
        check_output(path)
        check_is_no_sidecar(path, self._store.stamps(), "found")
        check_new(path, overwrite=overwrite)
        return self._named(form) if form else self._by_ending(path)

    def write(
        self, found: Found, path: Path, form: str | None, *, absolute: bool, overwrite: bool
    ) -> Path:
        """Write what was found; the path is that of the file."""
        name = self.check(path, form, overwrite=overwrite)
        cuts = cut_list(self._store, found, path, absolute=absolute)
        try:
            content = self._make(name).write(cuts)
        except VsearchError as error:
            raise type(error)(f"{path.name} is not written: {error}") from error
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise PluginError(f"the exporter {name} cannot write {path.name}: {reason}") from error
        write_output(path, content)
        return path

    def _make(self, spec: str) -> Exporter:
        return self._registry.exporter(spec, self._context)

    def _named(self, form: str) -> str:
        """A name as it stands or, shorter, without its version: edl for edl.v1."""
        name, colon, argument = form.partition(":")
        names = self._registry.names("exporter")
        longer = [known for known in names if known.rpartition(".v")[0] == name]
        found = name if name in names or not longer else longer[-1]
        spec = f"{found}{colon}{argument}"
        self._make(spec)  # an unknown one is an error before the search, not after it
        return spec

    def _by_ending(self, path: Path) -> str:
        """The exporter with the longest of the endings that fit."""
        endings = {
            (ending, name)
            for name in self._registry.names("exporter")
            for ending in self._make(name).endings
        }
        fitting = [item for item in sorted(endings) if path.name.lower().endswith(item[0])]
        longest = max((len(ending) for ending, _ in fitting), default=0)
        best = [name for ending, name in fitting if len(ending) == longest]
        if not best:
            known = ", ".join(sorted({ending for ending, _ in endings}))
            raise QueryError(f"{path.name} ends in nothing that is written: there are {known}")
        if len(best) > 1:
            raise QueryError(
                f"{path.name} may be written by {' or '.join(best)}: choose with --export-as"
            )
        return best[0]
