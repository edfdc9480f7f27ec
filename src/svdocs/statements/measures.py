"""Finds the unit of a number in a table: from the column's header, the row's other figures, or the measure's name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from svdocs.statements.candidate import Candidate
from svdocs.statements.columns import UNIT_HEADER, Columns, Role
from svdocs.statements.nouns import (
    DURATIONS,
    MEASURES,
    ends_phrase,
    is_agent,
    is_modifier,
    is_number_word,
    is_plural,
    low_at,
    unit_at,
)
from svdocs.statements.numbers import Number, NumberKind, Token, cut_tokens
from svdocs.statements.statement import Unit
from svdocs.statements.vocabulary import words_of


def fills_cell(tokens: Sequence[Token], number: Number, columns: Columns, cell: int) -> bool:
    """Say whether the number is what its cell is about, so that the column or the measure gives its unit."""
    start, end = columns.bounds[cell]
    if columns.roles[cell] in (Role.target, Role.result, Role.baseline):
        before = sum(
            start <= t.start < tokens[number.first].start and t.kind == "word"
            for t in tokens[max(number.first - 8, 0) : number.first]
        )
        return before <= 5
    return tokens[number.first].start - start <= 14 and (end - tokens[number.last - 1].end) <= 30


def unit_of_row(text: str, columns: Columns, cell: int) -> Unit | None:
    """Return the unit that a column of units gives, or else the measure's name in the text columns."""
    for (start, end), title in zip(columns.bounds, columns.headers, strict=True):
        if UNIT_HEADER.search(title) and (told := measure_unit(cut_tokens(text[start:end]))) is not None:
            return told
    best: Unit | None = None
    for i in reversed([j for j in columns.of_role(Role.text) if j != cell]):
        start, end = columns.bounds[i]
        unit = measure_unit(cut_tokens(text[start:end]))
        if unit in MEASURES:
            return unit
        if unit is not None and (best is None or best is Unit.items):
            best = unit
    return best


def unit_beside(columns: Columns, cell: int, earlier: list[Candidate]) -> Unit | None:
    """Return the unit that the row's earlier figure states, as in "120 sessions | 200 in 2027"."""
    numeric = (Role.baseline, Role.result, Role.target)
    if columns.roles[cell] not in numeric:
        return None
    stated = (c for c in reversed(earlier) if c.cell >= 0 and c.cell != cell and columns.roles[c.cell] in numeric)
    return next((c.unit for c in stated if not c.weak), None)


@lru_cache(maxsize=256)
def unit_of_title(title: str) -> Unit | None:
    """Return the unit that a column's header names, as in "Target (hours)", or None."""
    low = title.lower()
    if "£" in title or "gbp" in low:
        return Unit.gbp
    if "%" in title or "per cent" in low:
        return Unit.percent
    tokens = cut_tokens(title)
    for i, t in enumerate(tokens):
        unit = unit_at(tokens, i) if t.kind == "word" else None
        if unit in MEASURES and t.low not in ("day", "week"):
            return unit
        if unit is not None and low_at(tokens, i - 1) == "(" and t.low not in ("home", "start"):
            return unit
    return None


def measure_unit(tokens: Sequence[Token]) -> Unit | None:
    """Return what a measure's name counts: its unit of time, weight or money if it names one, else its head noun."""
    lows = [t.low for t in tokens]
    if "%" in lows:
        return Unit.percent
    if any(w in ("£", "gbp") for w in lows):
        return Unit.gbp
    head = _head_of(tokens)
    for i, t in enumerate(tokens):
        if t.kind == "word" and t.low not in ("day", "week", "hour", "t") and not _counted_already(tokens, i):
            unit = unit_at(tokens, i)
            if unit in MEASURES:
                return unit
    shares, money = words_of("quantities", "share_words"), words_of("quantities", "money_words")
    for w in lows[: max(head, 3)]:
        if w in shares:
            return Unit.percent
        if w in money:
            return Unit.gbp
    for span in (range(head - 1, -1, -1), range(head, len(tokens))):
        for i in span:
            low = tokens[i].low
            if tokens[i].kind != "word" or low in ("number", "total", "count", "no", "home", "local", "start"):
                continue
            unit = unit_at(tokens, i)
            if unit is not None and unit not in DURATIONS and not (i >= head and is_modifier(tokens, i, _MANY)):
                return unit
            if unit is None and is_plural(low):
                return Unit.people if is_agent(low) else Unit.items
    return None


_MANY = Number(2.0, NumberKind.plain, 0, 0)


def _head_of(tokens: Sequence[Token]) -> int:
    """Return where a measure's head phrase ends: before its first preposition, participle or sign."""
    for i, t in enumerate(tokens):
        if i and (
            t.low in (",", "(", ":", "–", "of")
            or t.low in words_of("quantities", "stop")
            or (t.low.endswith(("ed", "ing")) and len(t.low) > 4)
        ):
            if t.low == "of" and low_at(tokens, i - 1) in (
                "number",
                "hosting",
                "provision",
                "creation",
                "count",
                "total",
                "recruitment",
            ):
                continue
            if (
                t.low.endswith(("ed", "ing"))
                and i + 1 < len(tokens)
                and not ends_phrase(tokens, i + 1)
                and not is_plural(low_at(tokens, i - 1))
                and low_at(tokens, i - 1) not in words_of("quantities", "plural_like")
            ):
                continue
            return i
    return len(tokens)


def _counted_already(tokens: Sequence[Token], i: int) -> bool:
    """Say whether a number stands before the noun at i, as in "placements of six weeks"."""
    return any(t.kind == "number" or is_number_word(t.low) for t in tokens[max(i - 2, 0) : i])
