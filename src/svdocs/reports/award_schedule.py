"""The schedule of commitments for the contract, and the key performance indicators proposed by rule.

Both are made of what the winning bid promises and a person accepted: each with its words, quantity, date, measure,
owner, evidence and the place in the bid where it stands. An indicator is a ratio with its denominator said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from svdocs.delivery.award import promises_of
from svdocs.errors import Conflict
from svdocs.frameworks.applying import spelt
from svdocs.frameworks.rules import cite as cite_rules
from svdocs.frameworks.rules import require_indicators
from svdocs.records.access import Caller
from svdocs.records.awards import Awards
from svdocs.records.panels import Panels
from svdocs.records.schedules import Promise
from svdocs.records.set_ups import SetUps
from svdocs.records.store import Store
from svdocs.reports.bid_values import check_sees_all
from svdocs.reports.paper import fill_paper
from svdocs.statements.statement import Unit
from svdocs.valuing.bid_value import in_pounds

SCHEDULE, INDICATORS = "award_schedule.docx", "award_kpis.docx"
NOBODY_YET = "A named person of the supplier, to be told before signature"
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


def awarded_promises(
    store: Store, procurement_id: str, caller: Caller, *, lot: str = ""
) -> tuple[str, date, date, list[Promise]]:
    """Return the supplier to whom a lot goes, the contract's first and last day, and what was promised and accepted.

    Raises:
        NotFound: there is no such procurement.
        Conflict: nothing is awarded yet, nobody has said when the contract runs, or a part is closed to the caller.
    """
    check_sees_all(store, procurement_id, caller)
    decision = Awards(store).decision_of(procurement_id, lot)
    if decision is None:
        raise Conflict("Nobody has decided yet to whom this lot goes; the schedule is written after that.")
    starts, ends = _term(store, procurement_id)
    supplier = next(b.name for b in Panels(store).bids_of(procurement_id) if b.supplier_id == decision.supplier_id)
    return supplier, starts, ends, promises_of(store, procurement_id, supplier, starts, ends)


def schedule_values(
    store: Store, procurement_id: str, caller: Caller, *, lot: str = "", written: date
) -> dict[str, Any]:
    """Return what the schedule of commitments tells.

    Raises:
        NotFound: there is no such procurement.
        Conflict: as of `awarded_promises`.
    """
    supplier, starts, ends, promises = awarded_promises(store, procurement_id, caller, lot=lot)
    procurement = store.procurement(procurement_id)
    numbered = list(enumerate(promises, start=1))
    return {
        "procurement": procurement.title + (f", {lot}" if lot else ""),
        "buyer": procurement.buyer,
        "supplier": supplier,
        "period": f"{spelt(starts)} to {spelt(ends)}",
        "written": spelt(written),
        "intro": "Each commitment stands as the tender has it and as a person accepted it. It becomes a term of the "
        "contract with the contract's signature.",
        "commitments": [_row(n, p) for n, p in numbered],
        "years": [
            {
                "number": str(n),
                "year": f"Year {part.year}: {spelt(part.starts)} to {spelt(part.ends)}",
                "quantity": _amount(part.quantity, p.quantity_unit) if part.quantity is not None else "as promised",
            }
            for n, p in numbered
            for part in p.parts
        ],
        "notes": [
            "The supplier tells what was delivered, with the evidence named above; the contract manager checks it.",
            "A commitment is changed by agreement in writing alone; the earlier one stays on record.",
            "At least one case study is due for each contract year where the policy asks for it.",
        ],
    }


def indicator_values(
    store: Store, procurement_id: str, caller: Caller, *, lot: str = "", written: date
) -> dict[str, Any]:
    """Return what the paper of proposed indicators tells.

    Raises:
        NotFound: there is no such procurement.
        Conflict: as of `awarded_promises`.
    """
    supplier, _, _, promises = awarded_promises(store, procurement_id, caller, lot=lot)
    procurement, set_up = store.procurement(procurement_id), SetUps(store).current(procurement_id).set_up
    value = set_up.value_gbp or procurement.value_gbp
    needed, rules = _needed(set_up.buyer_kind, set_up.commenced, value, set_up.weighting_percent)
    found = propose_indicators(promises)
    return {
        "procurement": procurement.title + (f", {lot}" if lot else ""),
        "buyer": procurement.buyer,
        "supplier": supplier,
        "written": spelt(written),
        "value": in_pounds_or(value),
        "weighting": f"{set_up.weighting_percent.normalize():f} %"
        if set_up.weighting_percent is not None
        else "not said",
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
            f"What was promised: {_amount(p.quantity_value, p.quantity_unit)}"
            + (f" a {p.quantity_per.value}" if p.quantity_per and p.quantity_per != "contract" else ""),
            "100 %" + (f" by {spelt(p.due_on)}" if p.due_on else ""),
            f"“{p.text}” ({p.source})",
        )
        for p in promises
        if p.quantity_value is not None
    ]
    return [*own, *SHARES]


def write_schedule(values: Mapping[str, Any]) -> bytes:
    """Return the schedule as a Word file."""
    title = f"Schedule of social value commitments: {values['procurement']}"
    return fill_paper(SCHEDULE, values, title=title, author=str(values["buyer"]))


def write_indicators(values: Mapping[str, Any]) -> bytes:
    """Return the paper of proposed indicators as a Word file."""
    title = f"Proposed key performance indicators: {values['procurement']}"
    return fill_paper(INDICATORS, values, title=title, author=str(values["buyer"]))


def in_pounds_or(value: Decimal | None) -> str:
    """Return an estimated value as shown, or that nobody has said it."""
    return "not said" if value is None else in_pounds(Fraction(value))


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


def _term(store: Store, procurement_id: str) -> tuple[date, date]:
    procurement, set_up = store.procurement(procurement_id), SetUps(store).current(procurement_id).set_up
    starts, ends = set_up.starts or procurement.starts, set_up.ends or procurement.ends
    if starts is None or ends is None:
        raise Conflict("Nobody has said when the contract runs; set its first and last day with the procurement.")
    return starts, ends


def _row(number: int, p: Promise) -> dict[str, str]:
    per = f" a {p.quantity_per.value}" if p.quantity_per and p.quantity_per != "contract" else ""
    return {
        "number": str(number),
        "text": p.text,
        "quantity": _amount(p.quantity_value, p.quantity_unit) + per if p.quantity_value is not None else "no number",
        "due": p.due_text or (spelt(p.due_on) if p.due_on else "over the contract"),
        "measure": f"{p.measure_code} ({p.measure_framework})" if p.measure_code else "none",
        "owner": p.owner or NOBODY_YET,
        "evidence": p.evidence_asked,
        "source": p.source,
    }


def _amount(value: float | None, unit: Unit | None) -> str:
    if value is None:
        return "no number"
    number = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"£{number}" if unit is Unit.gbp else f"{number} {unit.value if unit else ''}".strip()


def _title(p: Promise) -> str:
    words = p.text.split()
    return " ".join(words[:14]) + (" …" if len(words) > 14 else "")
