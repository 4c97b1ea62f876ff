from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vsearch.errors import ModelError, QueryError, StoreError, VideoError
from vsearch.library import Library
from vsearch.pipeline.events import Progress
from vsearch.pipeline.video import content_id
from vsearch.testing.fakes import FakeEmbedder, FakeSplitter, FakeTranscriber
from vsearch.testing.videos import silence, tone, write_colours
from vsearch.types import VectorSpace


@pytest.fixture
def library(fake_library: Library, tmp_path: Path) -> Library:
    folder = tmp_path / "videos"
    write_colours(folder / "flag.mp4", ["red", "white", "blue"])
    write_colours(folder / "sea.mp4", ["blue", "green"])
    said = np.concatenate([silence(2), tone(660, 2), silence(2)])
    write_colours(folder / "talk.mp4", ["purple", "orange", "yellow"], samples=said)
    assert len(fake_library.index(folder).indexed) == 3
    return fake_library


def test_a_moment_is_found_by_what_is_seen(library: Library) -> None:
    best = library.search("red").moments[0]
    assert best.video.path.name == "flag.mp4"
    assert (best.span.start_s, best.span.end_s) == pytest.approx((0, 2), abs=0.11)
    assert best.evidence[0].block == "visual"
    assert best.evidence[0].share > 0.9
    assert best.thumbnail.is_file()


def test_a_moment_is_found_by_what_is_said(library: Library) -> None:
    best = library.search("train").moments[0]
    assert best.video.path.name == "talk.mp4"
    assert (best.span.start_s, best.span.end_s) == pytest.approx((2, 4), abs=0.11)
    assert best.said == "train train"
    shares = {item.block: item.share for item in best.evidence}
    assert shares["speech"] > 0.5 > shares["words"] > 0
    assert best.matched == ("train",)


def test_each_video_once(library: Library) -> None:
    found = library.search("blue", by="video", limit=10).moments
    assert sorted(moment.video.path.name for moment in found) == ["flag.mp4", "sea.mp4", "talk.mp4"]
    assert {found[0].video.path.name, found[1].video.path.name} == {"flag.mp4", "sea.mp4"}
    assert [moment.rank for moment in found] == [1, 2, 3]


def test_scores_fall_and_limits_hold(library: Library) -> None:
    found = library.search("green sea", limit=4)
    scores = [moment.score for moment in found.moments]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)
    assert [moment.span for moment in library.search("green sea", limit=4).moments] == [
        moment.span for moment in found.moments
    ]


@pytest.mark.parametrize(
    ("text", "more", "reason"),
    [("  ", {}, "empty"), ("x", {"limit": 0}, "at least 1"), ("x", {"by": "day"}, "by scene or")],
)
def test_wrong_queries_say_why(library: Library, text: str, more: dict, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        library.search(text, **more)


def test_odd_queries_are_answered(library: Library) -> None:
    for text in ("'; DROP TABLE videos", "東京", "a" * 10_000, "50%", '"x'):
        assert library.search(text, limit=1, plain=True).moments
    assert len(library.videos()) == 3


def test_videos_are_found_by_path_name_and_id(library: Library) -> None:
    video = library.find("sea.mp4")
    assert library.find(video.path) == library.find(video.id[:8]) == library.find(video.id) == video
    assert library.find("videos/sea.mp4") == video
    copy = video.path.with_name("copy.mp4")
    copy.write_bytes(video.path.read_bytes())
    library.index(copy)
    assert library.find("copy.mp4") == library.find("sea.mp4") == video
    with pytest.raises(QueryError, match="no video in .* is called 'lake"):
        library.find("lake.mp4")


def test_renamed_and_swapped_files_lose_no_video(library: Library, tmp_path: Path) -> None:
    """Every path may hold another video than before, as long as each video lies somewhere."""
    folder = tmp_path / "videos"
    flag, sea, spare = folder / "flag.mp4", folder / "sea.mp4", folder / "spare.mp4"
    flag.rename(spare)
    sea.rename(flag)
    spare.rename(sea)
    library.index(folder)
    assert len(library.videos()) == 3
    assert library.search("red").moments[0].video.path == sea
    flag.rename(folder / "original.mp4")
    write_colours(flag, ["orange", "black"])
    report = library.index(folder)
    assert report.indexed == (flag,)
    assert {video.path.name for video in library.videos()} == {
        "flag.mp4",
        "original.mp4",
        "sea.mp4",
        "talk.mp4",
    }
    assert library.search("green").moments[0].video.path.name == "original.mp4"
    assert library.index(folder).unchanged == 4


def test_nothing_is_dropped_because_a_file_could_not_be_read(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old content may lie in the very file that fails: it is kept until all can be read."""
    folder = tmp_path / "videos"
    (folder / "sea.mp4").rename(folder / "original.mp4")
    write_colours(folder / "sea.mp4", ["orange", "black"])

    def failing(path: Path) -> str:
        if path.name == "original.mp4":
            raise VideoError(f"{path} cannot be read: input/output error")
        return content_id(path)

    monkeypatch.setattr("vsearch.pipeline.workers.content_id", failing)
    assert len(library.index(folder).problems) == 1
    assert len(library.videos()) == 4
    assert len(library.missing()) == 1
    monkeypatch.undo()
    assert library.index(folder).problems == ()
    assert library.search("green").moments[0].video.path.name == "original.mp4"
    assert len(library.videos()) == 4
    assert library.missing() == []


def test_an_empty_library_says_so(fake_library: Library) -> None:
    with fake_library._store.writer():
        pass
    with pytest.raises(StoreError, match="holds no video yet"):
        fake_library.search("red")


def test_a_file_overwritten_with_other_content_is_replaced(
    library: Library, tmp_path: Path
) -> None:
    write_colours(tmp_path / "videos" / "sea.mp4", ["orange", "black"])
    library.index(tmp_path / "videos")
    assert len(library.videos()) == 3
    assert library.check() == library.counts().frames
    assert library.search("orange").moments[0].video.path.name in {"sea.mp4", "talk.mp4"}


def test_vectors_of_another_revision_are_never_compared(library: Library) -> None:
    encoder = library._components._embedder("fake.v1")
    encoder.space = VectorSpace(name="fake words", dim=32, revision="2")  # type: ignore[misc]
    with pytest.raises(StoreError, match=r"is now fake words .*vsearch models switch fake\.v1"):
        library.search("red")


def test_only_pictures_are_told_to_be_switched(library: Library) -> None:
    (speech,) = (block for block in library.blocks() if block.name == "speech")
    encoder = library._components.encoder(speech)
    encoder.space = VectorSpace(name="other words", dim=32, revision="2")  # type: ignore[misc]
    with pytest.raises(StoreError, match=r"speech vectors .*is now other words .*--library") as it:
        library.search("red", weights={"visual": 0})
    assert "models switch" not in str(it.value)


def test_a_component_that_fails_for_one_file_stops_no_other(
    fake_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, samples: object) -> list:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(FakeTranscriber, "transcribe", broken)
    write_colours(tmp_path / "v" / "loud.mp4", ["red"], samples=tone(440, 2))
    write_colours(tmp_path / "v" / "mute.mp4", ["blue"])
    report = fake_library.index(tmp_path / "v")
    assert len(report.indexed) == 2
    (problem,) = report.problems
    assert problem.partial
    assert problem.reason == "sound: cannot be decoded: RuntimeError: out of luck"


@pytest.mark.parametrize("part", ["embed_pictures", "start"])
def test_a_fault_of_ours_ends_the_run_and_keeps_what_is_done(
    fake_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Whatever thread it happens in, nobody waits for ever."""
    write_colours(tmp_path / "v" / "a.mp4", ["red"])
    fake_library.index(tmp_path / "v")

    def broken(*arguments: object) -> None:
        raise ModelError("the model is gone")

    monkeypatch.setattr(FakeEmbedder if part == "embed_pictures" else FakeSplitter, part, broken)
    write_colours(tmp_path / "v" / "b.mp4", ["blue"])
    with pytest.raises(ModelError, match="is gone"):
        fake_library.index(tmp_path / "v")
    assert len(fake_library.videos()) == 1
    assert fake_library.check() == 1


def test_words_under_a_still_picture_are_found_where_they_are_said(
    fake_library: Library, tmp_path: Path
) -> None:
    samples = np.concatenate([silence(50), tone(660, 5), silence(15)])
    write_colours(tmp_path / "v" / "slide.mp4", ["red"], samples=samples)
    fake_library.index(tmp_path / "v")
    best = fake_library.search("train").moments[0]
    assert "train" in best.said
    assert best.span.start_s <= 50
    assert best.span.end_s >= 55
    assert best.span.duration_s < 40


def test_unknown_blocks_cannot_be_weighed(library: Library) -> None:
    with pytest.raises(
        QueryError, match="no part sound to weigh; there are: visual, speech, screen, words"
    ):
        library.search("red", weights={"sound": 1.0})


def test_weights_can_change_for_each_search(library: Library) -> None:
    by_picture = library.search("train purple", weights={"speech": 0.0}).moments[0]
    by_speech = library.search("train purple", weights={"speech": 3.0}).moments[0]
    assert by_picture.span.start_s == pytest.approx(0, abs=0.11)
    assert by_speech.span.start_s == pytest.approx(2, abs=0.11)


def test_switching_models_needs_no_video_and_changes_all_at_once(
    library: Library, tmp_path: Path
) -> None:
    before = [(moment.video.id, moment.span) for moment in library.search("red").moments]
    for video in library.videos():
        video.path.unlink()
    seen: list[str] = []
    assert library.switch("fake.v1:2", progress=lambda step: seen.append(searched(library)))
    assert set(seen) == {"fake.v1"}, "until the end a search still goes by the old vectors"
    assert library.blocks()[0].component == "fake.v1:2"
    assert library.blocks()[0].space.revision == "2"
    assert [(moment.video.id, moment.span) for moment in library.search("red").moments] == before
    assert not library.switch("fake.v1:2")


def searched(library: Library) -> str:
    """The component of the block that a search in another process would use now."""
    fresh = Library(library.path, library.config, print)
    assert fresh.search("red").moments
    return fresh.blocks()[0].component


def test_an_interrupted_switch_goes_on_where_it_was(library: Library) -> None:
    def stop(step: Progress) -> None:
        if step.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.switch("fake.v1:2", progress=stop)
    assert library.blocks()[0].component == "fake.v1"
    assert library.search("red").moments[0].video.path.name == "flag.mp4"
    embedded: list[int] = []
    embedder = library._components._embedder("fake.v1:2")
    original = embedder.embed_pictures
    embedder.embed_pictures = lambda pictures: embedded.append(len(pictures)) or original(pictures)  # type: ignore[method-assign]
    assert library.switch("fake.v1:2")
    assert sum(embedded) < library.counts().frames
    assert library.check() == library.counts().frames


def test_a_lost_keyframe_stops_a_switch_before_anything_changes(library: Library) -> None:
    video = library.find("sea.mp4")
    frame = library.show("sea.mp4").frames[0]
    library.thumbnail(video.id, frame.id).unlink()
    with pytest.raises(StoreError, match=r"sea\.mp4 cannot be read.*nothing was changed"):
        library.switch("fake.v1:2")
    assert library.blocks()[0].component == "fake.v1"


def test_a_threshold_is_kept_replaced_and_forgotten(library: Library) -> None:
    revision = library._store.generation().revision
    assert library.threshold() is None
    for value in (0.1 + 0.2, -2.0):
        library.keep_threshold(value)
        assert Library(library.path, library.config, print).threshold() == value
    assert library._store.generation().revision == revision
    library.keep_threshold(None)
    assert library.threshold() is None
    with pytest.raises(QueryError, match="a threshold is a number"):
        library.keep_threshold(float("nan"))


def test_a_plain_text_is_no_grammar(library: Library) -> None:
    assert library.search("red", plain=True).moments[0].video.path.name == "flag.mp4"
