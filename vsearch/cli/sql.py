"""vsearch sql: ask a library in SQL."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vsearch.cli.options import JsonOption, LibraryOption, library

if TYPE_CHECKING:
    from vsearch.types import SqlResult

SHOWN_ROWS = 100
USUAL_HITS = 1000
USUAL_TIMEOUT_S = 30.0
"""Less than what an indexing run that waits for a query is patient for."""

NUMBERS = (int, float)


def sql(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(metavar="[SELECT]", help="What to ask; none lists the views.")
    ] = None,
    hits: Annotated[
        str | None,
        typer.Option("--hits", metavar="QUERY", help="Search, and join with the table hits."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="How many hits at most.")
    ] = USUAL_HITS,
    timeout_s: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="Stop a query that takes longer.")
    ] = USUAL_TIMEOUT_S,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, every row.")] = False,
    library_name: LibraryOption = None,
) -> None:
    """Ask a library in SQL; nothing can be changed by it.

    \b
    vsearch sql
    vsearch sql "SELECT path, duration_s FROM videos ORDER BY duration_s DESC"
    vsearch sql "SELECT language, count(*) FROM speech GROUP BY language" --csv
    vsearch sql --hits "a dog" "SELECT path, max(score) FROM hits JOIN videos
      ON videos.id = video_id GROUP BY path"
    """
    from vsearch.cli import output

    opened = library(context, library=library_name)
    if query is None:
        _print_views(opened.sql_views(), as_json)
        return
    searched = None if hits is None else opened.search(hits, limit=limit)
    everything = as_json or as_csv
    most = None if everything else SHOWN_ROWS
    found = opened.sql(query, hits=searched, limit=most, timeout_s=timeout_s)
    if as_json:
        output.print_json(result_json(found))
    elif as_csv:
        _print_csv(found)
    else:
        _print_table(found)


def result_json(result: SqlResult) -> dict[str, Any]:
    """A result as documented in docs/cli.md."""
    rows = [dict(zip(result.columns, map(plain, row), strict=True)) for row in result.rows]
    return {"columns": list(result.columns), "rows": rows}


def plain(value: object) -> object:
    """A value of DuckDB as JSON can hold it."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _print_views(views: Mapping[str, Mapping[str, str]], as_json: bool) -> None:
    from vsearch.cli import output

    if as_json:
        output.print_json({"views": views})
        return
    shown = output.table("view", "column", "type")
    for view, columns in views.items():
        for place, (column, kind) in enumerate(columns.items()):
            shown.add_row("" if place else view, column, kind)
    output.console().print(shown)
    output.tell('hits is there with --hits "QUERY": the moments that a search finds.')


def _print_csv(result: SqlResult) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([plain(value) for value in row] for row in result.rows)


def _print_table(result: SqlResult) -> None:
    from vsearch.cli import output

    first = result.rows[0] if result.rows else ()
    numbers = [
        column for column, value in zip(result.columns, first, strict=False)
        if isinstance(value, NUMBERS) and not isinstance(value, bool)
    ]  # fmt: skip
    rows = [["" if value is None else str(plain(value)) for value in row] for row in result.rows]
    console = output.console()
    widths = [max(map(len, column)) for column in zip(result.columns, *rows, strict=True)]
    if sum(widths) + 2 * len(widths) > console.width and len(widths) > 2:
        _print_records(result.columns, rows)
    else:
        shown = output.table(*result.columns, right=tuple(numbers))
        for row in rows:
            shown.add_row(*row)
        console.print(shown)
    if result.cut:
        output.tell(f"The first {len(result.rows)} rows; --json and --csv print all of them.")
    else:
        output.tell(output.number_of(len(result.rows), "row"))


def _print_records(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Each row by itself, a line for each column, where a table would be too wide to read."""
    name = max(map(len, columns))
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            print(f"{column:{name}}  {value}")
        print()
