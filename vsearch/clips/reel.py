"""A reel: the best moments of a query, or of one video, joined in a file of a wished length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vsearch.clips.candidates import Found, of_moments, of_video
from vsearch.clips.choose import LEAST_S, Choice, Handles, choose
from vsearch.clips.fit import Fit, common_rate
from vsearch.clips.making import Making
from vsearch.clips.wishes import Clip, Wishes
from vsearch.errors import QueryError, VsearchError
from vsearch.storage import Store
from vsearch.summary.material import Embed
from vsearch.summary.tell import GOOD
from vsearch.types import Moment, Place, SearchResult, Video

LENGTH_S = 60.0
LONGEST_S = 4 * 3600.0
MOMENTS = 60
"""So many moments are looked at; and more for a reel that is longer than usual."""

GONE = "file gone or changed"

OF_VIDEO, OF_VIDEO_LEAST_S = 0.25, 10.0
"""A reel of one video is no longer than a quarter of it, if nobody says how long."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a reel is made with: the library as it is stored, its search, its text encoder."""

    store: Store
    search: Callable[..., SearchResult]
    embed: Embed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reel is to be of: a query, moments that are given, or the best of a video."""

    what: str | Sequence[Moment | Place] | None
    video: Video | None = None
    length_s: float | None = None


def make_reel(making: Making, means: Means, wanted: Wanted, path: Path) -> Clip:
    """The reel that is wanted, or why there is none."""
    making.check(path)
    if wanted.length_s is not None:
        _check_length(wanted.length_s)
    if wanted.what is None:
        if wanted.video is None:
            raise QueryError("a reel is made of what a query finds, or of a video: name either")
        return _of_video(making, means, wanted.video, path, wanted.length_s)
    if isinstance(wanted.what, str):
        if wanted.video is not None:
            raise QueryError("a reel is made of a query or of a video, not of both: add in:VIDEO")
        return _of_query(making, means, wanted.what, path, wanted.length_s or LENGTH_S)
    if wanted.length_s is not None or wanted.video is not None:
        raise QueryError("moments that are given are taken as they are: leave out length and video")
    return making.clip([Place(video=item.video, span=item.span) for item in wanted.what], path)


def _of_query(making: Making, means: Means, query: str, path: Path, length_s: float) -> Clip:
    """The moments that a query finds, best first until the reel is full."""
    found = means.search(query, limit=max(MOMENTS, round(length_s / LEAST_S)))
    there = making.library.files(moment.video for moment in found.moments)
    moments = [moment for moment in found.moments if moment.video.id in there]
    material = of_moments(means.store, means.store.rows(), moments)
    if gone := len(found.moments) - len(moments):
        material.left_out[GONE] = gone
    making.notes += found.notes
    if not material.candidates:
        raise VsearchError(f"nothing was found for {query!r}: no reel was made")
    if max(moment.score for moment in moments) <= GOOD:
        making.notes += ("nothing fits well; these are the nearest",)
    return _made(making, material, path, length_s)


def _of_video(
    making: Making, means: Means, video: Video, path: Path, length_s: float | None
) -> Clip:
    """What tells most of a video, in order of time."""
    making.wishes = replace(making.wishes, order="time")
    if length_s is None:
        length_s = min(LENGTH_S, max(OF_VIDEO_LEAST_S, OF_VIDEO * video.duration_s))
    material = of_video(means.store, means.store.rows(), video.id, means.embed, length_s)
    return _made(making, material, path, length_s)


def _check_length(length_s: float) -> None:
    """Refuse a length that no reel can have."""
    if not LEAST_S <= length_s <= LONGEST_S:
        raise QueryError(
            f"a reel lasts {LEAST_S:.0f} s to {LONGEST_S / 3600:.0f} h, not {length_s} s"
        )


def chosen(material: Found, wishes: Wishes, length_s: float) -> tuple[Choice, Fit]:
    """What of some material is in a reel of a length, and how it fits."""
    candidates = material.candidates
    handles = Handles(before_s=wishes.before_s, after_s=wishes.after_s)
    rate = common_rate([(item.video.frame_rate, item.span.duration_s) for item in candidates])
    fit = Fit(length_s=length_s, rate=rate, dissolve_s=wishes.dissolve_s, order=wishes.order)
    choice = choose(candidates, material.talks, fit, handles)
    rates = {place.video.frame_rate for place in choice.places}
    if len(rates) == 1 and rates != {rate}:  # then none of them has to be resampled
        fit = replace(fit, rate=rates.pop())
        choice = choose(candidates, material.talks, fit, handles)
    return choice, fit


def _made(making: Making, material: Found, path: Path, length_s: float) -> Clip:
    """A reel of what may be in it."""
    choice, fit = chosen(material, making.wishes, length_s)
    if not choice.places:
        raise VsearchError(f"no moment is long enough for a reel: {path.name} was not made")
    if choice.cuts:
        making.notes.append(f"no sentence fits into {length_s:g} s: some are cut off")
    made = making.made(choice.places, path, fit.rate)
    return replace(made, left_out=_left_out(choice, material))


def _left_out(choice: Choice, material: Found) -> tuple[tuple[str, int], ...]:
    count = Counter(material.left_out) + Counter(dict(choice.left_out))
    return tuple(sorted(count.items()))
