"""vsearch chapters and vsearch summary as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image

from vsearch.library import Library
from vsearch.testing.videos import write_colours

LINES = (
    *("the honey bees of the hive make honey",) * 4,
    *("the volcano throws lava and the volcano smokes",) * 4,
)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def folder(shared_library: Library) -> Path:
    """A folder with a talk of 80 s, a silent video of 44 s and one of 2 s."""
    root = shared_library.path.parent
    videos = root / "videos"
    talk = write_colours(videos / "talk.mp4", ["red", "green"], seconds_each=40)
    cues = [
        f"{n + 1}\n00:{n * 10 // 60:02d}:{n * 10 % 60:02d},000 --> "
        f"00:{n * 10 // 60:02d}:{n * 10 % 60 + 9:02d},000\n{line}, part {n}.\n"
        for n, line in enumerate(LINES)
    ]
    talk.with_suffix(".en.srt").write_text("\n".join(cues), encoding="utf-8")
    write_colours(videos / "silent.mp4", ["blue", "orange"], seconds_each=22)
    write_colours(videos / "short.mp4", ["white"])
    shared_library.index(videos)
    return root


@pytest.fixture
def run(vsearch, folder: Path, shared_library: Library) -> Run:
    environ = {**vsearch.environ, "VSEARCH_LIBRARY": str(shared_library.path)}

    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "vsearch", *arguments],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


def test_chapters_are_printed_with_their_times(run: Run) -> None:
    first, second = run("chapters", "talk.mp4").stdout.splitlines()
    assert first.startswith("0:00  0:40  ")
    assert second.startswith("0:40  0:40  ")
    assert "honey" in first.casefold()
    assert "volcano" in second.casefold()


def test_chapters_of_silent_and_short_videos(run: Run) -> None:
    assert (
        run("chapters", "silent").stdout == "0:00  0:22  Scene at 0:00\n0:22  0:22  Scene at 0:22\n"
    )
    assert run("chapters", "short.mp4").stdout == "0:00  0:02  Scene at 0:00\n"
    assert len(run("chapters", "silent", "--most", "1").stdout.splitlines()) == 1
    assert len(run("chapters", "silent", "--least", "30").stdout.splitlines()) == 1


def test_youtube_is_told_why_it_would_show_nothing(run: Run) -> None:
    done = run("chapters", "talk.mp4", "--format", "youtube")
    assert done.stdout.startswith("0:00 ")
    assert "at least 3 of 10 s or longer; this video has 2" in done.stderr


def test_chapter_files_are_written_and_read(run: Run, folder: Path) -> None:
    done = run("chapters", "talk.mp4", "-f", "ffmetadata", "-o", "talk.txt")
    assert (done.stdout, "2 chapters of" in done.stderr) == ("", True)
    with av.open(str(folder / "talk.txt"), format="ffmetadata") as read:
        assert [float(item["start"] * item["time_base"]) for item in read.chapters()] == [0, 40]
    run("chapters", "talk.mp4", "-f", "vtt", "-o", "videos/talk.chapters.vtt")
    with av.open(str(folder / "videos" / "talk.chapters.vtt")) as read:
        assert len([packet for packet in read.demux() if packet.size]) == 2


def test_chapters_as_json(run: Run) -> None:
    for arguments in (("--json",), ("--format", "json")):
        found = json.loads(run("chapters", "talk.mp4", *arguments).stdout)
        assert [(item["start_s"], item["end_s"]) for item in found["chapters"]] == [
            (0.0, 40.0),
            (40.0, 80.0),
        ]
        assert all(Path(item["thumbnail"]).is_file() for item in found["chapters"])
        assert found["chapters"][0]["title_source"] == "said"


def test_a_video_is_told_in_every_format(run: Run, folder: Path) -> None:
    text = run("summary", "talk.mp4").stdout
    for part in ("length 1:20", "Chapters", "Said", "Shown"):
        assert part in text
    assert run("summary", "talk.mp4", "-f", "markdown").stdout.startswith("# talk\n")
    done = run("summary", "talk", "-f", "html", "-o", "talk.html", "--sheet", "talk.png")
    assert "talk.html" in done.stderr
    assert "talk.png" in done.stderr
    html = (folder / "talk.html").read_text(encoding="utf-8")
    assert html.count("data:image/jpeg;base64,") >= 2
    with Image.open(folder / "talk.png") as sheet:
        assert sheet.format == "PNG"
    found = json.loads(run("summary", "talk.mp4", "--json", "--pictures", "1").stdout)
    assert len(found["pictures"]) == 1
    assert found["numbers"]["languages"] == ["en"]
    assert 0 < found["numbers"]["speech_share"] <= 1


def test_words_are_told_as_a_query(run: Run) -> None:
    found = json.loads(run("summary", "volcano", "throws", "lava", "--json").stdout)
    assert found["query"] == "volcano throws lava"
    assert found["chapters"] == []
    assert found["moments"]
    assert "volcano" in found["sentences"][0]["text"]
    assert json.loads(run("summary", "talk", "--query", "--json").stdout)["query"] == "talk"


def test_short_and_silent_videos_are_told(run: Run) -> None:
    for name in ("short.mp4", "silent.mp4"):
        text = run("summary", name, "--sheet", "sheet.png").stdout
        assert "speech 0%" in text
        assert "Said" not in text


def test_a_video_without_a_sound_track_is_shown_without_its_silence(run: Run) -> None:
    text = run("show", "silent.mp4").stdout
    assert "no sound track" in text.splitlines()[1]
    assert "silence" not in text
    for name in ("silent.mp4", "talk.mp4"):
        numbers = json.loads(run("summary", name, "--json").stdout)["numbers"]
        assert (numbers["music_share"], numbers["silence_share"]) == (None, None)
        assert "silence" not in run("summary", name).stdout


def test_long_words_are_cut_in_the_table_and_whole_as_json(vsearch, tmp_path: Path) -> None:
    path = write_colours(tmp_path / "long.mp4", ["red"])
    words = [f"word{number:02d}" for number in range(60)]
    cue = f"1\n00:00:00,000 --> 00:00:02,000\n{' '.join(words)}\n"
    path.with_suffix(".srt").write_text(cue, encoding="utf-8")
    assert vsearch("index", path).returncode == 0
    table = vsearch("show", "long.mp4").stdout
    assert [word for word in words if word in table] == words[:28]
    assert f"{words[27]}…" in table
    (line,) = json.loads(vsearch("show", "long.mp4", "--json").stdout)["speech"]
    assert line["text"].split() == words


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("chapters", "gone.mp4"), 2, "no video"),
        (("summary", "gone.mp4"), 2, "no video"),
        (("summary", "talk.mp4", "-o", "videos/talk.mp4"), 2, "never written over"),
        (("summary", "talk.mp4", "--sheet", "no/such/sheet.png"), 2, "does not exist"),
        (("summary", "talk.mp4", "--sheet", "sheet.jpg"), 2, "must end in .png"),
        (("summary", "talk.mp4", "--pictures", "0", "--sheet", "none.png"), 2, "no pictures"),
        (("chapters", "talk.mp4", "-o", "videos"), 2, "is a folder"),
        (("chapters", "talk.mp4", "-f", "vtt", "-o", "videos/talk.vtt"), 2, "talk.chapters.vtt"),
        (("chapters", "talk.mp4", "-f", "pdf"), 2, "pdf"),
    ],
)
def test_mistakes_end_in_clear_words(
    run: Run, folder: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    before = (folder / "videos" / "talk.mp4").read_bytes()
    done = run(*arguments, code=code)
    assert message in done.stderr
    assert done.stdout == ""
    assert (folder / "videos" / "talk.mp4").read_bytes() == before
