"""An evaluation as tables and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vsearch.cli import output
from vsearch.evaluate.report import BLIND, CHANCE, FUSED, MEASURES, Report, Section, Subject

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from vsearch.evaluate.intervals import Score
    from vsearch.evaluate.threshold import Point

TITLES = {
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "median_rank": "median rank",
    "ndcg@10": "nDCG@10",
    "mrr": "MRR",
    "r1@0.5": "R1@.5",
    "r1@0.7": "R1@.7",
    "miou": "mIoU",
    "map": "mAP",
    "map@0.5": "mAP@.5",
    "map@0.75": "mAP@.75",
}
STYLES = {FUSED: "bold", BLIND: "dim", CHANCE: "dim"}


def print_report(report: Report, kept: float | None) -> None:
    """Tables of videos, moments and thresholds, with what there is to say about them."""
    questions: dict[Subject, str] = {
        "videos": f"Is the right video found, among {report.videos}?",
        "moments": "Is the right moment found, inside the right video?",
    }
    for subject, question in questions.items():
        sections = [section for section in report.sections if section.subject == subject]
        if sections:
            print(f"{question} {_plural(sections[0].queries, 'query', 'queries')}")
            output.console().print(_table(subject, sections))
    _print_threshold(report, kept)
    for line in _remarks(report):
        output.tell(line)


def _table(subject: Subject, sections: list[Section]) -> Table:
    """One table; where it would be too wide the intervals are left out."""
    whole = _filled(subject, sections, intervals=True)
    console = output.console()
    wide = console.options.update_width(2 * output.PIPE_WIDTH)
    fits = console.measure(whole, options=wide).maximum <= console.width
    return whole if fits else _filled(subject, sections, intervals=False)


def _filled(subject: Subject, sections: list[Section], *, intervals: bool) -> Table:
    shown = output.table("ranking", *(TITLES[measure] for measure in MEASURES[subject]))
    shown.padding = (0, 1, 0, 0)
    for column in shown.columns:
        column.no_wrap = True
    for section in sections:
        if len(sections) > 1:
            shown.add_section()
            shown.add_row(f"{section.kind or 'all'} ({section.queries})", style="bold")
        for row in section.rows:
            cells = [_cell(name, score, intervals) for name, score in row.scores.items()]
            shown.add_row(row.name, *cells, style=STYLES.get(row.name))
    return shown


def _cell(measure: str, score: Score, intervals: bool) -> Text:
    from rich.text import Text

    number = _place if measure == "median_rank" else _share
    cell = Text(number(score.value).rjust(4))
    if intervals and score.low is not None and score.high is not None:
        low, high = number(score.low), number(score.high)
        if low != high:
            cell.append(f" {low}-{high}", style="not bold dim")
    return cell


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def _place(value: float) -> str:
    return f"{value:g}" if value < 1000 else f"{value:.0f}"


def _print_threshold(report: Report, kept: float | None) -> None:
    curve = report.curve
    print(f"When is nothing a good match? Average precision {_share(curve.average_precision)}")
    columns = ("best score at least", "precision", "recall", "F1")
    shown = output.table("", *columns, right=columns)
    lowest = [("everything shown", curve.points[-1])] if curve.points else []
    chosen = [] if kept is None else [("kept in the library", curve.at(kept))]
    for name, point in (*lowest, ("best F1", curve.best), *chosen):
        figures = (_share(point.precision), _share(point.recall), _share(point.f1))
        threshold = "" if name == "everything shown" else f"{point.threshold:.3g}"
        shown.add_row(name, threshold, *figures)
    output.console().print(shown)


def _remarks(report: Report) -> list[str]:
    lines = list(report.notices)
    if report.absent:
        names = ", ".join(report.absent[:3]) + (", ..." if len(report.absent) > 3 else "")
        what = "counted as not found" if report.absent_counted else "left out"
        many = _plural(report.absent_queries, "query is", "queries are")
        videos = _plural(len(report.absent), "video", "videos")
        lines.append(f"{many} {what}: {videos} not in the library ({names})")
    if not report.unanswerable:
        lines.append(
            "no query of the truth is without an answer: a few such make thresholds honest"
        )
    interval = f"intervals: 95 %, {report.bootstrap} samples, seed {report.seed}; "
    asked = _plural(report.queries, "query", "queries")
    lines.append(f"{interval if report.bootstrap else ''}{asked} in {report.took_s:.0f} s")
    return lines


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def report_json(report: Report, kept: float | None) -> dict[str, Any]:
    """A report as documented in docs/cli.md."""
    curve = report.curve
    return {
        "library": str(report.library),
        "truth": str(report.truth),
        "format": report.form,
        "videos": report.videos,
        "queries": report.queries,
        "unanswerable": report.unanswerable,
        "absent": list(report.absent),
        "absent_queries": report.absent_queries,
        "absent_counted": report.absent_counted,
        "sections": [_section_json(section) for section in report.sections],
        "threshold": {
            "average_precision": _rounded(curve.average_precision),
            "best": _point_json(curve.best),
            "kept": None if kept is None else _point_json(curve.at(kept)),
            "curve": [_point_json(point) for point in curve.points],
        },
        "answers": [
            {
                "query": item.query,
                "kind": item.kind,
                "line": item.line,
                "rank": item.rank,
                "score": None if item.score is None else _rounded(item.score),
                "found": item.found,
                "right": item.right,
            }
            for item in report.answered
        ],
        "notices": list(report.notices),
        "bootstrap": report.bootstrap,
        "seed": report.seed,
        "took_s": round(report.took_s, 3),
    }


def _section_json(section: Section) -> dict[str, Any]:
    return {
        "subject": section.subject,
        "kind": section.kind,
        "queries": section.queries,
        "rows": [
            {
                "name": row.name,
                "scores": {name: _score_json(score) for name, score in row.scores.items()},
            }
            for row in section.rows
        ],
    }


def _score_json(score: Score) -> dict[str, float | None]:
    ends = [None if end is None else _rounded(end) for end in (score.low, score.high)]
    return {"value": _rounded(score.value), "low": ends[0], "high": ends[1]}


def _point_json(point: Point) -> dict[str, float]:
    return {
        "threshold": _rounded(point.threshold),
        "precision": _rounded(point.precision),
        "recall": _rounded(point.recall),
        "f1": _rounded(point.f1),
    }


def _rounded(value: float) -> float:
    return round(value, 4)
