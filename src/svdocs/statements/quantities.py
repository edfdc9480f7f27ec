"""Finds what a passage promises or reports in numbers: value, unit, and by what it is counted.

Every number of the passage is a candidate, unless its form says that it is something else (a date, a clause, an age,
a level). Each candidate gets its unit from the noun that it counts, or in a table from the column's header or the
measure's name. Where a passage holds several, the one that counts is the best-ranked: numbers that set a condition,
a baseline, a time limit or a part of another number stand back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from svdocs.statements.numbers import Number, NumberKind, Token, cut_tokens, find_numbers
from svdocs.statements.statement import Per, Quantity, Unit
from svdocs.text.document import Span

MAX_CHARACTERS = 20_000
"""Longer passages are read up to here: no sentence is that long, and the work stays bounded."""

_NUMBER_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_LABEL = (
    r"(?:levels?|bands?|stages?|tiers?|grades?|years?|yrs?|months?|phases?|lots?|sections?|clauses?|scopes?|articles?|regulations?"
    r"|schedules?|appendix|annex|parts?|chapters?|paragraphs?|para|steps?|entry|euro|iso|pas|weeks?|wk|day|waves?|quarters?"
    r"|rows?|tables?|figures?|lines?|questions?|criteri(?:on|a)|outcome|theme|goal|sdg|version|specification|spec|rule"
    r"|standard|iso/iec|en|bs|sic|cy|fy|page|ref|kpi|kr|box|route|unit|ward|room|appendices|condition|requirement|ohsas|ppn|kr|offer|aql|nppv|key stage|core)"
)
_NOT_QUANTITIES = re.compile(
    r"(?P<date>\b[0-9]{1,2}[./-][0-9]{1,2}[./-](?:20)?[0-9]{2}\b|\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b"
    rf"|\b[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b(?:[ ,]+20[0-9]{{2}}\b)?"
    rf"|\b{_MONTH}\.?[ '’-]+[0-9]{{1,2}}(?:st|nd|rd|th)?(?:,? 20[0-9]{{2}})?\b(?![,.]?[0-9]|[ ]?%)"
    r"|\b(?:19|20)[0-9]{2}(?:[/–-](?:20)?[0-9]{2})?\b(?![.,]?[0-9]|[ ]?%)|\b[0-9]{2}/[0-9]{2}\b(?!/))"
    rf"|(?P<label>\b{_LABEL}[ .:-]{{1,2}}(?:[0-9]+(?:\.[0-9]+)*[a-z]?|{_NUMBER_WORD})\b(?:[ ]?(?:,|and|to|or|&|/|\+|-|–)[ ]?(?:[0-9]{{1,2}}|{_NUMBER_WORD})\b(?![.,]?[0-9]|[ ]?%))*)"
    r"|(?P<ref>\b[0-9]+\.[0-9]+(?:\.[0-9]+)+\b|[A-Za-z]+[0-9][0-9a-z]*\b|\b[0-9]+(?:st|nd|rd|th)\b|\b24/7\b|\b0[0-9]{3,}(?: [0-9]{3,})*\b)"
    r"|(?P<age>\b(?:aged?|ages)(?: (?:over|under|between|from|of))? [0-9]{1,2}(?:(?: to | and |-|–)[0-9]{1,2})?\b(?: (?:and|or) (?:over|under|above|below))?"
    r"|\b[0-9]{1,2}[ -]?(?:to|-|–)[ -]?[0-9]{1,2}(?:s\b|[ -]year[ -]?olds?)|\b[0-9]{1,2}[ -]years?[ -]olds?\b"
    r"|\b(?:over|under)[ -]?(?:the age of )?[0-9]{2}s?\b(?=s|[^0-9%,.a-z ]|[.,](?![0-9])| (?:and|or|in|on|to|who|with|from|without|a)\b|$)"
    r"|\b(?:over|under)[ -][0-9]{2}s\b|\bof (?:1[4-9]|2[0-9])(?: to |-|–)[0-9]{2}\b|\b(?:1[4-9]|16)(?: to |-|–)(?:18|19|2[0-9]|30)\b(?! (?:new )?(?:apprentic|placement|job|people|hour|residents|post|role)))",
    re.IGNORECASE,
)

_UNSUPPORTED = frozenset(
    ["month", "months", "year", "years", "yr", "yrs", "minute", "minutes", "mins", "min", "kwh", "mwh", "gwh", "kw", "mw", "mwp", "kwp", "kg/m", "litre", "litres", "metre", "metres", "m", "mm", "cm", "hectare", "hectares", "acre", "acres", "square", "sqm", "night", "nights", "times", "time", "season", "seasons", "term", "terms", "storey", "pence", "cents", "dollars", "degrees", "degree", "points", "point", "per-cent", "o'clock", "pm", "am", "mph"]
)
_DURATIONS = frozenset({Unit.hours, Unit.days, Unit.weeks})
_DASHES = frozenset("-–—‐‑")
_STOP = frozenset(
    ["will", "would", "shall", "should", "are", "were", "is", "was", "be", "been", "being", "has", "have", "had", "can", "could", "may", "might", "must", "do", "does", "did", "who", "whom", "that", "which", "whose", "where", "when", "while", "because", "so", "as", "if", "unless", "until", "than", "then", "but", "nor", "against", "after", "before", "within", "without", "across", "in", "on", "at", "by", "from", "for", "with", "to", "through", "into", "onto", "over", "under", "above", "below", "between", "during", "among", "via", "about", "per", "upto", "and", "or", "each", "every", "this", "our", "your", "their", "his", "her", "its"]
)
_AFTER_OF = frozenset(
    ["of", "the", "our", "these", "those", "them", "us", "whom", "which", "their", "its", "your", "all", "such", "his", "her", "my", "both", "this", "that", "new", "existing"]
)
_PLURAL_LIKE = frozenset(
    ["people", "men", "women", "children", "staff", "folk", "folks", "alumni", "youth", "groundsmen", "tco", "fte", "ftes", "wte", "hrs", "wks", "t", "kg", "km", "vcses", "smes", "buses", "evs", "hgvs"]
)
_NOT_AGENTS = frozenset(
    ["computer", "printer", "poster", "shelter", "flyer", "mower", "container", "trailer", "charger", "boiler", "parcel", "heater", "number", "paper", "newsletter", "letter", "water", "quarter", "corner", "border", "power", "tower", "dryer", "drier", "liner", "planter", "cylinder", "filter", "locker", "cooler", "freezer", "counter", "order", "offer", "tender", "sweater", "jumper", "hamper", "voucher", "register", "banner", "sticker", "border", "cooker", "blanket", "sensor", "motor", "door", "floor", "mirror", "radiator", "generator", "defibrillator", "projector", "calculator", "excavator", "transformer", "feeder", "bracket", "hanger", "ladder", "cover", "timber", "meter", "tracker", "partner"]
)
_AGENT = re.compile(r"(?:er|or|ist|ant|ee|ian|ician|mate)$")
_MEASURE_UNITS = frozenset(
    {Unit.hours, Unit.days, Unit.weeks, Unit.miles, Unit.km, Unit.sessions, Unit.tonnes, Unit.kg, Unit.fte, Unit.meals}
)
_YEAR_WORDS = frozenset(["year", "annum", "yr", "summer", "winter", "spring", "autumn", "easter", "christmas", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "cy", "fy", "season", "term"])  # fmt: skip


@lru_cache(maxsize=1)
def counted_nouns() -> dict[str, Unit]:
    """Return what each counted noun is counted as, from `data/units.tsv`."""
    lines = (files("svdocs.statements") / "data" / "units.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    next(rows)
    return {noun: Unit(unit) for noun, unit in rows}


def singular(noun: str) -> str:
    """Return a noun's singular as far as its form tells.

    >>> [singular(w) for w in ("apprentices", "charities", "buses", "classes", "staff")]
    ['apprentice', 'charity', 'bus', 'class', 'staff']
    """
    if len(noun) > 4 and noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes", "buses")):
        return noun[:-2]
    if noun.endswith("'s") or noun.endswith("s'"):
        return singular(noun[:-2]) if noun.endswith("'s") else singular(noun[:-1])
    return noun[:-1] if len(noun) > 3 and noun.endswith("s") and not noun.endswith("ss") else noun


def unit_of_noun(word: str) -> Unit | None:
    """Return what a noun is counted as, or None if it is not one that the table knows.

    >>> unit_of_noun("apprentices"), unit_of_noun("mowers")
    (<Unit.people: 'people'>, None)
    """
    nouns = counted_nouns()
    return nouns.get(word) or nouns.get(singular(word))


@dataclass(slots=True)
class _Candidate:
    number: Number
    unit: Unit
    start: int
    end: int
    after: int
    """Index of the first token after the number and its unit."""
    rank: float = 0.0
    per: Per | None = None
    cell: int = -1
    weak: bool = False
    """Whether the unit was only guessed from an unknown noun."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What the columns of a table row are, found from their headers, or from the cells where there are none."""

    bounds: tuple[tuple[int, int], ...] = ()
    headers: tuple[str, ...] = ()
    roles: tuple[str, ...] = field(default=())

    def cell_at(self, offset: int) -> int:
        return next((i for i, (start, end) in enumerate(self.bounds) if start <= offset < end), -1)


def find_quantities(text: str, *, header: Sequence[str] = (), cells: Sequence[str] = ()) -> tuple[Quantity, ...]:
    """Return every candidate quantity of a passage, in the order of the text.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        header: a table row's column headers.
        cells: a table row's cells.
    """
    found = _candidates(text[:MAX_CHARACTERS], header, cells)
    return tuple(_quantity(text, c) for c in found)


def choose_quantity(
    text: str, focus: str, *, header: Sequence[str] = (), cells: Sequence[str] = ()
) -> Quantity | None:
    """Return the quantity that counts for a statement about `focus`, or None if it has none.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        focus: the clause or cell of the passage that makes the statement, or the whole passage.
        header: a table row's column headers.
        cells: a table row's cells.

    >>> choose_quantity("We will take on 4 apprentices and 10 work placements", "10 work placements").value
    10.0
    """
    found = _candidates(text[:MAX_CHARACTERS], header, cells)
    at = text.find(focus)
    if at >= 0 and len(focus) < len(text):
        found = [c for c in found if at <= c.start < at + len(focus)]
    best = max(found, key=lambda c: (c.rank, -c.start), default=None)
    return None if best is None or best.rank < _LEAST_RANK else _quantity(text, best)


_LEAST_RANK = -2.5


def _quantity(text: str, c: _Candidate) -> Quantity:
    return Quantity(c.number.value, c.unit, text[c.start : c.end], Span(c.start, c.end), c.number.maximum, c.per)


def _candidates(text: str, header: Sequence[str], cells: Sequence[str]) -> list[_Candidate]:
    tokens = cut_tokens(text)
    row = _read_row(text, header, cells)
    masked = _masked_spans(text)
    found: list[_Candidate] = []
    numbers = find_numbers(tokens)
    at = 0
    for number in numbers:
        start, end = tokens[number.first].start, tokens[number.last - 1].end
        while at < len(masked) and masked[at][1] <= start:
            at += 1
        if at < len(masked) and masked[at][0] < end and number.kind is NumberKind.plain:
            continue
        candidate = _read_candidate(text, tokens, number, row)
        if candidate is not None:
            found.append(candidate)
    if not found:
        found = _article_candidates(tokens, row)
    parens = _depths(tokens)
    for i, c in enumerate(found):
        _rank(c, i, tokens, parens, row)
        c.per = _per(c, tokens, row)
    return found


def _masked_spans(text: str) -> list[tuple[int, int]]:
    """Return the stretches whose numbers are dates, labels, references or ages."""
    return [m.span() for m in _NOT_QUANTITIES.finditer(text)]


def _depths(tokens: list[Token]) -> list[int]:
    out, depth = [], 0
    for t in tokens:
        depth += t.low == "("
        out.append(depth)
        if t.low == ")" and depth:
            depth -= 1
    return out


def _low(tokens: list[Token], i: int) -> str:
    return tokens[i].low if 0 <= i < len(tokens) else ""


# ---------------------------------------------------------------- what a number counts


def _read_candidate(text: str, tokens: list[Token], number: Number, row: _Row) -> _Candidate | None:
    start, end = tokens[number.first].start, tokens[number.last - 1].end
    cell = row.cell_at(start)
    role = row.roles[cell] if cell >= 0 else ""
    if number.kind is NumberKind.foreign_money or role in ("code", "date"):
        return None
    if number.kind is NumberKind.money:
        return _Candidate(number, Unit.gbp, start, end, number.last, cell=cell)
    if number.kind is NumberKind.percent:
        return _Candidate(number, Unit.percent, start, end, number.last, cell=cell)
    if not number.in_digits and number.value == 1 and _is_pronoun(tokens, number):
        return None
    noun = _noun_after(tokens, number)
    if noun is not None and noun[0] is not None:
        unit, last, weak = noun
        return _Candidate(number, unit, start, max(end, tokens[last - 1].end), last, cell=cell, weak=weak)
    if cell >= 0:
        if noun is not None and _fills_cell(tokens, number, row, cell):
            return None
        unit_from_row = _unit_of_row(text, row, cell)
        if unit_from_row is not None and _fills_cell(tokens, number, row, cell):
            return _Candidate(number, unit_from_row, start, end, number.last, cell=cell)
    if noun is not None:
        return None
    before = _noun_before(tokens, number)
    return _Candidate(number, before, start, end, number.last, cell=cell, weak=True) if before else None


def _is_pronoun(tokens: list[Token], number: Number) -> bool:
    """Say whether "one" stands for a thing instead of counting it."""
    before, after = _low(tokens, number.first - 1), _low(tokens, number.last)
    if before in ("no", "each", "every", "this", "that", "which", "any", "some", "another", "third", "second", "first", "last", "new", "the", "everyone", "like", "old", "only"):
        return True
    return before in _DASHES or (after in _DASHES) or after in ("another", "or", "who", "side", "day", "more")


def _noun_after(tokens: list[Token], number: Number) -> tuple[Unit | None, int, bool] | None:
    """Return the unit that the number's noun gives, the token after it, and whether it is a guess.

    A noun whose unit svdocs does not keep (months, litres) gives None for the unit; no noun gives None.
    """
    guess: tuple[Unit, int, bool] | None = None
    i, words = number.last, 0
    if _low(tokens, i) in ("+", "x", "×", "no", "nr", "nos") or (_low(tokens, i) in _DASHES and number.kind is NumberKind.plain):
        i += 1 + (_low(tokens, i) in ("no", "nr", "nos") and _low(tokens, i + 1) == ".")
    if _low(tokens, i) == "of":
        while _low(tokens, i) in _AFTER_OF or _low(tokens, i).isdecimal():
            i += 1
            if _low(tokens, i - 1) in ("them", "us", "whom"):
                return Unit.people, i, True
    while i < len(tokens) and words < 8:
        low = tokens[i].low
        if low in _DASHES and tokens[i].start == tokens[i - 1].end:
            i += 1
            continue
        if tokens[i].kind != "word":
            if low == "," and words and guess is None and _noun_soon(tokens, i + 1):
                i += 1
                continue
            break
        if low in _STOP:
            if low in ("and", "or") and guess is None and words and _noun_soon(tokens, i + 1):
                i += 1
                continue
            break
        if low == "of":
            break
        words += 1
        if low in _UNSUPPORTED and words <= 2:
            return None, i + 1, False
        unit = _unit_at(tokens, i)
        if unit is not None and not _is_modifier(tokens, i, number):
            return _refine(tokens, i, unit, guess)
        if unit is None and guess is None and low.endswith("s") and not low.endswith("ss") and "'" not in low and len(low) > 3:
            guess = (Unit.people if _is_agent(low) else Unit.items, i + 1, True)
            if _low(tokens, i + 1) in _STOP:
                break
        i += 1
    return guess


def _noun_soon(tokens: list[Token], i: int) -> bool:
    """Say whether a counted noun comes before the next stop, as in "micro, small and medium-sized enterprises"."""
    for j in range(i, min(i + 5, len(tokens))):
        if tokens[j].kind == "number" or tokens[j].low in ("|", ".", ";", "(", ")", "a", "an", "the", "one", "two", "three"):
            return False
        if unit_of_noun(tokens[j].low) is not None and tokens[j].low != "local":
            return tokens[j].low.endswith("s") or tokens[j].low in _PLURAL_LIKE
    return False


def _unit_at(tokens: list[Token], i: int) -> Unit | None:
    low = tokens[i].low
    two = f"{low}-{_low(tokens, i + 2)}" if _low(tokens, i + 1) in _DASHES else ""
    if low == "local" or (low == "t" and not tokens[i].text.islower()):
        return None
    if two and two in counted_nouns():
        return counted_nouns()[two]
    if low in ("tonnes", "tonne", "t", "tons") and _is_carbon(tokens, i + 1):
        return Unit.tco2e
    if low in ("tco", "co") and (_low(tokens, i + 1) in ("2", "2e") or low == "tco"):
        return Unit.tco2e
    if low in ("full", "whole") and _low(tokens, i + 1) in _DASHES | {"time"} and _is_equivalent(tokens, i):
        return Unit.fte
    if low in ("food", "foodbank") and _low(tokens, i + 1) in ("banks", "bank"):
        return Unit.organisations
    return unit_of_noun(low)


def _is_carbon(tokens: list[Token], i: int) -> bool:
    words = {_low(tokens, j) for j in range(i, i + 4)}
    return bool(words & {"co", "carbon", "co2e", "co2", "emissions", "greenhouse"})


def _is_equivalent(tokens: list[Token], i: int) -> bool:
    return any(_low(tokens, j).startswith("equivalent") for j in range(i + 1, i + 6))


def _is_modifier(tokens: list[Token], i: int, number: Number) -> bool:
    """Say whether the noun at i only describes the noun that follows, as in "learner hours" and "school pupils"."""
    after = _low(tokens, i + 1)
    if after in _DASHES and _low(tokens, i + 2) in ("led", "based", "friendly", "owned", "run", "facing", "wide", "long"):
        return True
    if not after or tokens[i + 1].kind != "word" or after in _STOP:
        return False
    following = unit_of_noun(after)
    if following in _MEASURE_UNITS and after not in ("t", "day", "week", "hour"):
        return True
    low = tokens[i].low
    if low.endswith("s'") or low.endswith("'s"):
        return True
    is_plural = low in _PLURAL_LIKE or (low.endswith("s") and not low.endswith("ss"))
    if is_plural and number.value != 1:
        return low in ("staff", "youth") and following is not None
    return following is not None or (number.value != 1 and after.endswith("s") and not after.endswith("ss") and after not in ("as", "is", "was", "has", "us"))


def _refine(tokens: list[Token], i: int, unit: Unit, guess: tuple[Unit, int, bool] | None) -> tuple[Unit, int, bool]:
    """Return the unit with what stands around the noun: buyer days are events, FTE jobs are FTE."""
    if unit is Unit.days and _low(tokens, i - 1) in ("open", "buyer", "fun", "taster", "careers", "training-open", "awareness", "clean"):
        return Unit.events, i + 1, False
    if unit is Unit.people:
        last = i + 1
        if _low(tokens, last) in ("(", "in") and _low(tokens, last + 1) in ("fte", "ftes"):
            return Unit.fte, last + 2, False
    if guess is not None and guess[1] <= i - 1 and unit is not Unit.fte:
        return guess
    return unit, i + 1, False


def _is_agent(noun: str) -> bool:
    one = singular(noun)
    return bool(_AGENT.search(one)) and one not in _NOT_AGENTS


def _noun_before(tokens: list[Token], number: Number) -> Unit | None:
    """Return the unit of the noun that a closing number counts: "Care leavers placed and paid: 3"."""
    if _low(tokens, number.last) not in ("", ".", ";", ",", "(", ")", "|"):
        return None
    colon = next((j for j in range(number.first - 1, max(number.first - 4, -1), -1) if tokens[j].low in (":", "=", "–", "-")), None)
    if colon is None:
        return None
    return _measure_unit(tokens[max(colon - 12, 0) : colon])


# ---------------------------------------------------------------- tables

_ROLES = (
    ("code", re.compile(r"^(?:ref(?:erence)?|no|nr|#|toms?|tom|code|measure quoted|id|kr|item no|points?|score|rag|status|owner|weight(?:ing)?|kpi ref|toms? ref|toms? code|line|toms? measure|nt code|question|risk|lead|evidence|verified by)\b(?!.*\b(?:commitment|offer)s?\b)", re.I)),
    ("date", re.compile(r"^(?:date|due|by when|when|timing|start|deadline|time ?(?:scale|frame|line)?|delivery date|by|target date|completion|when served|milestone|period|phasing|delivered by|how often|year)\b", re.I)),
    ("baseline", re.compile(r"\b(?:base ?line|current|then|previous|before|existing|minimum|start(?:ing)? point|promised)\b|^base\b", re.I)),
    ("result", re.compile(r"\b(?:actual|achieved|out-?turn|result|outcome|delivered|done|to date|what happened|now|how (?:it|we) did)\b", re.I)),
    ("target", re.compile(r"\b(?:targets?|goals?|how (?:much|many)|number|qty|quantity|scale|portion|volume|amount|value|total|units?|offer 20|next|forecast|pledge|per year|what next)\b", re.I)),
)  # fmt: skip
_YEAR_HEADER = re.compile(r"20[0-9]{2}")
_CODE_CELL = re.compile(r"^(?:[A-Z]{1,4}[0-9]+[a-z]?(?:[ ,/]+[A-Z]{1,4}[0-9]+[a-z]?)*|[0-9]+(?:\.[0-9]+)+[a-z]?|-|–)$")
_VALUE_CELL = re.compile(r"^(?:£|GBP|up to|at least|min\.?|minimum|around|c\.)?\s*[0-9]", re.I)
_LONE_NUMBER = re.compile(r"^[0-9]{1,3}$")


def _read_row(text: str, header: Sequence[str], cells: Sequence[str]) -> _Row:
    if not cells:
        return _Row()
    bounds, at = [], 0
    for cell in cells:
        start = text.find(cell, at) if cell else at
        start = at if start < 0 else start
        bounds.append((start, start + len(cell)))
        at = start + len(cell)
    headers = tuple(header) if len(header) == len(cells) else ("",) * len(cells)
    return _Row(tuple(bounds), headers, tuple(_role(i, headers, cells) for i in range(len(cells))))


def _role(i: int, headers: Sequence[str], cells: Sequence[str]) -> str:
    """Return what the i-th column holds: code, date, baseline, result, target, or text."""
    title, cell = headers[i].strip(), cells[i].strip()
    if _CODE_CELL.match(cell):
        return "code"
    for role, pattern in _ROLES:
        if title and pattern.search(title):
            if role == "date" and re.search(r"£|%|hours|offer", title, re.I):
                continue
            if role == "baseline" and re.search(r"\btarget|goal\b", title, re.I):
                continue
            return role
    if title and _YEAR_HEADER.search(title) and i:
        return "year"
    if not title and i == 0 and _LONE_NUMBER.match(cell) and len(cells) > 2 and not _VALUE_CELL.match(cells[1]):
        return "code"
    return "text"


def _fills_cell(tokens: list[Token], number: Number, row: _Row, cell: int) -> bool:
    """Say whether the number opens its cell, so that the column or the measure gives its unit."""
    start, end = row.bounds[cell]
    inside = [t for t in tokens if start <= t.start < end]
    before = sum(t.start < tokens[number.first].start and t.kind in ("word", "number") for t in inside)
    return before <= 3 or len(inside) <= 6


def _unit_of_row(text: str, row: _Row, cell: int) -> Unit | None:
    """Return the unit that the column's header gives, or else the measure's name in the cells before."""
    by_header = _unit_of_title(row.headers[cell])
    if by_header is not None:
        return by_header
    for i, (start, end) in enumerate(row.bounds):
        if i == cell or row.roles[i] in ("code", "date", "target", "result", "baseline", "year"):
            continue
        if i > cell and any(row.roles[j] == "text" for j in range(cell)):
            break
        unit = _measure_unit(cut_tokens(text[start:end]))
        if unit is not None:
            return unit
    return None


def _unit_of_title(title: str) -> Unit | None:
    low = title.lower()
    if "£" in title or "gbp" in low:
        return Unit.gbp
    if "%" in title or "per cent" in low:
        return Unit.percent
    tokens = cut_tokens(title)
    for i, t in enumerate(tokens):
        unit = _unit_at(tokens, i) if t.kind == "word" else None
        if unit in _MEASURE_UNITS or unit is Unit.tco2e:
            return unit
        if unit is not None and _low(tokens, i - 1) == "(":
            return unit
    return None


def _measure_unit(tokens: list[Token]) -> Unit | None:
    """Return what a measure's name counts: its measure of time, weight or money if it has one, else its first noun."""
    first: Unit | None = None
    for i, t in enumerate(tokens):
        if t.low in ("%", "£"):
            return Unit.percent if t.low == "%" else Unit.gbp
        if t.low in ("share", "proportion", "percentage", "rate") and (i <= 3):
            return Unit.percent
        if t.low in ("gbp", "spend", "spent", "expenditure", "cash", "money", "donation", "donated-funds", "grants", "paid-to", "fund", "investment") and first is None and i < 5:
            return Unit.gbp
        if t.kind != "word":
            continue
        unit = _unit_at(tokens, i)
        if unit is None:
            continue
        after_number = any(x.kind == "number" or x.low in ("six", "two", "four", "eight", "ten", "twelve", "one", "each", "a") for x in tokens[max(i - 2, 0) : i])
        if (unit in _MEASURE_UNITS or unit is Unit.tco2e) and not after_number and t.low not in ("day", "week", "hour", "t"):
            if unit is Unit.sessions and first is not None:
                continue
            return unit
        if first is None and unit not in _DURATIONS and not _is_modifier(tokens, i, _MANY):
            first = unit
    return first


_MANY = Number(2.0, NumberKind.plain, 0, 0)

# ---------------------------------------------------------------- which one counts

_BASELINE_BEFORE = frozenset(["against", "from", "currently", "today", "now", "was", "were", "existing", "present", "baseline", "than", "rather", "instead", "formerly", "previously"])
_THRESHOLD_BEFORE = frozenset(["above", "over", "exceeds", "exceed", "exceeding", "under", "below", "than", "tops", "worth", "costing", "beyond"])
_TIME_BEFORE = frozenset(["within", "inside", "in", "after", "every", "over", "for", "under", "first", "next", "last", "past", "than", "lasting", "longer", "during", "until", "for", "these", "those", "coming"])
_PAYMENT = frozenset(["invoice", "invoices", "paid", "pay", "payment", "payments", "settled", "settle", "bills", "bill", "money"])
_DELTA_AFTER = frozenset(["below", "less", "fewer", "lower", "saved", "reduction", "cut", "more"])


def _rank(c: _Candidate, index: int, tokens: list[Token], parens: list[int], row: _Row) -> None:
    n = c.number
    before = [_low(tokens, j) for j in range(n.first - 1, max(n.first - 5, -1), -1)]
    before += [""] * (4 - len(before))
    after = [_low(tokens, j) for j in range(c.after, c.after + 4)]
    rank = 3.0 - 0.2 * index
    if c.weak:
        rank -= 1.0
    if c.unit in _DURATIONS:
        rank += _duration_rank(c, tokens, before, after)
    if parens[n.first]:
        rank -= 2.0
    rank += _condition_rank(c, tokens, before, after)
    if c.cell >= 0:
        rank += {"target": 3.0, "result": 4.0, "year": 2.5, "baseline": -2.0}.get(row.roles[c.cell], 0.0)
        if row.roles[c.cell] == "year":
            rank += 0.5 * c.cell
        if row.roles[c.cell] == "text" and tokens[n.first].start - row.bounds[c.cell][0] < 12 and c.cell:
            rank += 1.0
    if "total" in before[:2] + after[:2] or after[:2] == ["in", "all"]:
        rank += 1.5
    c.rank = rank


def _duration_rank(c: _Candidate, tokens: list[Token], before: list[str], after: list[str]) -> float:
    n = c.number
    if _low(tokens, n.last) in _DASHES:
        return -4.0
    limit = [w for w in before[:3] if w not in ("a", "the", "of", "about", "up")]
    word = limit[0] if limit else ""
    is_limit = word in ("within", "inside", "after", "every", "first", "next", "last", "past", "until", "longer", "than", "lasting", "during") or (
        word in ("in", "over", "under", "for") and before.index(word) == 0
    )
    if is_limit:
        paid = any(t.low in _PAYMENT for t in tokens)
        if c.unit is Unit.days and paid and word in ("within", "inside", "in"):
            return -1.5
        return -2.5 if word == "for" else -6.0
    if c.unit is Unit.hours and n.value >= 20 and "week" not in after[:3]:
        return 0.5
    if "each" in after[:1] or before[0] == "of":
        return -1.5
    return 0.0


def _condition_rank(c: _Candidate, tokens: list[Token], before: list[str], after: list[str]) -> float:
    n, rank = c.number, 0.0
    if before[0] in ("each", "every", "per") or (before[0] in ("for", "to") and before[1] in ("each", "every")):
        rank -= 3.0
    if before[0] == "than":
        at_least = before[1] in ("less", "fewer", "more", "later", "lower") and before[2] in ("no", "not")
        of_size = before[1] in ("fewer", "less", "more") and before[2] in ("of", "with", "worth", "from", "employing", "have", "where", "costing", "are", "for")
        if of_size:
            rank -= 3.0
        elif not at_least and before[1] not in ("more", "fewer", "less"):
            rank -= 2.5
    if before[0] in ("above", "over", "under", "below", "exceeding", "exceeds", "exceed", "tops", "beyond") and before[1] not in ("by", "just", "well", "to"):
        rank -= 2.0
    if before[0] == "to" and before[1] in ("up", "down"):
        rank += 0.0
    if before[0] in ("against", "currently", "from", "versus", "v", "vs", "was", "now") or before[1] in ("against", "currently") or (before[1] == "from" and before[0] in ("a", "about", "around", "the")):
        rank -= 3.0 if before[0] != "was" else 0.5
    if (before[0] == "of" or before[:2] in (["the", "of"], ["our", "of"])) and _number_ends(tokens, n.first):
        rank -= 3.0
    elif before[:2] == ["the", "of"] or before[:2] == ["our", "of"]:
        rank -= 1.5
    if after[:1] and (after[0] in ("currently", "now", "today") or after[:2] == ["at", "present"] or after[:2] == ["last", "year"]):
        rank -= 2.0
    if any(w in _DELTA_AFTER for w in after[:1]) and c.unit in (Unit.tco2e, Unit.tonnes, Unit.miles, Unit.percent, Unit.items):
        rank += 1.5
    if n.kind is NumberKind.money and (after[:2] in (["an", "hour"], ["per", "hour"]) or after[:1] in (["ph"], ["hourly"])):
        rank -= 3.0
    if after[:2] in (["of", "whom"], ["of", "which"], ["of", "them"]):
        rank -= 0.0
    if before[:2] == ["whom", "of"] or before[:2] == ["which", "of"] or before[:2] == ["them", "of"]:
        rank -= 2.0
    return rank


def _number_ends(tokens: list[Token], first: int) -> bool:
    """Say whether a number stands just before the "of" that leads to this one: "9 of 12", "two of our five"."""
    return any(t.kind == "number" or t.low in _NUMBER_LOWS for t in tokens[max(first - 4, 0) : first])


_NUMBER_LOWS = frozenset(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "twenty", "thirty", "half", "out"])

_ROLE_NOUNS = frozenset(
    ["apprentice", "trainee", "officer", "manager", "mentor", "coordinator", "post", "role", "job", "placement", "internship", "apprenticeship", "veteran", "leaver", "offender", "woman", "man", "graduate", "student", "engineer", "counsellor", "supporter", "champion", "adviser", "coach", "parent", "mum", "person", "ex-offender"]
)
_ENGAGE = frozenset(
    ["recruit", "employ", "appoint", "hire", "engage", "engaged", "appointed", "recruited", "employed", "hired", "taken", "taking", "take", "create", "created", "kept", "trained", "training", "ring-fenced", "offered"]
)


def _article_candidates(tokens: list[Token], row: _Row) -> list[_Candidate]:
    """Return a first "an apprentice" of a passage that takes people on, as one person."""
    if not any(t.low in _ENGAGE for t in tokens):
        return []
    for i, t in enumerate(tokens):
        if t.low not in ("a", "an", "another"):
            continue
        for j in range(i + 1, min(i + 6, len(tokens))):
            if tokens[j].kind != "word" and tokens[j].low not in _DASHES:
                break
            if tokens[j].low in _STOP or tokens[j].low == "of":
                break
            if tokens[j].low in _ROLE_NOUNS and unit_of_noun(_low(tokens, j + 1)) is None:
                number = Number(1.0, NumberKind.plain, i, i + 1, in_digits=False)
                return [_Candidate(number, Unit.people, t.start, tokens[j].end, j + 1, cell=row.cell_at(t.start), weak=True)]
    return []


# ---------------------------------------------------------------- counted by what

_PER_WORDS = {
    "year": Per.year, "yr": Per.year, "annum": Per.year, "annually": Per.year, "yearly": Per.year, "pa": Per.year,
    "month": Per.month, "monthly": Per.month, "week": Per.week, "weekly": Per.week, "wk": Per.week,
    "employee": Per.employee, "head": Per.employee, "person": Per.employee, "colleague": Per.employee,
    "contract": Per.contract,
}  # fmt: skip


def _per(c: _Candidate, tokens: list[Token], row: _Row) -> Per | None:
    """Return the period or head by which the candidate is counted, read from the words after it."""
    end = row.bounds[c.cell][1] if c.cell >= 0 else len(tokens) and tokens[-1].end
    for i in range(c.after, min(c.after + 14, len(tokens))):
        if tokens[i].start >= end or (tokens[i].low in (";", ".") and _low(tokens, i - 1) not in ("p", "a")):
            break
        low, before = tokens[i].low, _low(tokens, i - 1)
        if tokens[i].kind == "number" and i > c.after:
            break
        if low in ("annually", "yearly", "monthly", "weekly"):
            return _PER_WORDS[low]
        if low == "p" and _low(tokens, i + 1) == "." and _low(tokens, i + 2) == "a":
            return Per.year
        if low == "pa" or (low in _PER_WORDS and before in ("a", "per", "each", "every", "/", "an")):
            return _PER_WORDS[low]
        if low in ("academic", "contract", "calendar", "financial") and before in ("a", "per", "each", "every") and _low(tokens, i + 1) == "year":
            return Per.year
        if before in ("each", "every") and low in _YEAR_WORDS:
            return Per.year
        if low == "each" and i == c.after and c.unit in _DURATIONS:
            return Per.employee
    return None
