"""Writing what a command found for other programs: --export and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

if TYPE_CHECKING:
    from vsearch.export.gather import Found
    from vsearch.library import Library

ExportOption = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE",
        help="Write what is found for another program: .otio, .edl, .fcpxml, .csv, .m3u8, .srt, "
        ".vtt, .json; may be given again.",
    ),
]
ExportAsOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The exporter to use, whatever FILE ends in."),
]
AbsoluteOption = Annotated[
    bool, typer.Option("--absolute", help="In exported files: whole paths, not relative ones.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="With --export: write over files that are there.")
]


class ExportOptions(Protocol):
    """The options of a command that exports."""

    @property
    def export(self) -> list[Path] | None:
        """The files to write."""

    @property
    def export_as(self) -> str | None:
        """The exporter."""

    @property
    def absolute(self) -> bool:
        """Whether paths are whole."""

    @property
    def force(self) -> bool:
        """Whether files are written over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporting:
    """The files to write, and how."""

    files: list[Path] | None
    form: str | None
    absolute: bool
    overwrite: bool

    @classmethod
    def of(cls, options: ExportOptions) -> Exporting:
        """What the options of a command ask for."""
        return cls(
            files=options.export,
            form=options.export_as,
            absolute=options.absolute,
            overwrite=options.force,
        )

    def check(self, opened: Library) -> None:
        """Refuse what cannot be written, before anything is looked for."""
        for file in self.files or []:
            opened.check_export(file, form=self.form, overwrite=self.overwrite)

    def write(self, opened: Library, found: Found) -> None:
        """Write the files."""
        from vsearch.cli.output import tell

        for file in self.files or []:
            opened.export(
                found, file, form=self.form, absolute=self.absolute, overwrite=self.overwrite
            )
            tell(f"written to {file}")

    def leave_out(self, why: str) -> None:
        """Say of each file that it is not written."""
        from vsearch.cli.output import tell

        for file in self.files or []:
            tell(f"{why}, so {file} is not written")
