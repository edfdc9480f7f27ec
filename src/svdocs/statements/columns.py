"""Says what the columns of a table row hold: a code, a date, a place, a baseline, a result, a target, or text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """What a column holds. A target that the row's own result answers is a baseline: nothing is promised by it."""

    text = "text"
    code = "code"
    date = "date"
    place = "place"
    baseline = "baseline"
    result = "result"
    target = "target"
    note = "note"


@dataclass(frozen=True, slots=True)
class Columns:
    """The cells of a row: where each stands in the row's text, its header, and what its column holds."""

    bounds: tuple[tuple[int, int], ...] = ()
    headers: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()

    def cell_at(self, offset: int) -> int:
        """Return the index of the cell at an offset of the row's text, or -1."""
        return next((i for i, (start, end) in enumerate(self.bounds) if start <= offset < end), -1)

    def of_role(self, role: Role) -> list[int]:
        """Return the indexes of the columns that hold `role`."""
        return [i for i, r in enumerate(self.roles) if r is role]


_CODE_HEADER = re.compile(
    r"^(?:ref(?:erence)?|no|nr|#|toms?|code|measure quoted|id|item|points?|score|rag|status"
    r"|weight(?:ing)?|line|nt|kpi|question|row|clause)\b",
    re.I,
)
_DATE_HEADER = re.compile(
    r"^(?:date|due|nlt|no later than|long-?stop|by when|when|timing|start|deadline|time ?(?:scale|frame|line)?"
    r"|delivery date|target date|completion|milestone|period|phasing|delivered by|how often|frequency|year|timescales?"
    r"|by)\b",
    re.I,
)
PLACE_HEADER = re.compile(r"^(?:(?:who or )?where|location|place|area|site|ward|district|geography)\b", re.I)
UNIT_HEADER = re.compile(r"^(?:units?(?: of measure(?:ment)?)?|uom|measured in|counted in|metric)\W*$", re.I)
_NOTE_HEADER = re.compile(
    r"^(?:notes?|comments?|owner|lead|evidence|verified by|source|responsib\w*|social value link|how|who"
    r"|risk|remarks?)\b",
    re.I,
)
_BASELINE_HEADER = re.compile(
    r"\b(?:base(?: ?line)?|current|then|previous|before|existing|minimum|starting point|promised)\b", re.I
)
_RESULT_HEADER = re.compile(
    r"\b(?:actual|achieved|out-?turn|results?|outcome|delivered|done|to date|what happened|now|how we did"
    r"|observed|got|attained|reached|measured)\b",
    re.I,
)
TARGET_HEADER = re.compile(
    r"\b(?:targets?|goals?|how (?:much|many)|number|qty|quantity|scale|portion|volume|amount|value|total"
    r"|units?|offer 20|next|what[’']?s? next|forecast|plans?|pledge|aim|per year"
    r"|bid|undertaken|with you|for you|under (?:this|the) contract|on this contract|if we win)\b",
    re.I,
)
_NOW_HEADER = re.compile(r"^\W*(?:now|today|currently|at present|to date)\W*$", re.I)
_STAGE_HEADER = re.compile(
    r"^(?:by |in |end of |after )?(?:the )?(?:contract )?(?:year|yr|month|quarter|y|m|q) ?"
    r"(?:[0-9]{1,2}|one|two|three|four|five)\b",
    re.I,
)
"""A header that is itself a time: what stands beneath it is what will have been done by then."""
_TIME_CELL = re.compile(
    r"^[^0-9]*(?:[0-9]{1,2}[ -])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|winter"
    r"|q[1-4]|20[0-9]{2}|year|month|week|day|term|quarter|ongoing|from|by|each|every)",
    re.I,
)
_DATED_AMOUNT = re.compile(
    r"^£?[0-9][0-9,.]*(?:%|(?:k| per cent)?\+? (?:by|from|over|in|until|[A-Z][a-z]+ 20[0-9]{2})\b)"
)
"""A date column's cell that begins with an amount: "93% from Year 3", "150 over the term"."""
_YEAR = re.compile(r"20[0-9]{2}(?:[/-](?:20)?([0-9]{2}))?")
_CODE_CELL = re.compile(
    r"(?:[A-Z]{1,4}[0-9]+[a-z]?(?:[ ,/]+[A-Z]{1,4}[0-9]+[a-z]?)*|[A-Z]{1,3}[0-9]+(?:\.[0-9]+)+[a-z]?|-|–)"
)
_CLAUSE_CELL = re.compile(r"[0-9]+(?:\.[0-9]+)+[a-z]?")
_HOLDS_NUMBER = re.compile(
    r"[0-9]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|hundred|dozen|half|quarter|third)\b",
    re.I,
)
_SHORT_NUMBER = re.compile(r"[0-9]{1,3}")


_NUMERIC = (Role.baseline, Role.result, Role.target)


def read_columns(text: str, header: Sequence[str], cells: Sequence[str]) -> Columns:
    """Return what the columns of a row hold; without cells, no columns.

    >>> row = ("Apprenticeships (L2+)", "4", "Year 1")
    >>> [r.value for r in read_columns(" | ".join(row), ("Measure", "Target", "When"), row).roles]
    ['text', 'target', 'date']
    """
    return _read(text, tuple(header) if len(header) == len(cells) else ("",) * len(cells), tuple(cells))


@lru_cache(maxsize=256)
def _read(text: str, headers: tuple[str, ...], cells: tuple[str, ...]) -> Columns:
    bounds, at = [], 0
    for cell in cells:
        start = text.find(cell, at) if cell else at
        start = at if start < 0 else start
        at = start + len(cell)
        bounds.append((start, at))
    roles = [_role(i, headers[i].strip(), cells) for i in range(len(cells))]
    _settle_stages(roles, headers, cells)
    _settle_years(roles, headers)
    _settle_targets(roles, headers, cells)
    return Columns(tuple(bounds), headers, tuple(roles))


def _role(i: int, title: str, cells: tuple[str, ...]) -> Role:
    cell = cells[i].strip()
    if _CODE_CELL.fullmatch(cell) or (i == 0 and _CLAUSE_CELL.fullmatch(cell)):
        return Role.code
    if _CODE_HEADER.search(title) and len(cell) <= 12 and " " not in cell.strip():
        return Role.code
    if i and _STAGE_HEADER.search(title):
        return Role.target if _HOLDS_NUMBER.search(cell) and not _TIME_CELL.search(cell) else Role.text
    if _DATE_HEADER.search(title) and _DATED_AMOUNT.search(cell):
        return Role.target
    for role, pattern in (
        (Role.date, _DATE_HEADER),
        (Role.place, PLACE_HEADER),
        (Role.baseline, _BASELINE_HEADER),
        (Role.result, _RESULT_HEADER),
        (Role.target, TARGET_HEADER),
        (Role.note, _NOTE_HEADER),
    ):
        if pattern.search(title) and not (i == 0 and role in (Role.result, Role.target, Role.baseline)):
            if role in _NUMERIC and not _HOLDS_NUMBER.search(cell):
                return Role.text
            if role is Role.baseline and TARGET_HEADER.search(title):
                return Role.target
            return role
    if not title and i == 0 and len(cells) > 2 and _SHORT_NUMBER.fullmatch(cell):
        return Role.code
    return Role.text


def _settle_stages(roles: list[Role], headers: tuple[str, ...], cells: tuple[str, ...]) -> None:
    """Keep of several stages only the last as the target: the first column's date is no date, the steps are no sums."""
    if roles and roles[0] is Role.date and Role.date in roles[1:] and not _TIME_CELL.search(cells[0]):
        roles[0] = Role.text
    targets = [i for i, r in enumerate(roles) if r is Role.target]
    staged = [i for i in targets if is_stage(headers[i])]
    if not staged:
        return
    for i in targets:
        if i in staged and i != targets[-1]:
            roles[i] = Role.baseline


def is_stage(title: str) -> bool:
    """Say whether a column's header is itself a time, such as "Month 48" or "By year two"."""
    return _STAGE_HEADER.search(title.strip()) is not None


def _settle_years(roles: list[Role], headers: tuple[str, ...]) -> None:
    """Give columns headed by a bare year their role: the last is the target of a run of three, else the result."""
    years = [i for i, r in enumerate(roles) if r is Role.text and i and _YEAR.search(headers[i])]
    if not years:
        return
    for i in years:
        roles[i] = Role.baseline
    last = years[-1]
    if Role.target in roles or len(years) < 3:
        roles[last] = Role.result
    else:
        roles[last] = Role.target
        roles[years[-2]] = Role.result


def _settle_targets(roles: list[Role], headers: tuple[str, ...], cells: tuple[str, ...]) -> None:
    """Make a target that stands before the row's result, with no later year, a baseline."""
    results = [i for i, r in enumerate(roles) if r is Role.result and cells[i].strip(" -–")]
    if results and _NOW_HEADER.search(headers[results[-1]]) and Role.target in roles[results[-1] :]:
        roles[results.pop()] = Role.baseline
    if not results:
        return
    for i, role in enumerate(roles):
        if role is not Role.target:
            continue
        later = _year_of(headers[i]) > _year_of(headers[results[-1]]) > 0
        if i < results[-1] and not later:
            roles[i] = Role.baseline


def _year_of(title: str) -> int:
    m = _YEAR.search(title)
    return int(m[0][:4]) if m else 0
