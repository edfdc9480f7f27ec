"""Quantities in words: the one wording of numbers and units for every page, letter, schedule and report."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

from svdocs.statements.statement import Per, Unit

Number = float | Decimal | Fraction
_ONE_AND_MANY: Mapping[Unit, tuple[str, str]] = {
    Unit.people: ("person", "people"),
    Unit.fte: ("full-time equivalent", "full-time equivalents"),
    Unit.hours: ("hour", "hours"),
    Unit.days: ("day", "days"),
    Unit.weeks: ("week", "weeks"),
    Unit.gbp: ("pound", "pounds"),
    Unit.percent: ("per cent", "per cent"),
    Unit.tco2e: ("tonne of CO₂e", "tonnes of CO₂e"),
    Unit.kg: ("kilogram", "kilograms"),
    Unit.tonnes: ("tonne", "tonnes"),
    Unit.miles: ("mile", "miles"),
    Unit.km: ("kilometre", "kilometres"),
    Unit.trees: ("tree", "trees"),
    Unit.events: ("event", "events"),
    Unit.schools: ("school", "schools"),
    Unit.organisations: ("organisation", "organisations"),
    Unit.devices: ("device", "devices"),
    Unit.vehicles: ("vehicle", "vehicles"),
    Unit.meals: ("meal", "meals"),
    Unit.sessions: ("session", "sessions"),
    Unit.items: ("item", "items"),
}
_PERIODS: Mapping[str, str] = {Per.employee: "an employee", Per.contract: "over the contract"}
NO_UNIT = "no unit recorded"
_PLACES = 3
"""Decimal places of what is not money."""
_LEAST = Decimal(1).scaleb(-_PLACES)
_ROUNDING = Context(prec=400, rounding=ROUND_HALF_UP)
"""With room for every number that a file can hold."""


def unit_in_words(unit: str | None, *, one: bool = False) -> str:
    """Return the words for a unit.

    Args:
        unit: of a quantity, or one that a workbook of the authority's own names, which is its own word.
        one: for a single one of it.

    >>> unit_in_words("tco2e"), unit_in_words("people", one=True), unit_in_words("bursaries"), unit_in_words(None)
    ('tonnes of CO₂e', 'person', 'bursaries', 'no unit recorded')
    """
    if not unit:
        return NO_UNIT
    if unit not in set(Unit):
        return str(unit)
    single, several = _ONE_AND_MANY[Unit(unit)]
    return single if one else several


def per_in_words(per: str | None) -> str:
    """Return the words for the period or head that a quantity is counted by; nothing for a total.

    >>> per_in_words("year"), per_in_words("employee"), per_in_words("contract"), per_in_words(None)
    ('a year', 'an employee', 'over the contract', '')
    """
    return _PERIODS.get(per, f"a {per}") if per else ""


def number_in_words(value: Number) -> str:
    """Return a number with its thousands set off: to three decimal places, and smaller ones by two of their digits.

    >>> number_in_words(1234567), number_in_words(2.5), number_in_words(10 / 3), number_in_words(0.00042)
    ('1,234,567', '2.5', '3.333', '0.00042')
    """
    exact = _exact(value)
    least = _LEAST if not exact or abs(exact) >= _LEAST else Decimal(1).scaleb(exact.adjusted() - 1)
    shown = f"{exact.quantize(least, context=_ROUNDING):,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def money_in_words(value: Number) -> str:
    """Return pounds: whole, or with their two places of pence.

    >>> money_in_words(12500), money_in_words(12.5), money_in_words(Decimal("1234567.8"))
    ('£12,500', '£12.50', '£1,234,567.80')
    """
    pounds = _exact(value).quantize(Decimal("0.01"), context=_ROUNDING)
    return f"£{pounds:,.0f}" if pounds == pounds.to_integral_value() else f"£{pounds:,f}"


def quantity_in_words(value: Number, unit: str | None, *, maximum: Number | None = None, per: str | None = None) -> str:
    """Return a quantity in words.

    Args:
        value: the number; of a range the least.
        unit: what it counts; None where nobody has said.
        maximum: the most, of a range.
        per: the period or head that it is counted by; None for a total.

    >>> quantity_in_words(8, "people", maximum=10, per="year"), quantity_in_words(1, "people")
    ('8 to 10 people a year', '1 person')
    >>> quantity_in_words(12500.0, "gbp"), quantity_in_words(20, "percent"), quantity_in_words(3, None)
    ('£12,500', '20%', '3')
    """
    worded = money_in_words if unit == Unit.gbp else number_in_words
    said = " to ".join(worded(n) for n in (value, maximum) if n is not None)
    if unit == Unit.percent:
        said += "%"
    elif unit and unit != Unit.gbp:
        said += f" {unit_in_words(unit, one=maximum is None and value == 1)}"
    return f"{said} {per_in_words(per)}".strip()


def stated_in_words(quantity: Mapping[str, Any] | None) -> str:
    """Return a quantity of the extraction record in words; nothing where it has no number.

    >>> stated_in_words({"value": 8, "max": 10, "unit": "people", "per": "year"})
    '8 to 10 people a year'
    >>> stated_in_words({"value": None, "max": None, "unit": None, "per": None}), stated_in_words(None)
    ('', '')
    """
    if not quantity or quantity.get("value") is None:
        return ""
    return quantity_in_words(
        quantity["value"], quantity.get("unit"), maximum=quantity.get("max"), per=quantity.get("per")
    )


def _exact(value: Number) -> Decimal:
    """Return the number that a float is written as, not the one that it is kept as."""
    if isinstance(value, Fraction):
        return _ROUNDING.divide(Decimal(value.numerator), Decimal(value.denominator))
    return value if isinstance(value, Decimal) else Decimal(str(value))
