"""The documents of what is told: summaries, answers, index runs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from vsearch.serve.shapes import NAMED, PICTURE, SPAN, ChapterOf, Span, VideoName, shown_by


class StillOf(Span):
    """A picture of a storyboard, by the id of its video."""

    video: str
    keyframe_s: float
    picture: str


class SentenceOf(Span):
    """A sentence that tells much of what is said."""

    video: str
    text: str
    score: float


class SpotOf(Span):
    """A moment that a summary tells of."""

    video: str


class LabelOf(BaseModel):
    """A label, and how many scenes it fits."""

    label: str
    scenes: int


class NumbersOf(BaseModel):
    """What can be counted; music and silence are null where nobody has listened for them."""

    videos: int
    duration_s: float
    scenes: int
    keyframes: int
    words: int
    speech_share: float
    words_per_minute: float
    languages: list[str]
    music_share: float | None
    silence_share: float | None
    tags: list[LabelOf]


class SummaryOf(BaseModel):
    """A video, or what a query finds, told shortly."""

    title: str
    query: str
    poor: bool
    library: str
    videos: list[VideoName]
    numbers: NumbersOf
    coverage: float
    pictures: list[StillOf]
    sentences: list[SentenceOf]
    chapters: list[ChapterOf]
    moments: list[SpotOf]


class CitationOf(Span):
    """A place that an answer cites by its number."""

    number: int
    video: VideoName
    quote: str
    source: Literal["said", "shown", "seen"]
    score: float
    picture: str


class AnswerOf(BaseModel):
    """An answer, or that there is none: then citations are the nearest places."""

    question: str
    library: str
    text: str
    refused: bool
    by: str
    where: str
    note: str
    took_ms: float
    citations: list[CitationOf]

    model_config = shown_by(
        {
            "question": "when does the last train leave?",
            "library": "family",
            "text": "“The last train leaves at a quarter past eleven.” [1]",
            "refused": False,
            "by": "quotes.v1",
            "where": "",
            "note": "",
            "took_ms": 20.1,
            "citations": [
                {
                    "number": 1,
                    "video": NAMED,
                    **SPAN,
                    "quote": "The last train leaves at a quarter past eleven.",
                    "source": "said",
                    "score": 0.97,
                    "picture": PICTURE,
                }
            ],
        }
    )


class ProblemOf(BaseModel):
    """A file that could not be read, in whole or in part."""

    name: str
    reason: str
    partial: bool


class ReportOf(BaseModel):
    """What an index run did; files have their names only."""

    indexed: list[str]
    unchanged: int
    duplicates: list[str]
    problems: list[ProblemOf]
    interrupted: bool
    seconds: float
    video_seconds: float


class ProgressOf(BaseModel):
    """How far an index run has come: files done of all, and how much of the one at hand."""

    done: int
    total: int
    name: str | None
    fraction: float
    message: str


class JobOf(BaseModel):
    """An index run; the report is there once it is over."""

    id: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    paths: list[str]
    started_at: str
    progress: ProgressOf
    reason: str
    report: ReportOf | None

    model_config = shown_by(
        {
            "id": "5f0c2a9be1d34876",
            "state": "running",
            "paths": ["2024"],
            "started_at": "2024-05-01T12:00:00Z",
            "progress": {
                "done": 1,
                "total": 3,
                "name": "beach.mp4",
                "fraction": 0.4,
                "message": "",
            },
            "reason": "",
            "report": None,
        }
    )


class JobsOf(BaseModel):
    """The index runs since the server was started, the newest first."""

    jobs: list[JobOf]
