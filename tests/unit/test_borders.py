"""Where chapters begin: on made-up rows, whose topics are known."""

from __future__ import annotations

import numpy as np
import pytest

from vsearch.sentences import Sentence
from vsearch.summary.borders import Division, divide
from vsearch.summary.timeline import Timeline, Track, edges_of, timeline_of
from vsearch.types import Matrix, Scene, TimeSpan


def span(start_s: float, end_s: float) -> TimeSpan:
    return TimeSpan(start_s=start_s, end_s=end_s)


def sentence(start_s: float, end_s: float, text: str = "so it is said") -> Sentence:
    return Sentence(video_id="v", span=span(start_s, end_s), text=text)


def scenes(*starts: float, end_s: float) -> list[Scene]:
    ends = [*starts[1:], end_s]
    return [
        Scene(id=number, video_id="v", span=span(start, end))
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def topics(*numbers: int, noise: float = 0.3, seed: int = 0) -> Matrix:
    """Vectors of length 1 that lie around one direction for each topic."""
    chance = np.random.default_rng(seed)
    made = np.eye(8)[list(numbers)] + noise * chance.standard_normal((len(numbers), 8)) / 3
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def steps(count: int, each_s: float) -> list[TimeSpan]:
    return [span(number * each_s, (number + 1) * each_s) for number in range(count)]


def made(visual: list[int], speech: list[int], each_s: float = 5.0) -> Timeline:
    """A video with a scene and a sentence every few seconds, about these topics."""
    count = max(len(visual), len(speech))
    times = steps(count, each_s)
    said = [sentence(item.start_s, item.end_s) for item in times] if speech else []
    cuts = scenes(*(item.start_s for item in times), end_s=count * each_s)
    tracks = {"visual": Track(times, topics(*visual))} if visual else {}
    if speech:
        tracks["speech"] = Track(times, topics(*speech, seed=1))
    return timeline_of(count * each_s, cuts, said, tracks)


def test_pictures_alone_divide() -> None:
    assert divide(made([0] * 6 + [1] * 5 + [2] * 7, []), Division()) == [0.0, 30.0, 55.0]


def test_speech_alone_divides_while_the_picture_stays() -> None:
    assert divide(made([3] * 18, [0] * 8 + [1] * 10), Division()) == [0.0, 40.0]


def test_pictures_that_come_and_go_do_not_divide_one_topic() -> None:
    changing = [0, 1, 2, 3] * 5
    told = made(changing, [5] * 10 + [6] * 10)
    assert divide(told, Division()) == [0.0, 50.0]
    assert len(divide(made(changing, []), Division())) > 5


def test_one_topic_is_one_chapter() -> None:
    assert divide(made([0] * 20, [1] * 20), Division()) == [0.0]


def test_a_pause_in_the_speech_is_no_topic() -> None:
    times = steps(20, 5.0)
    heard = [item for number, item in enumerate(times) if not 8 <= number < 12]
    said = [sentence(item.start_s, item.end_s) for item in heard]
    tracks = {
        "visual": Track(times, topics(*[0] * 20)),
        "speech": Track(heard, topics(*[1] * 16, seed=1)),
    }
    pieces = timeline_of(100.0, scenes(0.0, end_s=100.0), said, tracks)
    assert divide(pieces, Division()) == [0.0]


def test_no_chapter_is_too_short_and_there_are_never_too_many() -> None:
    pieces = made([number % 8 for number in range(60)], [])
    assert len(divide(pieces, Division(most=100, least_s=5))) == 60
    assert len(divide(pieces, Division(most=20, least_s=5))) == 20
    assert len(divide(pieces, Division())) == Division().limit(300) == 10
    assert divide(pieces, Division(most=1)) == [0.0]
    starts = [*divide(pieces, Division(least_s=12.0)), 300.0]
    assert min(np.diff(starts)) >= 12.0


def test_longer_videos_may_have_more_chapters_but_not_many() -> None:
    assert [Division().limit(minutes * 60) for minutes in (1, 10, 60)] == [8, 12, 21]
    assert Division(most=3).limit(3600) == 3
    assert [Division().shortest_s(minutes * 60) for minutes in (1, 10, 60)] == [5, 15, 90]
    assert Division(least_s=1).shortest_s(3600) == 1


def test_a_limit_keeps_the_strongest_borders() -> None:
    weak, strong = topics(0), topics(4)
    half = (weak + 0.8 * strong) / np.linalg.norm(weak + 0.8 * strong)
    vectors = np.concatenate([weak] * 6 + [half] * 6 + [-weak] * 6).astype(np.float32)
    tracks = {"visual": Track(steps(18, 5.0), vectors)}
    pieces = timeline_of(90.0, scenes(*np.arange(0.0, 90.0, 5.0), end_s=90.0), [], tracks)
    assert divide(pieces, Division(visual_price_s=0.5)) == [0.0, 30.0, 60.0]
    assert divide(pieces, Division(visual_price_s=0.5, most=2)) == [0.0, 60.0]


@pytest.mark.parametrize("duration_s", [0.0, 0.04, 2.0])
def test_the_shortest_videos_have_one_chapter(duration_s: float) -> None:
    tracks = {"visual": Track([span(0, duration_s)], topics(0))}
    pieces = timeline_of(duration_s, scenes(0.0, end_s=duration_s), [], tracks)
    assert divide(pieces, Division()) == [0.0]


def test_a_video_of_which_nothing_is_known_has_one_chapter() -> None:
    assert divide(timeline_of(600.0, [], [], {}), Division()) == [0.0]


def test_borders_lie_at_cuts_and_between_sentences_but_never_inside() -> None:
    said = [sentence(0, 6), sentence(6.5, 20), sentence(30, 36)]
    edges = edges_of(60.0, [0.0, 6.8, 13.0, 25.0, 45.0], said).tolist()
    # 13.0 lies inside a sentence; the cut at 6.8 takes the place of the start at 6.5.
    assert edges == [0.0, 6.8, 20.0, 25.0, 30.0, 36.0, 45.0, 60.0]


def test_there_are_never_more_pieces_than_can_be_looked_at() -> None:
    cuts = np.arange(0.0, 36_000.0, 0.5)
    assert len(edges_of(36_000.0, cuts.tolist(), [])) <= 2001
