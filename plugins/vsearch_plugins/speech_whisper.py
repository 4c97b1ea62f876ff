"""OpenAI's Whisper (MIT), kept to the stretches in which somebody speaks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsearch.errors import ModelError
from vsearch.hookspecs import RegisterTranscriber, hookimpl
from vsearch.languages import UNKNOWN, language_of
from vsearch.models.known import MODELS
from vsearch.protocols import PluginContext, Utterance
from vsearch.types import SAMPLE_RATE, Samples, TimeSpan

if TYPE_CHECKING:
    from whisper import Whisper

DEFAULT_SIZE = "tiny.en"
WINDOW_S = 29.0
TEMPERATURES = (0.0, 0.4)
NOT_SPEECH = 0.8


class WhisperTranscriber:
    """Writes down speech with a Whisper model of the given size, or from a file."""

    def __init__(self, size: str, context: PluginContext) -> None:
        from vsearch_plugins._voice import voice_finder

        self._size = size
        self._context = context
        self._voice = voice_finder(context)
        self._is_english = size.endswith(".en")

    def warm_up(self) -> None:
        """Load Whisper and the voice finder."""
        self._voice.warm_up()
        _ = self._model

    def transcribe(self, samples: Samples) -> Sequence[Utterance]:
        """Write down the words in a block of sound of at most a few minutes."""
        found: list[Utterance] = []
        for span in self._voice.find(samples, WINDOW_S):
            start, end = int(span.start_s * SAMPLE_RATE), int(span.end_s * SAMPLE_RATE)
            found.extend(self._listen(samples[start:end], span))
        return found

    def _listen(self, samples: Samples, span: TimeSpan) -> list[Utterance]:
        import whisper

        heard: dict[str, Any] = whisper.transcribe(
            self._model,
            samples,
            condition_on_previous_text=False,
            temperature=TEMPERATURES,
            fp16=self._model.device.type == "cuda",
            language="en" if self._is_english else None,
            verbose=None,
        )
        language = self._language(heard)
        parts = [part for part in heard["segments"] if part["no_speech_prob"] < NOT_SPEECH]
        return [
            Utterance(
                span=_within(span, float(part["start"]), float(part["end"])),
                text=str(part["text"]).strip(),
                language=language,
            )
            for part in parts
            if str(part["text"]).strip()
        ]

    def _language(self, heard: dict[str, Any]) -> str:
        """The language that Whisper detected; a model of English takes everything for English."""
        language = str(heard["language"])
        if self._is_english and language_of([str(heard["text"])]) not in {language, UNKNOWN}:
            return UNKNOWN
        return language

    @cached_property
    def _model(self) -> Whisper:
        import whisper

        from vsearch_plugins._torch import pick_device

        device = pick_device(self._context.device)
        if device.type == "mps":
            device = pick_device("cpu")  # Whisper's alignment needs what Apple's GPUs do not have
        return whisper.load_model(str(self._file()), device=device)

    def _file(self) -> Path:
        name, own = f"whisper-{self._size}", Path(self._size)
        if name in MODELS:
            return self._context.weights.file(name, f"{self._size}.pt")
        if not own.is_file():
            sizes = ", ".join(key.removeprefix("whisper-") for key in MODELS if "whisper-" in key)
            raise ModelError(f"whisper.v1 knows no {self._size!r}: name a file, or one of {sizes}")
        return own


def _within(span: TimeSpan, start_s: float, end_s: float) -> TimeSpan:
    """A segment's times, counted from the start of the block and kept inside its stretch."""
    first = min(span.start_s + max(0.0, start_s), span.end_s)
    return TimeSpan(start_s=first, end_s=max(first, min(span.start_s + end_s, span.end_s)))


def _make(argument: str, context: PluginContext) -> WhisperTranscriber:
    return WhisperTranscriber(argument or DEFAULT_SIZE, context)


@hookimpl
def register_transcribers(register: RegisterTranscriber) -> None:
    """Offer Whisper as whisper.v1:SIZE."""
    register("whisper.v1", _make)
