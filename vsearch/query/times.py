"""Lengths of time and dates as people write them: 90s, 1:30, 1h30m, 2024-05."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal

_NUMBER = r"(\d+(?:\.\d+)?)"
_UNITS = re.compile(rf"(?:{_NUMBER}h)?(?:{_NUMBER}m(?:in)?)?(?:{_NUMBER}s(?:ec)?)?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{2}(?:\.\d+)?)", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
MOST_S = 1e9


def seconds(text: str) -> float:
    """The seconds of 90, 90s, 1:30, 1:02:03, 2m or 1h30m; a ValueError if it is no length."""
    parts: tuple[str | None, ...]
    if re.fullmatch(_NUMBER, text, re.ASCII):
        parts = (None, None, text)
    elif found := re.fullmatch(_CLOCK, text):
        hours, minutes, rest = found.groups()
        if float(rest) >= 60 or (hours and int(minutes) >= 60):
            raise ValueError(text)
        parts = (hours, minutes, rest)
    elif text and (found := re.fullmatch(_UNITS, text.lower())):
        parts = found.groups()
    else:
        raise ValueError(text)
    given = zip((3600.0, 60.0, 1.0), parts, strict=True)
    return checked(sum(unit * float(part) for unit, part in given if part))


def checked(value: float) -> float:
    """A length of time as it is, or a ValueError if none can be that long or short."""
    if isinstance(value, bool) or not (math.isfinite(value) and 0 <= value <= MOST_S):
        raise ValueError(value)
    return float(value)


def has_unit(text: str) -> bool:
    """Whether a length says by itself that it is one: 30s and 1:30, not 30."""
    return not re.fullmatch(_NUMBER, text, re.ASCII)


def day(text: str) -> datetime:
    """The first moment of a year, month or day, or a moment in full; a ValueError if it is none."""
    if found := re.fullmatch(_DATE, text):
        year, month, of_month = (int(part or 1) for part in found.groups())
        return datetime(year, month, of_month)
    if re.match(r"\d{4}-\d{2}-\d{2}T", text):
        return local(datetime.fromisoformat(text))
    raise ValueError(text)


def local(moment: date | datetime) -> datetime:
    """A date or time as local time without a zone, as the dates of files are compared."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day)
    try:
        return moment.astimezone().replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError:  # before the first year or after the last one
        raise ValueError(moment) from None


def is_year(text: str) -> bool:
    """Whether a bare number is rather a year than seconds: 1900 to 2099."""
    return bool(re.fullmatch(r"(19|20)\d{2}", text, re.ASCII))


def looks_like_date(text: str) -> bool:
    """Whether something was meant as a date, right or wrong."""
    return is_year(text) or bool(re.match(r"\d+-", text))


def write_seconds(value: float) -> str:
    """Seconds so that reading them gives the same number."""
    digits = format(Decimal(repr(float(value))), "f")
    return f"{digits.removesuffix('.0')}s"


def write_day(moment: datetime) -> str:
    """A date, or a moment in full where it is not midnight."""
    if moment == datetime(moment.year, moment.month, moment.day):
        return f"{moment:%Y-%m-%d}".rjust(10, "0")
    return moment.isoformat()
