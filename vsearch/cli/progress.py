"""Shows how far an index run has come: bars on a terminal, a line for each file elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vsearch.cli.output import tell

if TYPE_CHECKING:
    from vsearch.pipeline.events import Progress


@contextmanager
def follow(*, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """A callback for Library.index that shows its progress on standard error."""
    if quiet:
        yield lambda progress: None
    elif sys.stderr.isatty():
        with _bars() as callback:
            yield callback
    else:
        yield _lines()


def _lines() -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        if progress.path is not None and progress.fraction >= 1.0:
            tell(f"[{progress.done}/{progress.total}] {progress.path.name}")

    return show


@contextmanager
def _bars() -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from vsearch.cli.output import console

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Bars(*columns, console=console(stderr=True), transient=True) as bars:
        whole = bars.add_task("videos", total=None)
        current = bars.add_task("", total=100, visible=False)

        def show(progress: Progress) -> None:
            bars.update(whole, completed=progress.done, total=progress.total)
            if progress.path is not None:
                name = progress.path.name
                percent = round(100 * progress.fraction)
                bars.update(current, description=name, completed=percent, visible=True)

        yield show
