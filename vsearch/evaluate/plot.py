"""Draws an evaluation: bars of the rankings, and what each threshold is worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from vsearch.evaluate.intervals import Score
from vsearch.evaluate.report import BLIND, CHANCE, FUSED, Report, Row, Section
from vsearch.evaluate.threshold import Curve, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, QUIET, GRID = "#1f2933", "#66727f", "#e3e8ed"
ACCENT = "#c2410c"
COLOURS = ("#2f6db5", "#e9a23b", "#3a9d8f", "#9a6fb0", "#7d8a97", "#b5544f")
BARS = {
    "videos": {"recall@1": "R@1", "recall@5": "R@5", "recall@10": "R@10", "mrr": "MRR"},
    "moments": {"r1@0.5": "R1@.5", "r1@0.7": "R1@.7", "miou": "mIoU", "map": "mAP"},
}
TITLES = {"videos": "The right video", "moments": "The right moment in it"}
STYLE: Any = {
    "font.size": 10.5,
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "xtick.color": INK,
    "ytick.color": QUIET,
    "axes.edgecolor": "#b8c1ca",
    "svg.fonttype": "none",
    "svg.hashsalt": "vsearch",
}


def draw(report: Report, path: Path, *, kept: float | None = None) -> None:
    """Draw a report into a file, whose ending says the format; kept is the library's threshold."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    found = [report.section("videos"), report.section("moments")]
    sections = [section for section in found if section is not None]
    with rc_context(STYLE):
        figure = Figure(figsize=(5.0 * (len(sections) + 1), 5.2), dpi=160, facecolor="white")
        axes = figure.subplots(1, len(sections) + 1, squeeze=False)[0]
        for panel, section in zip(axes, sections, strict=False):
            _draw_bars(panel, section)
        _draw_curve(axes[-1], report.curve, kept)
        bars, marks = axes[0].containers, axes[0].collections
        handles = [item for item in (*bars, *marks) if not item.get_label().startswith("_")]
        labels = [item.get_label() for item in handles]
        figure.legend(
            handles,
            labels,
            loc="lower center",
            ncols=len(labels),
            frameon=False,
            columnspacing=1.6,
            handlelength=1.4,
        )
        figure.suptitle(_headline(report), x=0.012, ha="left", fontsize=10.5, color=QUIET)
        figure.tight_layout(rect=(0, 0.07, 1, 0.99), w_pad=3.0)
        figure.savefig(path)


def _headline(report: Report) -> str:
    spread = ", whiskers: 95 % intervals" if report.bootstrap else ""
    return f"{report.truth.name}: {report.queries} queries, {report.videos} videos{spread}"


def _draw_bars(axes: Axes, section: Section) -> None:
    """A group of bars for each measure, with marks for what a blind answer reaches."""
    measures = BARS[section.subject]
    rows = [row for row in section.rows if row.name not in {BLIND, CHANCE}]
    width = 0.8 / len(rows)
    for number, row in enumerate(rows):
        shift = (number - (len(rows) - 1) / 2) * width
        places = [group + shift for group in range(len(measures))]
        scores = [row.scores[measure] for measure in measures]
        _draw_row(axes, row.name, scores, places, width, COLOURS[number % len(COLOURS)])
    _draw_marks(axes, section.row(BLIND), list(measures))
    _draw_marks(axes, section.row(CHANCE), list(measures))
    axes.set_xticks(range(len(measures)), list(measures.values()))
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(0, 1.12)
    _finish(axes, f"{TITLES[section.subject]}  ({section.queries} queries)")


def _draw_row(
    axes: Axes, name: str, scores: list[Score], places: list[float], width: float, colour: str
) -> None:
    values = [score.value for score in scores]
    axes.bar(places, values, width * 0.9, color=colour, label=name, zorder=2)
    for place, score in zip(places, scores, strict=True):
        top = score.value
        if score.low is not None and score.high is not None:
            axes.plot([place, place], [score.low, score.high], color=INK, lw=1.2, zorder=4)
            top = score.high
        if name == FUSED:
            axes.text(
                place,
                top + 0.02,
                _share(score.value),
                ha="center",
                va="bottom",
                fontsize=9.5,
                zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.8},
            )


def _draw_marks(axes: Axes, row: Row, measures: Sequence[str]) -> None:
    """A line across each group of bars."""
    colour = ACCENT if row.name == BLIND else INK
    dashes: Literal["-", ":"] = "-" if row.name == BLIND else ":"
    for group, measure in enumerate(measures):
        value = row.scores[measure].value
        axes.hlines(
            value,
            group - 0.44,
            group + 0.44,
            colors=colour,
            linestyles=dashes,
            lw=1.6,
            zorder=3,
            label=row.name if not group else "_nolegend_",
        )


def _draw_curve(axes: Axes, curve: Curve, kept: float | None) -> None:
    """Precision over recall of all thresholds, over lines of equal F1."""
    _draw_f1_lines(axes)
    recalls = [point.recall for point in curve.points]
    precisions = [point.precision for point in curve.points]
    axes.plot(recalls, precisions, color=COLOURS[0], lw=2, zorder=3, solid_joinstyle="round")
    _draw_point(axes, curve.best, "best F1", ACCENT)
    if kept is not None:
        _draw_point(axes, curve.at(kept), "kept", INK)
    axes.legend(loc="best", fontsize=9, handletextpad=0.2, framealpha=0.9, edgecolor=GRID)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.12)
    axes.set_xlabel("recall")
    axes.set_ylabel("precision")
    _finish(axes, f"When nothing is a good match  (AP {_share(curve.average_precision)})")


def _draw_f1_lines(axes: Axes) -> None:
    for f1 in (0.2, 0.4, 0.6, 0.8):
        recalls = [f1 / 2 + 0.001 + step * (1 - f1 / 2) / 100 for step in range(100)]
        precisions = [f1 * recall / (2 * recall - f1) for recall in recalls]
        inside = [(r, p) for r, p in zip(recalls, precisions, strict=True) if p <= 1]
        axes.plot(*zip(*inside, strict=True), color=GRID, lw=1, zorder=1)
        axes.text(
            0.93,
            f1 * 0.93 / (1.86 - f1),
            f"F1 {_share(f1)}",
            fontsize=8,
            color=QUIET,
            ha="center",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )


def _draw_point(axes: Axes, point: Point, name: str, colour: str) -> None:
    label = (
        f"{name}: score {point.threshold:.3g}, precision {_share(point.precision)}, "
        f"recall {_share(point.recall)}"
    )
    axes.plot(
        [point.recall],
        [point.precision],
        "o",
        ms=9,
        mfc=colour,
        mec="white",
        mew=1.5,
        zorder=5,
        label=label,
    )


def _finish(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", pad=10)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.grid(axis="y", color=GRID, lw=0.8, zorder=0)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")
