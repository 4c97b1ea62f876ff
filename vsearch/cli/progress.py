"""Shows how far a long run has come: bars on a terminal, elsewhere a line for each file or none."""

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


@contextmanager
def count(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A callback that counts what is done, with a bar on a terminal and silently elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from vsearch.cli.output import console

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = console(stderr=True)
    with Bars(*columns, TimeRemainingColumn(), console=shown, transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextmanager
def share(what: str, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A callback for how much is done, up to 1, with a bar on a terminal and silently elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from vsearch.cli.output import console

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    shown = console(stderr=True)
    with Bars(*columns, TimeRemainingColumn(), console=shown, transient=True) as bars:
        task = bars.add_task(what, total=1.0)
        yield lambda done: bars.update(task, completed=done)


def _lines() -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        if progress.path is not None and progress.fraction >= 1.0:
            tell(f"[{progress.done}/{progress.total}] {progress.path.name}")

    return show


@contextmanager
def _bars() -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from vsearch.cli.output import console

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Bars(*columns, console=console(stderr=True), transient=True) as bars:
        whole = bars.add_task("videos", total=None, amount="")
        current = bars.add_task("", total=1, visible=False, amount="")

        def show(progress: Progress) -> None:
            amount = f"{progress.done}/{progress.total}"
            bars.update(whole, completed=progress.done, total=progress.total, amount=amount)
            if progress.path is not None:
                part, name = progress.fraction, progress.message or progress.path.name
                amount = f"{part:.0%}"
                bars.update(current, description=name, completed=part, amount=amount, visible=True)

        yield show
