"""The grammar of questions that the catalog answers: what is asked for, and how it is said.

A question that fits none of these is looked for in what is said and shown like any other.
"""

from __future__ import annotations

SAYING = "said|mentioned|spoken|named|heard|used|shown|written"
SPOKEN_OF = "said|mentioned|spoken of|shown"
"""Where salt is used and when a book was written are no questions about words."""

SAYS = "says?|mentions?|names?|talks? about|speaks? (?:about|of)"
SOMEBODY = "(?:they|he|she|it|you|we|people|somebody|someone|anybody|anyone|everybody)"
IS = "(?:is|are|was|were|gets?)"
DOES = "(?:do|does|did)"
THERE = (
    "(?: (?:are(?: there)?|is there|are in (?:the|my|this) library|do i have|"
    "does (?:the|my|this) library (?:hold|have)))?(?: (?:in total|altogether|in all))?"
)
LIST = "(?:list|show|name|find|give)(?: me)?(?: all)?(?: of)?(?: the| my)?"
SPEAK = "(?:spoken|speak)"
SPEAKERS = "(?:(?:it|they|people|somebody|the videos?) )?"
PATTERNS: tuple[tuple[str, str], ...] = (
    ("times", rf"how (?:often|many times) {IS} (?P<x>.+) (?P<verb>{SAYING})"),
    ("times", rf"how (?:often|many times) {DOES} {SOMEBODY} (?P<verb>{SAYS}) (?P<x>.+)"),
    ("places", rf"(?:when|where|at what times?) {IS} (?P<x>.+) (?P<verb>{SPOKEN_OF})"),
    ("places", rf"(?:when|where|at what times?) {DOES} {SOMEBODY} (?P<verb>{SAYS}) (?P<x>.+)"),
    ("holding", rf"in (?:which|what|how many) videos? {IS} (?P<x>.+) (?P<verb>{SAYING})"),
    ("holding", rf"(?:which|what|how many) videos? (?:{SAYS}|contains?|holds?) (?P<x>.+)"),
    ("about", r"(?:which|what|how many) videos? (?:is|are|were) about (?P<x>.+)"),
    (
        "about",
        rf"{LIST} videos? (?:about|with|on|of|that (?:{SAYS}|contains?)|mentioning) (?P<x>.+)",
    ),
    ("count_videos", rf"how many (?:videos?|films?|clips){THERE}"),
    ("scenes", rf"how many scenes{THERE}"),
    ("frames", rf"how many keyframes{THERE}"),
    ("hours", rf"how many (?:hours|minutes)(?: of (?:videos?|film|footage))?{THERE}"),
    ("hours", r"how (?:long|much video) (?:is|are) (?:the|my) (?:whole |entire )?library"),
    ("longest", r"(?:which|what) (?:is the )?(?P<x>longest|shortest) video(?: is it)?"),
    ("longest", r"(?:which|what) video is (?:the )?(?P<x>longest|shortest)"),
    (
        "languages",
        rf"(?:in )?(?:which|what) languages? (?:are there|(?:{IS}|{DOES}) {SPEAKERS}{SPEAK})",
    ),
    # "How long is the bridge" is no question about a video of that name.
    ("length", r"how long is (?:the video |(?!the |an? ))(?P<x>.+)"),
    ("length", r"what is the (?:length|duration) of (?:the video |(?!the |an? ))(?P<x>.+)"),
    ("list", rf"{LIST} videos"),
    ("list", r"(?:which|what) videos (?:are there|are in the library|do i have)"),
)
