"""Draws an evaluation of tags: the confusion matrix of each label set, with numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vsearch.evaluate.labels import TAGS, LabelReport, LabelSection
from vsearch.evaluate.plot import INK, QUIET, STYLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL, MARGIN, LEAST, MOST = 0.34, 2.6, 4.0, 24.0
"""Inches of a cell, of what stands around the matrix, and of the narrowest and widest matrix."""

DARK = 0.55
NONE = "no label"


def draw_labels(report: LabelReport, path: Path) -> None:
    """Draw a report into a file, whose ending says the format."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    sides = [_side(section) for section in report.sections]
    with rc_context(STYLE):
        size = (sum(sides) + MARGIN * len(sides), max(sides) + MARGIN)
        figure = Figure(figsize=size, dpi=160, facecolor="white")
        axes = figure.subplots(1, len(sides), squeeze=False, width_ratios=sides)[0]
        for panel, section in zip(axes, report.sections, strict=True):
            _draw(panel, section)
        figure.suptitle(report.truth.name, x=0.012, ha="left", fontsize=10.5, color=QUIET)
        figure.tight_layout(rect=(0, 0, 1, 0.98))
        figure.savefig(path)


def _side(section: LabelSection) -> float:
    return min(MOST, max(LEAST, CELL * (len(section.used()) + 1)))


def _draw(axes: Axes, section: LabelSection) -> None:
    """A square of counts: a row for what is right, a column for what was said."""
    places = [*section.used(), len(section.names)]
    counts = section.confusion[places][:, places]
    of_row = counts / counts.sum(axis=1, keepdims=True).clip(min=1)
    names = [*(section.names[place] for place in places[:-1]), NONE]
    axes.imshow(of_row, cmap="Blues", vmin=0, vmax=1, aspect="equal")
    for row, several in enumerate(counts):
        for column, count in enumerate(several):
            if count:
                colour = "white" if of_row[row, column] > DARK else INK
                axes.text(
                    column,
                    row,
                    f"{count:.1f}".removesuffix(".0"),
                    ha="center",
                    va="center",
                    color=colour,
                    fontsize=8,
                )
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0, labelsize=8.5, labelcolor=INK)
    axes.axvline(len(names) - 1.5, color=QUIET, lw=0.8)
    axes.axhline(len(names) - 1.5, color=QUIET, lw=0.8)
    axes.set_xlabel("tagged")
    axes.set_ylabel("right")
    scores = section.rows[TAGS]
    title = f"{section.label_set}: accuracy {scores['accuracy'].value:.2f}, "
    title += f"macro F1 {scores['macro_f1'].value:.2f}, {section.items} items"
    axes.set_title(title, loc="left", fontsize=11, fontweight="bold", pad=10)
    axes.spines[:].set_visible(False)
