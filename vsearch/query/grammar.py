"""The grammar of a query, as docs/search.md describes it.

query  = step (THEN step)* [WITHIN length], with filters anywhere
step   = clause (WHILE clause)*
clause = words, "exact words", -without, saw: said: text: image: like:
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from vsearch.config import from_home
from vsearch.errors import QueryError
from vsearch.query import times
from vsearch.query.question import SOUNDS, Clause, Field, Filters, Like, Question, Step, Term
from vsearch.query.tokens import FILTERS, PICTURE_FIELDS, Token, error_at, tokens

THEN_WITHIN_S = 60.0
"""How soon a step must follow the one before where the query does not say."""

LENGTH = "a length such as 90s, 1:30 or 2m"
DATE = "a date such as 2024, 2024-05 or 2024-05-01"
SEVERAL = {"in": "inside", "video": "videos", "lang": "languages", "tag": "tags"}
SEVERAL |= {"sound": "sounds"}
LENGTHS = {"longer": "longer_s", "shorter": "shorter_s"}
EITHER = {"after": ("since", "after_s"), "before": ("until", "before_s")}
WORD_FIELD: dict[str, Field] = {"": "any", "saw": "saw", "said": "said", "text": "text"}


def parse(text: str) -> Question:
    """The question that a query asks, or a QueryError that points at what is wrong with it."""
    question = draft(text)
    try:
        return complete(question)
    except QueryError as error:
        if not text.strip():
            raise
        raise error_at(str(error), text, len(text) - len(text.lstrip())) from None


def draft(text: str) -> Question:
    """The question that a query asks, which may hold nothing yet to look for."""
    check_characters(text)
    return _Parser(text).question()


def check_characters(text: str) -> None:
    """Refuse half a character: bytes that are not UTF-8 come from a command line as that."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise error_at("this character is not valid UTF-8", text, error.start) from None


def complete(question: Question) -> Question:
    """A question as it is, or a QueryError if it says nothing that moments could be ranked by."""
    for clause in (clause for step in question.steps for clause in step.clauses):
        if not asks(clause):
            raise QueryError(_nothing_asked(clause, question))
    return question


def asks(clause: Clause) -> bool:
    """Whether a clause says what to look for, not only what to leave out."""
    return bool(clause.image or clause.like or not all(term.without for term in clause.terms))


def _nothing_asked(clause: Clause, question: Question) -> str:
    if clause.terms:
        return "the query only says what to leave out: say also what to look for"
    if question.filters != Filters():
        return (
            "the query only says where to look: say also what to look for, in words, "
            'in "exact words", or with image: or like:'
        )
    return "the query is empty: say in a few words what to look for"


def worded(text: str) -> str:
    """A text with single blanks, or a ValueError if no word is in it."""
    cleaned = " ".join(text.split())
    if not any(letter.isalnum() for letter in cleaned):
        raise ValueError(text)
    return cleaned


def like_of(value: str) -> Like:
    """The moment that VIDEO@TIME names, or the whole of VIDEO; a ValueError if TIME is none."""
    video, mark, time = value.rpartition("@")
    if not mark or (time and (not time[0].isdigit() or Path(time).suffix[1:2].isalpha())):
        video, time = value, ""
    if not video:
        raise ValueError(value)
    return Like(video=video, at_s=times.seconds(time) if time else None)


class _Parser:
    """Turns the tokens of one query into a question."""

    def __init__(self, text: str) -> None:
        self.text = text

    def question(self) -> Question:
        found = tokens(self.text)
        filters = self._filters([token for token in found if token.field in FILTERS])
        rest = [token for token in found if token.field not in FILTERS]
        rest, within_s = self._within(rest)
        thens = ("then", "THEN") if within_s is not None else ("THEN",)
        parts = self._parts(rest, [token for token in rest if token.is_word(*thens)])
        if len(parts) > 1 and within_s is None:
            within_s = THEN_WITHIN_S
        return Question(
            steps=tuple(self._step(part, len(parts) == 1) for part in parts),
            filters=filters,
            within_s=within_s,
            asked=self.text.strip(),
        )

    def _within(self, found: list[Token]) -> tuple[list[Token], float | None]:
        """What stands before `within LENGTH` at the end, and the length."""
        loud = [place for place, token in enumerate(found) if token.is_word("WITHIN")]
        if not loud and not _ends_within(found):
            return found, None
        place = loud[0] if loud else len(found) - 2
        within, length = found[place], found[place + 1 : place + 2]
        if not length:
            raise self._wrong(f"{within.text} needs {LENGTH} after it", within.at)
        within_s = self._seconds(within.text, length[0])
        if place + 2 < len(found):
            reason = f"nothing but filters may follow {within.text} and its length"
            raise self._wrong(reason, found[place + 2].at)
        if not any(token.is_word("then", "THEN") for token in found[:place]):
            reason = f"{within.text} needs two steps before it: A then B within {length[0].text}"
            raise self._wrong(f"{reason}; for the word itself write \\{within.text}", within.at)
        return found[:place], within_s

    def _parts(self, found: list[Token], operators: Sequence[Token]) -> list[list[Token]]:
        """The tokens between operators, none of which may be empty."""
        places = {operator.at for operator in operators}
        parts: list[list[Token]] = [[]]
        for token in found:
            if token.at in places:
                parts.append([])
            else:
                parts[-1].append(token)
        for operator, before, after in zip(operators, parts, parts[1:], strict=False):
            side = "before" if not before else "after"
            if not before or not after:
                advice = f"for the word itself write \\{operator.text}"
                reason = f"nothing stands {side} {operator.text}; {advice}"
                raise self._wrong(reason, operator.at)
        return parts

    def _step(self, found: list[Token], alone: bool) -> Step:
        following = zip(found, [*found[1:], None], strict=False)
        operators = [token for token, after in following if _is_while(token, after)]
        parts = self._parts(found, operators)
        return Step(clauses=tuple(self._clause(part, alone and len(parts) == 1) for part in parts))

    def _clause(self, found: list[Token], alone: bool) -> Clause:
        plain = " ".join(token.text for token in found if _is_plain(token))
        terms = [Term(text=plain)] if any(letter.isalnum() for letter in plain) else []
        pictures: dict[str, Any] = {}
        for token in found:
            if token.field in pictures:
                raise self._wrong(f"{token.field}: may be given only once here", token.at)
            if token.field in PICTURE_FIELDS:
                pictures[token.field] = self._picture(token)
            elif not _is_plain(token):
                terms.append(self._term(token))
        clause = Clause(terms=tuple(terms), **pictures)
        if not (alone or asks(clause)):
            raise self._wrong("this part does not say what to look for", found[0].at)
        return clause

    def _term(self, token: Token) -> Term:
        exact = token.shape == "quoted" and token.field != "saw"
        try:
            text = worded(token.text)
        except ValueError:
            raise self._wrong("there is no word to look for here", token.value_at) from None
        field = WORD_FIELD[token.field]
        return Term(text=text, field=field, exact=exact, without=token.negated)

    def _picture(self, token: Token) -> Path | Like:
        self._not_negated(token)
        if token.field == "image":
            return Path(from_home(token.text))
        try:
            return like_of(token.text)
        except ValueError:
            reason = f"like: takes a video, or VIDEO@TIME such as a.mp4@1:30, not {token.text!r}"
            raise self._wrong(reason, token.value_at) from None

    def _filters(self, found: list[Token]) -> Filters:
        given: dict[str, Any] = {}
        for token in found:
            self._not_negated(token)
            if several := SEVERAL.get(token.field):
                given[several] = (*given.get(several, ()), self._filter_text(token))
                continue
            name, value = self._bound(token)
            if name in given:
                raise self._wrong(f"{token.field}: may be given only once", token.at)
            given[name] = value
        return Filters(**given)

    def _filter_text(self, token: Token) -> str:
        try:
            return filter_text(token.field, token.text)
        except QueryError as error:
            raise self._wrong(str(error), token.value_at) from None

    def _bound(self, token: Token) -> tuple[str, float | datetime]:
        if token.field in LENGTHS:
            return LENGTHS[token.field], self._seconds(f"{token.field}:", token)
        date, time = EITHER[token.field]
        if not times.looks_like_date(token.text):
            return time, self._seconds(f"{token.field}:", token, f"{DATE}, or {LENGTH}")
        return date, self._read(times.day, f"{token.field}:", token, f"{DATE}, or {LENGTH}")

    def _seconds(self, name: str, token: Token, kind: str = LENGTH) -> float:
        return float(self._read(times.seconds, name, token, kind))

    def _read(self, reader: Callable[[str], Any], name: str, token: Token, kind: str) -> Any:
        try:
            return reader(token.text)
        except ValueError:
            reason = f"{name} takes {kind}, not {token.text!r}"
            raise self._wrong(reason, token.value_at) from None

    def _not_negated(self, token: Token) -> None:
        if token.negated:
            raise self._wrong(f"{token.field}: cannot be negated with a minus", token.at)

    def _wrong(self, message: str, at: int) -> QueryError:
        return error_at(message, self.text, at)


def filter_text(field: str, value: str) -> str:
    """The value of a filter that may have several, as it is compared."""
    if field == "sound" and value.lower() not in SOUNDS:
        raise QueryError(f"sound: takes {', '.join(SOUNDS[:-1])} or {SOUNDS[-1]}, not {value!r}")
    return value.lower() if field in {"lang", "sound"} else value


def _is_plain(token: Token) -> bool:
    """Whether a token is an ordinary word."""
    return token.shape == "word" and not (token.field or token.negated)


def _is_while(token: Token, after: Token | None) -> bool:
    """Whether a word joins clauses: in small letters only before what no sentence holds."""
    marked = after is not None and (after.shape == "quoted" or bool(after.field))
    return token.is_word("WHILE") or (token.is_word("while") and marked)


def _ends_within(found: list[Token]) -> bool:
    """Whether a query ends with `within LENGTH`; without a then the length must have a unit."""
    if len(found) < 2 or not found[-2].is_word("within") or not _is_plain(found[-1]):
        return False
    length = found[-1].text
    if any(token.is_word("then", "THEN") for token in found):
        return length[:1].isdigit()
    try:
        times.seconds(length)
    except ValueError:
        return False
    return times.has_unit(length)
