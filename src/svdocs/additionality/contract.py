"""When the contract runs: as the records know it, or as the buyer's documents say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from svdocs.additionality.amounts import read_number
from svdocs.text.document import Document

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract's first and last day, as far as they are known."""

    starts: date | None = None
    ends: date | None = None

    @property
    def years(self) -> float | None:
        """How many years it runs, to a tenth; None if a day is missing.

        >>> Contract(date(2027, 4, 1), date(2031, 3, 31)).years
        4.0
        """
        if self.starts is None or self.ends is None or self.ends <= self.starts:
            return None
        return round(((self.ends - self.starts).days + 1) / DAYS_A_YEAR, 1)

    def filled_from(self, other: Contract) -> Contract:
        """Return this contract with the days that are missing taken from another."""
        return Contract(self.starts or other.starts, self.ends or other.ends)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = (
    r"(?P<{0}d>\d{{1,2}})(?:st|nd|rd|th)? (?P<{0}m>jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sept?\w*|"
    r"oct\w*|nov\w*|"
    r"dec\w*) (?P<{0}y>20\d\d)"
)
_START = re.compile(
    r"\b(?:contract|service|term|commence\w*|start\w*|begin\w*|runs?|years?|let|from|award\w*|mobilis\w*)\b[^.;]{0,60}?"
    r"\b(?:from|on|date(?: is| of|:)?|starts?|commenc\w+|begins?|beginning|starting|is|by)\s+" + _DATE.format("s"),
    re.I,
)
_END = re.compile(
    r"\b(?:until|to|ends?(?: on)?|ending(?: on)?|expires?(?: on)?|through to)\s+" + _DATE.format("e"), re.I
)
_TERM = re.compile(
    r"\b(?:for|term (?:is|of|shall be|will be)|period (?:is|of)|over|runs? for|contract of|last\w*)\s+(?:an? |"
    r"a period of |up to )*"
    r"(?P<n>\d{1,2}|\w+)[ -]years?\b",
    re.I,
)


def read_contract(specifications: Sequence[Document]) -> Contract:
    """Return when the contract runs, as the buyer's documents say it first."""
    starts = ends = None
    for document in specifications:
        text = " ".join(document.text.split())
        begun = _START.search(text)
        if starts is None and begun is not None:
            starts = _date_of(begun, "s")
        if starts is not None and ends is None:
            ends = _end_after(starts, text)
    return Contract(starts, ends)


def _end_after(starts: date, text: str) -> date | None:
    for m in _END.finditer(text):
        found = _date_of(m, "e")
        if found is not None and found > starts:
            return found
    for m in _TERM.finditer(text):
        years = read_number(m["n"])
        if years is not None and 1 <= years <= 40:
            return date.fromordinal(
                starts.replace(year=starts.year + int(years), day=min(starts.day, 28)).toordinal() - 1
            )
    return None


def _date_of(m: re.Match[str], name: str) -> date | None:
    month = _MONTHS.index(m[f"{name}m"][:3].lower()) + 1
    try:
        return date(int(m[f"{name}y"]), month, int(m[f"{name}d"]))
    except ValueError:
        return None


_TOTAL = re.compile(
    r"\b(?:over|across|during|throughout|in|within) (?:the |our |this )?(?:whole |full |entire |\w+[- ]year )?"
    r"(?:life(?:time)?|term|length|course|duration|period) of (?:the|this) (?:contract|term|framework|service)\b|"
    r"\b(?:over|across|throughout) (?:the|this) (?:whole |full |entire )?(?:\w+[- ]year )?(?:contract|term|"
    r"framework)\b|"
    r"\b(?:over|across) (?:the |all )?(?P<n>\w+) years\b|\bin total\b|\bcontract total\b",
    re.I,
)


def spread_of(text: str, contract: Contract) -> float | None:
    """Return the years over which `text` spreads a total; 0 if it is a total over an unknown time, None if it is none.

    >>> spread_of("We will take on 48 apprentices over four years.", Contract())
    4.0
    >>> spread_of("We will take on 12 apprentices a year.", Contract()) is None
    True
    """
    m = _TOTAL.search(text)
    if m is None:
        return None
    years = read_number(m["n"]) if m["n"] else None
    return years or contract.years or 0.0
