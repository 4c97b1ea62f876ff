"""Chapters against the known joints of joined videos, and storyboards against even sampling.

    python benchmarks/make_set.py ../shared/data OUT
    python benchmarks/chapters.py OUT ../shared/data [--tune]

Three kinds of videos: joined (clips with hard cuts, of make_set.py), told (topics read aloud, each
over clips of its own) and held (the same over one clip, so that only what is said changes). The
videos with odd numbers were used to choose the parameters: --tune shows them, without it the even
ones are reported, which no choice has seen; topics of told and held are in one half only.

F1 counts a border as found if it is within 5 s of a joint (in brackets: 2 s), each once. "even,
same number" has as many chapters as were found; "even, right number" knows how many there are.
"depth" is TextTiling over the same vectors: a border where windows before and after differ most.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from talks import KINDS, write_talks

import vsearch
from vsearch.summary.borders import SHORTEST_S, Division, divide
from vsearch.summary.chapters import timeline
from vsearch.summary.material import Material, read_material
from vsearch.summary.storyboard import choose, joined
from vsearch.summary.timeline import Timeline
from vsearch.types import SPEECH, VISUAL

TOLERANCES_S = (5.0, 2.0)
PICTURES = (3, 5, 9)
WINDOWS_S = (10.0, 20.0)
DEPTHS = (0.0, 0.5, 1.0, 1.5)
Spans = list[tuple[float, float]]


@dataclass(frozen=True)
class Joined:
    """A video made of several parts, and what the library holds of it."""

    kind: str
    spans: Spans
    material: Material
    pieces: Timeline

    @property
    def joints(self) -> list[float]:
        """Where one part ends and the next begins."""
        return [start for start, _ in self.spans if start > 0]

    @property
    def end_s(self) -> float:
        """Where the video ends."""
        return self.material.details.video.duration_s


Way = Callable[[Joined], list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--embedder", default="starter")
    parser.add_argument("--libraries", type=Path, help="where to keep them (default: the set)")
    parser.add_argument("--tune", action="store_true", help="show the half for choosing")
    options = parser.parse_args()
    write_talks(options.data, options.set)
    videos = [
        video
        for kind in ("joined", *KINDS)
        for video in read(options.set / kind, options.libraries or options.set, options.embedder)
        if is_odd(video) == options.tune
    ]
    if options.tune:
        print_choices(videos)
    print_borders(videos)
    print_storyboards(videos)


def is_odd(video: Joined) -> bool:
    """Whether a video belongs to the half that parameters are chosen on."""
    return int(video.material.details.video.path.stem.rpartition("-")[2]) % 2 == 1


def read(part: Path, libraries: Path, embedder: str) -> Iterator[Joined]:
    """The videos of a part, indexed if need be."""
    config = vsearch.load_config({"models.embedder": embedder})
    library = vsearch.open_library(libraries / f"{part.name}.library", config=config)
    library.index(part / "videos")
    spans: dict[str, Spans] = defaultdict(list)
    for row in json.loads((part / "truth.json").read_text(encoding="utf-8")):
        if row["video"]:
            spans[row["video"]] += [(start, end) for start, end in row["spans"]]
    rows = library._store.rows()
    for video in library.videos():
        material = read_material(library._store, rows, video.id)
        pieces = timeline(material, library._embed)
        yield Joined(part.name, sorted(spans[video.path.name]), material, pieces)


def print_choices(videos: Sequence[Joined]) -> None:
    """The best divisions of a grid, by the mean over the kinds."""
    tried = [
        Division(speech=speech, visual_price_s=visual_price, speech_price_s=speech_price)
        for speech in (0.7, 1.0, 1.5, 2.0)
        for visual_price in (1.0, 2.0, 3.0, 4.0)
        for speech_price in (3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0)
    ]
    scored = [(fmean(borders(videos, chapters(how))[0].values()), how) for how in tried]
    for score, how in sorted(scored, key=lambda item: -item[0])[:12]:
        print(f"{score:.3f}  {how}")
    for window_s in WINDOWS_S:
        for depth in DEPTHS:
            score = fmean(borders(videos, depths(window_s, depth))[0].values())
            print(f"{score:.3f}  depth, windows of {window_s:.0f} s, {depth} deviations")


def print_borders(videos: Sequence[Joined]) -> None:
    ours = chapters(Division())
    ways: dict[str, Way] = {
        "chapters": ours,
        "pictures alone": chapters(Division(speech=0.0, speech_price_s=0.0)),
        "speech alone": chapters(Division(visual=0.0, visual_price_s=0.0)),
        "depth": depths(20.0, 0.0),
        "every scene": every_scene,
        "even, same number": lambda video: even(video.end_s, len(ours(video)) + 1),
        "even, right number": lambda video: even(video.end_s, len(video.joints) + 1),
    }
    kinds = list(dict.fromkeys(video.kind for video in videos))
    print(f"\n| borders | {' | '.join(kinds)} | mean | chapters, as a share of the right number |")
    print("|---|" + "---|" * (len(kinds) + 2))
    for name, way in ways.items():
        wide, narrow = borders(videos, way)
        cells = [f"{wide[kind]:.2f} ({narrow[kind]:.2f})" for kind in kinds]
        cells.append(f"{fmean(wide.values()):.2f} ({fmean(narrow.values()):.2f})")
        share = fmean((len(way(video)) + 1) / (len(video.joints) + 1) for video in videos)
        print(f"| {name} | {' | '.join(cells)} | {share:.2f} |")


def borders(videos: Sequence[Joined], way: Way) -> list[dict[str, float]]:
    """The mean F1 of each kind at each tolerance."""
    found: list[dict[str, list[float]]] = [defaultdict(list) for _ in TOLERANCES_S]
    for video in videos:
        made = way(video)
        for scores, tolerance_s in zip(found, TOLERANCES_S, strict=True):
            scores[video.kind].append(f1(made, video.joints, tolerance_s))
    return [{kind: fmean(scores[kind]) for kind in scores} for scores in found]


def f1(made: Sequence[float], right: Sequence[float], tolerance_s: float) -> float:
    """The harmonic mean of precision and recall, where each border meets one joint at most."""
    if not made and not right:
        return 1.0
    free = sorted(made)
    met = 0
    for joint in sorted(right):
        near = next((border for border in free if abs(border - joint) <= tolerance_s), None)
        if near is not None:
            free = [border for border in free if border > near]
            met += 1
    return 2 * met / (len(made) + len(right))


def chapters(how: Division) -> Way:
    """The borders that a division finds."""
    return lambda video: divide(video.pieces, how)[1:]


def every_scene(video: Joined) -> list[float]:
    return [scene.span.start_s for scene in video.material.details.scenes][1:]


def even(end_s: float, count: int) -> list[float]:
    return [end_s * number / count for number in range(1, count)]


def depths(window_s: float, deviations: float) -> Way:
    """TextTiling: valleys of likeness that are deeper than usual."""

    def found(video: Joined) -> list[float]:
        edges = video.pieces.edges
        alike = np.array(
            [likeness(video.pieces, place, window_s) for place in range(1, len(edges) - 1)]
        )
        if not len(alike):
            return []
        depth = np.array([_depth(alike, place) for place in range(len(alike))])
        least = depth.mean() + deviations * depth.std()
        order = [int(place) for place in np.argsort(-depth) if depth[place] > least]
        chosen: list[float] = []
        for place in order:
            time = float(edges[place + 1])
            if all(abs(time - other) >= SHORTEST_S for other in [0.0, video.end_s, *chosen]):
                chosen.append(time)
        return sorted(chosen)

    return found


def likeness(pieces: Timeline, place: int, window_s: float) -> float:
    """How alike what lies before and after an edge is, over all that is known of both."""
    time = pieces.edges[place]
    before = (pieces.edges[:-1] >= time - window_s) & (pieces.edges[:-1] < time)
    after = (pieces.edges[:-1] >= time) & (pieces.edges[:-1] < time + window_s)
    weights = {VISUAL: 1.0, SPEECH: 1.5}
    total = weight = 0.0
    for name, (sums, _) in pieces.tracks.items():
        one, other = sums[before].sum(axis=0), sums[after].sum(axis=0)
        length = float(np.linalg.norm(one) * np.linalg.norm(other))
        if length:
            total += weights[name] * float(one @ other) / length
            weight += weights[name]
    return total / weight if weight else 1.0


def _depth(alike: np.ndarray, place: int) -> float:
    """How far likeness climbs on both sides of a place before it falls again."""

    def climb(step: int) -> float:
        top, at = alike[place], place + step
        while 0 <= at < len(alike) and alike[at] >= top:
            top, at = alike[at], at + step
        return float(top)

    return climb(-1) + climb(1) - 2 * float(alike[place])


def print_storyboards(videos: Sequence[Joined]) -> None:
    kinds = list(dict.fromkeys(video.kind for video in videos))
    print(f"\n| pictures | chosen by | {' | '.join(kinds)} |")
    print("|---|---|" + "---|" * len(kinds))
    for count in PICTURES:
        for name, pick in WAYS_TO_PICK:
            cells = []
            for kind in kinds:
                chosen = [(video, pick(video, count)) for video in videos if video.kind == kind]
                seen = fmean(coverage(video, places) for video, places in chosen)
                parts = fmean(represented(video, places) for video, places in chosen)
                cells.append(f"{seen:.2f} / {parts:.2f}")
            print(f"| {count} | {name} | {' | '.join(cells)} |")


def by_cover(video: Joined, count: int) -> list[int]:
    pictures = video.material.pictures
    return choose(pictures, joined(pictures, video.material.speech), count, enough=2.0)[0]


def by_sight(video: Joined, count: int) -> list[int]:
    return choose(video.material.pictures, video.material.pictures, count, enough=2.0)[0]


def by_time(video: Joined, count: int) -> list[int]:
    times = np.array([frame.pts_s for frame in video.material.frames])
    wanted = [video.end_s * (number + 0.5) / count for number in range(count)]
    return sorted({int(np.abs(times - time).argmin()) for time in wanted})


def coverage(video: Joined, places: Sequence[int]) -> float:
    """How like its most alike chosen picture a keyframe is on average."""
    pictures = video.material.pictures
    return float((pictures @ pictures[places].T).max(axis=1).mean())


def represented(video: Joined, places: Sequence[int]) -> float:
    """The share of the parts that at least one chosen picture is of."""
    times = [video.material.frames[place].pts_s for place in places]
    return fmean(any(start <= time < end for time in times) for start, end in video.spans)


WAYS_TO_PICK = (
    ("storyboard", by_cover),
    ("by pictures alone", by_sight),
    ("even sampling", by_time),
)

if __name__ == "__main__":
    main()
