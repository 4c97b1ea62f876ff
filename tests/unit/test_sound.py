"""From what is heard in each moment to the shares of scenes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from vsearch.pipeline.sound import SoundTrack, levels_db, no_sound, silent
from vsearch.protocols import SoundKinds
from vsearch.testing.fakes import FakeListener
from vsearch.testing.videos import silence, tone
from vsearch.types import SAMPLE_RATE, Samples, Scene, SceneSound, TimeSpan

WORD, TUNE = 440, 1000


def scenes(*edges: float) -> list[Scene]:
    return [
        Scene(id=number, video_id="v", span=TimeSpan(start_s=start, end_s=end))
        for number, (start, end) in enumerate(pairwise(edges))
    ]


def shares(sound: SceneSound) -> tuple[float, float, float]:
    return (round(sound.speech, 2), round(sound.music, 2), round(sound.silence, 2))


def heard(*blocks: tuple[float, Samples]) -> SoundTrack:
    track = SoundTrack()
    for start_s, samples in blocks:
        track.add(start_s, samples, FakeListener().listen(samples))
    return track


def noise(seconds: float, level_db: float) -> Samples:
    samples = np.random.default_rng(1).standard_normal(int(seconds * SAMPLE_RATE))
    return (samples * 10 ** (level_db / 20)).astype(np.float32)


def test_each_scene_has_its_shares() -> None:
    samples = np.concatenate([tone(WORD, 4), tone(TUNE, 3), silence(2), noise(1, -20)])
    found = heard((0.0, samples)).of_scenes(scenes(0, 4, 8, 10))
    assert [shares(sound) for sound in found] == [(1, 0, 0), (0, 0.75, 0.25), (0, 0, 0.5)]
    assert [sound.scene_id for sound in found] == [0, 1, 2]


def test_scenes_may_begin_and_end_anywhere() -> None:
    found = heard((0.0, np.concatenate([tone(WORD, 2), silence(2)]))).of_scenes(scenes(1.95, 2.05))
    assert shares(found[0]) == (0.5, 0, 0.5)
    (instant,) = heard((0.0, tone(WORD, 2))).of_scenes(
        [Scene(id=0, video_id="v", span=TimeSpan(start_s=1, end_s=1))]
    )
    assert shares(instant) == (1, 0, 0)


def test_sound_that_ends_before_or_after_the_picture() -> None:
    short = heard((0.0, tone(WORD, 2))).of_scenes(scenes(0, 4))
    assert shares(short[0]) == (0.5, 0, 0.5)
    long = heard((0.0, tone(WORD, 9))).of_scenes(scenes(0, 4))
    assert shares(long[0]) == (1, 0, 0)
    late = heard((3.0, tone(WORD, 1)), (40.0, tone(WORD, 1))).of_scenes(scenes(0, 4))
    assert shares(late[0]) == (0.25, 0, 0.75)


def test_blocks_are_put_where_they_belong() -> None:
    one = np.concatenate([tone(WORD, 3), tone(TUNE, 3)])
    whole = heard((0.0, one)).of_scenes(scenes(0, 2, 5, 6))
    cut = int(2.5 * SAMPLE_RATE)
    parts = heard((0.0, one[:cut]), (2.5, one[cut:])).of_scenes(scenes(0, 2, 5, 6))
    assert [shares(sound) for sound in whole] == [shares(sound) for sound in parts]


def test_speech_and_music_may_be_heard_at_once() -> None:
    track = SoundTrack()
    both = np.ones(4, bool)
    track.add(0.0, tone(WORD, 2), SoundKinds(step_s=0.5, speech=both, music=both))
    assert shares(track.of_scenes(scenes(0, 2))[0]) == (1, 1, 0)


def test_a_breath_between_words_is_no_silence() -> None:
    samples = np.concatenate([tone(WORD, 1), silence(0.3), tone(WORD, 0.7)])
    assert not silent(levels_db(samples)).any()


@pytest.mark.parametrize(
    ("loud_db", "quiet_db", "is_silent"),
    [
        (-20, -200, True),  # digital silence
        (-20, -70, True),
        (-6, -55, True),  # quiet beside what is loud
        (-40, -55, False),  # a quiet recording: this is part of it
        (-20, -45, False),
        (-3, -45, False),  # however loud the rest is, this can be heard
    ],
)
def test_silence_is_what_is_quiet_in_itself_or_for_its_video(
    loud_db: float, quiet_db: float, is_silent: bool
) -> None:
    levels = levels_db(np.concatenate([noise(3, loud_db), noise(2, quiet_db)]))
    assert bool(silent(levels)[35:45].all()) is is_silent
    assert bool(silent(levels)[35:45].any()) is is_silent
    assert not silent(levels)[:28].any()


def test_all_silent_and_empty_sound() -> None:
    assert silent(levels_db(silence(3))).all()
    assert len(levels_db(silence(0))) == 0
    assert shares(heard((0.0, silence(0))).of_scenes(scenes(0, 2))[0]) == (0, 0, 1)
    assert SoundTrack().of_scenes([]) == ()
    assert [shares(sound) for sound in no_sound(scenes(0, 1, 2))] == [(0, 0, 1), (0, 0, 1)]


def test_an_hour_of_sound_is_kept_in_little_memory() -> None:
    track = SoundTrack()
    kinds = SoundKinds(step_s=0.5, speech=np.ones(480, bool), music=np.zeros(480, bool))
    block = tone(WORD, 240)
    for number in range(15):
        track.add(number * 240.0, block, kinds)
    kept = sum(
        part.nbytes for item in track._blocks for part in (item.levels, item.speech, item.music)
    )
    assert kept < 500_000
    found = track.of_scenes(scenes(*np.linspace(0, 3600, 200).tolist()))
    assert all(sound.speech == pytest.approx(1) for sound in found)
