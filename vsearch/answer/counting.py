"""Questions that the catalog answers: how often, how many, how long, which videos, when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from vsearch.answer.patterns import PATTERNS
from vsearch.answer.phrases import Source, Spot, spots_of
from vsearch.answer.terms import stem
from vsearch.errors import QueryError
from vsearch.languages import UNKNOWN
from vsearch.storage import Store
from vsearch.types import TimeSpan, Video
from vsearch.words import terms_of

NAMING = re.compile(r"^(?:the )?(?:words?|phrases?|names?|terms?|expressions?) ", re.IGNORECASE)
ARTICLE = re.compile(r"^(?:the|an?) (?=\S)", re.IGNORECASE)
IN_VIDEO = re.compile(r"^(?P<rest>.+?),? in (?:the )?(?:video )?(?P<video>\S+)$", re.IGNORECASE)
QUOTES = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb"
FILE = re.compile(r"\.[a-z0-9]{2,4}$", re.IGNORECASE)
MOST_NAMED = 20
READ = frozenset({"shown", "written"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted, in words, and the places of it."""

    text: str
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Answers by counting what a library holds, or one video of it."""

    store: Store
    named: Callable[[str], Video | None]
    video: Video | None = None

    def answer(self, question: str) -> Counted | None:
        """What the catalog says, or None if it is not asked."""
        plain = " ".join(question.split()).rstrip(" ?.!\uff1f\u3002")
        inside = IN_VIDEO.match(plain)
        video = self._named(inside["video"]) if inside and self.video is None else None
        if inside and video and (found := replace(self, video=video)._fitting(inside["rest"])):
            return found
        return self._fitting(plain)

    def _fitting(self, plain: str) -> Counted | None:
        for kind, pattern in PATTERNS:
            if found := re.fullmatch(pattern, plain, re.IGNORECASE):
                said = found.groupdict()
                if "x" in said:
                    said["x"] = self._as_said(said["x"])
                counted: Counted | None = getattr(self, f"_{kind}")(**said)
                if counted:
                    return counted
        return None

    def _as_said(self, x: str) -> str:
        """A phrase without the article before it, where nobody says it with one."""
        bare = ARTICLE.sub("", x)
        return x if bare == x or self._all_spots(x, ("said", "shown")) else bare

    def _times(self, x: str, verb: str) -> Counted | None:
        spots = self._spots(x, verb)
        if spots is None:
            return None
        count, videos = len(spots), len({spot.video_id for spot in spots})
        where = f" in {self._names([self.video.id])}" if self.video else ""
        among = f", in {_number(videos, 'video')}" if count and not self.video else ""
        verb = "shown as text" if verb.lower() in READ else "said"
        often = f"{verb} {_times(count)}" if count else f"never {verb}"
        text = f"\u201c{_phrase(x)}\u201d is {often}{where}{among}"
        return self._or_forms(x, verb, Counted(text=f"{text}.", spots=tuple(spots)))

    def _or_forms(self, x: str, verb: str, counted: Counted) -> Counted:
        """What was counted; if it is nothing, other forms of the words are told of."""
        source: Source = "said" if verb == "said" else "shown"
        forms = [] if counted.spots else self._all_spots(x, (source,), stem)
        if not forms:
            return counted
        videos = _number(len({spot.video_id for spot in forms}), "video")
        more = f"Other forms of it are {verb} {_times(len(forms))}, in {videos}."
        return Counted(text=f"{counted.text} {more}", spots=tuple(forms))

    def _places(self, x: str, verb: str) -> Counted | None:
        found = self._times(x, verb)
        return found if found and found.spots else None

    def _holding(self, x: str, verb: str = "said") -> Counted | None:
        spots = self._spots(x, verb)
        if spots is None:
            return None
        verb = "shown as text" if verb.lower() in READ else "said"
        first = {spot.video_id: spot for spot in reversed(spots)}
        if not first:
            none = Counted(text=f"\u201c{_phrase(x)}\u201d is {verb} in no video.")
            return self._or_forms(x, verb, none)
        text = f"\u201c{_phrase(x)}\u201d is {verb} in {_number(len(first), 'video')}: "
        return Counted(text=f"{text}{self._names(first)}.", spots=tuple(first.values()))

    def _about(self, x: str) -> Counted | None:
        """Videos that say, show or are called so; a subject that none names is searched for."""
        first = {spot.video_id: spot for spot in reversed(self._all_spots(x, ("said", "shown")))}
        wanted = " ".join(terms_of(_phrase(x)))
        called = [
            video.id
            for video in self._videos()
            if wanted and f" {wanted} " in f" {' '.join(terms_of(video.path.stem))} "
        ]
        every = list(dict.fromkeys([*first, *called]))
        if not every:
            return None
        text = f"\u201c{_phrase(x)}\u201d is said, shown as text or part of the name in "
        text += f"{_number(len(every), 'video')}: {self._names(every)}."
        return Counted(text=text, spots=tuple(first.values()))

    def _count_videos(self) -> Counted | None:
        return Counted(text=f"The library holds {_number(len(self._videos()), 'video')}.")

    def _scenes(self) -> Counted | None:
        return self._parts("scene")

    def _frames(self) -> Counted | None:
        return self._parts("keyframe")

    def _parts(self, name: str) -> Counted:
        if self.video:
            details = self.store.details(self.video.id)
            count = len(details.scenes if name == "scene" else details.frames)
            return Counted(text=f"{self.video.path.name} has {_number(count, name)}.")
        counts = self.store.counts()
        count = counts.scenes if name == "scene" else counts.frames
        videos = _number(counts.videos, "video")
        return Counted(text=f"The library holds {_number(count, name)} in {videos}.")

    def _hours(self) -> Counted | None:
        videos = [self.video] if self.video else self._videos()
        total_s = sum(video.duration_s for video in videos)
        text = f"{_number(len(videos), 'video')}, {_length(total_s)} in all."
        return Counted(text=text)

    def _longest(self, x: str) -> Counted | None:
        videos = sorted(self._videos(), key=lambda video: video.duration_s)
        if not videos:
            return None
        video = videos[-1] if x.lower() == "longest" else videos[0]
        text = f"The {x.lower()} video is {video.path.name}: {_length(video.duration_s)}."
        return Counted(text=text, spots=(_whole(video),))

    def _length(self, x: str) -> Counted | None:
        video = self._named(_phrase(x))
        if video is None:
            return Counted(text=f"No video is called {_phrase(x)}.") if FILE.search(x) else None
        text = f"{video.path.name} lasts {_length(video.duration_s)}."
        return Counted(text=text, spots=(_whole(video),))

    def _languages(self) -> Counted | None:
        by_language: dict[str, set[str]] = {}
        for video_id, languages in self.store.languages().items():
            for language in languages if self.video is None or self.video.id == video_id else ():
                name = "unknown" if language == UNKNOWN else language
                by_language.setdefault(name, set()).add(video_id)
        if not by_language:
            return Counted(text="Nothing is said in any language.")
        order = sorted(by_language, key=lambda name: (-len(by_language[name]), name))
        several = [f"{name} ({_number(len(by_language[name]), 'video')})" for name in order]
        return Counted(text=f"Spoken: {', '.join(several)}.")

    def _list(self) -> Counted | None:
        ids = [video.id for video in self._videos()]
        names = f": {self._names(ids)}" if ids else ""
        return Counted(text=f"The library holds {_number(len(ids), 'video')}{names}.")

    def _videos(self) -> list[Video]:
        return self.store.videos()

    def _spots(self, x: str, verb: str) -> list[Spot] | None:
        """The places of a phrase; None if it is to be seen, and no screen has it as text."""
        read = verb.lower() in READ
        spots = self._all_spots(x, ("shown",) if read else ("said",))
        return None if (read and not spots) or not terms_of(_phrase(x)) else spots

    def _all_spots(
        self, x: str, sources: Sequence[Source], as_term: Callable[[str], str] = str
    ) -> list[Spot]:
        phrase = _phrase(x)
        # Only a plain word is surely written in the catalog as it is in a term.
        plain = [term for term in terms_of(phrase) if term.isascii() and term.isalpha()]
        inside = [self.video.id] if self.video else None
        texts = self.store.texts(inside, as_term(max(plain, key=len, default="")))
        names = {video.id: str(video.path) for video in self._videos()}
        order = sorted(texts, key=lambda video_id: names.get(video_id, ""))
        return [
            spot
            for video_id in order
            for spot in spots_of(video_id, texts[video_id], phrase, sources, as_term)
        ]

    def _named(self, name: str) -> Video | None:
        try:
            return self.named(name) if name else None
        except QueryError:
            return None

    def _names(self, video_ids: Iterable[str]) -> str:
        names = {video.id: video.path.name for video in self._videos()}
        found = [names[video_id] for video_id in video_ids if video_id in names]
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        return ", ".join(found[:MOST_NAMED]) + more


def _phrase(x: str) -> str:
    return NAMING.sub("", x.strip()).strip(QUOTES + " ")


def _whole(video: Video) -> Spot:
    span = TimeSpan(start_s=0.0, end_s=video.duration_s)
    return Spot(video_id=video.id, span=span, text="", source="seen")


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _number(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _length(seconds: float) -> str:
    """A length in words: 3 s, 2 min 5 s, 1 h 20 min."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    if minutes:
        return f"{minutes} min {rest} s"
    return f"{seconds:.1f} s"
