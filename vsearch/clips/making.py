"""Stretches of videos -> a file: checked, found, given a look, rendered."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from vsearch.clips.burn import Burner, drawable, is_tall, line_width
from vsearch.clips.edit import Look, Made, Piece, Window
from vsearch.clips.shots import common_size, shots_of
from vsearch.clips.stretch import inside, merged, with_handles
from vsearch.clips.subtitles import NARROW, subtitles
from vsearch.clips.windows import looks, window_of
from vsearch.clips.wishes import Clip, ClipPiece, Wishes
from vsearch.config import plain_path
from vsearch.contents import AnyVideo, Contents
from vsearch.cues import Cue
from vsearch.errors import QueryError
from vsearch.export.lines import LINE
from vsearch.outputs import check_clip
from vsearch.types import Place, SpeechSegment, TimeSpan, Video


def quietly(done: float) -> None:
    """Nobody wants to know how far it has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Who hears how far the work has come, up to 1, and what stops it."""

    progress: Callable[[float], None] = quietly
    stop: threading.Event = field(default_factory=threading.Event)


def video_of(library: Contents, named: AnyVideo) -> Video:
    """The video of a library that is named, or a file that is in none; a path goes first."""
    if isinstance(named, Video):
        return named
    path = plain_path(named)
    # is_file() raises where a name is too long.
    if os.path.isfile(path) and path not in known_files(library):  # noqa: PTH113
        return _described(path)
    return library.find(named)


def known_files(library: Contents) -> set[Path]:
    """Every file of a library; none where there is no library."""
    if not library.exists():
        return set()
    return {path for paths in library.paths().values() for path in paths}


def _described(path: Path) -> Video:
    """A file that no library knows, and so without an id."""
    from vsearch.clips.read import look_into

    source = look_into(path)
    return Video(
        id="",
        path=path,
        duration_s=source.end_s,
        frame_rate=source.frame_rate,
        width_px=source.size_px[0],
        height_px=source.size_px[1],
        has_audio=source.sound is not None,
    )


def place_of(library: Contents, named: AnyVideo, start_s: float, end_s: float) -> Place:
    """A stretch of a video, or why there can be none."""
    if not 0 <= start_s < end_s:
        raise QueryError(f"a clip cannot begin at {start_s:g} s and end at {end_s:g} s")
    span = TimeSpan(start_s=start_s, end_s=end_s)
    return Place(video=video_of(library, named), span=span)


@dataclass
class Making:
    """One clip on its way, from the videos of a library or from other files."""

    library: Contents
    wishes: Wishes
    follow: Follow
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, library: Contents, wishes: Wishes | None, follow: Follow | None) -> Making:
        """A clip as it is wished for, or as it comes."""
        return cls(library, wishes or Wishes(), follow or Follow())

    def check(self, path: Path, cut_from: Iterable[Path] = ()) -> None:
        """Refuse a place where something would be lost, or a kind of file that cannot be made."""
        from vsearch.clips.write import kind_of

        kind_of(path)
        known = {*known_files(self.library), *cut_from}
        check_clip(path, known, overwrite=self.wishes.overwrite)

    def clip(self, places: Iterable[Place], path: Path) -> Clip:
        """Stretches as somebody gave them, with the handles that are wished for."""
        given = [self._inside(place) for place in places]
        self.check(path, (place.video.path for place in given))
        if not given:
            raise QueryError(f"there is nothing to put into {path}")
        wishes = self.wishes
        return self.made(merged(with_handles(given, wishes.before_s, wishes.after_s)), path)

    def made(self, places: Sequence[Place], path: Path, rate: Fraction | None = None) -> Clip:
        """Stretches as they are, one after the other, at a frame rate if one is given."""
        found = [self._found(place) for place in places]
        several = [self._shots(place) for place in found]
        shots = [shot for own in several for shot in own]
        same = {place.video.frame_rate for place in found} <= {rate}
        look = self._look(found, shots, None if same else rate)
        made = self._rendered(_pieces(shots), path, look)
        firsts = [0, *accumulate(len(own) for own in several)]
        return Clip(
            path=path,
            duration_s=made.duration_s,
            pieces=tuple(
                ClipPiece(video=place.video, span=place.span, at_s=made.places[first].start_s)
                for place, first in zip(found, firsts, strict=False)
            ),
            copied=made.copied_frames / max(1, made.frames),
            notes=tuple(dict.fromkeys(self.notes)),
        )

    def _rendered(self, pieces: Sequence[Piece], path: Path, look: Look) -> Made:
        from vsearch.clips.render import render

        return render(
            pieces,
            path,
            look,
            progress=self.follow.progress,
            stop=self.follow.stop.is_set,
            overwrite=self.wishes.overwrite,
        )

    def _inside(self, place: Place) -> Place:
        within, note = inside(place)
        if note:
            self.notes.append(note)
        return within

    def _found(self, place: Place) -> Place:
        """The stretch with the file that holds its video still."""
        if not place.video.id:
            return place
        return replace(place, video=replace(place.video, path=self.library.file(place.video)))

    def _shots(self, place: Place) -> list[Place]:
        """The stretch in shots where each is to have its window; dissolves would blur the cuts."""
        if self.wishes.shape is None or self.wishes.dissolve_s or not place.video.id:
            return [place]
        return shots_of(place, self.library.show(place.video.id).scenes)

    def _look(self, places: Sequence[Place], shots: Sequence[Place], rate: Fraction | None) -> Look:
        from vsearch.clips.read import look_into

        wishes = self.wishes
        sizes = {path: look_into(path).size_px for path in {place.video.path for place in places}}
        size_px = common_size(places, sizes, wishes.shape)
        cues = self._cues(places, size_px or sizes[places[0].video.path])
        burnt = wishes.subtitles == "burnt" and cues
        return Look(
            size_px=size_px,
            frame_rate=rate,
            windows=self._windows(shots),
            paint=Burner(cues) if burnt else None,
            dissolve_s=wishes.dissolve_s,
            fade_s=wishes.fade_s,
            cues=() if burnt else cues,
        )

    def _windows(self, shots: Sequence[Place]) -> tuple[Window, ...]:
        """What is kept of each shot, if a shape is wished for."""
        shape = self.wishes.shape
        if shape is None:
            return ()
        return tuple(window_of(looks(piece), shape) for piece in _pieces(shots))

    def _cues(self, places: Sequence[Place], size_px: tuple[int, int]) -> list[Cue]:
        """The subtitles that are wished for, as they are to be drawn or shown."""
        if self.wishes.subtitles == "none":
            return []
        burnt = self.wishes.subtitles == "burnt"
        line = line_width(size_px) if burnt else NARROW if is_tall(size_px) else LINE
        said = self._said(places)
        spoken = [said.get(place.video.id, ()) for place in places]
        cues = subtitles(_pieces(places), spoken, self.wishes.dissolve_s, line)
        if not cues:
            self.notes.append("nothing is known to be said there: no subtitles")
        if burnt:
            cues, note = drawable(cues)
            self.notes += [note] if note else []
        return cues

    def _said(self, places: Sequence[Place]) -> Mapping[str, Sequence[SpeechSegment]]:
        ids = {place.video.id for place in places} - {""}
        return {video_id: self.library.show(video_id).speech for video_id in sorted(ids)}


def _pieces(places: Iterable[Place]) -> list[Piece]:
    return [Piece(path=place.video.path, span=place.span) for place in places]
