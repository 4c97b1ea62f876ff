"""Files that commands write: whole or not there, and none that was there is lost unasked."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from vsearch.errors import QueryError, VsearchError
from vsearch.outputs import check_new, unfinished_file, write_output


def test_what_was_written_before_stays_if_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    write_output(path, "first")
    with suppress(VsearchError), unfinished_file(path, overwrite=True) as blocked:
        blocked.mkdir()
        with pytest.raises(VsearchError, match=r"talk\.txt cannot be written: Is a directory"):
            write_output(path, "second")
    assert path.read_text() == "first"


def test_a_full_disk_is_said_with_the_name_of_the_file(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no full device here")
    path = tmp_path / "talk.txt"
    path.symlink_to("/dev/full")
    with pytest.raises(VsearchError, match=r"talk\.txt cannot be written: No space left"):
        write_output(path, "words")


@pytest.mark.parametrize("ending", [".txt", "." + "x" * 200])
def test_names_may_be_as_long_as_the_system_lets_them(tmp_path: Path, ending: str) -> None:
    path = tmp_path / ("n" * (255 - len(ending)) + ending)
    write_output(path, "words")
    assert path.read_text() == "words"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_there_is_kept_but_streams_are_no_files(tmp_path: Path) -> None:
    there, dangling = tmp_path / "there.csv", tmp_path / "link.csv"
    there.touch()
    dangling.symlink_to(tmp_path / "later.csv")
    for path in (there, dangling):
        with pytest.raises(QueryError, match=r"is there already.*--force"):
            check_new(path, overwrite=False)
        check_new(path, overwrite=True)
    check_new(tmp_path / "new.csv", overwrite=False)
    with there.open("wb") as file:  # as where a shell leads standard output into a file
        check_new(Path(f"/proc/self/fd/{file.fileno()}"), overwrite=False)
