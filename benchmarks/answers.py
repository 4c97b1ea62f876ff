"""How often questions are answered right, and refused where nothing answers.

    python benchmarks/answers.py /tmp/answers
    python benchmarks/answers.py /tmp/answers --with openai.v1:MODEL --url http://localhost:8321/v1

The first makes narrated videos there (espeak-ng reads them aloud, so Whisper hears much wrongly)
and indexes them; some are silent and have subtitles. The questions are in answers.json, in parts
by video. The level below which nothing is answered is chosen on a for b and on b for a; part c was
written when the parts of the score were settled, and nothing was chosen on it. Questions of the
part named hold names and numbers; those without an answer hold other ones than are said.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, median

import narrated
from narrated import Asked

import vsearch
from vsearch.answer.asking import LEVEL, QUOTES, Asking
from vsearch.answer.score import Parts

CHOSEN_ON = ("a", "b")
FRESH, NAMED = "c", "named"
ABLATIONS: Mapping[str, Parts] = {
    "meaning, words, kind": Parts(),
    "meaning alone": Parts(words=0, kind=0),
    "words alone": Parts(meaning=0, words=1, kind=0),
    "no meaning": Parts(meaning=0),
    "no words": Parts(words=0),
    "no kind": Parts(kind=0),
    "no names and numbers": Parts(subjects=0),
    "no joined sentences": Parts(joined=False),
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a question: the best passage's score, and which citations are right."""

    asked: Asked
    score: float
    right: tuple[bool, ...]
    refused: bool
    took_ms: float
    note: str
    text: str

    def at(self, level: float) -> Outcome:
        """What would have come of it at another level."""
        return replace(self, refused=self.score < level)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--with", dest="answerer", default=QUOTES)
    parser.add_argument("--url", default="http://localhost:8321/v1")
    parser.add_argument("--show", action="store_true", help="print every answer")
    options = parser.parse_args()
    questions = narrated.make(options.folder / "videos")
    config = vsearch.load_config(
        {"models.embedder": "starter", "answer.url": options.url, "answer.timeout_s": 600}
    )
    library = vsearch.open_library(options.folder / "library", config=config)
    library.index(options.folder / "videos")
    if options.answerer == QUOTES:
        outcomes = without_model(library, questions)
    else:
        outcomes = with_model(library, questions, options.answerer)
    for item in outcomes if options.show else ():
        print(shown(item))


def without_model(library: vsearch.Library, questions: Sequence[Asked]) -> list[Outcome]:
    """The table of quotes, at levels that the other half has chosen, and of what each part adds."""
    found = every(library, questions)
    outcomes = [item for item in found if item.asked.part in CHOSEN_ON]
    heading()
    line(f"parts a and b, level {LEVEL} (default)", [item.at(LEVEL) for item in outcomes])
    held_out: list[Outcome] = []
    for part, other in (("a", "b"), ("b", "a")):
        level = best_level(of_part(outcomes, other))
        judged = [item.at(level) for item in of_part(outcomes, part)]
        line(f"part {part}, level {level:.2f} chosen on part {other}", judged)
        held_out += judged
    line("a and b, each at the level of the other", held_out)
    line("part c, default level", [item.at(LEVEL) for item in of_part(found, FRESH)])
    line("names and numbers, default level", [item.at(LEVEL) for item in of_part(found, NAMED)])
    blind = of_part(every(library, questions, Parts(subjects=0)), NAMED)
    line("the same without that part of the score", [item.at(LEVEL) for item in blind])
    usual = [item.at(LEVEL) for item in found if item.asked.part != NAMED]
    line("heard by Whisper", [item for item in usual if item.asked.heard])
    line("subtitles", [item for item in usual if not item.asked.heard])
    print(f"\nmedian {median(item.took_ms for item in found):.0f} ms a question\n")
    heading()
    for name, parts in ABLATIONS.items():
        asked = [item for item in questions if item.part in CHOSEN_ON]
        several = every(library, asked, parts)
        line(name, [item.at(best_level(several)) for item in several])
    print("\nThe last table, of a and b, takes the level that is best for the same questions.")
    return usual


def with_model(
    library: vsearch.Library, questions: Sequence[Asked], answerer: str
) -> list[Outcome]:
    """The table of a language model's answers, and how often the checks caught it."""
    outcomes = [ask(library, item, by=answerer) for item in questions]
    heading()
    line(answerer, outcomes)
    for part in (*CHOSEN_ON, FRESH, NAMED):
        line(f"part {part}", of_part(outcomes, part))
    quoted = [item for item in outcomes if "quotes instead" in item.note]
    told = [item for item in outcomes if not item.refused and item not in quoted]
    cut = sum("left out" in item.note for item in told)
    line("told by the model", told)
    line("quotes instead", quoted)
    print(
        f"\n{len(told)} told by the model, {cut} of them with sentences left out; {len(quoted)} "
        f"quotes instead; median {median(item.took_ms for item in outcomes) / 1000:.1f} s"
    )
    return outcomes


def every(
    library: vsearch.Library, questions: Iterable[Asked], parts: Parts | None = None
) -> list[Outcome]:
    """What comes of each question if none is refused, with the parts of the score as given."""
    return [ask(library, item, level=-9.0, parts=parts or Parts()) for item in questions]


def ask(library: vsearch.Library, item: Asked, **how: object) -> Outcome:
    """What comes of one question."""
    asking = Asking(library._means(), item.text, **how)  # type: ignore[arg-type]
    answer = asking.answer()
    best = asking.found.best
    return Outcome(
        asked=item,
        score=best[0].score if best else -9.0,
        right=tuple(is_right(item, citation) for citation in answer.citations),
        refused=answer.refused,
        took_ms=answer.took_ms,
        note=answer.note,
        text=answer.text,
    )


def is_right(item: Asked, citation: vsearch.Citation) -> bool:
    """Whether a citation is in the right video, mostly over the sentence that answers."""
    if citation.video.path.name != item.video:
        return False
    for span in item.spans:
        start_s = max(span.start_s, citation.span.start_s)
        shared_s = min(span.end_s, citation.span.end_s) - start_s
        if shared_s >= 0.5 * span.duration_s:
            return True
    return False


def of_part(outcomes: Iterable[Outcome], part: str) -> list[Outcome]:
    return [item for item in outcomes if item.asked.part == part]


def best_level(outcomes: Sequence[Outcome]) -> float:
    """The level with the best mean of right answers and right refusals."""
    levels = sorted({item.score for item in outcomes})
    return max(levels, key=lambda level: goodness([item.at(level) for item in outcomes]))


def goodness(outcomes: Sequence[Outcome]) -> float:
    first, _, refused, _ = shares(outcomes)
    return (first + refused) / 2


def shares(outcomes: Sequence[Outcome]) -> tuple[float, float, float, float]:
    """First citation right, any right, unanswerable refused, answerable refused: as shares."""
    answerable = [item for item in outcomes if item.asked.spans]
    without = [item for item in outcomes if not item.asked.spans]
    return (
        mean(not item.refused and item.right[:1] == (True,) for item in answerable),
        mean(not item.refused and any(item.right) for item in answerable),
        mean(item.refused for item in without),
        mean(item.refused for item in answerable),
    )


def mean(values: Iterable[bool]) -> float:
    found = list(values)
    return fmean(found) if found else float("nan")


def heading() -> None:
    print("| | questions | first right | any right | unanswerable | refused | wrongly refused |")
    print("|---|---|---|---|---|---|---|")


def line(name: str, outcomes: Sequence[Outcome]) -> None:
    """One line of a Markdown table."""
    first, any_right, refused, wrongly = (f"{value:.2f}" for value in shares(outcomes))
    asked = sum(bool(item.asked.spans) for item in outcomes)
    print(
        f"| {name} | {asked} | {first} | {any_right} | {len(outcomes) - asked} | {refused} | "
        f"{wrongly} |",
        flush=True,
    )


def shown(item: Outcome) -> str:
    state = "refused" if item.refused else "right" if any(item.right) else "wrong"
    wanted = "answerable" if item.asked.spans else "unanswerable"
    return f"{item.score:.2f} {wanted} {state}: {item.asked.text} -> {item.text} ({item.note})"


if __name__ == "__main__":
    main()
