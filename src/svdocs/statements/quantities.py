"""Finds what a passage promises or reports in numbers: value, unit, and by what it is counted.

Every number of the passage is a candidate, unless its form says that it is something else (a date, a clause, an age,
a level). Each candidate gets its unit from the noun that it counts, or in a table from the column's header or the
measure's name. Where a passage holds several, the one that counts is the best-ranked: numbers that set a condition,
a baseline, a time limit or a part of another number stand back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from svdocs.statements.candidate import Candidate
from svdocs.statements.columns import Columns, read_columns
from svdocs.statements.counting import find_engaged_one, find_without_number, read_candidate
from svdocs.statements.nouns import is_number_word, low_at, unit_of_noun
from svdocs.statements.numbers import Number, NumberKind, Token, cut_tokens, find_numbers
from svdocs.statements.ranking import depths_of, per_of, rank_of
from svdocs.statements.statement import Per, Quantity, Unit
from svdocs.statements.vocabulary import words_of
from svdocs.text.document import Span

MAX_CHARACTERS = 20_000
"""Longer passages are read up to here: no sentence is that long, and the work stays bounded."""


LEAST_RANK = -1.0
"""A number ranked lower is no quantity, even alone."""


_NO_MORE = r"(?![.,]?[0-9]|[ ]?%)"


_NOT_QUANTITIES = re.compile(
    # dates, years, financial years
    r"\b[0-9]{1,2}[./-][0-9]{1,2}[./-](?:20)?[0-9]{2}\b|\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b"
    rf"|\b(?:19|20)[0-9]{{2}}(?:[/–-](?:20)?[0-9]{{2}})?\b(?! (?:hours?|people|jobs)\b){_NO_MORE}"
    rf"|\b[0-9]{{2}}/[0-9]{{2}}\b(?!/)"
    # references, codes, ordinals, telephone numbers, clock times
    r"|\bFY ?20[0-9]{2}/[0-9]{2}\b|\b[0-9]+\.[0-9]+(?:\.[0-9]+)+\b|(?<=[A-Za-z])[0-9][0-9a-z]*\b"
    r"|\b[0-9]+(?:st|nd|rd|th)\b|\b24/7\b|\b[0-9]{1,2}:[0-9]{1,2}\b|\b0[0-9]{3,}(?: [0-9]{3,})*\b"
    r"|\b[0-9]{1,2}(?:\.[0-9]{2})?[ap]m\b"
    # ages
    r"|\bage[ds]?(?: (?:over|under|between|from|of))? [0-9]{1,2}(?:(?: to | and |-|–)[0-9]{1,2})?\b"
    r"|\b[0-9]{1,2}[ -]?(?:to|-|–)[ -]?[0-9]{1,2}(?:s\b|[ -]year[ -]?olds?)|\b[0-9]{1,2}[ -]years?[ -]olds?\b"
    r"|\b(?:over|under)[ -][0-9]{2}'?s\b|\bover the age of [0-9]{2}\b"
    r"|\b(?:people|those|anyone|residents|adults) (?:over|under) [0-9]{2}\b"
    r"|\bof (?:1[4-9]|2[0-9])(?:(?: to | and |-|–)[0-9]{2})?(?= (?:who|and|,)|[.,)]|$)"
    r"|\b1[4-9](?: to |-|–)(?:18|19|2[0-9]|30)\b(?! (?:new )?(?:apprentic|placement|job|people|hour|post|role))",
    re.IGNORECASE,
)


def find_quantities(
    text: str, *, header: Sequence[str] = (), cells: Sequence[str] = (), before: str = ""
) -> tuple[Quantity, ...]:
    """Return every candidate quantity of a passage, in the order of the text.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        header: a table row's column headers.
        cells: a table row's cells.
        before: the sentence that the passage leans on; a number without a noun may stand for its noun.
    """
    return tuple(_quantity(text, c) for c in rank_candidates(text, header, cells, before))


def choose_quantity(
    text: str,
    focus: str,
    *,
    header: Sequence[str] = (),
    cells: Sequence[str] = (),
    before: str = "",
    promise: bool | None = None,
) -> Quantity | None:
    """Return the quantity that counts for a statement about `focus`, or None if it has none.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        focus: the clause or cell of the passage that makes the statement, or the whole passage.
        header: a table row's column headers.
        cells: a table row's cells.
        before: the sentence that the passage leans on; a number without a noun may stand for its noun.
        promise: whether the statement is a promise (then a target outranks a result) or a result (then the other way
            round); None if that is not known.

    >>> choose_quantity("We will take on 4 apprentices and 10 work placements", "10 work placements").value
    10.0
    >>> choose_quantity("60 more will start", "60 more will start", before="We will train 40 tutors.").unit.value
    'people'
    """
    found = rank_candidates(text, header, cells, before, promise)
    at = text.find(focus)
    if at >= 0 and len(focus) < len(text):
        found = [c for c in found if at <= c.start < at + len(focus)]
    best = max(found, key=lambda c: (c.rank, -c.start), default=None)
    return None if best is None or best.rank < LEAST_RANK else _quantity(text, best)


def rank_candidates(
    text: str, header: Sequence[str], cells: Sequence[str], before: str = "", promise: bool | None = None
) -> list[Candidate]:
    """Return the passage's candidates in order, each with its rank; see `choose_quantity` for the arguments."""
    return _rank_candidates(text[:MAX_CHARACTERS], tuple(header), tuple(cells), before[:MAX_CHARACTERS], promise)


def _quantity(text: str, c: Candidate) -> Quantity:
    return Quantity(c.number.value, c.unit, text[c.start : c.end], Span(c.start, c.end), c.number.maximum, c.per)


@lru_cache(maxsize=64)
def _rank_candidates(
    text: str, header: tuple[str, ...], cells: tuple[str, ...], before: str, promise: bool | None
) -> list[Candidate]:
    tokens = cut_tokens(text)
    numbers = find_numbers(tokens)
    columns = read_columns(text, header, cells) if cells else Columns()
    masked = [m.span() for m in _NOT_QUANTITIES.finditer(text)] if numbers else []
    found: list[Candidate] = []
    at = 0
    for number in numbers:
        start, end = tokens[number.first].start, tokens[number.last - 1].end
        while at < len(masked) and masked[at][1] <= start:
            at += 1
        if at < len(masked) and masked[at][0] < end and number.kind is NumberKind.plain:
            continue
        if number.kind is NumberKind.plain and (_is_labelled(tokens, number) or _is_day_of_month(tokens, number)):
            continue
        candidate = read_candidate(text, tokens, number, columns, found, before)
        if candidate is not None:
            found.append(candidate)
    if not found:
        found = find_engaged_one(tokens, columns) or find_without_number(tokens, columns)
    depths = depths_of(tokens)
    for i, c in enumerate(found):
        c.per = per_of(c, tokens, columns)
        if c.unit is Unit.meals and c.per is Per.week and c.number.value <= 7:
            c.unit = Unit.sessions
        c.rank = rank_of(c, i, found, tokens, depths, columns, promise)
    return found


MOST_SCHOOL_YEAR = 13
_OF_SCHOOL = frozenset(
    {"pupil", "pupils", "student", "students", "children", "learner", "learners", "girls", "boys", "class", "classes"}
)
_PERIODS = frozenset({"years", "months", "weeks", "days", "quarters"})


def _is_labelled(tokens: Sequence[Token], number: Number) -> bool:
    """Say whether the number names something instead of counting it: Level 3, Lots 1 and 2, clause 2.10, Year one."""
    labels, i = words_of("quantities", "labels"), number.first - 1
    limit = 10 if low_at(tokens, i) in ("year", "years", "month", "months", "week", "weeks", "day") else 400
    for _ in range(4):
        low = low_at(tokens, i)
        if low in _PERIODS and (i and (tokens[i - 1].kind == "number" or is_number_word(tokens[i - 1].low))):
            return False  # "over the six years nine apprentices": the noun has its number already
        if low == "year" and low_at(tokens, i - 1) in ("last", "this", "next", "a", "per", "each", "every", "the"):
            return False
        if low == "year" and number.value <= MOST_SCHOOL_YEAR and low_at(tokens, number.last) in _OF_SCHOOL:
            return True  # "forty Year 12 pupils"
        if low in labels or (low == "." and low_at(tokens, i - 1) in labels):
            return number.value < limit or (
                number.value == int(number.value) and number.value < 100 and not _counts_people(tokens, number)
            )
        if (
            low in ("and", "to", "or", "&", "/", "-", "–")
            and i
            and (tokens[i - 1].kind == "number" or is_number_word(tokens[i - 1].low))
        ):
            i -= 2
            continue
        return False
    return False


def _counts_people(tokens: Sequence[Token], number: Number) -> bool:
    unit = unit_of_noun(low_at(tokens, number.last))
    return unit in (Unit.people, Unit.hours, Unit.organisations)


def _is_day_of_month(tokens: Sequence[Token], number: Number) -> bool:
    """Say whether the number stands beside a month: "31 March", "Mar-30"."""
    months = words_of("quantities", "months")
    after = low_at(tokens, number.last + (low_at(tokens, number.last) == "of"))
    if number.value <= 31 and after in months and after not in ("may", "march"):
        return True
    if number.value <= 31 and after in ("may", "march") and tokens[number.last].text[:1].isupper():
        return True
    i = number.first - 1
    if low_at(tokens, i) in ("-", "'", "’"):
        i -= 1
    return low_at(tokens, i) in months and tokens[i].text[:1].isupper() and number.in_digits and number.value <= 99
