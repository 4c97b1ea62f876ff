"""What each part of a search adds: one table over the sets that make_set.py makes.

    python benchmarks/make_set.py ../shared/data /tmp/set
    python benchmarks/quality.py /tmp/set

For each kind of query and each way of searching: how often the first result is right (the right
video, and a moment that overlaps the right one), how often the right video is among the first five,
and the overlap of the best moment in the right video. Libraries are kept beside the sets. Below
stands what a "no good match" threshold is worth.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import vsearch
from vsearch.evaluate import Ranking, Report, evaluate

NO_ANSWER = "no answer"


@dataclass(frozen=True)
class Way:
    """A way of searching: a fusion rule, and what each part counts."""

    name: str
    fusion: str = "power.v1"
    weights: Mapping[str, float] | None = None


WAYS = (
    Way("picture", weights={"visual": 1, "speech": 0, "screen": 0, "words": 0}),
    Way("speech", weights={"visual": 0, "speech": 1, "screen": 0, "words": 0}),
    Way("screen", weights={"visual": 0, "speech": 0, "screen": 1, "words": 0}),
    Way("words", weights={"visual": 0, "speech": 0, "screen": 0, "words": 1}),
    Way("joint.v1, no words", "joint.v1", {"words": 0}),
    Way("joint.v1", "joint.v1"),
    Way("joint.v1, speech .5", "joint.v1", {"speech": 0.5}),
    Way("ranks.v1", "ranks.v1"),
    Way("attention.v1", "attention.v1"),
    Way("power.v1, no words", weights={"words": 0}),
    Way("power.v1, speech .5", weights={"speech": 0.5}),
    Way("power.v1 (default)"),
)
Asked = tuple[list[float], str]
Cells = dict[str, tuple[float, float, float | None]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=Path)
    parser.add_argument("--embedder", default="starter")
    parser.add_argument("--libraries", type=Path, help="where to keep them (default: the set)")
    parser.add_argument("--only", nargs="*", help="only these parts of the set")
    parser.add_argument("--ways", nargs="*", help="only ways whose names begin so")
    options = parser.parse_args()
    parts = sorted(path.parent for path in options.set.glob("*/truth.json"))
    parts = [part for part in parts if not options.only or part.name in options.only]
    kept = options.libraries or options.set
    for part in parts:
        library(kept / part.name, options.embedder).index(part / "videos")
    thresholds: dict[str, Report] = {}
    for number, way in enumerate(chosen(options.ways)):
        cells: Cells = {}
        for part in parts:
            opened = library(kept / part.name, options.embedder, way.fusion)
            ranking = Ranking(name=way.name, weights=way.weights)
            report = evaluate(opened, part / "truth.json", rankings=[ranking], bootstrap=0)
            cells |= cells_of(report)
            thresholds[part.name] = report
        if number == 0:
            print_line("", cells, [f"{kind}" for kind in cells], "mean")
            print_line("---", cells, ["---"] * len(cells), "---")
        first = [cell[0] for cell in cells.values()]
        print_line(way.name, cells, map(shown, cells.values()), f"{fmean(first):.3f}")
    print_thresholds(thresholds)
    if (options.set / "joined") in parts:
        print_order(library(kept / "joined", options.embedder), options.set / "joined")


def chosen(names: list[str] | None) -> list[Way]:
    """The ways whose names begin so, or all."""
    return [way for way in WAYS if not names or any(way.name.startswith(name) for name in names)]


def library(part: Path, embedder: str, fusion: str = "power.v1") -> vsearch.Library:
    """The library of a part, searched with a fusion rule."""
    config = vsearch.load_config({"models.embedder": embedder, "search.fusion": fusion})
    return vsearch.open_library(part.with_suffix(".library"), config=config)


def cells_of(report: Report) -> Cells:
    """For each kind: first result right, right video among five, overlap of the best moment."""
    right: dict[str, list[bool]] = defaultdict(list)
    among: dict[str, list[bool]] = defaultdict(list)
    for item in report.answered:
        right[item.kind].append(item.right)
        among[item.kind].append(item.rank is not None and item.rank <= 5)
    return {
        kind: (_first(report, kind, right[kind]), fmean(ranks), _overlap(report, kind))
        for kind, ranks in among.items()
        if kind != NO_ANSWER
    }


def _overlap(report: Report, kind: str) -> float | None:
    section = report.section("moments", kind) or report.section("moments")
    return section.rows[0].scores["miou"].value if section else None


def _first(report: Report, kind: str, right: list[bool]) -> float:
    """How often the first moment is right; where no span is known, the first video."""
    section = report.section("videos", kind) or report.section("videos")
    assert section is not None
    spans_known = report.section("moments") is not None
    return fmean(right) if spans_known else section.rows[0].scores["recall@1"].value


def shown(cell: tuple[float, float, float | None]) -> str:
    """A cell as first / five / overlap."""
    return " / ".join(f"{value:.2f}".removeprefix("0") for value in cell if value is not None)


def print_line(name: str, cells: Cells, texts: Iterable[str], last: str) -> None:
    """One line of a Markdown table."""
    print(f"| {name} | {' | '.join(texts)} | {last} |", flush=True)


def print_thresholds(reports: Mapping[str, Report]) -> None:
    """What the last way's best scores tell about right and wrong, part by part."""
    heads = ("set", "queries", "without answer", "average precision", "best F1", "at", "precision")
    print(f"\n| {' | '.join(heads)} | recall |")
    print("|---|---|---|---|---|---|---|---|")
    for name, report in reports.items():
        best = report.threshold()
        print(
            f"| {name} | {report.queries} | {report.unanswerable} | "
            f"{report.curve.average_precision:.2f} | {best.f1:.2f} | {best.threshold:.2f} | "
            f"{best.precision:.2f} | {best.recall:.2f} |"
        )


def print_order(opened: vsearch.Library, part: Path) -> None:
    """How often `A THEN B` finds both, for clips that follow one another in a joined video."""
    by_video = defaultdict(list)
    for entry in json.loads((part / "truth.json").read_text(encoding="utf-8")):
        if entry["video"]:
            by_video[entry["video"]].append((entry["spans"][0], entry["query"]))
    pairs = [
        (name, one, other)
        for name, entries in by_video.items()
        for one, other in pairwise(sorted(entries))
    ]
    right = [follows(opened, *pair) for pair in pairs]
    print(f"\nA THEN B: the right place first for {fmean(right):.2f} of {len(right)} questions")


def follows(opened: vsearch.Library, name: str, one: Asked, other: Asked) -> bool:
    """Whether the first result is one and then the other."""
    found = opened.search(f"{escaped(one[1])} THEN {escaped(other[1])}", limit=1).moments
    if not found or found[0].video.path.name != name:
        return False
    steps = zip(found[0].steps, (one[0], other[0]), strict=True)
    return all(step.start_s < span[1] and span[0] < step.end_s for step, span in steps)


def escaped(text: str) -> str:
    """A caption as plain words of a query."""
    return re.sub(r'(["“”():\\-])', r"\\\1", text)


if __name__ == "__main__":
    main()
