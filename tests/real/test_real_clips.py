"""Real weights on real clips and real speech."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from vsearch.clips.edit import Piece
from vsearch.clips.render import render
from vsearch.config import load_config
from vsearch.errors import ModelError
from vsearch.library import Library
from vsearch.pipeline.encode import write_video
from vsearch.pipeline.frames import KeyframePicker, SceneClosed
from vsearch.pipeline.tracks import read_sound
from vsearch.pipeline.video import open_video
from vsearch.types import SAMPLE_RATE, TimeSpan
from vsearch_plugins.scenes_pyscenedetect import PySceneDetect
from vsearch_plugins.speech_whisper import WhisperTranscriber
from vsearch_plugins.text_minilm import MiniLM, load_network, load_tokenizer

pytestmark = pytest.mark.real
STARTER = ("minilm", "efficientnet-lite2", "whisper-tiny.en", "silero-vad")
DISTRACTORS = ("stllm_cooking.mp4", "videollama_dog_barking.mp4", "pllava_cooking.mp4")


def word_error_rate(said: str, heard: str) -> float:
    """Edits from one text to the other, in words, by the words of the first."""
    first, second = (re.findall(r"[a-z']+", text.lower()) for text in (said, heard))
    row = list(range(len(second) + 1))
    for i, word in enumerate(first, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(second, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1] / len(first)


def test_the_word_error_rate_counts_edits() -> None:
    assert word_error_rate("a b c d", "a b c d") == 0
    assert word_error_rate("a b c d", "a x c") == 0.5
    assert word_error_rate("a b", "a b c") == 0.5


@pytest.fixture
def library(weights, tmp_path: Path) -> Library:
    settings = {
        "library": str(tmp_path / "library"),
        "models.folder": str(weights(*STARTER).folder),
        "models.embedder": "starter",
        "models.speech": "whisper.v1:tiny.en",
        "models.offline": True,
    }
    config = load_config(settings, {})
    return Library(config.library, config, print)


def test_speech_muxed_into_a_video_is_written_down_and_found(
    library: Library, test_data: Path, tmp_path: Path
) -> None:
    samples = np.concatenate([block for _, block in read_sound(test_data / "speech" / "jfk.flac")])
    said = json.loads((test_data / "speech.json").read_text())["jfk.flac"]["text"]
    grey = np.full((96, 160, 3), 90, np.uint8)
    video = tmp_path / "jfk.mp4"
    write_video(video, [grey] * int(len(samples) / SAMPLE_RATE * 10), 10, samples)
    library.index([video, *(test_data / "videos" / name for name in DISTRACTORS)])
    heard = " ".join(segment.text for segment in library.show("jfk.mp4").speech)
    rate = word_error_rate(said, heard)
    print(f"word error rate {rate:.3f}: {heard}")
    assert rate <= 0.05
    best = library.search("what your country can do for you").moments[0]
    assert best.video.path.name == "jfk.mp4"
    assert "what your country can do for you" in best.said
    assert max(best.evidence, key=lambda item: item.share).block == "speech"


def test_pictures_are_found_by_words(library: Library, test_data: Path) -> None:
    names = ("intel_car-detection.mp4", "askanything_playing_guitar.mp4", *DISTRACTORS)
    library.index([test_data / "videos" / name for name in names])
    for query, answer in (
        ("cars in a parking lot", names[0]),
        ("somebody plays a guitar", names[1]),
        ("cooking in a kitchen", "pllava_cooking.mp4"),
    ):
        assert library.search(query, by="video", plain=True).moments[0].video.path.name == answer


def test_the_right_clip_comes_first_for_most_captions(library: Library, test_data: Path) -> None:
    entries = json.loads((test_data / "videos.json").read_text())
    truth = {name: entry["captions"][0] for name, entry in entries.items() if entry["captions"]}
    library.index([test_data / "videos" / name for name in truth])
    ranked = {
        name: [
            moment.video.path.name
            for moment in library.search(query, by="video", plain=True).moments
        ]
        for name, query in truth.items()
    }
    first = sum(names[:1] == [name] for name, names in ranked.items()) / len(truth)
    fifth = sum(name in names[:5] for name, names in ranked.items()) / len(truth)
    print(f"text to video: R@1 {first:.2f}, R@5 {fifth:.2f}")
    assert first >= 0.62
    assert fifth >= 0.90


def test_cuts_are_found_where_people_saw_them(test_data: Path) -> None:
    truth = json.loads((test_data / "videos" / "shotcnn_AuzzSBzECXs.shots.json").read_text())
    cuts = [after for _, after in truth["transitions"]]
    with open_video(test_data / "videos" / "shotcnn_AuzzSBzECXs.mp4", "id") as reader:
        splitter = PySceneDetect("adaptive", 0.4)
        picker = KeyframePicker(splitter.start(24.0), splitter.picture_px, 4.0, 128)
        scenes = [
            item
            for item in picker.run(reader.shots(), reader.full_end_s)
            if isinstance(item, SceneClosed)
        ]
    found = [round(scene.span.start_s * 24) for scene in scenes[1:]]
    recall = sum(any(abs(cut - other) <= 2 for other in found) for cut in cuts) / len(cuts)
    precision = sum(any(abs(cut - other) <= 2 for other in cuts) for cut in found) / len(found)
    print(f"cuts: recall {recall:.2f}, precision {precision:.2f}")
    assert recall >= 0.95
    assert precision >= 0.85


def test_an_unknown_whisper_is_refused_before_anything_is_fetched(real_context) -> None:
    transcriber = WhisperTranscriber("nonsense", real_context("silero-vad"))
    with pytest.raises(ModelError, match=r"no 'nonsense'.*tiny\.en"):
        transcriber.warm_up()


def test_noise_is_not_written_down_as_words(real_context) -> None:
    transcriber = WhisperTranscriber("tiny.en", real_context("whisper-tiny.en", "silero-vad"))
    noise = 0.05 * np.random.default_rng(0).standard_normal(20 * SAMPLE_RATE).astype(np.float32)
    assert list(transcriber.transcribe(noise)) == []


def test_the_exported_text_tower_is_the_network(real_context) -> None:
    import torch

    context = real_context("minilm")
    texts = ["what your country can do for you", "a dog", "long " * 300]
    tokens = load_tokenizer(context.weights.file("minilm", "tokenizer.json")).encode_batch(texts)
    network = load_network(context.weights.file("minilm", "model.safetensors"))
    with torch.inference_mode():
        expected = network(
            torch.tensor([item.ids for item in tokens]),
            torch.tensor([item.attention_mask for item in tokens]),
        )
    assert np.abs(MiniLM(context).embed_texts(texts).matrix - expected.numpy()).max() < 1e-4


def test_like_sentences_are_near(real_context) -> None:
    first, second, other = (
        MiniLM(real_context("minilm"))
        .embed_texts(["a man is eating food", "someone eats a meal", "the train leaves at noon"])
        .matrix
    )
    assert first @ second > 0.6
    assert first @ other < 0.2


def test_a_clip_of_a_real_avi_has_its_frames_at_a_steady_pace(
    test_data: Path, tmp_path: Path
) -> None:
    source = test_data / "videos" / "mmaction2_test.avi"
    piece = Piece(path=source, span=TimeSpan(start_s=1, end_s=2))
    made = render([piece], tmp_path / "clip.mp4")
    with open_video(made.path, "id") as reader:
        times = [shot.pts_s for shot in reader.shots()]
    assert times == pytest.approx([number / 25 for number in range(25)])
