"""What is to be said beside the results: where words and models speak different languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from vsearch.languages import UNKNOWN, language_asked_in, name_of, two_letters
from vsearch.query.question import Field, Question
from vsearch.types import SPEECH, VISUAL, Block

Knows = Callable[[Block], frozenset[str] | None]
"""The languages that the text encoder of a block knows; None for any."""

PARTS = {SPEECH: "speech", VISUAL: "pictures"}
FIELDS: Mapping[str, tuple[Field, ...]] = {SPEECH: ("any", "said"), VISUAL: ("any", "saw")}
MOSTLY = 0.5
MOST_NAMED = 5


def notes_of(
    question: Question, blocks: Sequence[Block], spoken: Mapping[str, int], knows: Knows
) -> tuple[str, ...]:
    """What the person should know of languages; spoken counts what is said in each."""
    asked = {
        block: text
        for block in blocks
        if block.name in PARTS and (text := _asked(question, FIELDS[block.name]))
    }
    if not asked:
        return ()
    return (*_of_words(asked, knows), *_of_speech(question, asked, spoken, knows))


def _asked(question: Question, fields: tuple[Field, ...]) -> str:
    """The words that are looked for by their meaning in these fields."""
    return " ".join(
        term.text
        for step in question.steps
        for clause in step.clauses
        for term in clause.terms
        if term.field in fields and not (term.exact or term.without)
    )


def _of_words(asked: Mapping[Block, str], knows: Knows) -> tuple[str, ...]:
    """What is to be said where the words of the question are in a language that is not known."""
    languages = {text: language_asked_in(text) for text in set(asked.values())}
    lost: dict[str, list[Block]] = {}
    for block, text in asked.items():
        known = knows(block)
        if languages[text] != UNKNOWN and known is not None and languages[text] not in known:
            lost.setdefault(languages[text], []).append(block)
    return tuple(_words_note(language, blocks, knows) for language, blocks in lost.items())


def _words_note(language: str, blocks: Sequence[Block], knows: Knows) -> str:
    note = f"the words are {name_of(language)}: {_limits(blocks, knows)}"
    if any(block.name == SPEECH for block in blocks):
        return f"{note}, so only words that are spelled the same will be found in speech"
    return f"{note}, so pictures may not fit"


def _of_speech(
    question: Question, asked: Mapping[Block, str], spoken: Mapping[str, int], knows: Knows
) -> tuple[str, ...]:
    """What is to be said where most of what may be found is in languages that are not known."""
    block = next((block for block in asked if block.name == SPEECH), None)
    known = None if block is None else knows(block)
    if block is None or known is None:
        return ()
    filtered = {two_letters(language) for language in question.filters.languages}
    lines = {name: count for name, count in spoken.items() if name != UNKNOWN and name}
    lines = {name: count for name, count in lines.items() if not filtered or name in filtered}
    foreign = {name: count for name, count in lines.items() if two_letters(name) not in known}
    if not foreign or sum(foreign.values()) < MOSTLY * sum(lines.values()):
        return ()
    most = max(foreign, key=lambda name: foreign[name])
    limits = _limits([block], knows)
    note = f"most of what is said here is {name_of(most)}: {limits}, so it is found"
    return (f"{note} by its words as they are spelled",)


def _limits(blocks: Sequence[Block], knows: Knows) -> str:
    """Which models know which languages only."""
    names = " and ".join(f"{block.space.name} ({PARTS[block.name]})" for block in blocks)
    known = sorted(name_of(name) for block in blocks for name in knows(block) or ())
    verb = "understands" if len(blocks) == 1 else "understand"
    if len(known) > MOST_NAMED:
        return f"{names} {verb} many languages, this one not"
    return f"{names} {verb} {' and '.join(dict.fromkeys(known))} only"
