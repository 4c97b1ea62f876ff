"""The documents that answers hold: those of docs/cli.md, with links in the place of paths."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VIDEO_ID = "d6a90f2763b61dffcad4fafa5a3c9c2d"
FRAME_ID = 6147509550547558281
PICTURE = f"/v1/videos/{VIDEO_ID}/frames/{FRAME_ID}.jpg"
MEDIA = f"/v1/videos/{VIDEO_ID}/media"
SPAN: dict[str, Any] = {"start_s": 12.0, "end_s": 15.5}
NAMED: dict[str, Any] = {
    "id": VIDEO_ID,
    "name": "holiday.mp4",
    "media": MEDIA,
    "subtitles": f"/v1/videos/{VIDEO_ID}/subtitles.vtt",
}


def shown_by(example: dict[str, Any]) -> ConfigDict:
    """What makes an example part of the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Span(BaseModel):
    """A stretch of a video: start_s is inside, end_s is not."""

    start_s: float
    end_s: float


class VideoName(BaseModel):
    """Which video it is, and where its file and its subtitles are to be had."""

    id: str
    name: str
    media: str
    subtitles: str

    model_config = shown_by(NAMED)


class TagOf(BaseModel):
    """A label that fits a scene, and how probable that is."""

    label_set: str
    label: str
    score: float


class PlaceOf(Span):
    """A stretch of a video that looks and sounds the same as a moment."""

    video: VideoName


class MomentOf(Span):
    """One moment that was found; picture shows it, evidence says what speaks for it."""

    rank: int
    video: VideoName
    score: float
    weak: bool
    said: str
    shown: str
    matched: list[str]
    keyframe_s: float
    picture: str
    evidence: dict[str, float]
    ranks: dict[str, int]
    tags: list[TagOf]
    steps: list[Span]
    copies: list[PlaceOf]


class Found(BaseModel):
    """The moments of a page, best first; more says that there is another page."""

    query: str
    library: str
    took_ms: float
    page: int
    more: bool
    threshold: float | None
    notes: list[str]
    moments: list[MomentOf]

    model_config = shown_by(
        {
            "query": "a dog on the beach",
            "library": "family",
            "took_ms": 11.5,
            "page": 1,
            "more": False,
            "threshold": None,
            "notes": [],
            "moments": [
                {
                    "rank": 1,
                    "video": NAMED,
                    **SPAN,
                    "score": 4.21,
                    "weak": False,
                    "said": "Look at him run.",
                    "shown": "",
                    "matched": [],
                    "keyframe_s": 13.2,
                    "picture": PICTURE,
                    "evidence": {"visual": 0.93, "speech": 0.07},
                    "ranks": {},
                    "tags": [],
                    "steps": [],
                    "copies": [],
                }
            ],
        }
    )


class VideoOf(VideoName):
    """A video and what is known of its file."""

    duration_s: float
    frame_rate: float
    width_px: int
    height_px: int
    has_audio: bool

    model_config = shown_by(
        NAMED
        | {"duration_s": 64.2, "frame_rate": 25.0}
        | {"width_px": 1280, "height_px": 720, "has_audio": True}
    )


class Videos(BaseModel):
    """A page of the videos of a library, by path."""

    total: int
    page: int
    more: bool
    videos: list[VideoOf]


class KeyframeOf(BaseModel):
    """A keyframe: its time, and its picture."""

    pts_s: float
    picture: str


class SceneOf(Span):
    """A stretch between two cuts."""

    keyframes: list[KeyframeOf]
    tags: list[TagOf]


class SoundOf(BaseModel):
    """What a scene, by its place in scenes, sounds like, as shares of its time."""

    scene: int
    speech: float
    music: float
    silence: float


class SaidOf(Span):
    """Words said in a video."""

    text: str
    language: str


class ShownOf(Span):
    """Text that is to be read on the screen."""

    text: str


class DetailsOf(VideoOf):
    """All that the library holds about a video."""

    names: list[str]
    indexed_at: str
    speech_source: str
    scenes: list[SceneOf]
    sounds: list[SoundOf]
    languages: list[str]
    speech: list[SaidOf]
    shown: list[ShownOf]


class ChapterOf(Span):
    """A part of a video that is about one thing."""

    number: int
    title: str
    title_source: Literal["said", "shown", "none"]
    keyframe_s: float | None
    picture: str | None
    said: str

    model_config = shown_by(
        {
            **SPAN,
            "number": 1,
            "title": "The last train",
            "title_source": "said",
            "keyframe_s": 13.2,
            "picture": PICTURE,
            "said": "The last train back to the city leaves at a quarter past eleven.",
        }
    )


class Chapters(BaseModel):
    """The chapters of a video."""

    video: VideoName
    duration_s: float
    chapters: list[ChapterOf]


class ModelOf(BaseModel):
    """Which component fills a part of the vectors."""

    block: str
    component: str


class LibraryOf(BaseModel):
    """What the library holds, and whether it is being written."""

    name: str
    version: str = Field(description="of vsearch")
    exists: bool
    being_written: bool
    videos: int
    scenes: int
    keyframes: int
    speech_segments: int
    shown_texts: int
    duration_s: float
    threshold: float | None
    models: list[ModelOf]
    label_sets: list[str]

    model_config = shown_by(
        {
            "name": "family",
            "version": "0.1.0",
            "exists": True,
            "being_written": False,
            "videos": 29,
            "scenes": 42,
            "keyframes": 83,
            "speech_segments": 41,
            "shown_texts": 0,
            "duration_s": 229.6,
            "threshold": None,
            "models": [{"block": "visual", "component": "openclip.v1:PE-Core-B-16/meta"}],
            "label_sets": [],
        }
    )


class Health(BaseModel):
    """That the server answers."""

    status: Literal["ok"]

    model_config = shown_by({"status": "ok"})
