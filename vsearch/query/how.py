"""The settings, and what one search asks beside its question -> how to rank and show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from vsearch.errors import QueryError
from vsearch.protocols import Fuser
from vsearch.query.search import How
from vsearch.settings import SearchSettings
from vsearch.types import SCREEN, SPEECH, VISUAL, WORDS


def how_of(
    settings: SearchSettings, fuser: Fuser, weights: Mapping[str, float] | None, **asked: Any
) -> How:
    """How to rank and show, by the settings where nothing is asked for."""
    usual = {
        VISUAL: settings.visual_weight,
        SPEECH: settings.speech_weight,
        SCREEN: settings.screen_weight,
        WORDS: settings.words_weight,
    }
    if unknown := set(weights or {}) - set(usual):
        known = ", ".join(usual)
        raise QueryError(f"there is no part {', '.join(unknown)} to weigh; there are: {known}")
    asked["limit"] = settings.limit if asked["limit"] is None else asked["limit"]
    for name, least in (("limit", 1), ("page", 1), ("per_video", 0)):
        if asked[name] < least:
            raise QueryError(f"{name} must be at least {least}, not {asked[name]}")
    if asked["by"] not in {"scene", "video"}:
        raise QueryError(f"results are grouped by scene or by video, not by {asked['by']!r}")
    chosen = usual | dict(weights or {})
    for name, weight in chosen.items():
        if not 0 <= weight < math.inf:
            raise QueryError(f"the weight of {name} must be 0 or more, not {weight}")
    return How(fuser=fuser, weights=chosen, **asked)
