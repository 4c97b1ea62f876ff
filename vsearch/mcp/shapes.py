"""What the structured content of each tool holds: the schemas that clients are told."""

from __future__ import annotations

from pydantic import BaseModel


class Name(BaseModel):
    """Which video it is."""

    id: str
    path: str


class Span(BaseModel):
    """A stretch of time, in seconds."""

    start_s: float
    end_s: float


class Place(Span):
    """A stretch of a video."""

    video: Name


class Tag(BaseModel):
    """A label that fits a scene."""

    label_set: str
    label: str
    score: float


class Moment(Span):
    """One moment that was found."""

    rank: int
    video: Name
    score: float
    weak: bool
    said: str
    shown: str
    matched: list[str]
    keyframe_s: float
    picture: str
    evidence: dict[str, float]
    tags: list[Tag]
    steps: list[Span]
    copies: list[Place]


class Found(BaseModel):
    """What a search gives."""

    query: str
    page: int
    more: bool
    threshold: float | None
    notes: list[str]
    moments: list[Moment]


class Line(Span):
    """Words said, or to be read on the screen."""

    text: str
    source: str
    language: str | None = None


class Transcript(Span):
    """One page of the words of a video."""

    video: Name
    speech_source: str
    page: int
    pages: int
    more: bool
    lines: list[Line]


class Chapter(Span):
    """A part of a video that is about one thing."""

    number: int
    title: str
    title_source: str
    keyframe_s: float | None
    said: str


class Chapters(BaseModel):
    """The chapters of a video."""

    video: Name
    duration_s: float
    chapters: list[Chapter]


class Count(BaseModel):
    """How many scenes a label fits."""

    label: str
    scenes: int


class Numbers(BaseModel):
    """What can be counted."""

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
    tags: list[Count]


class Still(Span):
    """A picture of a summary; video is its id."""

    video: str
    keyframe_s: float
    picture: str


class Sentence(Span):
    """A sentence that tells much; video is its id."""

    video: str
    text: str
    score: float


class Part(Span):
    """A moment that a summary is about; video is its id."""

    video: str


class Summary(BaseModel):
    """A video, or what a query finds, told shortly."""

    title: str
    query: str
    poor: bool
    videos: list[Name]
    numbers: Numbers
    coverage: float
    pictures: list[Still]
    sentences: list[Sentence]
    chapters: list[Chapter]
    moments: list[Part]


class Citation(Span):
    """A place that an answer rests on."""

    number: int
    video: Name
    quote: str
    source: str
    score: float


class Answer(BaseModel):
    """An answer, or that there is none: then the citations are the nearest places."""

    question: str
    text: str
    refused: bool
    by: str
    where: str
    note: str
    citations: list[Citation]


class Video(BaseModel):
    """A video of the library."""

    id: str
    path: str
    duration_s: float
    frame_rate: float
    width_px: int
    height_px: int
    has_audio: bool
    languages: list[str]


class Videos(BaseModel):
    """One page of what is in the library."""

    count: int
    page: int
    more: bool
    videos: list[Video]


class Keyframe(BaseModel):
    """A keyframe, and where its picture is read."""

    pts_s: float
    picture: str


class Shown(Span):
    """What a stretch of a video shows and says; more tells of keyframes that were left out."""

    video: Name
    more: bool
    keyframes: list[Keyframe]
    lines: list[Line]
