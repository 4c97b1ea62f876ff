"""What can be counted of a video, or of the parts of several that a query found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vsearch.summary.material import Material
from vsearch.summary.result import Numbers
from vsearch.types import Scene, SceneSound, TimeSpan
from vsearch.words import terms_of


@dataclass(frozen=True, slots=True)
class Part:
    """Some spans of one video that do not overlap; all of it is one span."""

    material: Material
    spans: Sequence[TimeSpan]

    @property
    def duration_s(self) -> float:
        """How long they last together."""
        return sum(span.duration_s for span in self.spans)

    def holds(self, span: TimeSpan) -> bool:
        """Whether the middle of a span lies in one of them."""
        return any(own.start_s <= span.middle_s < own.end_s for own in self.spans)

    def touches(self, span: TimeSpan) -> bool:
        """Whether a span shares time with one of them."""
        return any(own.overlaps(span) for own in self.spans)

    def scenes(self) -> list[Scene]:
        """The scenes of which something lies in them."""
        return [scene for scene in self.material.details.scenes if self.touches(scene.span)]


def whole(material: Material) -> Part:
    """All of a video."""
    end_s = material.details.video.duration_s
    return Part(material, [TimeSpan(start_s=0.0, end_s=end_s)])


def merged(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """The spans in order, those that touch as one."""
    found: list[TimeSpan] = []
    for span in sorted(spans):
        if found and span.start_s <= found[-1].end_s:
            found[-1] = found[-1].join(span)
        else:
            found.append(span)
    return found


def numbers_of(parts: Sequence[Part]) -> Numbers:
    """Count over all parts together."""
    duration_s = sum(part.duration_s for part in parts)
    said = [item for part in parts for item in part.material.said if part.holds(item.span)]
    words = sum(len(terms_of(item.text)) for item in said)
    spoken_s = sum(_spoken_s(part) for part in parts)
    music, silence = _share(parts, "music"), _share(parts, "silence")
    return Numbers(
        videos=len(parts),
        duration_s=duration_s,
        scenes=sum(len(part.scenes()) for part in parts),
        keyframes=sum(len(part.material.places_in(span)) for part in parts for span in part.spans),
        words=words,
        speech_share=min(1.0, spoken_s / duration_s) if duration_s else 0.0,
        words_per_minute=words * 60 / spoken_s if spoken_s else 0.0,
        languages=_languages(parts),
        music_share=music,
        silence_share=silence,
        tags=_tags(parts),
    )


def _spoken_s(part: Part) -> float:
    """For how long somebody speaks: as it was written down, pauses inside a line included."""
    spoken = merged(segment.span for segment in part.material.details.speech)
    return sum(
        max(0.0, min(one.end_s, own.end_s) - max(one.start_s, own.start_s))
        for one in spoken
        for own in part.spans
    )


def _languages(parts: Sequence[Part]) -> tuple[str, ...]:
    heard = Counter(
        segment.language
        for part in parts
        for segment in part.material.details.speech
        if segment.language and part.touches(segment.span)
    )
    return tuple(language for language, _ in heard.most_common())


def _share(parts: Sequence[Part], kind: str) -> float | None:
    """The share of one kind of sound, where there is a sound track and somebody has listened."""
    seconds = total = 0.0
    for part in (item for item in parts if item.material.details.video.has_audio):
        sounds: dict[int, SceneSound] = {
            item.scene_id: item for item in part.material.details.sounds
        }
        for scene in part.scenes():
            if sound := sounds.get(scene.id):
                seconds += scene.span.duration_s * float(getattr(sound, kind))
                total += scene.span.duration_s
    return seconds / total if total else None


def _tags(parts: Sequence[Part]) -> tuple[tuple[str, int], ...]:
    scenes = {scene.id for part in parts for scene in part.scenes()}
    count = Counter(
        tag.label for part in parts for tag in part.material.details.tags if tag.scene_id in scenes
    )
    return tuple(count.most_common())
