"""What each kind of question finds and leaves out, in a small library with exact words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vsearch.errors import QueryError
from vsearch.library import Library
from vsearch.query.question import Clause, Like, Term
from vsearch.testing.fakes import COLOURS
from vsearch.testing.videos import write_colours

SAID = {
    "beach": [
        (0.5, 1.5, "The last"),
        (1.5, 3.5, "train leaves."),
        (4.5, 7, "Goodbye, my friend"),
        (8.5, 11, "Train last the!"),
    ],
    "city": [(0.5, 3, "Hello world"), (4.5, 7, "the last dance: red")],
}
VIDEOS = {
    "trip/beach": ["red", "green", "blue"],
    "trip/city": ["green", "red"],
    "cat": ["purple", "orange"],
    "sea": ["blue", "white", "blue"],
}
Spot = tuple[str, float]


def clock(time_s: float) -> str:
    return f"00:00:{int(time_s):02d},{round(time_s % 1 * 1000):03d}"


def write_srt(path: Path, cues: list[tuple[float, float, str]]) -> None:
    lines = [
        f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, start=1)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    folder = shared_library.path.parent / "videos"
    for name, colours in VIDEOS.items():
        path = write_colours(folder / f"{name}.mp4", colours, seconds_each=4)
        if path.stem in SAID:
            write_srt(path.with_suffix(".en.srt"), SAID[path.stem])
    assert len(shared_library.index(folder).indexed) == len(VIDEOS)
    return shared_library


def spots(library: Library, query: str = "", **asked: object) -> list[Spot]:
    """Videos and scenes that are found with a score, best first."""
    found = library.search(query, limit=50, **asked).moments  # type: ignore[arg-type]
    return [
        (moment.video.path.stem, round(moment.scene.span.start_s))
        for moment in found
        if moment.score > 0
    ]


def everywhere(library: Library, query: str = "", **asked: object) -> set[Spot]:
    """The same whatever the score, and with those that look and sound the same."""
    found = library.search(query, limit=50, **asked).moments  # type: ignore[arg-type]
    shown = {(moment.video.path.stem, round(moment.scene.span.start_s)) for moment in found}
    alike = {(item.video.path.stem, round(item.span.start_s)) for m in found for item in m.copies}
    return shown | alike


def evidence(library: Library, query: str) -> dict[str, float]:
    best = library.search(query).moments[0]
    return {item.block: item.score for item in best.evidence}


def test_a_field_asks_its_block_alone(library: Library) -> None:
    """Red is shown in two videos and said in a third scene."""
    assert set(spots(library, "saw:red")[:2]) == {("beach", 0), ("city", 4)}
    assert spots(library, "said:red")[0] == ("city", 4)
    seen, said = evidence(library, "saw:red"), evidence(library, "said:red")
    assert seen["visual"] > 0 == seen["speech"] == seen["words"]
    assert said["visual"] == 0 < said["speech"]
    assert said["words"] > 0
    assert spots(library, "saw:train said:green") != spots(library, "saw:green said:train")


def test_a_field_counts_in_full_unless_its_weight_is_0(library: Library) -> None:
    """Who names a part in so many words wants it to count; what was left out names none."""
    seen = library.search("saw:purple").moments[0]
    assert library.search("saw:purple", weights={"visual": 0.1}).moments[0].score == seen.score
    assert spots(library, "saw:purple", weights={"visual": 0.0}) == []
    little = {"speech": 0.1}
    without = library.search("goodbye -said:zebra", weights=little).moments[0]
    assert without.score == library.search("goodbye", weights=little).moments[0].score


def test_words_alone_find_where_they_are_said(library: Library) -> None:
    none = {"visual": 0.0, "speech": 0.0, "words": 0.0}
    assert spots(library, "purple", weights=none) == []
    by_words = library.search("goodbye", weights=none | {"words": 1.0}).moments
    assert [(moment.video.path.stem, moment.matched) for moment in by_words] == [
        ("beach", ("goodbye",))
    ]


def test_exact_words_are_where_they_are_said(library: Library) -> None:
    """The last train is said over two cues of one row; the other way round does not count."""
    assert everywhere(library, '"the last train"') == {("beach", 0)}
    assert everywhere(library, 'said:"the last"') == {("beach", 0), ("city", 4)}
    assert everywhere(library, '"train leaves goodbye"') == set()
    assert everywhere(library, '"last train" "my friend"') == set()
    assert everywhere(library, "", exact=Term(text="my friend", field="said")) == {("beach", 4)}
    assert everywhere(library, 'green "the last"') == {("beach", 0), ("city", 4)}
    assert spots(library, 'red "the last"')[0] == ("city", 4)


def test_exact_words_may_be_of_a_name_but_not_if_they_are_to_be_said(library: Library) -> None:
    assert everywhere(library, '"trip beach"') == {("beach", 0), ("beach", 4), ("beach", 8)}
    assert everywhere(library, 'said:"trip beach"') == set()


def test_exact_words_are_all_found_whatever_the_weights(library: Library) -> None:
    weights = {"visual": 0.0, "speech": 0.0, "words": 0.0}
    assert everywhere(library, '"the last"', weights=weights) == {("beach", 0), ("city", 4)}


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ("green -train", {("beach", 0), ("beach", 8)}),
        ("green -said:train", {("beach", 0), ("beach", 8)}),
        ("green -cat", {("cat", 0), ("cat", 4)}),
        ("green -said:cat", set()),
        ("green -blue", {("beach", 8), ("sea", 0), ("sea", 8)}),
        ("green -saw:blue", {("beach", 8), ("sea", 0), ("sea", 8)}),
        ("green -said:blue", set()),
        ('green -"the last"', {("beach", 0), ("city", 4)}),
        ('green -"the last" -cat', {("beach", 0), ("city", 4), ("cat", 0), ("cat", 4)}),
        ('green -"purple"', set()),
        ('green -"orange purple"', set()),
        ('green -saw:"purple"', {("cat", 0)}),
        ("green -red", {("beach", 0), ("city", 4)}),
    ],
)
def test_without(library: Library, query: str, left_out: set[Spot]) -> None:
    everything = {(name.split("/")[-1], n * 4) for name, c in VIDEOS.items() for n in range(len(c))}
    assert everywhere(library, query) == everything - left_out


def test_a_picture_finds_its_colour(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "orange.png"
    Image.new("RGB", (50, 20), COLOURS["orange"]).save(path)
    assert spots(library, image=path)[0] == ("cat", 4)
    assert spots(library, f"image:{path}")[0] == ("cat", 4)
    assert evidence(library, f"image:{path}")["speech"] == 0
    best = library.search(image=path).moments[0]
    assert best.score == library.search(image=str(path)).moments[0].score


def test_a_picture_and_words_meet(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    Image.new("RGB", (50, 20), COLOURS["red"]).save(path)
    assert set(spots(library, image=path)[:2]) == {("beach", 0), ("city", 4)}
    assert spots(library, "said:dance", image=path)[0] == ("city", 4)
    assert spots(library, "said:(train leaves)", image=path)[0] == ("beach", 0)
    assert spots(library, "saw:purple", image=path)[:3] != spots(library, image=path)[:3]


def test_like_a_moment_finds_others_of_its_kind(library: Library) -> None:
    """Blue at sea: the beach's blue, and the other blue scene; not the scene that was named."""
    found = everywhere(library, like="sea.mp4@1")
    assert ("sea", 0) not in found
    assert spots(library, like="sea.mp4@1", weights={"speech": 0.0})[0] in {
        ("sea", 8),
        ("beach", 8),
    }
    assert spots(library, "like:sea.mp4@0:05")[:1] != spots(library, "like:sea.mp4@1")[:1]
    assert spots(library, like=Like(video="sea.mp4", at_s=1)) == spots(library, like="sea.mp4@1")


def test_like_a_video_finds_other_videos(library: Library) -> None:
    found = everywhere(library, like="sea.mp4", weights={"speech": 0.0})
    assert not any(name == "sea" for name, _ in found)
    assert spots(library, like="sea.mp4", weights={"speech": 0.0})[0] == ("beach", 8)
    assert spots(library, "saw:purple like:sea.mp4")[0] in {("cat", 0), ("beach", 8)}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"like": "lake.mp4"}, r"no video in .* is called 'lake\.mp4'"),
        ({"like": "sea.mp4@1:30"}, r"sea\.mp4 is 12\.0 s long: it has no moment at 90 s"),
        ({"shown": "exit"}, "text: finds nothing: no text was read"),
        ({"text": "red tag:beach"}, "tag: finds nothing"),
        ({"text": 'red -text:"exit"'}, "text: finds nothing"),
        ({"text": "red", "weights": {"visual": -1.0}}, "weight.* 0 or more, not -1"),
        ({"text": "red", "weights": {"visual": float("nan")}}, "weight.* 0 or more, not nan"),
        ({"text": "red", "per_video": -1}, "per_video must be at least 0, not -1"),
        ({"text": "red", "page": 0}, "page must be at least 1, not 0"),
    ],
)
def test_what_cannot_be_found_says_why(library: Library, asked: dict, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        library.search(**asked)


def test_the_end_of_a_video_can_be_compared_with(library: Library) -> None:
    assert spots(library, like="sea.mp4@12")


def test_clauses_can_be_given_as_values(library: Library) -> None:
    clause = Clause(terms=(Term(text="train", field="said"),))
    assert spots(library, "red", together=clause) == spots(library, "red WHILE said:train")


def test_shares_and_ranks_are_those_of_the_parts(library: Library) -> None:
    query = "green goodbye red train"
    alone = {}
    for part in ("visual", "speech", "words"):
        weights = {"visual": 0.0, "speech": 0.0, "words": 0.0} | {part: 1.0}
        alone[part] = spots(library, query, weights=weights)
    compared = 0
    for moment in library.search(query, limit=50, explain=True).moments:
        shares = [item.share for item in moment.evidence]
        assert sum(shares) == pytest.approx(1) or not any(shares)
        assert sum(item.score for item in moment.evidence) == pytest.approx(moment.score, abs=1e-3)
        for item in moment.evidence:
            spot = (moment.video.path.stem, round(moment.scene.span.start_s))
            if item.block == "screen":
                assert item.share == 0 == item.score and item.rank is None
            elif spot in alone[item.block]:
                compared += item.rank == alone[item.block].index(spot) + 1
            else:
                assert item.rank is None, (spot, item)
    assert compared >= 6
    assert all(
        item.rank is None for moment in library.search(query).moments for item in moment.evidence
    )


def test_every_fuser_finds_what_is_asked(library: Library) -> None:
    for fusion in ("power.v1", "joint.v1", "ranks.v1", "attention.v1"):
        config = replace(library.config, search=replace(library.config.search, fusion=fusion))
        other = Library(library.path, config, print)
        asked = {"orange": ("cat", 4), "goodbye": ("beach", 4), "green hello": ("city", 0)}
        for query, spot in asked.items():
            first = 3 if fusion == "ranks.v1" else 1  # a rank does not say how good the first is
            assert spot in spots(other, query)[:first], (fusion, query)
        scores = [moment.score for moment in other.search("green hello", limit=50).moments]
        assert np.isfinite(scores).all()
        assert scores == sorted(scores, reverse=True)
