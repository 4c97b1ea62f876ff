"""Every example of docs/clips.md runs, and every option is on the page."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from vsearch.cli.clipping import FileOptions
from vsearch.cli.reel import ReelOptions
from vsearch.testing.videos import write_colours

PAGE = (Path(__file__).parent.parent.parent / "docs" / "clips.md").read_text(encoding="utf-8")


def test_the_examples_of_the_page_run_and_write_files(vsearch, tmp_path: Path) -> None:
    write_colours(tmp_path / "videos" / "holiday.mp4", ["red", "green", "white"])
    write_colours(tmp_path / "videos" / "talk.mp4", ["blue", "green"])
    vsearch("index", tmp_path / "videos")

    def run(*command: str) -> None:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=vsearch.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    (commands,), (code,), (moments,) = (
        re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
        for language in ("sh", "python", "json")
    )
    for line in commands.splitlines():
        words = line.partition("#")[0].split()
        assert words[0] == "vsearch"
        run("-m", *words)
    run("-c", code)
    (tmp_path / "mine.json").write_text(moments, encoding="utf-8")
    run("-m", "vsearch", "reel", "--moments", "mine.json")
    made = {path.name for path in tmp_path.glob("*.mp4")}
    assert made == {
        *("holiday-0m01s-0m03s.mp4", "red.mp4", "best.mp4", "piece.mp4", "red-reel.mp4"),
        *("best-reel.mp4", "mine-reel.mp4"),
    }
    assert list((tmp_path / "moments").glob("01-*.mp4"))


def test_every_option_is_on_the_page() -> None:
    names = {*FileOptions.__dataclass_fields__, *ReelOptions.__dataclass_fields__}
    for name in names:
        assert f"--{'open' if name == 'play' else name}" in PAGE, name
