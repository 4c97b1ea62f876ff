"""What clients may ask: a search as query parameters or as a body, checked to name no file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from vsearch.query.asked import question_of
from vsearch.query.question import Question, Term
from vsearch.serve.problems import Trouble
from vsearch.serve.roots import is_rooted
from vsearch.serve.shapes import FRAME_ID, VIDEO_ID
from vsearch.settings import ServeSettings

MOST_WORDS = 20_000
"""A limit of letters for what the settings' own limit need not be looked up for."""

MOST_RESULTS = 100
NO_PLACES = (
    "over HTTP a folder or a video is named by its name or id: no path from the root on, no .., "
    "no ~, no *"
)
_PLACE = re.compile(
    r"(?<!\w:)(?<![\w.:/\\])(?:[/\\]+|~\w*[/\\])[^\s/\\]|\b[a-z]:[/\\]|\.\.[/\\]|\bfile:",
    re.IGNORECASE,
)
"""A path from the root or a home on within a sentence; a slash between words is none."""
SHOWN = ("limit", "page", "by", "per_video", "explain", "plain", "weights")

VideoId = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{32}$", description="the id of a video", examples=[VIDEO_ID]),
]
FrameId = Annotated[
    int, Path(ge=0, lt=1 << 63, description="the id of a keyframe", examples=[FRAME_ID])
]
Text = Annotated[str, Field(max_length=MOST_WORDS)]
Texts = Annotated[list[Text], Field(max_length=20)]
Seconds = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class Shown(BaseModel):
    """How results are shown."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MOST_RESULTS)] = 10
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    by: Literal["scene", "video"] = "scene"
    per_video: Annotated[int, Field(ge=0, le=MOST_RESULTS)] = 0


class SearchQuery(Shown):
    """A search in one line; docs/search.md says what a query can say."""

    q: Annotated[Text, Field(min_length=1, examples=["a dog runs on the beach longer:1m"])]
    plain: bool = Field(default=False, description="take the words as they stand")
    explain: bool = Field(default=False, description="give the ranks of each part")


class TermOf(BaseModel):
    """Words, and where they are looked for."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    field: Literal["any", "said", "text"] = "any"


Terms = Annotated[list[Text | TermOf], Field(max_length=20)]


class SearchBody(Shown):
    """A search in parts, as the keyword arguments of Library.search; q may be left out."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"saw": ["a dog"], "without": ["cat"], "longer_s": 60, "limit": 5}]
        },
    )

    q: Text = ""
    plain: bool = False
    explain: bool = False
    weights: dict[Literal["visual", "speech", "screen", "words"], Weight] = {}
    saw: Texts = []
    said: Texts = []
    shown: Texts = []
    exact: Terms = []
    without: Terms = []
    like: Annotated[str | None, Field(max_length=300, description="VIDEO or VIDEO@TIME")] = None
    together: Texts = []
    then: Texts = []
    within_s: Seconds | None = None
    inside: Texts = []
    video: Texts = []
    longer_s: Seconds | None = None
    shorter_s: Seconds | None = None
    after_s: Seconds | None = None
    before_s: Seconds | None = None
    since: Annotated[str | None, Field(max_length=40, examples=["2024-05-01"])] = None
    until: Annotated[str | None, Field(max_length=40, examples=["2025"])] = None
    lang: Texts = []
    tag: Texts = []
    sound: list[Literal["speech", "music", "silence", "other"]] = Field([], max_length=4)


def arguments_of(body: SearchBody) -> dict[str, Any]:
    """What Library.search is called with."""
    given = {name: _argument(getattr(body, name)) for name in body.model_fields_set - {"q"}}
    given = {name: value for name, value in given.items() if value not in (None, [], {})}
    return {"text": body.q or None, **given}


def check(arguments: Mapping[str, Any], settings: ServeSettings) -> Question:
    """The question that is asked; one that is too long, too deep, or names a file is refused."""
    check_depth(arguments.get("limit", 1), arguments.get("page", 1), settings)
    asked = {name: value for name, value in arguments.items() if name not in SHOWN}
    check_length(_letters(asked), settings)
    question = question_of(asked.pop("text", None), plain=arguments.get("plain", False), **asked)
    check_places(question)
    return question


def check_depth(limit: int, page: int, settings: ServeSettings) -> None:
    """Refuse pages that lie too deep."""
    if limit * page > settings.deepest:
        deepest = f"at most {settings.deepest} results can be looked through"
        raise Trouble(400, f"{deepest}: ask for a smaller page * limit")


def check_length(letters: int, settings: ServeSettings) -> None:
    """Refuse what is longer than a question needs to be."""
    if letters > settings.letters:
        raise Trouble(400, f"a query has at most {settings.letters} letters, not {letters}")


def check_question(question: str, settings: ServeSettings) -> None:
    """Refuse a question that is too long, or that names a file by where it lies."""
    check_length(len(question), settings)
    if _PLACE.search(unicodedata.normalize("NFKC", question)):
        raise Trouble(403, NO_PLACES)


def check_places(question: Question) -> None:
    """Refuse a question that names files: their names may be asked for, their places may not."""
    clauses = [clause for step in question.steps for clause in step.clauses]
    if any(clause.image is not None for clause in clauses):
        raise Trouble(403, "image: takes no file over HTTP: send the picture to /v1/search/image")
    likes = [clause.like.video for clause in clauses if clause.like is not None]
    for name in (*likes, *question.filters.inside, *question.filters.videos):
        if is_place(name):
            raise Trouble(403, NO_PLACES)


def is_place(name: str) -> bool:
    """Whether a name says where on the server something lies, or tries out what does."""
    return is_rooted(name) or any(sign in name for sign in "*?[\0")


def _argument(value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(item) for item in value]
    return Term(text=value.text, field=value.field) if isinstance(value, TermOf) else value


def _letters(value: Any) -> int:
    """How much there is to read in all texts of a value."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return sum(map(_letters, value))
    text = value.text if isinstance(value, Term) else value
    return len(text) if isinstance(text, str) else 0
