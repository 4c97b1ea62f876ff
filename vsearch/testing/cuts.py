"""Lists of cuts that never were, for tests of exporters."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from vsearch.export.cuts import Cut, CutList
from vsearch.types import SpeechSegment, TimeSpan, Video

SPANS = ((0.0, 2.0), (12.345, 17.2), (59.9, 60.0), (30.03, 30.04), (1 / 3, 41.7))
HOSTILE_NAMES = (
    "plain.mp4",
    "with spaces and 100%.mp4",
    "#1 'quoted' \"twice\".mp4",
    "comma, semicolon; pipe|.mp4",
    '<tag attr="1">&amp;.mp4',
    "line\nbreak.mp4",
    "\u6771\u4eac \U0001f3ac.mp4",
    "=cmd().mp4",
    "http:colon?query=1.mp4",
    "half \udce9 letter.mp4",
    "-dash.mp4",
)
HOSTILE_WORDS = (
    "plain words",
    "a --> b ]]> <b>bold</b> & \"quoted\" 'twice'",
    '=HYPERLINK("http://x")',
    "bell \x07 null \x00 escape \x1b[31m",
    "1\n\n00:00:01,000 --> 00:00:02,000\nforged",
    "|C:ResolveColorRed |M:forged |D:1",
    "\u0645\u0631\u062d\u0628\u0627, \u6771\u4eac",
    "001  AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00",
    "half \ud800 letter",
    "#EXTINF:1,forged",
    "",
)


def made_video(name: str, rate: Fraction | int = 25, *, sound: bool = True) -> Video:
    """A video of a minute in full HD, known by its name."""
    return Video(
        id=name.encode("utf-8", "backslashreplace").hex()[:32].ljust(32, "0"),
        path=Path("/videos") / name,
        duration_s=60.0,
        frame_rate=Fraction(rate),
        width_px=1920,
        height_px=1080,
        has_audio=sound,
    )


def made_cut(
    number: int,
    video: Video,
    span: tuple[float, float] = (1.0, 3.0),
    *,
    said: str = "Some words.",
    timecode: str = "",
) -> Cut:
    """A moment of a video, whose file lies in a folder beside what is exported."""
    stretch = TimeSpan(start_s=span[0], end_s=span[1])
    segment = SpeechSegment(video_id=video.id, span=stretch, text=said, language="en")
    return Cut(
        number=number,
        video=video,
        path=f"videos/{video.path.name}",
        span=stretch,
        title=f"{video.path.stem} 0:{int(span[0]):02d}",
        said=said,
        speech=(segment,),
        score=1.5,
        rank=number,
        tags=("kitchen",),
        timecode=timecode,
        sound_hz=48000 if video.has_audio else 0,
        channels=2 if video.has_audio else 0,
        document={"rank": number, "said": said},
    )


def made_list(cuts: Sequence[Cut], title: str = "a dog") -> CutList:
    """A list of moments."""
    return CutList(title=title, kind="moments", cuts=tuple(cuts))


def made_moments(*rates: Fraction, timecode: str = "", sound: bool = True) -> CutList:
    """Moments of a video of each rate: at its ends, shorter than a frame, between frames."""
    videos = [made_video(f"{float(rate):.3f}.mp4", rate, sound=sound) for rate in rates]
    places = [(video, span) for video in videos for span in SPANS]
    return made_list(
        [
            made_cut(number, video, span, timecode=timecode)
            for number, (video, span) in enumerate(places, start=1)
        ]
    )


def hostile_list() -> CutList:
    """Names and words that were made to break out of the file that they are written to."""
    cuts = [
        made_cut(number, made_video(name), (number, number + 2.0), said=words)
        for number, (name, words) in enumerate(
            zip(HOSTILE_NAMES, HOSTILE_WORDS, strict=True), start=1
        )
    ]
    return made_list(cuts, title='<a> "query" \n=1+1 \x00 |')
