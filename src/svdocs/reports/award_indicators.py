"""Key performance indicators proposed by rule for the contract of an awarded bid: ratios with their denominators.

They are made of what the winning bid promises in numbers and a person accepted, each with the place where it stands,
and of the shares that are told with a denominator of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from svdocs.frameworks.applying import spelt
from svdocs.frameworks.rules import cite as cite_rules
from svdocs.frameworks.rules import require_indicators
from svdocs.records.access import Caller
from svdocs.records.lots import Lots
from svdocs.records.panels import Panels, marked, weighted
from svdocs.records.schedules import Promise
from svdocs.records.set_ups import SetUps
from svdocs.records.store import Store
from svdocs.reports.award_schedule import awarded_lot, quantity_of
from svdocs.reports.paper import fill_paper
from svdocs.statements.in_words import money_in_words, quantity_in_words
from svdocs.statements.statement import Unit
from svdocs.valuing.weightings import weight_of_each

INDICATORS = "award_kpis.docx"
YEARLY = "Each contract year and at the end (section 71, where it applies)"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A proposed indicator: a ratio, its target and what it rests on."""

    title: str
    numerator: str
    denominator: str
    target: str
    source: str


SHARES = (
    Indicator(
        "Share of the workforce in apprenticeships",
        "People on the contract in an apprenticeship, on average over the year",
        "All people who work on the contract, on average over the year",
        "To be agreed",
        "Ratio that is told with its denominator",
    ),
    Indicator(
        "Share of the workforce with a Kent postcode",
        "People on the contract whose home postcode is in Kent, by district from the postcode",
        "All people who work on the contract",
        "To be agreed",
        "Ratio that is told with its denominator",
    ),
    Indicator(
        "Share of the supply chain paid within 30 days",
        "Invoices of subcontractors on the contract paid within 30 days",
        "All undisputed invoices of subcontractors on the contract",
        "To be agreed",
        "Thirty-day terms in public subcontracts (Procurement Act 2023, section 73)",
    ),
)
"""Ratios that are proposed beside the tender's own promises; each names its denominator."""


def indicator_values(
    store: Store, procurement_id: str, caller: Caller, *, lot: str = "", written: date
) -> dict[str, Any]:
    """Return what the paper of proposed indicators tells.

    Raises:
        NotFound: there is no such procurement.
        Conflict: as of `awarded_lot`.
    """
    awarded = awarded_lot(store, procurement_id, caller, lot=lot)
    procurement, set_up = store.procurement(procurement_id), SetUps(store).current(procurement_id).set_up
    value = _value_of_lot(store, procurement_id, lot) or set_up.value_gbp or procurement.value_gbp
    weighting = set_up.weighting_percent or _weighting_in_panel(store, procurement_id)
    needed, rules = _needed(set_up.buyer_kind, set_up.commenced, value, weighting)
    found = propose_indicators(awarded.promises)
    return {
        "procurement": procurement.title + (f", {lot}" if lot else ""),
        "buyer": procurement.buyer,
        "supplier": awarded.supplier,
        "written": spelt(written),
        "value": "Not said" if value is None else money_in_words(value),
        "weighting": "Not said" if weighting is None else quantity_in_words(weighting, Unit.percent),
        "needed": needed,
        "rules": list(rules),
        "indicators": [
            {
                "number": str(n),
                "title": i.title,
                "numerator": i.numerator,
                "denominator": i.denominator,
                "target": i.target,
                "source": i.source,
                "told": YEARLY,
            }
            for n, i in enumerate(found, start=1)
        ],
    }


def propose_indicators(promises: Sequence[Promise]) -> list[Indicator]:
    """Return an indicator for each promise with a number, and the ratios that have a denominator of their own."""
    own = [
        Indicator(
            _title(p),
            "What was delivered and confirmed, in the unit of the promise",
            f"What was promised: {quantity_of(p)}",
            "100%" + (f" by {spelt(p.due_on)}" if p.due_on else ""),
            f"“{p.text}” ({p.source})",
        )
        for p in promises
        if p.quantity_value is not None
    ]
    return [*own, *SHARES]


def write_indicators(values: Mapping[str, Any]) -> bytes:
    """Return the paper of proposed indicators as a Word file."""
    title = f"Proposed key performance indicators: {values['procurement']}"
    return fill_paper(INDICATORS, values, title=title, author=str(values["buyer"]))


def _needed(
    buyer: Any, commenced: date | None, value: Decimal | None, weighting: Decimal | None
) -> tuple[str, tuple[str, ...]]:
    if buyer is None or commenced is None or value is None:
        return (
            "The set-up does not yet tell buyer, value and day of commencement, so no rule was applied; the "
            "indicators below are proposed all the same."
        ), ()
    found = require_indicators(buyer, commenced, value, weighting or Decimal(0))
    if not found.minimum:
        return "No rule that svdocs keeps asks for indicators here.", ()
    social = f", {found.social_value} of them on social value" if found.social_value else ""
    return f"At least {found.minimum} indicators are needed{social}.", cite_rules(found.basis)


def _weighting_in_panel(store: Store, procurement_id: str) -> Decimal | None:
    """Return what the panel's criteria on social value weigh of the whole, in percent; None where none is."""
    criteria = Panels(store).criteria_of(procurement_id)
    shares = weight_of_each(weighted(criteria))
    whole = sum((shares[c.id] for c in marked(criteria) if c.is_social_value), Fraction(0)) * 100
    return round(Decimal(whole.numerator) / Decimal(whole.denominator), 2) if whole else None


def _value_of_lot(store: Store, procurement_id: str, lot: str) -> Decimal | None:
    return next((x.lot.value_gbp for x in Lots(store).lots_of(procurement_id) if lot and x.lot.name == lot), None)


def _title(p: Promise) -> str:
    words = p.text.split()
    return " ".join(words[:14]) + (" …" if len(words) > 14 else "")
