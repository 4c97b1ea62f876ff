"""The numbers in a text, in figures or in English words."""

from __future__ import annotations

from vsearch.words import terms_of

UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: value for value, word in enumerate(UNITS.split())} | {
    word: 10 * value for value, word in enumerate(TENS.split(), start=2)
}
LARGE = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
PARTS = {"half": {30}, "quarter": {15, 45}, "dozen": {12}, "twice": {2}, "once": {1}}


def numbers_of(text: str) -> set[int]:
    """Every whole number of a text: 4,711 and forty two; half past is 30."""
    found: set[int] = set()
    done, part = 0, -1  # whole thousands, and what is being put together; -1 is nothing yet
    for term in [*terms_of(text), ""]:
        value = _value(term)
        if part >= 0 and term == "and":
            continue
        if part >= 0 and term in LARGE:
            done, part = _grown(done, part, LARGE[term])
        elif part >= 0 and value >= 0 and _joins(done, part, value):
            part += value
        else:
            found |= {done + part} if part >= 0 else set()
            done, part = 0, value
        found |= PARTS.get(term, set())
    return found


def _value(term: str) -> int:
    if term.isascii() and term.isdecimal() and len(term) < 16:
        return int(term)
    return SMALL.get(term, -1)


def _joins(done: int, part: int, value: int) -> bool:
    """Whether a number goes on with a smaller one: forty two, three hundred and five."""
    if part % 100 == 0 and (part or done):
        return value < (100 if part else 1000)
    return part % 100 >= 20 and part % 10 == 0 and 0 < value < 10


def _grown(done: int, part: int, factor: int) -> tuple[int, int]:
    return (done, part * factor) if factor == 100 else (done + part * factor, 0)
