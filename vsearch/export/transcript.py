"""What is said in a video, to be read: subtitles, paragraphs, or a JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from vsearch.cues import Cue
from vsearch.errors import QueryError
from vsearch.export.lines import as_json, clean
from vsearch.export.subtitles import as_srt, as_vtt, cues_of
from vsearch.languages import UNKNOWN
from vsearch.lines import clock
from vsearch.sentences import Sentence, sentences_said
from vsearch.summary.result import Chapter
from vsearch.types import SpeechSegment, TimeSpan, Video, VideoDetails

Form: TypeAlias = Literal["srt", "vtt", "txt", "json"]
FORMS: tuple[Form, ...] = ("srt", "vtt", "txt", "json")

PAUSE_S, LONG_PAUSE_S = 2.0, 6.0
SHORT, LONG = 200, 700
"""A paragraph ends at a pause if it is not short, and at the next sentence if it is long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What is said in a video; the source tells whether that was read or heard."""

    video: Video
    speech: tuple[SpeechSegment, ...]
    source: str
    languages: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is said, in paragraphs."""
        return as_text(self)

    def cues(self, span: TimeSpan | None = None) -> list[Cue]:
        """What is said as subtitles, of all of the video or of a span in the span's own time."""
        return cues_of(self.speech, span)

    def written(self, form: Form, *, times: bool = False, chapters: Sequence[Chapter] = ()) -> str:
        """What is said as a file; times stand before paragraphs, chapters are their headings."""
        if form == "srt":
            return as_srt(self.cues())
        if form == "vtt":
            return as_vtt(self.cues(), main_language(self.languages))
        if form == "txt":
            return as_text(self, times=times, chapters=chapters)
        if form == "json":
            return as_json(document_of(self, chapters))
        raise QueryError(f"a transcript is written as {', '.join(FORMS)}, not as {form!r}")


def transcript_of(details: VideoDetails) -> Transcript:
    """What is said in a video of which all is known."""
    return Transcript(
        video=details.video,
        speech=details.speech,
        source=details.speech_source,
        languages=details.languages,
    )


def main_language(languages: Sequence[str]) -> str:
    """The language that most lines are in, if it is known."""
    return next((language for language in languages if language != UNKNOWN), "")


def document_of(transcript: Transcript, chapters: Sequence[Chapter] = ()) -> dict[str, Any]:
    """A transcript as documented in docs/cli.md."""
    from vsearch.documents import of_chapter, of_transcript

    document = of_transcript(transcript)
    if chapters:
        document["chapters"] = [of_chapter(chapter) for chapter in chapters]
    return document


def as_text(
    transcript: Transcript, *, times: bool = False, chapters: Sequence[Chapter] = ()
) -> str:
    """Paragraphs with an empty line between them, under the titles of chapters if there are any."""
    said = sentences_said(transcript.speech)
    parts: list[str] = []
    for chapter in chapters:
        inside = [item for item in said if _lies_in(item, chapter, chapters[-1])]
        title = f"{clock(chapter.span.start_s)} {clean(chapter.title)}"
        parts += [f"{title}\n{'-' * len(title)}", *_told(inside, times)]
    if not chapters:
        parts = list(_told(said, times))
    return "\n\n".join(parts) + ("\n" if parts else "")


def _lies_in(sentence: Sentence, chapter: Chapter, last: Chapter) -> bool:
    """Whether a sentence is mostly said in a chapter: chapters may begin with a cut inside one."""
    middle_s = sentence.span.middle_s
    before_end = middle_s < chapter.span.end_s or chapter is last
    return chapter.span.start_s <= middle_s and before_end


def _told(sentences: Iterable[Sentence], times: bool) -> Iterator[str]:
    for paragraph in _paragraphs(sentences):
        when = f"[{clock(paragraph[0].span.start_s)}] " if times else ""
        yield when + " ".join(clean(sentence.text) for sentence in paragraph)


def _paragraphs(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    paragraph: list[Sentence] = []
    length = 0
    for sentence in sentences:
        if not clean(sentence.text):
            continue
        pause_s = sentence.span.start_s - paragraph[-1].span.end_s if paragraph else 0.0
        paused = pause_s >= LONG_PAUSE_S or (pause_s >= PAUSE_S and length >= SHORT)
        if paragraph and (paused or length >= LONG):
            yield paragraph
            paragraph, length = [], 0
        paragraph.append(sentence)
        length += len(sentence.text)
    if paragraph:
        yield paragraph
