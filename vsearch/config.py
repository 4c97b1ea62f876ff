"""Every setting, from defaults, a file, the environment and options: the later wins.

This is the only file that reads environment variables or TOML.
"""

from __future__ import annotations

import hmac
import os
import tomllib
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from vsearch.errors import ConfigError
from vsearch.settings import (
    AnswerSettings,
    IndexSettings,
    ModelSettings,
    SearchSettings,
    ServeSettings,
)

APP = "vsearch"
KEY_VARIABLE = "VSEARCH_ANSWER_KEY"
SERVE_KEY_VARIABLE = "VSEARCH_SERVE_KEY"
SILENT = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
"""What ONNX Runtime, whose wheels report by default, and the hub's client take for a no."""
SHORTEST_KEY = 16
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole tree of settings."""

    library: Path = Path()
    plugins: tuple[str, ...] = ()
    index: IndexSettings = field(default_factory=IndexSettings)
    models: ModelSettings = field(default_factory=ModelSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    answer: AnswerSettings = field(default_factory=AnswerSettings)
    serve: ServeSettings = field(default_factory=ServeSettings)


def load_config(
    options: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None
) -> Config:
    """Read the settings; options are dotted names such as {"search.limit": 5}, None is unset."""
    environ = os.environ if environ is None else environ
    config = _apply(_defaults(environ), _flat(_read_file(environ)), "the configuration file")
    config = _apply(config, _from_environ(environ), "the environment")
    chosen = {name: value for name, value in (options or {}).items() if value is not None}
    return _apply(config, chosen, "the options")


def library_path(name_or_path: str | os.PathLike[str], config: Config) -> Path:
    """The folder of a library: a bare name lies beside the default library."""
    text = os.fspath(name_or_path)
    if os.sep in text or (os.altsep and os.altsep in text) or text in {".", ".."}:
        return plain_path(text)
    return config.library.parent / text


def plain_path(text: str | os.PathLike[str]) -> Path:
    """A path without ~ and .., from the root on; links stay as they are."""
    return Path(os.path.abspath(from_home(text)))  # noqa: PTH100 - never raises


def from_home(text: str | os.PathLike[str]) -> str:
    """A path with ~ as a shell means it; what names no user's home stays as it is."""
    try:
        return os.path.expanduser(os.fspath(text))  # noqa: PTH111 - Path raises more
    except ValueError:  # a name that no user can have
        return os.fspath(text)


def config_file(environ: Mapping[str, str] | None = None) -> Path:
    """Where the configuration file is looked for."""
    environ = os.environ if environ is None else environ
    if chosen := environ.get("VSEARCH_CONFIG"):
        return Path(chosen).expanduser()
    import platformdirs

    return platformdirs.user_config_path(APP, appauthor=False) / "config.toml"


def cache_folders(environ: Mapping[str, str] | None = None) -> dict[str, Path]:
    """Where other programs keep models that vsearch can use: name of the ecosystem -> folder."""
    environ = os.environ if environ is None else environ
    home = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").expanduser()
    hub_home = Path(environ.get("HF_HOME") or home / "huggingface").expanduser()
    hub = Path(environ.get("HF_HUB_CACHE") or hub_home / "hub").expanduser()
    return {"hub": hub, "whisper": home / "whisper"}


def answer_key(environ: Mapping[str, str] | None = None) -> str:
    """The key of a language model's endpoint: a secret, so it is no setting and never shown."""
    environ = os.environ if environ is None else environ
    return environ.get(KEY_VARIABLE, "").strip()


def serve_key(environ: Mapping[str, str] | None = None) -> str:
    """The key that clients of our servers must show: a secret, so it is no setting."""
    environ = os.environ if environ is None else environ
    key = environ.get(SERVE_KEY_VARIABLE, "").strip()
    if key and not (key.isascii() and key.isprintable() and len(key) >= SHORTEST_KEY):
        raise ConfigError(
            f"{SERVE_KEY_VARIABLE} takes at least {SHORTEST_KEY} letters, digits and signs of "
            f"ASCII, as `openssl rand -hex 32` makes them"
        )
    return key


def is_key(key: str, given: str) -> bool:
    """Whether what a client shows is the key; a near guess takes no longer."""
    return hmac.compare_digest(key.encode(), given.encode("utf-8", "replace"))


def drop_proxies(environ: MutableMapping[str, str] | None = None) -> dict[str, str]:
    """Take the names of proxies out of the process's environment, and give what they were."""
    environ = os.environ if environ is None else environ
    names = [name for name in environ if name.lower().endswith("_proxy")]
    return {name: environ.pop(name) for name in names if name.lower() != "no_proxy"}


def restore_proxies(dropped: Mapping[str, str]) -> None:
    """Put back what drop_proxies() gave."""
    os.environ.update(dropped)


def silence_telemetry() -> None:
    """Keep the libraries under us from reporting home; they look at this when they are loaded."""
    for name, value in SILENT.items():
        os.environ.setdefault(name, value)


def _defaults(environ: Mapping[str, str]) -> Config:
    import platformdirs

    data = platformdirs.user_data_path(APP, appauthor=False)
    offline = environ.get("HF_HUB_OFFLINE", "") not in {"", "0"}
    hub = environ.get("HF_ENDPOINT") or ModelSettings().hub
    models = ModelSettings(folder=data / "models", offline=offline, hub=hub)
    return Config(library=data / "libraries" / "default", models=models)


def _read_file(environ: Mapping[str, str]) -> dict[str, Any]:
    path = config_file(environ)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if environ.get("VSEARCH_CONFIG"):
            raise ConfigError(f"VSEARCH_CONFIG names {path}, which does not exist") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as TOML: {error}") from error


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def _from_environ(environ: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in setting_names():
        variable = f"VSEARCH_{name.replace('.', '_').upper()}"
        if environ.get(variable):
            found[name] = environ[variable]
    known = {f"VSEARCH_{name.replace('.', '_').upper()}" for name in setting_names()}
    own = {name for name in environ if name.startswith("VSEARCH_")}
    for name in sorted(own - known - {"VSEARCH_CONFIG", KEY_VARIABLE, SERVE_KEY_VARIABLE}):
        if not name.startswith("VSEARCH_TEST_"):
            raise ConfigError(f"{name} is no setting; there are: {', '.join(sorted(known))}")
    return found


def setting_names() -> list[str]:
    """The dotted name of every setting."""
    names: list[str] = []
    for item in fields(Config):
        part = get_type_hints(Config)[item.name]
        if is_dataclass(part):
            names.extend(f"{item.name}.{leaf.name}" for leaf in fields(part))
        else:
            names.append(item.name)
    return names


def _apply(config: Config, values: Mapping[str, object], origin: str) -> Config:
    for name, value in values.items():
        if name not in setting_names():
            known = ", ".join(setting_names())
            raise ConfigError(f"{origin} sets {name!r}, which is no setting; there are: {known}")
        if name == "library":
            config = replace(config, library=library_path(str(value), config))
        else:
            config = _set(config, name.split("."), value, f"{name} in {origin}")
    return config


def _set(node: T, names: list[str], value: object, label: str) -> T:
    head, *rest = names
    if rest:
        value = _set(getattr(node, head), rest, value, label)
    else:
        value = _convert(value, get_type_hints(type(node))[head], label)
    return replace(node, **{head: value})  # type: ignore[type-var]


def _convert(value: object, kind: object, label: str) -> object:
    converter = _CONVERTERS[kind]
    try:
        return converter(value)
    except (TypeError, ValueError):
        raise ConfigError(f"{label} cannot be {value!r}: it takes {_KINDS[kind]}") from None


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    text = str(value).strip().lower()
    if text not in words:
        raise ValueError(text)
    return words[text]


def _whole(value: object) -> int:
    if isinstance(value, bool) or int(str(value)) < 1:
        raise ValueError(value)
    return int(str(value))


def _number(value: object) -> float:
    if isinstance(value, bool) or not 0 <= float(str(value)) < float("inf"):
        raise ValueError(value)
    return float(str(value))


def _words(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else list(value)  # type: ignore[call-overload]
    return tuple(str(part).strip() for part in parts if str(part).strip())


_CONVERTERS: dict[object, Callable[[Any], object]] = {
    bool: _boolean,
    int: _whole,
    float: _number,
    str: str,
    Path: lambda value: plain_path(str(value)),
    tuple[str, ...]: _words,
}
_KINDS: dict[object, str] = {
    bool: "true or false",
    int: "a whole number above 0",
    float: "a number from 0 up",
    str: "text",
    Path: "a path",
    tuple[str, ...]: "a list of names",
}
