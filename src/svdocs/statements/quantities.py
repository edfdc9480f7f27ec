"""Finds what a passage promises or reports in numbers: value, unit, and by what it is counted.

Every number of the passage is a candidate, unless its form says that it is something else (a date, a clause, an age,
a level). Each candidate gets its unit from the noun that it counts, or in a table from the column's header or the
measure's name. Where a passage holds several, the one that counts is the best-ranked: numbers that set a condition,
a baseline, a time limit or a part of another number stand back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from svdocs.statements.columns import Columns, Role, read_columns
from svdocs.statements.numbers import TENS_BY_WORD, UNITS_BY_WORD, Number, NumberKind, Token, cut_tokens, find_numbers
from svdocs.statements.statement import Per, Quantity, Unit
from svdocs.statements.vocabulary import words_of
from svdocs.text.document import Span

MAX_CHARACTERS = 20_000
"""Longer passages are read up to here: no sentence is that long, and the work stays bounded."""

LEAST_RANK = -1.0
"""A number ranked lower is no quantity, even alone."""

# ---------------------------------------------------------------- numbers that are no quantities

_NO_MORE = r"(?![.,]?[0-9]|[ ]?%)"
_NOT_QUANTITIES = re.compile(
    # dates, years, financial years
    r"\b[0-9]{1,2}[./-][0-9]{1,2}[./-](?:20)?[0-9]{2}\b|\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b"
    rf"|\b(?:19|20)[0-9]{{2}}(?:[/–-](?:20)?[0-9]{{2}})?\b(?! (?:hours?|people|jobs)\b){_NO_MORE}"
    rf"|\b[0-9]{{2}}/[0-9]{{2}}\b(?!/)"
    # references, codes, ordinals, telephone numbers, clock times
    r"|\bFY ?20[0-9]{2}/[0-9]{2}\b|\b[0-9]+\.[0-9]+(?:\.[0-9]+)+\b|(?<=[A-Za-z])[0-9][0-9a-z]*\b"
    r"|\b[0-9]+(?:st|nd|rd|th)\b|\b24/7\b|\b[0-9]:[0-9]\b|\b0[0-9]{3,}(?: [0-9]{3,})*\b"
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

_DURATIONS = frozenset({Unit.hours, Unit.days, Unit.weeks})
_MEASURES = _DURATIONS | {Unit.miles, Unit.km, Unit.tonnes, Unit.kg, Unit.tco2e, Unit.fte}
"""Units that outrank what they measure: learner hours are hours, car miles are miles."""
_DASHES = frozenset("-–—‐‑")
_AGENT = re.compile(r"(?:er|or|ist|ant|ee|ian|mate)$")
_LABEL_WORDS = frozenset(
    {"level", "levels", "band", "bands", "tier", "year", "years", "stage", "grade", "phase", "lot", "l", "ks", "entry"}
    | {"scope", "section"}
)


@lru_cache(maxsize=1)
def counted_nouns() -> dict[str, Unit]:
    """Return what each counted noun is counted as, from `data/units.tsv`."""
    lines = (files("svdocs.statements") / "data" / "units.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {noun: Unit(unit) for noun, unit in rows[1:]}


@lru_cache(maxsize=8192)
def singular(noun: str) -> str:
    """Return a noun's singular as far as its form tells.

    >>> [singular(w) for w in ("apprentices", "charities", "buses", "classes", "staff")]
    ['apprentice', 'charity', 'bus', 'class', 'staff']
    """
    if noun.endswith(("'s", "s'")):
        return singular(noun[:-2] if noun.endswith("'s") else noun[:-1])
    if len(noun) > 4 and noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes", "buses")):
        return noun[:-2]
    return noun[:-1] if len(noun) > 3 and noun.endswith("s") and not noun.endswith("ss") else noun


@lru_cache(maxsize=8192)
def unit_of_noun(word: str) -> Unit | None:
    """Return what a noun is counted as, or None if it is not one that the table knows.

    >>> unit_of_noun("apprentices").value, unit_of_noun("mowers")
    ('people', None)
    """
    nouns = counted_nouns()
    return nouns.get(word) or nouns.get(singular(word))


@dataclass(slots=True)
class Candidate:
    """A number that may be the passage's quantity.

    Attributes:
        after: index of the first token after the number and the noun that it counts.
        weak: how far the unit was guessed, from an unknown noun or from what the number stands for.
        rank: how likely it is to be the one that counts; see `_rank`.
    """

    number: Number
    unit: Unit
    start: int
    end: int
    after: int
    cell: int = -1
    weak: float = 0.0
    rank: float = 0.0
    per: Per | None = None


def find_quantities(text: str, *, header: Sequence[str] = (), cells: Sequence[str] = ()) -> tuple[Quantity, ...]:
    """Return every candidate quantity of a passage, in the order of the text.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        header: a table row's column headers.
        cells: a table row's cells.
    """
    return tuple(_quantity(text, c) for c in rank_candidates(text, header, cells))


def choose_quantity(text: str, focus: str, *, header: Sequence[str] = (), cells: Sequence[str] = ()) -> Quantity | None:
    """Return the quantity that counts for a statement about `focus`, or None if it has none.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        focus: the clause or cell of the passage that makes the statement, or the whole passage.
        header: a table row's column headers.
        cells: a table row's cells.

    >>> choose_quantity("We will take on 4 apprentices and 10 work placements", "10 work placements").value
    10.0
    """
    found = rank_candidates(text, header, cells)
    at = text.find(focus)
    if at >= 0 and len(focus) < len(text):
        found = [c for c in found if at <= c.start < at + len(focus)]
    best = max(found, key=lambda c: (c.rank, -c.start), default=None)
    return None if best is None or best.rank < LEAST_RANK else _quantity(text, best)


def rank_candidates(text: str, header: Sequence[str], cells: Sequence[str]) -> list[Candidate]:
    """Return the passage's candidates in order, each with its rank."""
    return _rank_candidates(text[:MAX_CHARACTERS], tuple(header), tuple(cells))


def _quantity(text: str, c: Candidate) -> Quantity:
    return Quantity(c.number.value, c.unit, text[c.start : c.end], Span(c.start, c.end), c.number.maximum, c.per)


@lru_cache(maxsize=64)
def _rank_candidates(text: str, header: tuple[str, ...], cells: tuple[str, ...]) -> list[Candidate]:
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
        candidate = _read_candidate(text, tokens, number, columns, found)
        if candidate is not None:
            found.append(candidate)
    if not found:
        found = _engaged_one(tokens, columns) or _without_number(tokens, columns)
    depths = _depths(tokens)
    for i, c in enumerate(found):
        c.per = _per(c, tokens, columns)
        if c.unit is Unit.meals and c.per is Per.week and c.number.value <= 7:
            c.unit = Unit.sessions
        c.rank = _rank(c, i, found, tokens, depths, columns)
    return found


def _is_labelled(tokens: Sequence[Token], number: Number) -> bool:
    """Say whether the number names something instead of counting it: Level 3, Lots 1 and 2, clause 2.10, Year one."""
    labels, i = words_of("quantities", "labels"), number.first - 1
    limit = 10 if _low(tokens, i) in ("year", "years", "month", "months", "week", "weeks", "day") else 400
    for _ in range(4):
        low = _low(tokens, i)
        if low in labels or (low == "." and _low(tokens, i - 1) in labels):
            return number.value < limit or (
                number.value == int(number.value) and number.value < 100 and not _counts_people(tokens, number)
            )
        if (
            low in ("and", "to", "or", "&", "/", "-", "–")
            and i
            and (tokens[i - 1].kind == "number" or _is_number_word(tokens[i - 1].low))
        ):
            i -= 2
            continue
        return False
    return False


def _counts_people(tokens: Sequence[Token], number: Number) -> bool:
    unit = unit_of_noun(_low(tokens, number.last))
    return unit in (Unit.people, Unit.hours, Unit.organisations)


def _is_day_of_month(tokens: Sequence[Token], number: Number) -> bool:
    """Say whether the number stands beside a month: "31 March", "Mar-30"."""
    months = words_of("quantities", "months")
    after = _low(tokens, number.last + (_low(tokens, number.last) == "of"))
    if number.value <= 31 and after in months and after not in ("may", "march"):
        return True
    if number.value <= 31 and after in ("may", "march") and tokens[number.last].text[:1].isupper():
        return True
    i = number.first - 1
    if _low(tokens, i) in ("-", "'", "’"):
        i -= 1
    return _low(tokens, i) in months and tokens[i].text[:1].isupper() and number.in_digits and number.value <= 99


def _depths(tokens: Sequence[Token]) -> list[int]:
    out, depth = [], 0
    for t in tokens:
        depth += t.low == "("
        out.append(depth)
        if t.low == ")" and depth:
            depth -= 1
    return out


def _low(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].low if 0 <= i < len(tokens) else ""


def _is_number_word(low: str) -> bool:
    return low in UNITS_BY_WORD or low in TENS_BY_WORD


# ---------------------------------------------------------------- what a number counts


def _read_candidate(
    text: str, tokens: Sequence[Token], number: Number, columns: Columns, earlier: list[Candidate]
) -> Candidate | None:
    start, end = tokens[number.first].start, tokens[number.last - 1].end
    cell = columns.cell_at(start)
    role = columns.roles[cell] if cell >= 0 else Role.text
    if number.kind is NumberKind.foreign_money or role in (Role.code, Role.date):
        return None
    if number.kind is NumberKind.money:
        return Candidate(number, Unit.gbp, start, end, number.last, cell)
    if number.kind is NumberKind.percent:
        return _percent_candidate(tokens, number, cell)
    if not number.in_digits and number.value == 1 and _is_pronoun(tokens, number):
        return None
    noun = _noun_after(tokens, number)
    if noun is not None and noun.unit is None:
        return None
    fills = cell >= 0 and _fills_cell(tokens, number, columns, cell)
    if (
        noun is not None
        and noun.unit is not None
        and not (noun.weak and fills and _unit_of_title(columns.headers[cell]))
    ):
        return Candidate(
            number, noun.unit, start, max(end, tokens[noun.last - 1].end), noun.last, cell, 0.3 * noun.weak
        )
    if fills:
        unit = (
            _unit_of_title(columns.headers[cell])
            or _unit_beside(columns, cell, earlier)
            or _unit_of_row(text, columns, cell)
        )
        if unit is not None:
            return Candidate(number, unit, start, end, number.last, cell)
    guessed = _noun_before(tokens, number) or _antecedent(tokens, number, earlier)
    return Candidate(number, guessed, start, end, number.last, cell, weak=1.0) if guessed else None


def _percent_candidate(tokens: Sequence[Token], number: Number, cell: int) -> Candidate:
    """Return a share; three quarters of an hour and half a tonne are measures of their noun instead."""
    i = number.last
    if _low(tokens, i) == "of" and _low(tokens, i + 1) in ("a", "an"):
        i += 2
    elif _low(tokens, i) in ("a", "an"):
        i += 1
    unit = unit_of_noun(_low(tokens, i)) if i > number.last else None
    if unit in _MEASURES and unit is not None:
        part = Number(round(number.value / 100, 4), NumberKind.plain, number.first, number.last, in_digits=False)
        return Candidate(part, unit, tokens[number.first].start, tokens[i].end, i + 1, cell)
    start, end = tokens[number.first].start, tokens[number.last - 1].end
    return Candidate(number, Unit.percent, start, end, number.last, cell)


def _is_pronoun(tokens: Sequence[Token], number: Number) -> bool:
    """Say whether "one" stands for a thing instead of counting it."""
    before, after = _low(tokens, number.first - 1), _low(tokens, number.last)
    if before in words_of("quantities", "before_pronoun"):
        return True
    if before in _DASHES or after in _DASHES:
        return not (after in _DASHES and _low(tokens, number.last + 1) in ("off", "year", "week", "day", "hour"))
    if after == "of":
        return _low(tokens, number.last + 1) in (
            "our",
            "the",
            "its",
            "their",
            "your",
            "my",
            "them",
            "us",
            "these",
            "those",
        )
    return after in (
        "another",
        "better",
        "now",
        "or",
        "who",
        "side",
        "day",
        "that",
        "which",
        "after",
        "to",
        "from",
        "by",
        "in",
        "and",
    )


@dataclass(frozen=True, slots=True)
class _Noun:
    """The noun that a number counts; no unit means one that is not kept, such as months or litres."""

    unit: Unit | None
    last: int
    weak: bool = False


def _noun_after(tokens: Sequence[Token], number: Number) -> _Noun | None:
    """Return the noun that the number counts, looking on to the next stop."""
    if _low(tokens, number.last) in _DASHES and _low(tokens, number.last + 1) in words_of("quantities", "compound"):
        return _Noun(None, number.last + 2)
    i = _skip_to_noun(tokens, number)
    if _low(tokens, i) in ("over", "under") and _low(tokens, i + 1) in _DASHES:
        return _Noun(Unit.people, min(i + 3, len(tokens)))
    if _low(tokens, i) in ("them", "us", "whom", "these", "those"):
        return None
    unsupported, stops = words_of("quantities", "unsupported"), words_of("quantities", "stop")
    guess: _Noun | None = None
    words, first = 0, i
    while i < len(tokens) and words < 9:
        token = tokens[i]
        low = token.low
        if low in _DASHES or low == "/":
            if i > first and token.start != tokens[i - 1].end:
                break
            i += 1
            continue
        if token.kind == "number" or _is_number_word(low):
            if (
                _low(tokens, i - 1) in _LABEL_WORDS
                or _low(tokens, i + 1) in _DASHES
                or (token.start == tokens[i - 1].end and tokens[i - 1].kind == "word")
            ):
                i += 1
                continue
            break
        inside = i > first and _low(tokens, i - 1) in _DASHES and token.start == tokens[i - 1].end
        if token.kind != "word":
            if low in ("'", "’") and token.start == tokens[i - 1].end:
                i += 1
                continue
            if low == "," and words and guess is None and _noun_soon(tokens, i + 1):
                i += 1
                continue
            break
        if low in stops and not inside:
            if low in ("and", "or") and guess is None and words and _noun_soon(tokens, i + 1):
                i += 1
                continue
            break
        words += 1
        if low in unsupported and (
            words == 1
            or (words == 2 and _low(tokens, i - 1) in ("full", "more", "calendar", "consecutive", "successive"))
        ):
            return _Noun(None, i + 1)
        unit = _unit_at(tokens, i)
        if (
            unit is not None
            and low != "hour"
            and words > 1
            and low in ("day", "week")
            and not _ends_phrase(tokens, i + 1)
        ):
            unit = None
        if unit is not None and words == 1 and _is_bare_singular(tokens, i, number, unit):
            return _Noun(None, i + 1)
        if unit is not None and (unit is Unit.fte or not _is_modifier(tokens, i, number)):
            if guess is not None and unit is Unit.items:
                return guess
            return _refine(tokens, i, unit)
        if (
            unit is None
            and number.value == 1
            and words == 1
            and _is_agent(low)
            and not _is_plural(low)
            and _ends_phrase(tokens, i + 1)
        ):
            return _Noun(Unit.people, i + 1, weak=True)
        if unit is None and guess is None and number.value != 1 and _is_plural(low):
            guess = _Noun(Unit.people if _is_agent(low) else Unit.items, i + 1, weak=True)
            if _low(tokens, i + 1) in stops:
                break
        i += 1
    return guess


def _skip_to_noun(tokens: Sequence[Token], number: Number) -> int:
    """Return where the counted noun may begin, past "no.", "+", "out of 17" and "of our five"."""
    i = number.last
    if _low(tokens, i) == "(" and i + 1 < len(tokens) and tokens[i + 1].kind == "number" and _low(tokens, i + 2) == ")":
        i += 3
    if _low(tokens, i) == "or" and _low(tokens, i + 1) in ("so", "more"):
        i += 2
    elif _low(tokens, i) in ("+", "x", "×", "odd", "plus"):
        i += 1
    elif _low(tokens, i) in ("no", "nr", "nos"):
        i += 2 if _low(tokens, i + 1) == "." else 1
    elif _low(tokens, i) in _DASHES and number.kind is NumberKind.plain and _low(tokens, i + 1) not in ("", "|"):
        i += 1
    if _low(tokens, i) == "out" and _low(tokens, i + 1) == "of":
        i += 1
    if _low(tokens, i) == "of":
        after_of = words_of("quantities", "after_of")
        while i < len(tokens) and (
            _low(tokens, i) in after_of or tokens[i].kind == "number" or _is_number_word(_low(tokens, i))
        ):
            i += 1
    return i


def _ends_phrase(tokens: Sequence[Token], i: int) -> bool:
    return (
        i >= len(tokens)
        or tokens[i].kind != "word"
        or tokens[i].low in words_of("quantities", "stop")
        or tokens[i].low == "of"
    )


def _phrase_end(tokens: Sequence[Token], i: int, most: int) -> int:
    """Return where the run of words from i ends, or `most`."""
    while i < min(most, len(tokens)) and (not _ends_phrase(tokens, i) or tokens[i].low in _DASHES):
        i += 1
    return i


def _is_plural(low: str) -> bool:
    return len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "'s", "ous"))


def _is_agent(noun: str) -> bool:
    one = singular(noun)
    if one.endswith("ship") and one not in (
        "ship",
        "partnership",
        "membership",
        "relationship",
        "sponsorship",
        "township",
    ):
        return True
    return bool(_AGENT.search(one)) and one not in words_of("quantities", "not_agents")


def _noun_soon(tokens: Sequence[Token], i: int) -> bool:
    """Say whether a counted noun comes before the next stop, as in "micro, small and medium-sized enterprises"."""
    for j in range(i, min(i + 5, len(tokens))):
        low = tokens[j].low
        if low in _LABEL_WORDS or (tokens[j].kind == "number" and _low(tokens, j - 1) in _LABEL_WORDS):
            continue
        if (
            tokens[j].kind == "number"
            or _is_number_word(low)
            or low in ("|", ".", ";", ":", "(", ")", "a", "an", "the")
        ):
            return False
        if low in words_of("quantities", "stop"):
            return False
        unit = unit_of_noun(low)
        if unit is not None and low != "local":
            return _is_plural(low) or low in words_of("quantities", "plural_like")
    return False


def _unit_at(tokens: Sequence[Token], i: int) -> Unit | None:
    low, after = tokens[i].low, _low(tokens, i + 1)
    if low == "local" or (low in ("t", "te") and not tokens[i].text.islower()):
        return None
    if after in _DASHES:
        joined = counted_nouns().get(f"{low}-{_low(tokens, i + 2)}")
        if joined is not None:
            return joined
    if low in ("tonnes", "tonne", "t", "tons") and _is_carbon(tokens, i):
        return Unit.tco2e
    if low == "tco" or (low == "co" and after in ("2", "2e")):
        return Unit.tco2e
    if low in ("full", "whole") and (after in _DASHES or after == "time") and _is_equivalent(tokens, i):
        return Unit.fte
    if low == "food" and after in ("banks", "bank"):
        return Unit.organisations
    return unit_of_noun(low)


def _is_carbon(tokens: Sequence[Token], i: int) -> bool:
    """Say whether the tonnes at i are of carbon: by the words after them, or because emissions are the subject."""
    after = [_low(tokens, j) for j in range(i + 1, i + 5)]
    if any(w in ("co", "carbon", "emissions", "greenhouse") for w in after):
        return True
    if after[0] == "of" or "waste" in after:
        return False
    return any(_low(tokens, j) in ("carbon", "emissions", "co") for j in range(max(i - 14, 0), i))


def _is_equivalent(tokens: Sequence[Token], i: int) -> bool:
    """Say whether "full-time" at i goes on to "equivalent", or "posts", which the guide counts as FTE too."""
    return any(_low(tokens, j).startswith("equivalent") for j in range(i + 1, i + 6)) or (
        _low(tokens, i + 2) == "time" and _low(tokens, i + 3) in ("posts", "jobs", "roles", "positions")
    )


def _is_modifier(tokens: Sequence[Token], i: int, number: Number) -> bool:
    """Say whether the noun at i only describes the noun that follows, as in "learner hours" and "school pupils"."""
    low, j = tokens[i].low, i + 1
    if _low(tokens, j) in ("'", "’") and tokens[j].start == tokens[i].end and not _ends_phrase(tokens, j + 1):
        return unit_of_noun(low) not in _DURATIONS
    if _low(tokens, j) in _DASHES:
        if _low(tokens, j + 1) in ("led", "based", "friendly", "owned", "run", "facing", "wide", "long", "shift"):
            return True
        j += 1
    if _ends_phrase(tokens, j):
        return False
    after = tokens[j].low
    following = unit_of_noun(after)
    plural_like = words_of("quantities", "plural_like")
    if following in _MEASURES and after not in ("t", "day", "week", "hour"):
        return True
    if low.endswith("'s"):
        return True
    singular_like = not _is_plural(low) or number.value == 1
    if (singular_like and low not in plural_like) or low in ("staff", "youth"):
        for k in range(j, min(j + 3, len(tokens))):
            if _ends_phrase(tokens, k) and _low(tokens, k) not in _DASHES:
                break
            if unit_of_noun(_low(tokens, k)) in _MEASURES and _is_plural(_low(tokens, k)) | (_low(tokens, k) == "hrs"):
                return True
        if low in plural_like:
            return following is not None and _is_plural(after)
        if number.value == 1:
            return following is not None
        return any(_is_plural(_low(tokens, k)) for k in range(j, _phrase_end(tokens, j, j + 3)))
    return False


def _is_bare_singular(tokens: Sequence[Token], i: int, number: Number, unit: Unit) -> bool:
    """Say whether the noun at i, though of more than one, is a singular: a "17 seat" bus is described, not counted."""
    low = tokens[i].low
    if number.value == 1 or unit in _MEASURES or _is_plural(low) or low in words_of("quantities", "plural_like"):
        return False
    return not _ends_phrase(tokens, i + 1) and not any(_is_plural(_low(tokens, k)) for k in range(i + 1, i + 3))


def _refine(tokens: Sequence[Token], i: int, unit: Unit) -> _Noun:
    """Return the noun with what stands around it: buyer days are events, jobs (FTE) are FTE."""
    if unit is Unit.days and _low(tokens, i - 1) in words_of("quantities", "event_days"):
        return _Noun(Unit.events, i + 1)
    if (
        unit is Unit.people
        and _low(tokens, i + 1) in ("(", "in", ",")
        and _low(tokens, i + 2) in ("fte", "ftes", "wte")
    ):
        return _Noun(Unit.fte, i + 3)
    if unit is Unit.people and _low(tokens, i + 1) in ("fte", "ftes", "wte"):
        return _Noun(Unit.fte, i + 2)
    if "buyer" in (_low(tokens, i - 1), _low(tokens, i - 2)) and unit in (Unit.meals, Unit.sessions, Unit.items):
        return _Noun(Unit.events, i + 1)
    if unit is Unit.tco2e:
        last = i + 1
        while last < min(i + 7, len(tokens)) and _low(tokens, last) in (
            "of",
            "co",
            "2",
            "2e",
            "e",
            "carbon",
            "dioxide",
            "equivalent",
            "emissions",
            "saved-",
        ):
            last += 1
        return _Noun(unit, last)
    return _Noun(unit, i + 1)


def _noun_before(tokens: Sequence[Token], number: Number) -> Unit | None:
    """Return the unit of the noun that a closing number counts: "Care leavers placed and paid: 3"."""
    if not _ends_clause(tokens, number.last):
        return None
    first = number.first
    for j in range(first - 1, max(first - 4, -1), -1):
        if tokens[j].low in (":", "=", "–", "—") or (
            tokens[j].low == "-" and j and tokens[j].start > tokens[j - 1].end
        ):
            return _measure_unit(tokens[max(j - 14, 0) : j])
        if tokens[j].low in (".", ";", "|"):
            return None
    return None


def _ends_clause(tokens: Sequence[Token], i: int) -> bool:
    return _low(tokens, i) in ("", ".", ";", ",", "(", ")", "|", "!")


def _antecedent(tokens: Sequence[Token], number: Number, earlier: list[Candidate]) -> Unit | None:
    """Return the unit of what a number without a noun stands for: "no fewer than three will be hired"."""
    i = number.last
    after = _low(tokens, i)
    more = after in ("more", "others", "other", "further", "extra", "such") and (
        _ends_phrase(tokens, i + 1) or after in ("others", "such")
    )
    of_them = after == "of" and _low(tokens, i + 1) in ("them", "whom", "these", "those", "which", "us")
    aux = words_of("quantities", "predicates")
    if not (more or of_them or after in aux or (after.endswith("ed") and len(after) > 4) or _ends_clause(tokens, i)):
        return None
    if (
        number.in_digits
        and after in ("in", "on", "at", "to", "from", "by", "for", "with", "and")
        and number.value > 2100
    ):
        return None
    if _low(tokens, number.first - 1) in words_of("quantities", "before_label"):
        return None
    if more and after != "such":
        ahead = _group_ahead(tokens, i + 1)
        if ahead is not None:
            return ahead
    for c in reversed(earlier):
        if c.unit not in (Unit.percent, Unit.gbp):
            return c.unit
    for j in range(number.first - 1, max(number.first - 25, -1), -1):
        low = tokens[j].low
        if tokens[j].kind == "word" and (_is_plural(low) or low in words_of("quantities", "plural_like")):
            unit = unit_of_noun(low)
            if unit is not None and unit not in _DURATIONS and not (low in ("staff",) and not of_them):
                return unit
            if unit is None and _is_agent(low):
                return Unit.people
    if of_them or after in words_of("quantities", "human_predicates"):
        return Unit.people
    ahead = _group_ahead(tokens, i) if after in ("for", "to", "by", "came", "live", "lived", "more") else None
    if (
        ahead is None
        and not number.in_digits
        and (more or after in ("of", "will", "were", "was", "are", "have", "has") or after.endswith("ed"))
    ):
        return Unit.people
    return ahead


def _group_ahead(tokens: Sequence[Token], i: int) -> Unit | None:
    """Return the unit of the group that the words after name: "two more for young people"."""
    for j in range(i, min(i + 7, len(tokens))):
        if tokens[j].low in (".", ";", "|"):
            return None
        unit = unit_of_noun(tokens[j].low)
        if unit in (Unit.people, Unit.organisations) and (
            _is_plural(tokens[j].low) or tokens[j].low in words_of("quantities", "plural_like")
        ):
            return Unit.people if unit is Unit.people else None
    return None


def _engaged_one(tokens: Sequence[Token], columns: Columns) -> list[Candidate]:
    """Return the first "an apprentice" of a passage that takes people on and holds no number, as one person."""
    engage, roles, stops = (
        words_of("quantities", "engage"),
        words_of("quantities", "role_nouns"),
        words_of("quantities", "stop"),
    )
    if not any(t.low in engage for t in tokens):
        return []
    for i, t in enumerate(tokens):
        if t.low not in ("a", "an", "another"):
            continue
        for j in range(i + 1, min(i + 7, len(tokens))):
            low = tokens[j].low
            if (tokens[j].kind != "word" and low not in _DASHES) or low in stops or low == "of":
                break
            if low in roles and unit_of_noun(_low(tokens, j + 1)) is None and _low(tokens, j + 1) not in _DASHES:
                number = Number(1.0, NumberKind.plain, i, i + 1, in_digits=False)
                return [
                    Candidate(number, Unit.people, t.start, tokens[j].end, j + 1, columns.cell_at(t.start), weak=1.0)
                ]
    return []


def _without_number(tokens: Sequence[Token], columns: Columns) -> list[Candidate]:
    """Return what a passage without a number counts all the same: "an hour and a half a week", "twice a year"."""
    for i, t in enumerate(tokens):
        unit = unit_of_noun(_low(tokens, i + 1)) if t.low in ("a", "an") else None
        if unit in (Unit.hours, Unit.days, Unit.weeks) and unit is not None:
            half = [_low(tokens, j) for j in range(i + 2, i + 5)] == ["and", "a", "half"]
            last = i + 5 if half else i + 2
            if _low(tokens, last) in ("of", "a", "per", "each", "every") and _low(tokens, i - 1) in words_of(
                "quantities", "giving"
            ):
                number = Number(1.5 if half else 1.0, NumberKind.plain, i, i + 1, in_digits=False)
                return [
                    Candidate(number, unit, t.start, tokens[last - 1].end, last, columns.cell_at(t.start), weak=1.0)
                ]
        if t.low == "twice":
            j = i + 1
            while _low(tokens, j) in _DASHES or _low(tokens, j) in ("a", "per", "each", "every", "in"):
                j += 1
            if _low(tokens, j) in ("year", "yearly", "week", "weekly", "month", "monthly", "annually", "term"):
                number = Number(2.0, NumberKind.plain, i, i + 1, in_digits=False)
                end = tokens[j].end
                return [Candidate(number, Unit.events, t.start, end, i + 1, columns.cell_at(t.start), weak=1.0)]
    return []


# ---------------------------------------------------------------- units from a table's headers and measures


def _fills_cell(tokens: Sequence[Token], number: Number, columns: Columns, cell: int) -> bool:
    """Say whether the number is what its cell is about, so that the column or the measure gives its unit."""
    start, end = columns.bounds[cell]
    if columns.roles[cell] in (Role.target, Role.result, Role.baseline):
        before = sum(
            start <= t.start < tokens[number.first].start and t.kind == "word"
            for t in tokens[max(number.first - 8, 0) : number.first]
        )
        return before <= 5
    return tokens[number.first].start - start <= 14 and (end - tokens[number.last - 1].end) <= 30


def _unit_of_row(text: str, columns: Columns, cell: int) -> Unit | None:
    """Return the unit that the column's header gives, or else the measure's name in the text columns."""
    best: Unit | None = None
    for i in reversed([j for j in columns.of_role(Role.text) if j != cell]):
        start, end = columns.bounds[i]
        unit = _measure_unit(cut_tokens(text[start:end]))
        if unit in _MEASURES:
            return unit
        if unit is not None and (best is None or best is Unit.items):
            best = unit
    return best


def _unit_beside(columns: Columns, cell: int, earlier: list[Candidate]) -> Unit | None:
    """Return the unit that the row's earlier figure states, as in "120 sessions | 200 in 2027"."""
    numeric = (Role.baseline, Role.result, Role.target)
    if columns.roles[cell] not in numeric:
        return None
    stated = (c for c in reversed(earlier) if c.cell >= 0 and c.cell != cell and columns.roles[c.cell] in numeric)
    return next((c.unit for c in stated if not c.weak), None)


@lru_cache(maxsize=256)
def _unit_of_title(title: str) -> Unit | None:
    low = title.lower()
    if "£" in title or "gbp" in low:
        return Unit.gbp
    if "%" in title or "per cent" in low:
        return Unit.percent
    tokens = cut_tokens(title)
    for i, t in enumerate(tokens):
        unit = _unit_at(tokens, i) if t.kind == "word" else None
        if unit in _MEASURES and t.low not in ("day", "week"):
            return unit
        if unit is not None and _low(tokens, i - 1) == "(" and t.low not in ("home", "start"):
            return unit
    return None


def _measure_unit(tokens: Sequence[Token]) -> Unit | None:
    """Return what a measure's name counts: its unit of time, weight or money if it names one, else its head noun."""
    lows = [t.low for t in tokens]
    if "%" in lows:
        return Unit.percent
    if any(w in ("£", "gbp") for w in lows):
        return Unit.gbp
    head = _head_of(tokens)
    for i, t in enumerate(tokens):
        if t.kind == "word" and t.low not in ("day", "week", "hour", "t") and not _counted_already(tokens, i):
            unit = _unit_at(tokens, i)
            if unit in _MEASURES:
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
            unit = _unit_at(tokens, i)
            if unit is not None and unit not in _DURATIONS and not (i >= head and _is_modifier(tokens, i, _MANY)):
                return unit
            if unit is None and _is_plural(low):
                return Unit.people if _is_agent(low) else Unit.items
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
            if t.low == "of" and _low(tokens, i - 1) in (
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
                and not _ends_phrase(tokens, i + 1)
                and not _is_plural(_low(tokens, i - 1))
                and _low(tokens, i - 1) not in words_of("quantities", "plural_like")
            ):
                continue
            return i
    return len(tokens)


def _counted_already(tokens: Sequence[Token], i: int) -> bool:
    """Say whether a number stands before the noun at i, as in "placements of six weeks"."""
    return any(t.kind == "number" or _is_number_word(t.low) for t in tokens[max(i - 2, 0) : i])


# ---------------------------------------------------------------- which one counts


def _rank(
    c: Candidate, index: int, found: list[Candidate], tokens: Sequence[Token], depths: list[int], columns: Columns
) -> float:
    """Return how likely the candidate is to be the passage's quantity; 3 for a plain first number with its noun."""
    n = c.number
    before = [_low(tokens, j) for j in range(n.first - 1, n.first - 6, -1)]
    after = [_low(tokens, j) for j in range(c.after, c.after + 4)]
    rank = 3.0 - 0.2 * min(index, 5) - c.weak
    if c.unit in _DURATIONS:
        rank += _duration_rank(c, tokens, before, after)
    if c.unit in (Unit.miles, Unit.km) and (
        before[0] in ("within", "under", "inside", "over")
        or (before[0] == "than" and before[2] not in ("no", "not"))
        or after[0] in ("from", "radius")
    ):
        rank -= 6.0
    if (
        c.unit is Unit.sessions
        and n.value <= 12
        and c.per is None
        and any(o is not c and o.unit is Unit.people and o.number.value > n.value and o.weak < 1 for o in found)
    ):
        rank -= 0.6
    if c.unit is Unit.fte:
        rank += 0.5
    if depths[n.first]:
        rank -= 2.0
    rank += _condition_rank(c, tokens, before, after)
    if c.cell >= 0:
        rank += _column_rank(c, tokens, columns)
    if "total" in before[:3] or "total" in after[:2] or after[:2] == ["in", "all"] or after[:2] == ["all", "told"]:
        rank += 1.5
    return rank


def _column_rank(c: Candidate, tokens: Sequence[Token], columns: Columns) -> float:
    role = columns.roles[c.cell]
    offset = tokens[c.number.first].start - columns.bounds[c.cell][0]
    if role is Role.text:
        return 1.0 if c.cell and offset < 12 else 0.0
    return {Role.target: 3.4, Role.result: 3.2, Role.baseline: -2.0, Role.note: -1.5, Role.place: -2.0}.get(role, 0.0)


def _duration_rank(c: Candidate, tokens: Sequence[Token], before: list[str], after: list[str]) -> float:
    n = c.number
    if _low(tokens, n.last) in _DASHES:
        return -4.5
    if before[0] == "than" and before[2] == "no":
        return 0.0
    limit = [
        w for w in before[:3] if w not in ("a", "an", "the", "of", "about", "up", "working", "just", "at", "least")
    ]
    word = limit[0] if limit else ""
    if before[:2] == ["in", "put"] or (word == "over" and before[0] != "over"):
        return 0.0
    if word in words_of("quantities", "time_limits") or (
        word in ("in", "over", "under", "for", "on") and before[0] == word
    ):
        if (
            c.unit is Unit.days
            and word in ("within", "inside", "in")
            and any(t.low in words_of("quantities", "payment") for t in tokens)
        ):
            return -1.7
        if c.unit is Unit.hours and n.value >= 40:
            return -0.5
        return -2.5 if word == "for" else -6.0
    if c.unit is Unit.hours and n.value >= 20 and "week" not in after[:3]:
        return 0.5
    if (after[0] == "each" and _ends_clause(tokens, c.after + 1)) or (before[0] == "of" and n.value < 20):
        return -1.5
    return 0.0


def _condition_rank(c: Candidate, tokens: Sequence[Token], before: list[str], after: list[str]) -> float:
    """Return what the words around take off: a number may set a rate, a threshold, a baseline or a whole."""
    n, rank = c.number, 0.0
    if (before[0] in ("each", "every", "per") and before[1] not in ("of", "on", "in")) or (
        before[0] in ("for", "to") and before[1] in ("each", "every")
    ):
        rank -= 3.0
    if before[0] == "than" and before[1] not in ("less", "fewer", "more", "later", "lower", "earlier"):
        rank -= 2.5
    elif (
        before[0] == "than"
        and before[2] not in ("no", "not")
        and (
            before[2]
            in (
                "of",
                "with",
                "worth",
                "employing",
                "have",
                "where",
                "costing",
                "are",
                "after",
                "above",
                "below",
                "equipment",
                "longer",
            )
            or before[1] == "longer"
        )
    ):
        rank -= 5.0
    if before[0] in ("below", "under") and before[1] not in ("by", "to", "just"):
        rank -= 3.0 if c.unit in (Unit.people, Unit.gbp) else 1.0
    if before[0] in ("above", "exceeding", "exceeds", "exceed", "tops", "beyond") or (
        before[0] == "over" and before[1] not in ("by", "just", "well", "to", "of") and c.unit is Unit.gbp
    ):
        rank -= 4.5
    if before[0] == "now" or "baseline" in before[:3] or "base" in before[:2]:
        rank -= 4.5
    if (
        before[0] == "with"
        and before[1] not in ("work", "working", "engage", "engaging", "worked", "spent", "spend")
        and c.unit in (Unit.people, Unit.organisations, Unit.schools, Unit.items)
    ):
        rank -= 2.5
    if before[0] in words_of("quantities", "definite"):
        rank -= 1.0 if c.unit is not Unit.people else 0.3
        if c.unit in (Unit.items, Unit.schools, Unit.events) and words_of("quantities", "in_front_of_place") & set(
            before[1:3]
        ):
            rank -= 3.5
    if n.kind is NumberKind.money and words_of("quantities", "valued") & set(before[:3]):
        rank -= 1.2
    if n.kind is NumberKind.money and before[0] == "of" and _is_plural(before[1]):
        rank -= 0.5
    if words_of("quantities", "asked") & set(before[:5]):
        rank -= 2.2
    if before[0] == "by" and c.unit in _MEASURES and c.unit not in _DURATIONS:
        rank += 1.0
    if (
        before[0] in ("against", "currently", "versus", "v", "vs", "from")
        or before[1] in ("against", "currently", "present")
        or (before[1] == "from" and before[0] in ("a", "about", "around", "the", "some", "today's"))
    ):
        rank -= 3.0
    if before[0] in ("of", "the", "our", "its") and _whole_of(tokens, n.first):
        rank -= 3.5
    elif before[:2] in (["the", "of"], ["our", "of"], ["said", "the"]) or (before[0] == "of" and before[1] == "out"):
        rank -= 2.5 if len(tokens) > c.after + 3 else 0.0
    if words_of("quantities", "as_now") & {_low(tokens, j) for j in range(c.after, c.after + 6)}:
        rank -= 0.7
    if after[0] in ("currently", "now", "today") or after[:2] in (
        ["at", "present"],
        ["last", "year"],
        ["as", "things"],
    ):
        rank -= 2.0
    if after[0] in words_of("quantities", "delta_after") and c.unit in (
        Unit.tco2e,
        Unit.tonnes,
        Unit.miles,
        Unit.percent,
        Unit.items,
    ):
        rank += 1.5
    if n.kind is NumberKind.money and (after[:2] in (["an", "hour"], ["per", "hour"]) or after[0] in ("ph", "hourly")):
        rank -= 3.0
    if before[:2] in (["whom", "of"], ["which", "of"]) or (before[0] in ("including", "include", "includes")):
        rank -= 2.0
    if (
        before[0] == "with"
        and c.unit is Unit.people
        and any(
            t.low in ("employers", "employer", "anyone", "firms", "companies", "businesses")
            for t in tokens[max(n.first - 8, 0) : n.first]
        )
    ):
        rank -= 5.0
    if _in_condition(tokens, n.first):
        rank -= 4.2
    if before[0] in ("to", "from") and c.unit in (Unit.schools, Unit.organisations, Unit.people):
        rank -= 0.4
    if after[:2] == ["or", "more"] and c.unit is Unit.people and before[0] in ("with", "of"):
        rank -= 3.0
    return rank


def _in_condition(tokens: Sequence[Token], first: int) -> bool:
    """Say whether the number stands in an "if" clause: it is what must come true, not what is promised."""
    for j in range(first - 1, max(first - 11, -1), -1):
        low = tokens[j].low
        if low in (",", ".", ";", ":", "|", "-", "–", "(", ")", "we", "will", "shall"):
            return low in ("we",) and _low(tokens, j - 1) in ("if", "once", "unless")
        if low in ("if", "once", "unless", "whenever"):
            return True
    return False


def _whole_of(tokens: Sequence[Token], first: int) -> bool:
    """Say whether the number at `first` is the whole of which another is the part: "9 of 12", "two of our five"."""
    i = first - 1
    while i >= 0 and tokens[i].low in ("the", "our", "its", "their", "your"):
        i -= 1
    if _low(tokens, i) != "of":
        return False
    i -= 1 + (_low(tokens, i - 1) == "out")
    return i >= 0 and (
        tokens[i].kind == "number" or _is_number_word(tokens[i].low) or tokens[i].low in ("half", "hundred", "%")
    )


# ---------------------------------------------------------------- counted by what

_PER_WORDS = {
    "year": Per.year, "yr": Per.year, "annum": Per.year, "annually": Per.year, "yearly": Per.year, "pa": Per.year,
    "month": Per.month, "monthly": Per.month, "week": Per.week, "weekly": Per.week, "wk": Per.week,
    "employee": Per.employee, "head": Per.employee, "person": Per.employee, "colleague": Per.employee,
    "contract": Per.contract,
}  # fmt: skip


def _per(c: Candidate, tokens: Sequence[Token], columns: Columns) -> Per | None:
    """Return the period or head by which the candidate is counted, read from the words after it."""
    end = columns.bounds[c.cell][1] if c.cell >= 0 else tokens[-1].end
    years = words_of("quantities", "year_words")
    for i in range(c.after, min(c.after + 14, len(tokens))):
        low, before = tokens[i].low, _low(tokens, i - 1)
        if tokens[i].start >= end or low == ";" or (low == "." and before not in ("p", "a")):
            break
        if tokens[i].kind == "number" and i > c.after:
            break
        if low in ("annually", "yearly", "monthly", "weekly"):
            return _PER_WORDS[low]
        if low == "p" and _low(tokens, i + 1) == "." and _low(tokens, i + 2) == "a":
            return Per.year
        if low == "pa" or (low in _PER_WORDS and before in ("a", "per", "each", "every", "/", "an")):
            return _PER_WORDS[low]
        if (
            before in ("per", "each", "every")
            and low in ("academic", "contract", "calendar", "financial")
            and _low(tokens, i + 1) == "year"
        ):
            return Per.year
        if before in ("each", "every") and low in years:
            return Per.year
        if low == "each" and i == c.after and c.unit in _DURATIONS:
            return Per.employee
    return None
