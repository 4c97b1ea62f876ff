from __future__ import annotations

from pathlib import Path

import pytest

from vsearch.config import (
    cache_folders,
    is_key,
    library_path,
    load_config,
    plain_path,
    serve_key,
    setting_names,
)
from vsearch.errors import ConfigError


def test_the_later_source_wins(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[search]\nlimit = 3\n[models]\nembedder = "best"\ndevice = "cpu"\n')
    environ = {"VSEARCH_CONFIG": str(file), "VSEARCH_MODELS_EMBEDDER": "fast", "HOME": "/h"}
    config = load_config({"search.limit": 7, "models.speech": None}, environ)
    assert config.search.limit == 7
    assert config.models.embedder == "fast"
    assert config.models.device == "cpu"
    assert config.models.speech == "auto"


def test_every_setting_can_come_from_the_environment(tmp_path: Path) -> None:
    values = {"plugins": "a, b", "models.offline": "yes", "index.keyframe_every_s": "2.5"}
    environ = {f"VSEARCH_{name.upper().replace('.', '_')}": text for name, text in values.items()}
    config = load_config(environ=environ)
    assert config.plugins == ("a", "b")
    assert config.models.offline is True
    assert config.index.keyframe_every_s == 2.5
    assert set(values) <= set(setting_names())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("search.limit", "0"),
        ("search.limit", "many"),
        ("search.limit", True),
        ("models.offline", "perhaps"),
        ("index.keyframe_every_s", "-1"),
        ("search.speech_weight", "inf"),
    ],
)
def test_wrong_values_say_where_and_what(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"{name} in the options cannot be .*: it takes"):
        load_config({name: value}, {})


def test_keyframes_cannot_be_infinitely_many() -> None:
    with pytest.raises(ConfigError, match=r"keyframe_every_s must be at least 0\.1, not 0"):
        load_config({"index.keyframe_every_s": 0}, {})


def test_paths_are_plain(tmp_path: Path) -> None:
    assert plain_path(tmp_path / "a" / ".." / "b") == tmp_path / "b"
    assert plain_path("~no-such-user/x") == Path.cwd() / "~no-such-user" / "x"


def test_unknown_settings_list_the_known_ones(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[search]\nlimits = 3\n")
    with pytest.raises(ConfigError, match=r"'search.limits'.*search\.limit"):
        load_config(environ={"VSEARCH_CONFIG": str(file)})


def test_a_broken_or_missing_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with pytest.raises(ConfigError, match="does not exist"):
        load_config(environ={"VSEARCH_CONFIG": str(file)})
    file.write_text("limit = ")
    with pytest.raises(ConfigError, match=r"config\.toml cannot be read as TOML"):
        load_config(environ={"VSEARCH_CONFIG": str(file)})


def test_a_library_is_a_name_or_a_path(tmp_path: Path) -> None:
    config = load_config({"library": str(tmp_path / "here")}, {})
    assert config.library == tmp_path / "here"
    assert library_path("family", config) == tmp_path / "family"
    assert library_path("./family", config) == Path.cwd() / "family"


def test_the_caches_of_others_follow_their_variables() -> None:
    folders = cache_folders({"HF_HOME": "/hub", "XDG_CACHE_HOME": "/cache"})
    assert folders == {"hub": Path("/hub/hub"), "whisper": Path("/cache/whisper")}
    assert cache_folders({"HF_HUB_CACHE": "/elsewhere"})["hub"] == Path("/elsewhere")


@pytest.mark.parametrize(
    "key", ["sesame", "fifteen-letters", "schlüsselschlüssel", "a" * 16 + "\n."]
)
def test_a_key_that_is_short_or_odd_is_refused_and_not_told(key: str) -> None:
    with pytest.raises(ConfigError, match="VSEARCH_SERVE_KEY takes at least 16") as refused:
        serve_key({"VSEARCH_SERVE_KEY": key})
    assert key not in str(refused.value)


def test_a_key_is_compared_whole() -> None:
    key = serve_key({"VSEARCH_SERVE_KEY": " sixteen-letters. "})
    assert is_key(key, "sixteen-letters.")
    for given in ("", key[:-1], f"{key}.", "ÿ" * 16, "\udcff"):
        assert not is_key(key, given)
    assert serve_key({}) == ""
