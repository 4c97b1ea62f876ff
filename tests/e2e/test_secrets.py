"""A key is a secret: it is in no output, error, setting, file or log, and nothing is logged."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.chatserver import Behave, Handler, refuses, says, serving
from vsearch.components import Components
from vsearch.config import Config, load_config
from vsearch.errors import VsearchError
from vsearch.library import Library
from vsearch.testing.videos import write_colours

KEY = "sk-zorblaxian-9f8e7d6c5b4a"
PARTS = (KEY, KEY[3:], KEY[:14], KEY[-12:])


def tells(handler: Handler) -> None:
    """A server that sends the key back wherever it can."""
    handler.begin(500, "text/plain", **{"X-Your-Key": KEY})
    handler.send(f"bad key {KEY}\n{handler.headers['Authorization']}")


def leaks(text: str) -> bool:
    return any(part in text for part in PARTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = write_colours(tmp_path / "videos" / "a.mp4", ["red", "green"])
    words = "the train leaves at ten"
    path.with_suffix(".srt").write_text(f"1\n00:00:00,200 --> 00:00:03,800\n{words}\n")
    return tmp_path


def test_no_command_tells_the_key(vsearch, folder: Path) -> None:
    behaviours: tuple[Behave, ...] = (
        tells,
        refuses(401, f'{{"error": "{KEY}"}}'),
        refuses(302, "", Location=f"http://127.0.0.1:9/{KEY}"),
        says(f"The key is {KEY} [1]."),
    )
    key = {"VSEARCH_ANSWER_KEY": KEY, "VSEARCH_ANSWER_MODEL": "m"}
    key["VSEARCH_ANSWER_ANSWERER"] = "openai.v1"
    assert vsearch("index", folder / "videos", **key).returncode == 0
    for behave in behaviours[:3]:
        with serving(behave) as server:
            done = vsearch(
                "ask", "when does the train leave?", VSEARCH_ANSWER_URL=server.url, **key
            )
            assert server.asked[0][1]["Authorization"] == f"Bearer {KEY}"
        assert not leaks(done.stdout + done.stderr), done.stderr
    for command in (
        ("doctor", "--json"),
        ("index", folder / "videos", "--json"),
        ("show", "nothing.mp4"),
        ("ask", "x", "--with", "nothing.v1"),
    ):
        done = vsearch(*command, **key)
        assert not leaks(done.stdout + done.stderr), command
    for path in (folder / "library").rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("name", ["VSEARCH_ANSWER_KEYS", "VSEARCH_ANSWER_URL"])
def test_a_key_in_the_wrong_place_is_not_repeated(vsearch, folder: Path, name: str) -> None:
    wrong = {name: KEY if name.endswith("KEYS") else f"http://me:{KEY}@127.0.0.1:9/v1"}
    vsearch("index", folder / "videos")
    done = vsearch("ask", "when does the train leave?", "--with", "openai.v1:m", **wrong)
    assert done.returncode == 2
    assert not leaks(done.stdout + done.stderr), done.stderr


def test_a_key_with_a_line_end_is_refused_and_not_shown(vsearch, folder: Path) -> None:
    vsearch("index", folder / "videos")
    key = {"VSEARCH_ANSWER_KEY": f"{KEY}\nX-Evil: 1", "VSEARCH_ANSWER_MODEL": "m"}
    done = vsearch("ask", "when does the train leave?", "--with", "openai.v1", **key)
    assert done.returncode == 2
    assert not leaks(done.stdout + done.stderr)


def every_text(thing: object) -> str:
    """What Python shows of a thing, and of an exception with all that is behind it."""
    found = [repr(thing), str(thing)]
    if isinstance(thing, BaseException):
        found += [every_text(item) for item in (thing.__cause__, thing.__context__) if item]
    return " ".join(found)


def with_key(monkeypatch: pytest.MonkeyPatch, config: Config, url: str) -> Config:
    monkeypatch.setenv("VSEARCH_ANSWER_KEY", KEY)
    answer = replace(config.answer, answerer="openai.v1", model="m", url=url, timeout_s=2.0)
    return replace(config, answer=answer)


def test_no_object_shows_the_key(
    monkeypatch: pytest.MonkeyPatch, fake_config: Config, folder: Path
) -> None:
    config = with_key(monkeypatch, fake_config, "http://127.0.0.1:9/v1")
    components = Components(config, print)
    answerer = components.answerer("openai.v1")
    assert components.context.answer_key == KEY
    library = Library(config.library, config, print)
    library.index(folder / "videos")
    answer = library.ask("when does the train leave?")
    things = (config, load_config(), components, components.context, answerer, library, answer)
    for thing in things:
        assert not leaks(every_text(thing))


def test_no_error_holds_the_key_even_behind_it(
    monkeypatch: pytest.MonkeyPatch, fake_config: Config
) -> None:
    calls: tuple[Callable[[Handler], None], ...] = (tells, refuses(400, f"no {KEY}"))
    for behave in calls:
        with serving(behave) as server:
            config = with_key(monkeypatch, fake_config, server.url)
            answerer = Components(config, print).answerer("openai.v1")
            with pytest.raises(VsearchError) as failed:
                list(answerer.answer("what?", ()))
            assert not leaks(every_text(failed.value))


LOGS = """
import logging, sys
records = []

class Keep(logging.Handler):
    def emit(self, record):
        records.append(record)

logging.getLogger().addHandler(Keep())
logging.getLogger().setLevel(logging.DEBUG)
import vsearch
with vsearch.open_library() as library:
    library.index(sys.argv[1])
    library.search("red")
    library.ask("when does the train leave?")
    library.summary("a.mp4")
    library.tag("scenes")
    library.forget("a.mp4")
ours = [r for r in records if r.name.startswith("vsearch")]
print(len(ours), file=sys.stderr)
"""


def test_the_library_logs_and_prints_nothing(vsearch, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOGS, str(folder / "videos")],
        env=vsearch.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "0\n")
    assert not logging.getLogger("vsearch").handlers
