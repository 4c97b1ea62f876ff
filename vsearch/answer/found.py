"""What is found for a question: passages that may answer it, and pictures that look like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from vsearch.answer.evidence import Passage, distinct, passages_of, worth_reading
from vsearch.answer.kinds import may_be_seen
from vsearch.answer.means import Means
from vsearch.answer.score import Embed, Parts, scored
from vsearch.answer.subjects import foreign_share
from vsearch.protocols import Excerpt
from vsearch.storage import Rows
from vsearch.types import SCREEN, SPEECH, VISUAL, WORDS, Moment, TimeSpan, Video

LOOKS = 2.6
"""What a moment that is found by its picture must score to be named where no words answer."""

MOMENTS = 24
PICTURES = 2
MOST_VIDEOS = 24


@dataclass
class Found:
    """Everything is looked for when it is first wanted."""

    means: Means
    question: str
    video: Video | None
    limit: int
    parts: Parts = field(default_factory=Parts)
    notes: tuple[str, ...] = ()
    _around: dict[str, dict[int, TimeSpan]] = field(default_factory=dict)

    @cached_property
    def best(self) -> list[Passage]:
        """The passages that answer best, at most limit of them, none twice."""
        texts = self.means.store.texts(self._videos)
        passages = {
            video_id: passages_of(item, joined=self.parts.joined)
            for video_id, item in texts.items()
        }
        worth = worth_reading(self.question, passages, self._heard)
        videos = self._rows.videos(passages)
        foreign = {
            video_id: foreign_share(
                self.question, (videos[video_id].path.stem, *(item.text for item in several))
            )
            for video_id, several in passages.items()
            if video_id in videos
        }
        best = scored(self.question, worth, self.embed, self.parts, foreign)
        return distinct(best, self.limit)

    @cached_property
    def looks(self) -> list[Moment]:
        """The moments whose pictures fit the question, if any does."""
        if not may_be_seen(self.question):
            return []
        found = self._search(limit=MOMENTS, weights={SPEECH: 0.0, SCREEN: 0.0, WORDS: 0.0})
        return [moment for moment in found if moment.score >= LOOKS][:PICTURES]

    @cached_property
    def embed(self) -> Embed:
        """Texts as vectors of the library's own speech space."""
        block = next(block for block in self._rows.space.blocks if block.name == SPEECH)
        return partial(self.means.embed, block)

    def excerpts(self, passages: Sequence[Passage], *, seen: bool = False) -> list[Excerpt]:
        """Passages, and moments that are only seen, as whoever answers gets them."""
        videos = self._rows.videos({item.video_id for item in passages})
        known = [item for item in passages if item.video_id in videos]  # or removed a moment ago
        several = [
            Excerpt(
                number=number,
                video=videos[item.video_id],
                span=item.span,
                text=item.text,
                source=item.source,
                score=item.score,
                picture=self.picture(item.video_id, item.span),
            )
            for number, item in enumerate(known, start=1)
        ]
        moments = self.looks if seen else []
        return several + [
            Excerpt(
                number=number,
                video=moment.video,
                span=moment.span,
                text="",
                source="seen",
                score=moment.score,
                picture=moment.thumbnail,
            )
            for number, moment in enumerate(moments, start=len(several) + 1)
        ]

    def picture(self, video_id: str, span: TimeSpan) -> Path:
        """The picture of the keyframe that is shown in the middle of a span."""
        if video_id not in self._around:
            around = self._rows.around_video(video_id).values()
            self._around[video_id] = {item.frame.id: item.frame.span for item in around}
        frames = self._around[video_id]
        nearest = min(frames, key=lambda one: abs(frames[one].middle_s - span.middle_s), default=0)
        return self._rows.thumbnail(video_id, nearest)

    @cached_property
    def _rows(self) -> Rows:
        return self.means.store.rows()

    @cached_property
    def _heard(self) -> list[Moment]:
        """Moments by what is said in them, then by everything."""
        by_words = self._search(limit=MOMENTS, weights={VISUAL: 0.0})
        return [*by_words, *self._search(limit=MOMENTS)]

    @cached_property
    def _videos(self) -> list[str]:
        """The videos to read: the one that is named, or those of moments and of rare words."""
        if self.video:
            return [self.video.id]
        ids = [moment.video.id for moment in self._heard]
        worded = self._rows.worded(self.question, ("said", "shown")).positions[:MOMENTS]
        contexts = self._rows.contexts(worded)
        ids = [*(contexts[row].scene.video_id for row in worded.tolist() if row in contexts), *ids]
        return list(dict.fromkeys(ids))[:MOST_VIDEOS]

    def _search(self, **how: object) -> list[Moment]:
        inside = {"video": [self.video.id]} if self.video else {}
        found = self.means.search(self.question, plain=True, **how, **inside)
        self.notes = tuple(dict.fromkeys((*self.notes, *found.notes)))
        return list(found.moments)
