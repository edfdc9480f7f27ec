"""The quantities of any passage on one scale, so that they can be held against each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from svdocs.statements.numbers import cut_tokens, find_numbers
from svdocs.statements.quantities import find_quantities
from svdocs.statements.statement import Per, Quantity, Unit

_COUNTED = frozenset(
    {
        Unit.people,
        Unit.fte,
        Unit.trees,
        Unit.events,
        Unit.schools,
        Unit.organisations,
        Unit.devices,
        Unit.vehicles,
        Unit.meals,
        Unit.sessions,
        Unit.items,
    }
)
_MEASURED = {
    Unit.weeks: ("days", 7.0),
    Unit.days: ("days", 1.0),
    Unit.tonnes: ("kg", 1000.0),
    Unit.tco2e: ("kg", 1000.0),
    Unit.kg: ("kg", 1.0),
    Unit.miles: ("km", 1.609),
    Unit.km: ("km", 1.0),
    Unit.hours: ("hours", 1.0),
    Unit.gbp: ("gbp", 1.0),
    Unit.percent: ("percent", 1.0),
}
_PER_YEAR = {Per.year: 1.0, Per.month: 12.0, Per.week: 52.0}
WORKING_DAY_HOURS = 7.5
"""A day of volunteering, as bidders reckon it."""

_STRETCH = re.compile(r"\b(?:a|one|inside a|within a|each|every) (fortnight|week)\b(?! (?:of|in) )", re.I)
_STRETCH_DAYS = {"fortnight": 14.0, "week": 7.0}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit and period, as the labelling guide names them."""

    value: float
    unit: Unit
    per: Per | None = None

    def ratio_to(self, other: Amount) -> float | None:
        """Return this amount by the other, or None where the two cannot be held against each other.

        Two counts are held against each other whatever is counted: whether it is the same thing is for meaning to say.

        >>> Amount(2, Unit.days, Per.year).ratio_to(Amount(1, Unit.days, Per.year))
        2.0
        >>> Amount(1, Unit.people, Per.month).ratio_to(Amount(6, Unit.people, Per.year))
        2.0
        >>> Amount(2, Unit.days).ratio_to(Amount(500, Unit.gbp)) is None
        True
        """
        if self.value <= 0 or other.value <= 0:
            return None
        (mine, my_unit), (theirs, their_unit) = _on_scale(self), _on_scale(other)
        if my_unit != their_unit:
            if {my_unit, their_unit} != {"hours", "days"}:
                return None
            mine *= WORKING_DAY_HOURS if my_unit == "days" else 1.0
            theirs *= WORKING_DAY_HOURS if their_unit == "days" else 1.0
        if self.per in _PER_YEAR and other.per in _PER_YEAR:
            mine, theirs = mine * _PER_YEAR[Per(self.per)], theirs * _PER_YEAR[Per(other.per)]
        return mine / theirs


def _on_scale(amount: Amount) -> tuple[float, str]:
    if amount.unit in _COUNTED:
        return amount.value, "count"
    unit, factor = _MEASURED[amount.unit]
    return amount.value * factor, unit


def amount_of(quantity: Quantity) -> Amount:
    """Return a quantity as an amount."""
    return Amount(quantity.value, quantity.unit, quantity.per)


_YEARLY = re.compile(
    r"\b(?:every|each) (?:single )?(?:year|calendar year|financial year|spring|summer|autumn|winter|christmas|january|"
    r"february|march|april|may|june|july|august|september|october|november|december)\b|\b(?:annually|yearly|per annum|"
    r"annual)\b",
    re.I,
)


def in_its_period(amount: Amount, text: str) -> Amount:
    """Return a count or a sum as a yearly one where the sentence, though not the number's own phrase, says so.

    >>> in_its_period(Amount(12, Unit.people), "Every year we take on twelve apprentices.").per.value
    'year'
    """
    spread = amount.unit in _COUNTED or amount.unit is Unit.gbp
    return (
        Amount(amount.value, amount.unit, Per.year)
        if spread and amount.per is None and _YEARLY.search(text)
        else amount
    )


@lru_cache(maxsize=20_000)
def amounts_in(text: str) -> tuple[Amount, ...]:
    """Return the amounts in `text`, in its order; "within a week" counts as seven days.

    >>> [(a.value, str(a.unit)) for a in amounts_in("Eight apprentices start; bills are paid inside a week.")]
    [(8.0, 'people'), (7.0, 'days')]
    """
    found = [in_its_period(amount_of(q), text) for q in find_quantities(text)]
    return (*found, *(Amount(_STRETCH_DAYS[m.group(1).lower()], Unit.days) for m in _STRETCH.finditer(text)))


def read_number(words: str) -> float | None:
    """Return the number that `words` write, or None.

    >>> read_number("1,250"), read_number("forty-two"), read_number("several")
    (1250.0, 42.0, None)
    """
    found = find_numbers(cut_tokens(words))
    return found[0].value if found else None


_LIMITED = re.compile(
    r"\b(?:within|inside|no (?:more|later|longer) than|not (?:more|later) than|at most|below|under|"
    r"(?:paid|pay|pays|settled?|money|answered|bills?|invoices?|terms)\b[^.;]{0,40}?\b(?:in|of))\s+"
    r"(?:an? |one |\w+[- ]?){1,2}?(?:working |calendar )?(?:hours?|days?|weeks?|fortnight|months?)\b",
    re.I,
)


def fewer_is_better(text: str) -> bool:
    """Say whether the amount in `text` is a limit, of which less is the larger promise.

    >>> fewer_is_better("Small firms are paid in 14 days."), fewer_is_better("Two paid days a year.")
    (True, False)
    """
    return bool(_LIMITED.search(text))


_TIMES = {"once": 1.0, "twice": 2.0, "three times": 3.0, "four times": 4.0, "thrice": 3.0}
_PERIODS = {"day": 365.0, "week": 52.0, "fortnight": 26.0, "month": 12.0, "term": 3.0, "quarter": 4.0, "year": 1.0}
_PACED = re.compile(
    r"\b(?P<times>once|twice|thrice|three times|four times)[ -](?:a|an|each|every|per|in (?:a|each|every|the))?[ -]?"
    r"(?P<period>day|week|fortnight|month|term|quarter|year)(?:ly)?\b|"
    r"\b(?P<other>every (?:second|other)|biennial\w*|every two) ?(?P<second>years?|months?|weeks?)?\b|"
    r"\b(?P<ly>daily|weekly|fortnightly|monthly|termly|quarterly|half-yearly|yearly|annual(?:ly)?)\b|"
    r"\b(?:each|every|a|per|of the) (?P<each>day|week|fortnight|month|term|quarter|year|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|christmas|autumn|"
    r"spring|summer|winter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.I,
)
_LY = {"daily": 365.0, "weekly": 52.0, "fortnightly": 26.0, "monthly": 12.0, "termly": 3.0, "quarterly": 4.0,
       "half-yearly": 2.0}  # fmt: skip


@lru_cache(maxsize=20_000)
def pace_of(text: str) -> float | None:
    """Return how often a year `text` says that something happens, or None.

    >>> pace_of("A clinic twice a year"), pace_of("on the first Tuesday of each month"), pace_of("We will help.")
    (2.0, 12.0, None)
    """
    m = _PACED.search(text)
    if m is None:
        return None
    if m["times"]:
        return _TIMES[m["times"].lower()] * _PERIODS[m["period"].lower()]
    if m["other"]:
        return _PERIODS[(m["second"] or "year").lower().rstrip("s")] / 2
    if m["ly"]:
        return _LY.get(m["ly"].lower(), 1.0)
    word = m["each"].lower()
    return _PERIODS.get(word, 52.0 if word.endswith("day") else 1.0)
