"""What a library keeps of its tags, and what a run of tagging did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vsearch.tags.labels import LabelSet
from vsearch.types import Block, Scene, Tag, Video

RECIPE = 1
"""Changes with how scores are worked out, so that tags made by another recipe are known."""


def made_with(blocks: Iterable[Block], labels: LabelSet) -> str:
    """The models and the recipe that the scores of a set depend on."""
    used = [block for block in blocks if block.name in labels.blocks]
    models = ", ".join(f"{block.component} {block.space.revision}" for block in used)
    return f"{models}; scores {RECIPE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How tags were made: with which models and recipe, from which probability on, how many."""

    made_with: str
    least: float
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLabels:
    """A label set of a library: how often each of its labels was given, and to how many videos.

    Videos that are not tagged came later, or lost their tags when the models were switched.
    """

    labels: LabelSet
    making: Making
    made_at: str
    videos: int
    untagged: int
    scenes: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedScene:
    """A scene and the labels that fit it, the best first; none if it is better left without."""

    video: Video
    scene: Scene
    tags: tuple[Tag, ...]
    judged: bool
    """Whether it has what the set looks at: a silent scene says nothing about speech."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagReport:
    """What a run of tagging did, or would have done."""

    labels: LabelSet
    making: Making
    videos: int
    unchanged: int
    scenes: tuple[TaggedScene, ...]
    dry: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many scenes were given each label."""
        found = {label.name: 0 for label in self.labels.labels}
        for scene in self.scenes:
            for tag in scene.tags:
                found[tag.label] += 1
        return found
