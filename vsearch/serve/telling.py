"""What is told of videos: subtitles, chapters, summaries, answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from vsearch import documents
from vsearch.errors import VsearchError
from vsearch.serve.asked import Text, VideoId, check, check_question
from vsearch.serve.events import STREAM, EventStream, Gone, Pipe
from vsearch.serve.links import Links
from vsearch.serve.problems import Trouble
from vsearch.serve.served import Here, Linked, Served
from vsearch.serve.shapes import VIDEO_ID, Chapters
from vsearch.serve.shapes_told import AnswerOf, SummaryOf
from vsearch.summary.formats import as_vtt

Responses: TypeAlias = dict[int | str, dict[str, Any]]
log = logging.getLogger("vsearch.serve")
router = APIRouter(prefix="/v1", tags=["told"])
TRACK: Responses = {
    200: {"content": {"text/vtt": {"schema": {"type": "string"}}}, "description": "WebVTT"}
}
Pictures = Annotated[int, Query(ge=0, le=50, description="at most so many pictures")]
Sentences = Annotated[int, Query(ge=0, le=50, description="at most so many key sentences")]


class Question(BaseModel):
    """A question to what the videos say and show."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[Text, Field(min_length=1, examples=["when does the last train leave?"])]
    video: Annotated[
        str | None, Field(pattern=r"^[0-9a-f]{32}$", examples=[VIDEO_ID], description="only there")
    ] = None
    limit: Annotated[int, Field(ge=1, le=50, description="at most so many citations")] = 6


@router.get(
    "/videos/{video_id}/subtitles.vtt",
    operation_id="getSubtitles",
    response_class=Response,
    responses=TRACK,
)
async def subtitles(here: Here, video_id: VideoId) -> Response:
    """Give what is said in a video as a WebVTT track."""
    found = await here.look(lambda: here.library.transcript(here.video(video_id)))
    return _track(found.written("vtt"))


@router.get(
    "/videos/{video_id}/chapters.vtt",
    operation_id="getChapterTrack",
    response_class=Response,
    responses=TRACK,
)
async def chapter_track(here: Here, video_id: VideoId) -> Response:
    """Give the chapters of a video as a WebVTT track."""
    found = await here.think(lambda: here.library.chapters(here.video(video_id)))
    return _track(as_vtt(found))


@router.get("/videos/{video_id}/chapters", operation_id="getChapters", response_model=Chapters)
async def chapters(here: Here, links: Linked, video_id: VideoId) -> object:
    """Divide a video where its topic changes."""

    def work() -> object:
        video = here.video(video_id)
        return links.published(documents.of_chapters(video, here.library.chapters(video)))

    return await here.think(work)


@router.get("/videos/{video_id}/summary", operation_id="getSummary", response_model=SummaryOf)
async def summary(
    here: Here, links: Linked, video_id: VideoId, pictures: Pictures = 9, sentences: Sentences = 5
) -> object:
    """Tell a video shortly: pictures, key sentences, numbers, chapters."""

    def work() -> object:
        found = here.video(video_id)
        told = here.library.summary(found, pictures=pictures, sentences=sentences)
        return links.published(documents.of_summary(told))

    return await here.think(work)


@router.get("/summary", operation_id="getSummaryOfSearch", response_model=SummaryOf)
async def summary_of_search(
    here: Here,
    links: Linked,
    q: Annotated[str, Query(min_length=1, max_length=20_000, examples=["a dog on the beach"])],
    pictures: Pictures = 9,
    sentences: Sentences = 5,
) -> object:
    """Tell shortly what a search finds."""
    check({"text": q}, here.settings)

    def work() -> object:
        told = here.library.summary(q, pictures=pictures, sentences=sentences, as_query=True)
        return links.published(documents.of_summary(told))

    return await here.think(work)


@router.post("/ask", operation_id="ask", response_model=AnswerOf)
async def ask(here: Here, links: Linked, asked: Question) -> object:
    """Answer a question with what the videos say, or say that nothing does."""
    check_question(asked.question, here.settings)
    return await here.think(lambda: _answer(here, links, asked, lambda text: None), here.answer_s)


@router.get(
    "/ask/events", operation_id="askAsEvents", response_class=StreamingResponse, responses=STREAM
)
async def ask_as_events(
    here: Here, links: Linked, request: Request, asked: Annotated[Question, Query()]
) -> Response:
    """Answer as it comes: `sentence` events, then one `answer`, or a `problem`."""
    check_question(asked.question, here.settings)
    pipe = Pipe()

    def work() -> None:
        try:
            answer = _answer(here, links, asked, lambda text: pipe.put("sentence", {"text": text}))
            pipe.put("answer", AnswerOf.model_validate(answer).model_dump())
        except VsearchError as error:
            _tell(pipe, here.trouble(error))
        except Trouble as trouble:
            _tell(pipe, trouble)
        except Gone:
            pass
        except Exception:
            log.exception("an answer broke off")
            _tell(pipe, Trouble(500, "something broke here; the server's log says what"))
        finally:
            pipe.close()

    here.streams.enter()
    try:
        here.searches.start(work)
    except Trouble:
        here.streams.leave()
        raise
    return EventStream(pipe.events(), here.streams.leave)


def _answer(here: Served, links: Links, asked: Question, tell: Callable[[str], None]) -> object:
    video = None if asked.video is None else here.video(asked.video)
    found = here.library.ask(asked.question, video=video, limit=asked.limit, tell=tell)
    document = documents.of_answer(found, here.library.path)
    return links.published(document | {"note": here.without_places(found.note)})


def _tell(pipe: Pipe, trouble: Trouble) -> None:
    pipe.put("problem", {"status": trouble.status, "detail": trouble.detail})


def _track(text: str) -> Response:
    return Response(
        text.encode("utf-8", "replace"), 200, {"Cache-Control": "private, no-cache"}, "text/vtt"
    )
