"""What may be in a reel: the moments that a query found, or the best of one video."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vsearch.clips.choose import WEAK, Candidate
from vsearch.clips.talk import Talk
from vsearch.storage import Rows, Store
from vsearch.summary.chapters import chapters_of
from vsearch.summary.key_sentences import key_sentences
from vsearch.summary.material import Embed, Material, Remembered, read_material
from vsearch.summary.storyboard import choose, joined
from vsearch.summary.tell import worth_telling
from vsearch.types import Matrix, Moment, TimeSpan

EACH_S = 5.0
"""One moment of a reel is about as long; so many more than fit are looked for."""

SPARE = 2
PICTURE = 0.6
"""What a picture of the storyboard counts, where the most telling sentence counts 1."""


@dataclass(frozen=True, slots=True)
class Found:
    """What may be in a reel, the talk that no cut goes through, and what is left out already."""

    candidates: list[Candidate]
    talks: dict[str, Talk]
    left_out: dict[str, int]


def of_moments(store: Store, rows: Rows, moments: Sequence[Moment]) -> Found:
    """The moments of a search that are worth showing, best first."""
    worth = worth_telling(moments)
    read = {item.video.id: read_material(store, rows, item.video.id) for item in worth}
    found = [
        Candidate(
            video=item.video,
            span=item.span,
            at_s=_at(item),
            score=item.score,
            group=item.video.id,
            look=_look(read[item.video.id], item.span),
        )
        for item in worth
    ]
    weak = len(moments) - len(worth)
    return Found(found, _talks(read.values()), {WEAK: weak} if weak else {})


def of_video(store: Store, rows: Rows, video_id: str, embed: Embed, length_s: float) -> Found:
    """What tells most of a video: its key sentences and the pictures of its storyboard.

    Each chapter is a group of its own, so that all of them have their turn.
    """
    material = read_material(store, rows, video_id)
    embed = Remembered(embed)
    chapters = [chapter.span for chapter in chapters_of(material, embed)]
    count = SPARE * max(3, len(chapters), round(length_s / EACH_S))
    said = key_sentences(material.said, count, embed)
    scenes = {scene.id: scene.span for scene in material.details.scenes}
    tells = _telling(material, chapters)
    found = [tells(item.span, item.span, item.span.middle_s, score) for item, score in said]
    if len(material.frames):
        both = joined(material.pictures, material.speech)
        for place in choose(material.pictures, both, count)[0]:
            frame = material.frames[place]
            found.append(tells(scenes[frame.scene_id], frame.span, frame.pts_s, PICTURE))
    found.sort(key=lambda item: (-item.score, item.span))
    return Found(found, _talks([material]), {})


def _telling(
    material: Material, chapters: Sequence[TimeSpan]
) -> Callable[[TimeSpan, TimeSpan, float, float], Candidate]:
    def tells(span: TimeSpan, best: TimeSpan, at_s: float, score: float) -> Candidate:
        chapter = sum(other.start_s <= at_s for other in chapters)
        return Candidate(
            video=material.details.video,
            span=span,
            at_s=at_s,
            score=score,
            group=str(chapter),
            look=_look(material, best),
        )

    return tells


def _at(moment: Moment) -> float:
    """The time that a moment is about; its picture may have been taken beside what is said."""
    inside = moment.span.start_s <= moment.frame.pts_s < moment.span.end_s
    return moment.frame.pts_s if inside else moment.span.middle_s


def _look(material: Material, span: TimeSpan) -> Matrix | None:
    """What a stretch shows and says, as one vector; None where no keyframe is kept of it."""
    places = material.places_in(span) or [
        place for place, frame in enumerate(material.frames) if frame.span.overlaps(span)
    ]
    if not places:
        return None
    pictures = material.pictures[places].mean(axis=0, keepdims=True)
    speech = material.speech[places].mean(axis=0, keepdims=True)
    look: Matrix = joined(pictures, speech)[0]
    return look if np.any(look) else None


def _talks(materials: Iterable[Material]) -> dict[str, Talk]:
    return {
        material.details.video.id: Talk.of(sentence.span for sentence in material.said)
        for material in materials
    }
