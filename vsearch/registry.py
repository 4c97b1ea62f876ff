"""Finds plugins, and makes the components that they register by name.

This is the only file that reads entry points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import pluggy

from vsearch import hookspecs
from vsearch.config import silence_telemetry
from vsearch.errors import PluginError, VsearchError

if TYPE_CHECKING:
    from vsearch.protocols import (
        Answerer,
        Embedder,
        Exporter,
        Fuser,
        PluginContext,
        SceneSplitter,
        ScreenReader,
        SoundListener,
        TextEncoder,
        Transcriber,
    )

GROUP = "vsearch"
Source: TypeAlias = Literal["built-in", "installed", "settings"]
KINDS = {
    "scene splitter": "register_scene_splitters",
    "embedder": "register_embedders",
    "text encoder": "register_text_encoders",
    "transcriber": "register_transcribers",
    "screen reader": "register_screen_readers",
    "sound listener": "register_sound_listeners",
    "fuser": "register_fusers",
    "answerer": "register_answerers",
    "exporter": "register_exporters",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """One plugin as `vsearch plugins` shows it; error says why it was left out.

    The source tells who put it there; path is the file that is run, as far as it is known.
    """

    name: str
    origin: str
    source: Source = "installed"
    version: str = ""
    path: str = ""
    components: tuple[tuple[str, str], ...] = ()
    error: str = ""


class Registry:
    """The components of all plugins, by kind and name."""

    def __init__(self) -> None:
        self.plugins: list[PluginInfo] = []
        self._factories: dict[tuple[str, str], Callable[[str, PluginContext], object]] = {}

    def add(self, name: str, origin: str, load: Callable[[], object]) -> None:
        """Load one plugin of which nothing more is known."""
        self.take(PluginInfo(name=name, origin=origin), load)

    def take(self, plugin: PluginInfo, load: Callable[[], object]) -> None:
        """Load one plugin; one that fails is listed with its error and breaks no other."""
        try:
            found = _components(load())
        except Exception as broken:  # noqa: BLE001 - whatever a plugin does, the others work
            reason = f"{type(broken).__name__}: {broken}"
            self.plugins.append(replace(plugin, error=reason))
            return
        error = self._clash(found)
        if not error:
            self._factories.update(found)
        components = tuple(sorted(found))
        self.plugins.append(replace(plugin, components=components, error=error))

    def names(self, kind: str) -> list[str]:
        """The names registered for a kind."""
        return sorted(name for found, name in self._factories if found == kind)

    def scene_splitter(self, spec: str, context: PluginContext) -> SceneSplitter:
        """Make the scene splitter that spec names."""
        return cast("SceneSplitter", self._make("scene splitter", spec, context))

    def embedder(self, spec: str, context: PluginContext) -> Embedder:
        """Make the embedder that spec names."""
        return cast("Embedder", self._make("embedder", spec, context))

    def text_encoder(self, spec: str, context: PluginContext) -> TextEncoder:
        """Make the text encoder that spec names."""
        return cast("TextEncoder", self._make("text encoder", spec, context))

    def transcriber(self, spec: str, context: PluginContext) -> Transcriber:
        """Make the transcriber that spec names."""
        return cast("Transcriber", self._make("transcriber", spec, context))

    def screen_reader(self, spec: str, context: PluginContext) -> ScreenReader:
        """Make the screen reader that spec names."""
        return cast("ScreenReader", self._make("screen reader", spec, context))

    def sound_listener(self, spec: str, context: PluginContext) -> SoundListener:
        """Make the sound listener that spec names."""
        return cast("SoundListener", self._make("sound listener", spec, context))

    def fuser(self, spec: str, context: PluginContext) -> Fuser:
        """Make the fuser that spec names."""
        return cast("Fuser", self._make("fuser", spec, context))

    def answerer(self, spec: str, context: PluginContext) -> Answerer:
        """Make the answerer that spec names."""
        return cast("Answerer", self._make("answerer", spec, context))

    def exporter(self, spec: str, context: PluginContext) -> Exporter:
        """Make the exporter that spec names."""
        return cast("Exporter", self._make("exporter", spec, context))

    def _make(self, kind: str, spec: str, context: PluginContext) -> object:
        name, _, argument = spec.partition(":")
        factory = self._factories.get((kind, name))
        if factory is None:
            raise PluginError(self._unknown(kind, name))
        try:
            return factory(argument, context)
        except VsearchError:
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise PluginError(f"the {kind} {spec} could not be made: {reason}") from error

    def _unknown(self, kind: str, name: str) -> str:
        known = ", ".join(self.names(kind)) or "none"
        broken = [plugin.name for plugin in self.plugins if plugin.error]
        hint = f"; broken plugins: {', '.join(broken)} (see `vsearch plugins`)" if broken else ""
        return f"there is no {kind} called {name!r}; there are: {known}{hint}"

    def _clash(self, found: dict[tuple[str, str], Any]) -> str:
        twice = sorted(name for kind, name in found if (kind, name) in self._factories)
        return f"registers a name that is taken already: {', '.join(twice)}" if twice else ""


def _components(plugin: object) -> dict[tuple[str, str], Callable[[str, PluginContext], object]]:
    manager = pluggy.PluginManager("vsearch")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    found: dict[tuple[str, str], Callable[[str, PluginContext], object]] = {}
    for kind, hook in KINDS.items():

        def register(name: str, factory: Callable[..., object], kind: str = kind) -> None:
            if (kind, name) in found:
                raise PluginError(f"registers the {kind} {name!r} twice")
            found[kind, name] = factory

        getattr(manager.hook, hook)(register=register)
    return found


def load_registry(extra: Iterable[str] = ()) -> Registry:
    """Load every installed plugin, then the modules named in the settings."""
    silence_telemetry()  # before any of them loads a library that reports home
    registry = Registry()
    for point in sorted(entry_points(group=GROUP), key=lambda point: (not _own(point), point.name)):
        registry.take(_plugin_of(point), point.load)
    for module in extra:
        named = PluginInfo(
            name=module, origin="named in the settings", source="settings", path=_place_of(module)
        )
        registry.take(named, partial(import_module, module))
    return registry


def _plugin_of(point: EntryPoint) -> PluginInfo:
    """What is known of a plugin before any of it is run."""
    dist = point.dist
    return PluginInfo(
        name=point.name,
        origin=f"{dist.name} {dist.version}" if dist else point.value,
        source="built-in" if _own(point) else "installed",
        version=dist.version if dist else "",
        path=_place_of(point.module),
    )


def _own(point: EntryPoint) -> bool:
    """Whether vsearch brings a plugin along; others may call their modules what they like."""
    ours = point.dist is None or _canonical(point.dist.name) == "vsearch"
    return ours and point.module.startswith("vsearch_plugins.")


def _canonical(name: str) -> str:
    """The name of a package as an index knows it."""
    return name.lower().replace("_", "-").replace(".", "-")


def _place_of(module: str) -> str:
    """The file of a module, which may yet fail to load."""
    try:
        found = find_spec(module)
    except Exception:  # noqa: BLE001 - the package around it may be broken in any way
        return ""
    return found.origin or "" if found else ""
