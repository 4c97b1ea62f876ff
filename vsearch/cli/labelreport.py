"""An evaluation of tags as tables and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vsearch.cli import output
from vsearch.evaluate.confusion import MEASURES, OF_LABEL, confusions
from vsearch.evaluate.labels import TAGS, LabelReport, LabelSection

if TYPE_CHECKING:
    from rich.text import Text

    from vsearch.evaluate.intervals import Score

TITLES = {
    "accuracy": "accuracy",
    "macro_precision": "macro precision",
    "macro_recall": "macro recall",
    "macro_f1": "macro F1",
    "micro_precision": "micro precision",
    "micro_recall": "micro recall",
    "micro_f1": "micro F1",
    "abstained": "abstained",
}
WIDEST = 14
"""So many labels make a matrix that can be read; of more the usual confusions are listed."""

SHOWN_CONFUSIONS = 10


def print_label_report(report: LabelReport) -> None:
    """Tables of each label set, with what there is to say about them."""
    for section in report.sections:
        print(f"Is the best tag of {section.label_set} right? {_items(section.items)}")
        _print_overall(section)
        _print_labels(section)
        _print_confusion(section)
    for line in _remarks(report):
        output.tell(line)


def _items(count: int) -> str:
    return output.number_of(count, "item")


def _print_overall(section: LabelSection) -> None:
    shown = output.table("", *section.rows)
    for measure in MEASURES:
        cells = [_cell(scores[measure]) for scores in section.rows.values()]
        shown.add_row(TITLES[measure], *cells)
    output.console().print(shown)


def _print_labels(section: LabelSection) -> None:
    columns = ("right", "tagged")
    shown = output.table("label", *columns, "precision", "recall", "F1", right=columns)
    for item in section.labels:
        if item.right or item.said:
            cells = [_cell(item.scores[name]) for name in OF_LABEL]
            shown.add_row(item.label, _count(item.right), _count(item.said), *cells)
    output.console().print(shown)


def _print_confusion(section: LabelSection) -> None:
    used = section.used()
    if len(used) > WIDEST:
        pairs = list(confusions(section.confusion, section.names).items())
        for (right, said), count in pairs[:SHOWN_CONFUSIONS]:
            print(f"  {right} taken for {said}: {_count(count)}")
        return
    numbers = [str(number) for number in range(1, len(used) + 1)]
    shown = output.table("right \\ tagged", *numbers, "none", right=(*numbers, "none"))
    for number, place in enumerate(used, start=1):
        shown.add_row(f"{number} {section.names[place]}", *_counts(section, place, used))
    if section.confusion[-1].any():
        shown.add_row("none fits", *_counts(section, len(section.names), used))
    output.console().print(shown)


def _counts(section: LabelSection, place: int, used: list[int]) -> list[str]:
    cells = section.confusion[place][[*used, len(section.names)]]
    return [_count(cell) if cell else "." for cell in cells]


def _count(value: float) -> str:
    """A count; items with several right labels are parts of each."""
    return f"{value:.1f}".removesuffix(".0")


def _cell(score: Score) -> Text:
    from rich.text import Text

    cell = Text(_share(score.value).rjust(4))
    if score.low is not None and score.high is not None:
        low, high = _share(score.low), _share(score.high)
        if low != high:
            cell.append(f" {low}-{high}", style="dim")
    return cell


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def _remarks(report: LabelReport) -> list[str]:
    lines = list(report.notices)
    if report.absent:
        names = ", ".join(report.absent[:3]) + (", ..." if len(report.absent) > 3 else "")
        many = output.number_of(len(report.absent), "video")
        lines.append(f"{many} not in the library, whose items are left out ({names})")
    if report.bootstrap:
        lines.append(f"intervals: 95 %, {report.bootstrap} samples, seed {report.seed}")
    return lines


def label_report_json(report: LabelReport) -> dict[str, Any]:
    """A report as documented in docs/cli.md."""
    return {
        "library": str(report.library),
        "truth": str(report.truth),
        "label_sets": [_section_json(section) for section in report.sections],
        "absent": list(report.absent),
        "notices": list(report.notices),
        "bootstrap": report.bootstrap,
        "seed": report.seed,
        "took_s": round(report.took_s, 3),
    }


def _section_json(section: LabelSection) -> dict[str, Any]:
    used = section.used()
    return {
        "label_set": section.label_set,
        "items": section.items,
        "abstained": round(section.rows[TAGS]["abstained"].value, 4),
        "rows": [
            {
                "name": name,
                "scores": {measure: _score_json(scores[measure]) for measure in MEASURES},
            }
            for name, scores in section.rows.items()
        ],
        "labels": [
            {
                "label": item.label,
                "right": round(item.right, 4),
                "tagged": round(item.said, 4),
                "scores": {name: _score_json(item.scores[name]) for name in OF_LABEL},
            }
            for item in section.labels
            if item.right or item.said
        ],
        "confusion": {
            "labels": [section.names[place] for place in used],
            "counts": [
                [
                    round(float(cell), 4)
                    for cell in section.confusion[row][[*used, len(section.names)]]
                ]
                for row in (*used, len(section.names))
            ],
        },
    }


def _score_json(score: Score) -> dict[str, float | None]:
    ends = [None if end is None else round(end, 4) for end in (score.low, score.high)]
    return {"value": round(score.value, 4), "low": ends[0], "high": ends[1]}
