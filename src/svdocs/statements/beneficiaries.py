"""Finds who gains by a statement: the phrase that names people, organisations or animals, as written."""

from __future__ import annotations

from collections.abc import Sequence

from svdocs.statements.nouns import singular, unit_of_noun
from svdocs.statements.numbers import TENS_BY_WORD, UNITS_BY_WORD, Token, cut_tokens
from svdocs.statements.statement import Beneficiary, Unit
from svdocs.statements.vocabulary import words_of
from svdocs.text.document import Span

MAX_CHARACTERS = 20_000


def find_beneficiary(text: str, *, header: Sequence[str] = (), cells: Sequence[str] = ()) -> Beneficiary | None:
    """Return who gains as the passage words it, or None.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        header: a table row's column headers (not needed; taken as the other finders take it).
        cells: a table row's cells.

    >>> find_beneficiary("We will create five apprenticeships for care leavers by March 2028.").text
    'care leavers'
    """
    del header, cells
    text = text[:MAX_CHARACTERS]
    tokens = cut_tokens(text)
    best: tuple[float, int, int] | None = None
    i = 0
    while i < len(tokens):
        if not _is_group(tokens, i):
            i += 1
            continue
        first, last = _phrase(tokens, i)
        rank = _rank(tokens, first, i)
        if best is None or rank > best[0]:
            best = rank, first, last
        i = max(last, i + 1)
    if best is None:
        return None
    start, end = tokens[best[1]].start, tokens[best[2] - 1].end
    return Beneficiary(text[start:end], Span(start, end))


def _low(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].low if 0 <= i < len(tokens) else ""


def _is_group(tokens: Sequence[Token], i: int) -> bool:
    low = tokens[i].low
    if tokens[i].kind != "word":
        return False
    one = singular(low)
    if low in words_of("beneficiaries", "more_groups") or one in words_of("beneficiaries", "more_groups"):
        return not _is_followed_by_group(tokens, i)
    if one in words_of("beneficiaries", "not_a_group") or low in words_of("beneficiaries", "not_a_group"):
        return False
    unit = unit_of_noun(low)
    return unit in (Unit.people, Unit.organisations) and not _is_followed_by_group(tokens, i)


def _is_followed_by_group(tokens: Sequence[Token], i: int) -> bool:
    after = _low(tokens, i + 1)
    return (
        bool(after)
        and tokens[i + 1].kind == "word"
        and (
            unit_of_noun(after) in (Unit.people, Unit.organisations, Unit.hours, Unit.days, Unit.sessions, Unit.weeks)
            and after not in ("role", "start", "place", "local", "head", "day", "week", "t")
        )
    )


def _phrase(tokens: Sequence[Token], i: int) -> tuple[int, int]:
    """Return the tokens of the noun phrase around the group noun at i: its adjectives and what describes it after."""
    first = i
    while first > 0 and i - first < 5:
        before = tokens[first - 1]
        if before.low in ("-", "–") and before.start != before.end and before.end == tokens[first].start:
            first -= 1
            continue
        if before.kind != "word" or before.low in words_of("beneficiaries", "stop_before") or _is_count(before.low):
            break
        if before.low.endswith(("ly",)) and before.low not in ("elderly", "early"):
            break
        first -= 1
    while first < i and tokens[first].kind != "word":
        first += 1
    last = i + 1
    low = _low(tokens, last)
    if low in words_of("beneficiaries", "carry_on"):
        last = _tail(tokens, last)
    elif low == "and" and last + 1 < len(tokens) and _is_group(tokens, last + 1):
        last += 2
    return first, last


def _tail(tokens: Sequence[Token], i: int) -> int:
    """Return the end of a clause that describes the group: "people leaving prison", "residents aged 16 to 24"."""
    start, low = i, tokens[i].low
    if low in ("in", "at", "on", "from", "of", "with", "over", "under"):
        if low in ("in", "on", "over") or (low == "of" and _low(tokens, i + 1) in ("the", "our")):
            return start
        limit = 5
    else:
        limit = 9
    i += 1
    while i < len(tokens) and i - start < limit:
        t = tokens[i]
        if t.kind == "symbol" and t.low not in "-–'’":
            break
        if t.low in (
            "will",
            "shall",
            "would",
            "by",
            "before",
            "during",
            "through",
            "across",
            "into",
            "get",
            "each",
            "every",
            "per",
            "were",
            "was",
            "is",
        ) and not (tokens[start].low in ("who", "which", "whose") and i <= start + 2):
            break
        i += 1
    while i > start + 1 and tokens[i - 1].low in (
        "and",
        "or",
        "of",
        "in",
        "to",
        "the",
        "a",
        "for",
        "with",
        "at",
        "on",
        "-",
        "our",
    ):
        i -= 1
    return i


def _is_count(low: str) -> bool:
    return low in UNITS_BY_WORD or low in TENS_BY_WORD or low in ("hundred", "thousand", "million", "dozen", "half")


def _rank(tokens: Sequence[Token], first: int, noun: int) -> float:
    before = _low(tokens, first - 1)
    if before in ("the", "a", "an", "our", "all", "each", "every", "your", "these", "those", "their", "any", "local"):
        before = _low(tokens, first - 2)
    rank = 1.0 if before in ("for", "to", "with") else 0.7 if before in words_of("beneficiaries", "preferred") else 0.0
    if unit_of_noun(tokens[noun].low) is Unit.people:
        rank += 0.5
    if tokens[noun].low in (
        "suppliers",
        "supplier",
        "staff",
        "team",
        "colleagues",
        "employees",
        "workforce",
        "manager",
        "officer",
        "managers",
    ):
        rank -= 0.4
    return rank - 0.05 * noun / 10
