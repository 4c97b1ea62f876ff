"""vsearch ask as a person types it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.chatserver import refuses, says, serving
from vsearch.library import Library
from vsearch.testing.videos import write_colours

Ask = Callable[..., "subprocess.CompletedProcess[str]"]
SAID = "The last train leaves at half past nine."
KEY = "sk-secret-4711"


@pytest.fixture(scope="module")
def known(shared_library: Library) -> Library:
    video = write_colours(shared_library.path.parent / "videos" / "talk.mp4", ["red", "blue"])
    cues = f"1\n00:00:00,500 --> 00:00:02,000\n{SAID}\n\n2\n00:00:02,500 --> 00:00:03,900\nBye.\n"
    video.with_suffix(".srt").write_text(cues)
    assert len(shared_library.index(video).indexed) == 1
    return shared_library


@pytest.fixture
def ask(vsearch, known: Library) -> Ask:
    def run(*typed: str, **more: str) -> subprocess.CompletedProcess[str]:
        return vsearch("ask", *typed, VSEARCH_LIBRARY=str(known.path), **more)

    return run


def test_an_answer_is_printed_with_its_places(ask: Ask) -> None:
    done = ask("when", "does", "the", "last", "train", "leave?")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"“{SAID}” [1]\n")
    assert "talk.mp4" in done.stdout
    assert "0:00.5-0:02.0" in done.stdout
    assert done.stderr == ""


def test_no_answer_is_code_1_and_says_so_where_answers_go(ask: Ask) -> None:
    done = ask("why do whales sing?")
    assert done.returncode == 1
    assert "Nothing that is said or written in the library answers that." in done.stdout
    assert done.stderr == ""


def test_counting(ask: Ask) -> None:
    done = ask("how often is train said")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        "“train” is said once, in 1 video.",
    )
    assert ask("how many videos are there").stdout == "The library holds 1 video.\n"


def test_words_that_begin_with_a_dash_are_words(ask: Ask) -> None:
    assert ask("when", "-does", "the", "last", "train", "-leave", "-n1").returncode == 0
    assert ask("--", "how many videos are there").returncode == 0


def test_json(ask: Ask) -> None:
    done = ask("when does the last train leave?", "--in", "talk.mp4", "--json")
    answer = json.loads(done.stdout)
    assert answer["citations"][0]["quote"] == SAID
    assert answer["citations"][0]["video"]["path"].endswith("talk.mp4")
    page = (Path(__file__).parent.parent.parent / "docs" / "cli.md").read_text(encoding="utf-8")
    for name in (*answer, *answer["citations"][0]):
        assert f"`{name}`" in page
    refused = ask("why do whales sing?", "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["refused"] is True


@pytest.mark.parametrize(
    ("typed", "code", "reason"),
    [
        (["?!"], 2, "the question is empty"),
        ([], 2, "Missing argument"),
        (["when", "--in", "nothing.mp4"], 2, "no video in"),
        (["when does it leave", "--with", "nobody.v1"], 7, "there is no answerer called"),
        (["when does it leave", "--with", "openai.v1"], 2, "answer.model"),
        (["when", "--limit", "0"], 2, "--limit"),
    ],
)
def test_mistakes_say_what_to_do(ask: Ask, typed: list[str], code: int, reason: str) -> None:
    done = ask(*typed)
    assert done.returncode == code
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_answers_and_its_host_is_named(ask: Ask) -> None:
    with serving(
        says("The last train leaves ", "at half past nine [1]. ", "Whales sing [1].")
    ) as at:
        done = ask(
            "when does the last train leave?",
            "--with",
            "openai.v1:tiny",
            VSEARCH_ANSWER_URL=at.url,
            VSEARCH_ANSWER_KEY=KEY,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "The last train leaves at half past nine. [1]"
    assert f"Asking openai.v1:tiny at 127.0.0.1:{at.server_port}" in done.stderr
    assert "1 sentence left out" in done.stderr
    assert at.asked[0][1]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in done.stdout + done.stderr


def test_a_model_that_fails_gives_way_to_quotes(ask: Ask) -> None:
    with serving(refuses(500, f"no luck {KEY}", "text/plain")) as at:
        done = ask(
            "when does the last train leave?",
            VSEARCH_ANSWER_ANSWERER="openai.v1:tiny",
            VSEARCH_ANSWER_URL=at.url,
            VSEARCH_ANSWER_KEY=KEY,
        )
    assert done.returncode == 0
    assert done.stdout.startswith(f"“{SAID}” [1]\n")
    assert "answered 500: no luck ***; these are quotes instead" in done.stderr


def test_offline_no_other_machine_is_asked(ask: Ask) -> None:
    done = ask(
        "when does the last train leave?",
        "--with",
        "openai.v1:tiny",
        VSEARCH_ANSWER_URL="https://api.example.com/v1",
    )
    assert done.returncode == 8
    assert "would connect to api.example.com:443" in done.stderr


def test_the_doctor_keeps_the_key_to_itself(vsearch, known: Library) -> None:
    done = vsearch("doctor", VSEARCH_LIBRARY=str(known.path), VSEARCH_ANSWER_KEY=KEY)
    assert KEY not in done.stdout + done.stderr


def test_asking_imports_neither_torch_nor_a_client(vsearch, known: Library) -> None:
    code = (
        "import sys\nsys.argv = ['vsearch', 'ask', 'when does the last train leave?']\n"
        "from vsearch.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    environ = {**vsearch.environ, "VSEARCH_LIBRARY": str(known.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert SAID in done.stdout
    loaded = {name.split(".")[0] for name in done.stderr.split()}
    assert not loaded & {"torch", "whisper", "open_clip", "scenedetect", "av", "httpx2"}
