"""The vsearch command and what all its subcommands share."""

from __future__ import annotations

from typing import Annotated

import typer

from vsearch import __version__
from vsearch.cli import (
    ask,
    chapters,
    clip,
    demo,
    doctor,
    forget,
    index,
    listing,
    mcp,
    models,
    plugin_new,
    reel,
    remove,
    search,
    serve,
    show,
    sql,
    summary,
    tag,
    transcript,
    unusual,
)
from vsearch.cli.eval import evaluate
from vsearch.cli.words import WordsCommand

app = typer.Typer(
    name="vsearch",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help answers at once; rich would take half of the time allowed
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Search videos in plain words: point it at a folder, ask, get the moment.\n\n"
        "Start with `vsearch demo`, or with `vsearch index FOLDER` and `vsearch search WORDS`."
    ),
)
for command, name in (
    (index.index, "index"),
    (search.search, "search"),
    (ask.ask, "ask"),
    (show.show, "show"),
    (chapters.chapters, "chapters"),
    (summary.summary, "summary"),
    (transcript.transcript, "transcript"),
    (clip.clip, "clip"),
    (reel.reel, "reel"),
    (sql.sql, "sql"),
    (tag.tag, "tag"),
    (unusual.unusual, "unusual"),
    (serve.serve, "serve"),
    (listing.list_videos, "list"),
    (remove.remove, "remove"),
    (forget.forget, "forget"),
    (evaluate, "eval"),
    (mcp.mcp, "mcp"),
    (demo.demo, "demo"),
    (doctor.doctor, "doctor"),
):
    takes_words = command in {search.search, ask.ask, summary.summary, reel.reel}
    app.command(name, cls=WordsCommand if takes_words else None)(command)
app.add_typer(models.app, name="models")
app.add_typer(plugin_new.app, name="plugins")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"vsearch {__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    offline: Annotated[
        bool, typer.Option("--offline", help="Connect to nothing, whatever is missing.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Remember the options that stand before the subcommand."""
    context.obj = {"models.offline": True} if offline else {}
