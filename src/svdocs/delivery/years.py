"""Contract years, and how a promise falls into them.

The rule, which a contract may replace by its own words:

- a promise *a year* (month, week of 52) counts whole in each full contract year; a part year counts by its whole months
  and the days over; of whole things a part is a whole one, but for less than a twentieth of one;
- what is promised a year and is due before the contract begins is a year's whole number, due on its first day;
- a promise of a *total* is spread evenly over the days of the contract up to the day on which it is due; only its total
  binds, the years are what a contract manager looks at on the way;
- what is counted in whole things (people, trees, events) is shared out in whole things, which add up to the total:
  the largest remainder goes first, of equal ones the earlier year;
- a rate (a percentage, a number for each employee) is not shared out: it holds in each year;
- of a range the lower end binds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from svdocs.records.schedules import Part
from svdocs.statements.statement import Per, Unit

DIVISIBLE = frozenset({
    Unit.hours, Unit.gbp, Unit.percent, Unit.tco2e, Unit.kg, Unit.tonnes, Unit.miles, Unit.km, Unit.fte, Unit.days,
    Unit.weeks,
})  # fmt: skip
"""Units of which a part of one is something; the others are counted in whole things."""
_IN_A_YEAR = {Per.year: Fraction(1), Per.month: Fraction(12), Per.week: Fraction(52)}
_SLIGHT = Fraction(1, 20)
"""Of one thing: a part year that has no more of it than this over whole ones does not promise another."""
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "twelve": 12}
_NUMBER = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_WITHIN = re.compile(
    rf"\b(?:within|in|by)\s+(?:the\s+)?(?:first\s+)?{_NUMBER}\s+(day|week|month|year)s?\b|"
    rf"\b(?:by|in|before)\s+(?:the\s+)?(?:end\s+of\s+)?(month|year)\s+{_NUMBER}\b",
    re.IGNORECASE,
)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month.

    >>> add_months(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def contract_years(starts: date, ends: date) -> list[tuple[date, date]]:
    """Return the first and last day of each contract year; the last may be a part of a year.

    >>> contract_years(date(2027, 4, 1), date(2028, 6, 30))[1]
    (datetime.date(2028, 4, 1), datetime.date(2028, 6, 30))
    """
    years: list[tuple[date, date]] = []
    first = starts
    while first <= ends:
        following = add_months(starts, 12 * (len(years) + 1))
        years.append((first, min(following - timedelta(days=1), ends)))
        first = following
    return years


def contract_year_of(day: date, starts: date, ends: date) -> int:
    """Return the number of the contract year in which a day lies; days before or after count to the first or last."""
    years = contract_years(starts, ends)
    return next((n for n, (_, last) in enumerate(years, start=1) if day <= last), len(years))


def due_day(due_date: str | None, due_text: str, starts: date, ends: date) -> date | None:
    """Return the last day on which a promise is in time; None where only the contract's end bounds it.

    Args:
        due_date: an ISO date, month or year, as far as it is stated.
        due_text: the words, for a time that counts from the start of the contract.
        starts: the contract's first day.
        ends: its last.

    >>> due_day("2028-03", "by March 2028", date(2027, 4, 1), date(2030, 3, 31))
    datetime.date(2028, 3, 31)
    >>> due_day(None, "within six months of contract start", date(2027, 4, 1), date(2030, 3, 31))
    datetime.date(2027, 9, 30)
    >>> due_day(None, "by the end of year 2", date(2027, 4, 1), date(2030, 3, 31))
    datetime.date(2029, 3, 31)
    """
    day = _stated_day(due_date) or _counted_day(due_text, starts)
    return min(max(day, starts), ends) if day else None


def _stated_day(due_date: str | None) -> date | None:
    try:
        parts = [int(p) for p in (due_date or "").split("-")]
        if len(parts) == 1:
            return date(parts[0], 12, 31)
        if len(parts) == 2:
            return date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
        return date(*parts)
    except (ValueError, TypeError):
        return None


def _counted_day(text: str, starts: date) -> date | None:
    found = _WITHIN.search(text)
    if found is None:
        return None
    number, unit = (found[1], found[2]) if found[1] else (found[4], found[3])
    count = _NUMBERS.get(number.lower()) or int(number)
    if unit.lower() in ("day", "week"):
        return starts + timedelta(days=count * (7 if unit.lower() == "week" else 1) - 1)
    months = count * (12 if unit.lower() == "year" else 1)
    return add_months(starts, months) - timedelta(days=1) if months <= 1200 else None


def share_out(starts: date, ends: date, *, value: float | None, unit: Unit | None, per: Per | None,
              due_on: date | None, settled: Mapping[int, float | None] | None = None) -> tuple[Part, ...]:  # fmt: skip
    """Return what of a promise falls into each contract year, by the rule above.

    Args:
        starts: the contract's first day.
        ends: its last.
        value: what was promised; of a range the lower end; None where no number was.
        unit: what it counts.
        per: the period by which it is counted; None for a total.
        due_on: the day by which it is due; later years have no part.
        settled: contract years that keep the quantity given here; of a total the rest falls into the other years.

    >>> [p.quantity for p in share_out(date(2027, 4, 1), date(2030, 3, 31), value=5, unit=Unit.people, per=None,
    ...                                due_on=None)]
    [2.0, 2.0, 1.0]
    """
    last = min(due_on, ends) if due_on else ends
    years = {n: (a, min(b, last)) for n, (a, b) in enumerate(contract_years(starts, ends), start=1) if a <= last}
    settled = settled or {}
    if value is not None and per in _IN_A_YEAR and due_on is not None and due_on <= starts:
        value, per = float(value * _IN_A_YEAR[per]), None  # due before it can be shared out: a year's whole number
    left = [n for n in years if n not in settled]
    if value is not None and per not in _IN_A_YEAR and not is_rate(unit, per):
        value = max(0.0, round(value - sum(q or 0 for q in settled.values()), 2)) if settled else value
    quantities = dict(zip(left, _quantities([years[n] for n in left], value, unit, per), strict=True)) | dict(settled)
    return tuple(Part(n, a, b, quantities[n]) for n, (a, b) in years.items())


def is_rate(unit: Unit | None, per: Per | None) -> bool:
    """Say whether a promise is of a rate, such as a percentage or hours an employee, which is never added up."""
    return unit is Unit.percent or per is Per.employee


def _quantities(
    years: list[tuple[date, date]], value: float | None, unit: Unit | None, per: Per | None
) -> list[float | None]:
    if value is None or not years:
        return [None] * len(years)
    if is_rate(unit, per):
        return [value] * len(years)
    days = [(b - a).days + 1 for a, b in years]
    number = Fraction(value).limit_denominator(10_000)
    if per in _IN_A_YEAR and per is not None:
        exact = [number * _IN_A_YEAR[per] * share for share in map(_share_of_year, years)]
        if unit in DIVISIBLE or unit is None:
            return [round(float(q), 2) for q in exact]
        whole: list[float | None] = [float(max(0, ceil(q - _SLIGHT))) for q in exact]
        return whole if any(whole) or not number else [1.0, *whole[1:]]
    shares = [number * d / sum(days) for d in days]
    if unit in DIVISIBLE or number.denominator != 1:
        rounded = [round(float(s), 2) for s in shares[:-1]]
        return [*rounded, round(value - sum(rounded), 2)]
    return [float(n) for n in _whole_shares(shares, int(number))]


def _share_of_year(year: tuple[date, date]) -> Fraction:
    """Return how much of twelve months a contract year is, by whole months and the days over.

    >>> _share_of_year((date(2029, 4, 1), date(2029, 9, 30))), _share_of_year((date(2029, 4, 1), date(2029, 4, 3)))
    (Fraction(1, 2), Fraction(1, 120))
    """
    first, after = year[0], year[1] + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    months -= add_months(first, months) > after
    begun = add_months(first, months)
    share = months + Fraction((after - begun).days, (add_months(first, months + 1) - begun).days)
    return min(share / 12, Fraction(1))


def _whole_shares(shares: list[Fraction], total: int) -> list[int]:
    """Return whole numbers near the shares that add up to the total."""
    whole = [int(s) for s in shares]
    order = sorted(range(len(shares)), key=lambda i: (-(shares[i] - whole[i]), i))
    for i in order[: total - sum(whole)]:
        whole[i] += 1
    return whole


def target_of(parts: tuple[Part, ...], value: float | None, unit: Unit | None, per: Per | None) -> float | None:
    """Return what a promise comes to over the whole contract: the sum of its years, or the rate; None without number.

    >>> parts = share_out(date(2027, 4, 1), date(2029, 3, 31), value=40, unit=Unit.hours, per=Per.year, due_on=None)
    >>> target_of(parts, 40, Unit.hours, Per.year)
    80.0
    """
    if value is None:
        return None
    if is_rate(unit, per):
        return value
    return round(sum(p.quantity or 0 for p in parts), 2) if per in _IN_A_YEAR else value


def case_studies_due(starts: date, ends: date) -> int:
    """Return how many case studies are due over a contract: one each contract year, one for a contract under a year.

    That a part year counts as a year is an interpretation: the policy says so for the first year only.

    Source: Kent County Council, Winning for Kent 2026-2028 (draft), Measurement and Reporting.

    >>> case_studies_due(date(2027, 4, 1), date(2027, 9, 30)), case_studies_due(date(2027, 4, 1), date(2029, 6, 30))
    (1, 3)
    """
    return len(contract_years(starts, ends))


def financial_year(day: date) -> str:
    """Return the financial year, from 1 April, in which a day lies.

    >>> financial_year(date(2028, 3, 31)), financial_year(date(2028, 4, 1))
    ('2027-28', '2028-29')
    """
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def last_year(today: date) -> str:
    """Return the financial year that ended last.

    >>> last_year(date(2028, 2, 29)), last_year(date(2028, 4, 1))
    ('2026-27', '2027-28')
    """
    return financial_year(today.replace(year=today.year - 1, day=1))


def days_of(year: str) -> tuple[date, date]:
    """Return the first and last day of a financial year.

    >>> days_of("2027-28")
    (datetime.date(2027, 4, 1), datetime.date(2028, 3, 31))
    """
    first = int(year[:4])
    return date(first, 4, 1), date(first + 1, 3, 31)
