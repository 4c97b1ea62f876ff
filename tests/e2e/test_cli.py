"""The command line as a person and a script meet it: a process of its own, generated videos."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import av
import pytest

from vsearch.testing.videos import tone, write_colours
from vsearch.types import SAMPLE_RATE


def test_index_then_search(vsearch, folder: Path) -> None:
    done = vsearch("index", folder)
    assert done.returncode == 0, done.stderr
    assert "3 indexed" in done.stdout
    assert "decode" in done.stdout
    assert "waited s" in done.stdout
    assert "[3/3]" in done.stderr
    found = vsearch("search", "train")
    assert found.returncode == 0
    assert "talk.mp4" in found.stdout.splitlines()[3]
    assert "train train" in found.stdout
    assert "speech" in found.stdout


def test_search_prints_the_documented_json_and_nothing_else(vsearch, folder: Path) -> None:
    vsearch("index", folder)
    done = vsearch("search", "--json", "--limit", 2, "train", "purple")
    document = json.loads(done.stdout)
    assert list(document) == [
        *("query", "library", "took_ms", "page", "more", "threshold", "notes", "moments")
    ]
    assert document["query"] == "train purple"
    assert len(document["moments"]) == 2
    best = document["moments"][0]
    assert list(best) == [
        *("rank", "video", "start_s", "end_s", "score", "weak", "said", "shown", "matched"),
        *("keyframe_s", "thumbnail", "evidence", "ranks", "tags", "steps", "copies"),
    ]
    assert list(best["video"]) == ["id", "path"]
    assert best["rank"] == 1
    assert Path(best["video"]["path"]) == folder / "talk.mp4"
    assert Path(best["thumbnail"]).is_file()
    assert list(best["evidence"]) == ["visual", "speech", "screen", "words"]
    assert sum(best["evidence"].values()) == pytest.approx(1, abs=1e-3)


def test_a_second_run_has_nothing_to_do(vsearch, folder: Path) -> None:
    vsearch("index", folder)
    done = vsearch("index", folder)
    assert done.stdout.strip() == "Nothing to do: 3 files are here already."
    assert done.returncode == 0


def test_renamed_files_and_copies_are_recognised_without_decoding(vsearch, folder: Path) -> None:
    vsearch("index", folder)
    (folder / "flag.mp4").rename(folder / "banner.mp4")
    (folder / "copy.mp4").write_bytes((folder / "sea.mp4").read_bytes())
    report = json.loads(vsearch("index", "--json", folder).stdout)
    assert report["indexed"] == []
    assert report["unchanged"] == 2
    moved = [{"from": str(folder / "flag.mp4"), "to": str(folder / "banner.mp4")}]
    assert report["moved"] == moved
    assert report["duplicates"] == [str(folder / "copy.mp4")]
    assert "decode" not in {stage["name"] for stage in report["stages"] if stage["calls"]}
    best = json.loads(vsearch("search", "--json", "red").stdout)["moments"][0]
    assert best["video"]["path"] == str(folder / "banner.mp4")


def test_bad_files_cost_a_line_each_and_nothing_else(vsearch, folder: Path) -> None:
    (folder / "text.mp4").write_text("dear diary")
    (folder / "empty.mp4").touch()
    whole = (folder / "flag.mp4").read_bytes()
    (folder / "truncated.mp4").write_bytes(whole[: len(whole) // 2])
    with av.open(str(folder / "song.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=SAMPLE_RATE)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(tone(440, 0.5)[None], format="fltp", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    done = vsearch("index", folder)
    assert done.returncode == 3
    assert "3 indexed, 4 with problems" in done.stdout
    problems = [line for line in done.stderr.splitlines() if line.startswith("not indexed")]
    expected = {
        "text.mp4": "cannot be read as a video",
        "empty.mp4": "is empty",
        "truncated.mp4": "cannot be read as a video",
        "song.mp4": "sound only",
    }
    assert len(problems) == 4
    for name, reason in expected.items():
        assert [line for line in problems if name in line and reason in line], problems
    assert "Traceback" not in done.stderr
    assert len(json.loads(vsearch("list", "--json").stdout)["videos"]) == 3
    again = json.loads(vsearch("index", "--json", folder).stdout)
    assert again["unchanged"] == 3
    assert len(again["problems"]) == 4


@pytest.mark.skipif(os.name == "nt", reason="a player that is a shell script")
def test_open_plays_the_best_moment(vsearch, folder: Path, tmp_path: Path) -> None:
    vsearch("index", folder)
    player, played = tmp_path / "bin" / "mpv", tmp_path / "played"
    player.parent.mkdir()
    player.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{played}"\n')
    player.chmod(0o755)
    done = vsearch("search", "train", "--open", "--json", PATH=f"{player.parent}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    start, path = played.read_text().splitlines()
    assert path == str(folder / "talk.mp4")
    assert float(start.removeprefix("--start=")) == pytest.approx(2.0, abs=0.11)
    (folder / "talk.mp4").unlink()
    gone = vsearch("search", "train", "--open", PATH=f"{player.parent}:/usr/bin:/bin")
    assert gone.returncode == 3
    assert "is not there any more" in gone.stderr


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
def test_what_is_no_file_or_cannot_be_named_is_passed_over(vsearch, folder: Path) -> None:
    os.mkfifo(folder / "pipe.mp4")
    (folder / "loop").symlink_to(folder)
    (folder / "dangling.mp4").symlink_to("/nowhere/at/all")
    bad_name = os.fsencode(folder) + b"/caf\xe9.mp4"
    Path(os.fsdecode(bad_name)).write_bytes((folder / "sea.mp4").read_bytes() + b"\0")
    (folder / 'it\'s "quoted" 日本.mp4').write_bytes((folder / "flag.mp4").read_bytes() + b"\0")
    done = vsearch("index", folder, folder / "pipe.mp4", "/dev/null", "/no/such/place")
    assert done.returncode == 3, done.stderr
    assert "4 indexed, 4 with problems" in done.stdout
    assert "pipe.mp4: is no regular file" in done.stderr
    assert "/dev/null: is no regular file" in done.stderr
    assert "/no/such/place: No such file" in done.stderr
    assert "has a name that is not Unicode" in done.stderr
    assert "日本.mp4" in vsearch("search", "red", "--explain").stdout
    assert "Traceback" not in done.stderr


def test_brackets_in_names_and_words_are_shown_as_they_are(vsearch, folder: Path) -> None:
    name = "holiday [dQw4w9WgXcQ] [x264] :smile:.mp4"
    write_colours(folder / name, ["white"])
    subtitles = "1\n00:00:00,000 --> 00:00:02,000\n[/i] [music] hi\n"
    (folder / name).with_suffix(".srt").write_text(subtitles)
    vsearch("index", folder)
    for command in (["list"], ["search", "white music hi"], ["show", name]):
        done = vsearch(*command)
        assert done.returncode == 0, done.stderr
        assert "[x264]" in done.stdout.replace("\n", "")
    assert "[/i] [music] hi" in vsearch("show", name).stdout


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_folders_that_cannot_be_listed_are_reported(vsearch, folder: Path) -> None:
    command = [sys.executable, "-m", "vsearch", "index", str(folder)]
    if os.geteuid() == 0:  # root may read everything, unless it gives that power up
        if not shutil.which("setpriv"):
            pytest.skip("root may read everything here")
        powers = "-dac_override,-dac_read_search"
        command = ["setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}", *command]
    closed = folder / "closed"
    closed.mkdir(mode=0)
    done = subprocess.run(command, capture_output=True, text=True, env=vsearch.environ, check=False)
    assert done.returncode == 3, done.stderr
    assert "3 indexed, 1 with problems" in done.stdout
    assert f"{closed}: Permission denied" in done.stderr


def test_a_folder_without_videos_says_so(vsearch, tmp_path: Path) -> None:
    done = vsearch("index", tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, "No videos found.")


def test_show_list_and_remove(vsearch, folder: Path) -> None:
    vsearch("index", folder)
    shown = json.loads(vsearch("show", "talk.mp4", "--json").stdout)
    assert len(shown["scenes"]) == 3
    assert shown["speech"][0]["text"] == "train"
    assert Path(shown["scenes"][0]["keyframes"][0]["thumbnail"]).is_file()
    assert "train train" in vsearch("show", "talk.mp4").stdout
    assert "3 videos" in vsearch("list").stdout
    assert vsearch("remove", "talk.mp4", "--yes").returncode == 0
    assert (folder / "talk.mp4").exists()
    assert "talk.mp4" not in vsearch("search", "train").stdout
    (folder / "sea.mp4").unlink()
    assert "file is missing" in vsearch("list").stdout
    assert "sea.mp4" in vsearch("remove", "--missing", "--yes").stdout
    assert len(json.loads(vsearch("list", "--json").stdout)["videos"]) == 1


def test_a_question_before_forgetting_can_be_declined(vsearch, folder: Path) -> None:
    vsearch("index", folder)
    done = vsearch("remove", "talk.mp4")
    assert done.returncode == 2
    assert "add --yes" in done.stderr
    assert len(json.loads(vsearch("list", "--json").stdout)["videos"]) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["search", "x"], 4, "there is no library at"),
        (["search", "   "], 2, "the query is empty"),
        (["search", "?!"], 2, "the query is empty"),
        (["index", "/no/such/place"], 2, "/no/such/place does not exist"),
        (["search"], 2, "the query is empty"),
        (["search", "x", "--limit", "0"], 2, "--limit"),
        (["index", "/tmp", "--embedder", "nope"], 7, "no embedder called 'nope'"),
        (["show", "x"], 4, "there is no library"),
        (["models", "pull", "nope"], 6, "no model called 'nope'"),
        (["nonsense"], 2, "No such command"),
        (["remove"], 2, "name the videos"),
    ],
)
def test_mistakes_end_in_a_clear_line_and_a_documented_code(
    vsearch, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    if arguments[0] == "index" and arguments[1] == "/tmp":
        write_colours(tmp_path / "v" / "a.mp4", ["red"])
        arguments = ["index", str(tmp_path / "v"), *arguments[2:]]
    done = vsearch(*arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_wrong_settings_are_named(vsearch) -> None:
    misspelt = vsearch("list", VSEARCH_SERCH_LIMIT="3")
    assert misspelt.returncode == 2
    assert "VSEARCH_SERCH_LIMIT is no setting" in misspelt.stderr
    done = vsearch("list", VSEARCH_SEARCH_LIMIT="many")
    assert done.returncode == 2
    assert "search.limit in the environment cannot be 'many'" in done.stderr


def test_other_models_than_the_librarys_are_refused(vsearch, folder: Path) -> None:
    vsearch("index", folder)
    write_colours(folder / "more.mp4", ["red"])
    done = vsearch("index", folder, "--embedder", "starter")
    assert done.returncode == 2
    assert "was made with fake.v1" in done.stderr
    assert "--library NAME" in done.stderr


def test_a_library_goes_by_name_or_path(vsearch, folder: Path, tmp_path: Path) -> None:
    vsearch("index", folder, "--library", "family")
    assert (tmp_path / "family" / "catalog.duckdb").is_file()
    assert vsearch("list", "-l", tmp_path / "family").returncode == 0


def test_doctor_looks_at_everything(vsearch, folder: Path) -> None:
    before = json.loads(vsearch("doctor", "--json").stdout)["checks"]
    assert {check["state"] for check in before} <= {"ok", "note"}
    vsearch("index", folder)
    after = {
        check["check"]: check for check in json.loads(vsearch("doctor", "--json").stdout)["checks"]
    }
    assert "3 videos" in after["library"]["detail"]
    broken = vsearch("doctor", VSEARCH_PLUGINS="vsearch.testing.fakes,no_such_plugin")
    assert broken.returncode == 1
    assert "no_such_plugin" in broken.stdout
    shown = json.loads(vsearch("show", "sea.mp4", "--json").stdout)
    Path(shown["scenes"][0]["keyframes"][0]["thumbnail"]).unlink()
    assert "1 pictures of keyframes are gone" in vsearch("doctor").stdout


def test_plugins_and_models_are_listed(vsearch) -> None:
    plugins = json.loads(vsearch("plugins", "--json").stdout)
    assert {"name": "fake.v1", "kind": "embedder"} in plugins[-1]["components"]
    assert "BROKEN: ModuleNotFoundError" in vsearch("plugins", VSEARCH_PLUGINS="nope_nope").stdout
    models = json.loads(vsearch("models", "list", "--json").stdout)
    assert {"minilm", "clip-balanced", "whisper-tiny.en"} <= {model["name"] for model in models}
    assert all(model["licence"] for model in models)
    (text,) = (model for model in models if model["name"] == "minilm-multilingual")
    assert (text["licence"], text["size_bytes"] // 10**7) == ("Apache-2.0", 47)
