"""What kind of answer a question wants, and which sentences hold one of that kind."""

from __future__ import annotations

import re

_NUMBER = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|"
    r"billions?|dozens?|half|twice|once|both|several|no)"
)
_UNIT_OF_TIME = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|centur(?:y|ies))"
_UNIT_OF_LENGTH = r"(?:(?:kilo|centi|milli)?met(?:er|re)s?|miles?|feet|foot|inch(?:es)?|yards?|k?m)"
_MONTH = (
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_CLOCK = (
    r"\d{1,2}[:.]\d\d|(?:past|after|before|at|until|from|to|by) " + _NUMBER + r"|o'?clock|"
    r"[ap]\.?m\b|noon|midnight|midday|sunset|sunrise|dawn|dusk"
)
_PART_OF_DAY = r"mornings?|afternoons?|evenings?|nights?|noon"
_WHEN = (
    rf"\b1\d{{3}}\b|\b20\d\d\b|{_WEEKDAY}|{_MONTH}|{_CLOCK}|{_PART_OF_DAY}|today|tomorrow|"
    rf"yesterday|\bweek\b|{_UNIT_OF_TIME} (?:ago|after|before|later)|in the \w+ century|"
    rf"(?:eighteen|nineteen|twenty) (?:\w+ty|\w+teen|oh)"
)
_PLACE = (
    r"\b(?:in|at|on|onto|near|under|behind|beside|between|into|from|to|above|below|next to|"
    r"outside|inside|around|across|over|by|through|against)\b"
)
_COLOUR = r"red|green|blue|yellow|white|black|brown|grey|gray|orange|purple|pink|gold(?:en)?|silver"
_NAME = r"(?-i:(?<=[a-z,;] )[A-Z]\w+)|(?-i:^[A-Z]\w+ [A-Z]\w+)|\b(?:mr|mrs|ms|dr|doctor|captain)\b"
_PERSON = (
    r"\b(?:he|she|man|woman|boy|girl|father|mother|sister|brother|grand\w+|daughter|friend|"
    r"teacher|nurse|engineer|farmer|baker|student|player|pilot|artist|writer|scientist|officer)\b"
)
_LENGTH_OF_TIME = rf"{_NUMBER}[ -]+(?:\w+ ){{0,2}}{_UNIT_OF_TIME}"
_LENGTH = rf"{_NUMBER}[ -]+(?:\w+ )?{_UNIT_OF_LENGTH}"
_YEAR = (
    r"\b1\d{3}\b|\b20\d\d\b|\b(?:eighteen|nineteen|twenty) (?:\w+ty|\w+teen|oh)\b|"
    r"\b(?:last|this|next) year\b|\bcentury\b"
)
_MONEY = (
    r"[$\u20ac\u00a3\u00a5]|\b(?:dollars?|euros?|cents?|pounds?|pence|francs?|yen|free|money)\b"
)
_WEIGHT = r"\b(?:(?:kilo)?grams?|kilos?|pounds?|tons?|tonnes?|ounces?|k?g)\b"
_AGE = rf"{_YEAR}|\baged?\b|{_NUMBER}[ -]years?\b"
_WARMTH = r"\bdegrees?\b|\u00b0"

KINDS = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(answer, re.IGNORECASE))
    for asked, answer in (
        (rf"\bhow (?:long|many {_UNIT_OF_TIME})\b.*\b{_UNIT_OF_LENGTH}\b", _LENGTH),
        (rf"\bhow (?:long|many {_UNIT_OF_TIME})\b", rf"{_LENGTH_OF_TIME}|{_LENGTH}"),
        (r"\bhow (?:far|high|tall|wide|deep)\b", _LENGTH),
        (r"\bhow often\b", rf"\b(?:every|each|once|twice|times|always|never|{_UNIT_OF_TIME})\b"),
        (r"\bhow (?:much|many)\b.*\b(?:cost|pay|paid|money|price|earn)|\bwhat\b.*\bcost", _MONEY),
        (r"\bhow (?:heavy|much\b.*\bweigh)", _WEIGHT),
        (r"\bhow old\b|\bwhat age\b", _AGE),
        (r"\bhow (?:hot|cold|warm)\b|\bwhat temperature\b", _WARMTH),
        (r"\bhow (?:many|much|large|big|fast)\b", rf"\b{_NUMBER}\b"),
        (r"\b(?:what|which) year\b", _YEAR),
        (r"\b(?:what|which) month\b", rf"\b(?:{_MONTH})\b"),
        (r"\bwhen\b|\b(?:what|which) (?:time|day|date|season)\b|\bhow early\b", _WHEN),
        (r"\bwhere\b|\b(?:what|which) (?:place|city|town|country|room|floor)\b", _PLACE),
        (r"\bwho(?:se|m)?\b", rf"{_NAME}|{_PERSON}"),
        (r"\bwhy\b", r"\b(?:because|since|so that|due to|therefore|reason|to|for|as)\b"),
        (r"\b(?:what|which) colou?r\b", rf"\b(?:{_COLOUR})\b"),
    )
)


IN_PICTURES = re.compile(
    r"\b(?:where|colou?rs?|see|seen|look|looks|wear\w*|show\w*)\b", re.IGNORECASE
)


def may_be_seen(question: str) -> bool:
    """Whether a picture might answer: nobody sees a reason, a name, a time or a number in one."""
    kinds = any(asked.search(question) for asked, _ in KINDS)
    return not kinds or bool(IN_PICTURES.search(question))


def holds_kind(question: str, text: str) -> bool | None:
    """Whether a text holds the kind of answer that a question wants; None if it wants no kind."""
    for asked, answer in KINDS:
        if asked.search(question):
            return bool(answer.search(text))
    return None
