"""A contract made of an awarded bid: the schedule of what its supplier promised and somebody accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from svdocs.additionality.verdict import Category
from svdocs.delivery.years import due_day, share_out
from svdocs.errors import UsageError
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import Contract, ContractCommitment
from svdocs.records.lots import Lots
from svdocs.records.people import Clock
from svdocs.records.schedules import NewContract, Part, Promise
from svdocs.records.store import Store
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import AGREED, DocumentKind, now
from svdocs.statements.statement import Per, StatementType, Unit

EVIDENCE_FOR: Mapping[Unit | None, str] = {
    Unit.people: "A list of starts with dates and home postcode areas, without names, from payroll or the provider.",
    Unit.fte: "A list of starts with dates and home postcode areas, without names, from payroll.",
    Unit.hours: "Dates, hours and who received them, confirmed by the organisation helped.",
    Unit.gbp: "Invoices or a ledger extract with the suppliers' postcodes.",
    Unit.percent: "The figure with what it is a share of, and the records behind it.",
    Unit.tco2e: "The calculation with its method and factors.",
    Unit.trees: "Where and when they were planted, with a photograph.",
}
"""What usually shows that a promise in this unit was kept; a contract manager may ask for something else."""
_SAID_TOGETHER = (
    ("due_date", "due_text"), ("place_text", "place_code"), ("beneficiary_text",), ("themes",), ("category",),
    ("measure_framework", "measure_code"),
)  # fmt: skip
"""Fields of a promise that are of one thing: of two places that state a promise they are taken from one."""
ANY_EVIDENCE = "A dated record from whoever gained by it, or from the supplier's own books."


def promises_of(
    store: Store, procurement_id: str, supplier: str, starts: date, ends: date, *, lot: str = "",
    again: Mapping[str, str] | None = None,
) -> list[Promise]:  # fmt: skip
    """Return what a supplier's bid promises and somebody accepted or amended, in the order of the documents.

    The words stand as quoted; quantity, date, place and codes as decided. What the bid states a second time is one
    promise, which names both places.

    Args:
        store, procurement_id, supplier: whose bid.
        starts, ends: the contract's first and last day.
        lot: only what documents for this lot, or for every lot, promise; empty for all of them.
        again: the statements that state another one's promise again, with that other's id; a repeat in a document for
            other lots is a promise of its own.

    Raises:
        NotFound: there is no such procurement.
    """
    found: dict[str, Promise] = {}
    lots = Lots(store).lots_by_document(procurement_id)
    for record in store.documents_of(procurement_id):
        own = lots.get(record.id, frozenset())
        if record.supplier != supplier or record.document.kind is not DocumentKind.bid:
            continue
        if lot and own and lot not in own:
            continue
        for statement in store.statements_of(record.document.id):
            entry = statement.as_decided()
            if statement.status in AGREED and entry["type"] == StatementType.commitment:
                promise = promise_from(statement, entry, record.document.name, starts, ends)
                found[statement.id] = replace(promise, lots=tuple(sorted(own)))
    for repeat, first in (again or {}).items():
        if repeat in found and first in found and _hold_together(found[first], found[repeat]):
            found[first] = in_years(_merged(found[first], found.pop(repeat)), starts, ends)
    return list(found.values())


def _hold_together(one: Promise, other: Promise) -> bool:
    """Say whether two promises are for the same lots, or one of them for every lot."""
    return not one.lots or not other.lots or one.lots == other.lots


def _merged(first: Promise, repeat: Promise) -> Promise:
    """Return a promise with what only its repeat says of day, place, beneficiaries and codes, and with both places."""
    filled: dict[str, Any] = {
        "source": f"{first.source}; again in {repeat.source}",
        "lots": first.lots if repeat.lots else (),
    }
    for names in _SAID_TOGETHER:
        if not any(getattr(first, name) for name in names):
            filled |= {name: getattr(repeat, name) for name in names}
    return replace(first, **filled)


def make_contract(store: Store, given: NewContract, *, person: str, lot: str = "",
                  again: Mapping[str, str] | None = None, clock: Clock = now) -> Contract:  # fmt: skip
    """Return a new contract with the promises of the supplier's bid that somebody accepted or amended.

    Args:
        store, given: what is known of it.
        person: who makes it.
        lot: the lot that it is for, by name: what documents for other lots alone promise is left out; empty for all.
        again: as for `promises_of`.
        clock: tells when.

    Raises:
        UsageError: something is missing, there is no such lot, or nothing of the bid was accepted.
        NotFound: there is no such procurement.
        Conflict: the bids are sealed.
    """
    if lot and lot not in (names := [r.lot.name for r in Lots(store).lots_of(given.procurement_id)]):
        raise UsageError(f"There is no lot {lot[:80]!r} here; there are: {', '.join(names) or 'no lots at all'}.")
    promises = promises_of(store, given.procurement_id, given.supplier, given.starts, given.ends, lot=lot, again=again)
    if not promises:
        of_lot = f" for {lot}" if lot else ""
        raise UsageError(
            f"No commitment of {given.supplier}{of_lot} has been accepted or amended, so the contract would promise "
            "nothing; decide on the bid's statements first, and check the supplier's name."
        )
    return Contracts(store, clock).add(given, promises, person=person)


def promise_from(
    statement: StatementRecord, entry: Mapping[str, Any], document: str, starts: date, ends: date
) -> Promise:
    """Return the promise of a statement as decided, spread over the contract's years."""
    quantity, due = entry.get("quantity") or {}, entry.get("due") or {}
    place, measures = entry.get("place") or {}, entry.get("measures") or []
    unit = Unit(quantity["unit"]) if quantity.get("unit") else None
    best = measures[0] if measures else {}
    promise = Promise(
        text=str(entry["text"]),
        parts=(),
        source=place_of(document, statement),
        statement_id=statement.id,
        quantity_value=quantity.get("value"),
        quantity_unit=unit,
        quantity_per=Per(quantity["per"]) if quantity.get("per") else None,
        due_date=due.get("date"),
        due_text=due.get("text") or "",
        place_text=place.get("text"),
        place_code=place.get("code"),
        beneficiary_text=(entry.get("beneficiary") or {}).get("text"),
        measure_framework=best.get("framework"),
        measure_code=best.get("code"),
        themes={f: [c["code"] for c in codes] for f, codes in (entry.get("themes") or {}).items()},
        category=Category(entry["category"]) if entry.get("category") else None,
        evidence_asked=EVIDENCE_FOR.get(unit, ANY_EVIDENCE),
    )
    return in_years(promise, starts, ends)


def in_years(promise: Promise, starts: date, ends: date) -> Promise:
    """Return the promise with its due day and its parts in the contract's years."""
    due_on, parts = spread_over(promise, starts, ends)
    return replace(promise, due_on=due_on, parts=parts)


def spread_over(
    promise: Promise | ContractCommitment, starts: date, ends: date, settled: Mapping[int, float | None] | None = None
) -> tuple[date | None, tuple[Part, ...]]:
    """Return a promise's last day and its parts in a contract of these days; see `delivery.years` for the rule.

    Args:
        promise: which.
        starts, ends: the contract's first and last day.
        settled: contract years that keep the quantity given here.
    """
    due_on = due_day(promise.due_date, promise.due_text, starts, ends)
    parts = share_out(starts, ends, value=promise.quantity_value, unit=promise.quantity_unit, per=promise.quantity_per,
                      due_on=due_on, settled=settled)  # fmt: skip
    return due_on, parts


def place_of(document: str, statement: StatementRecord) -> str:
    """Return where a statement stands, in words: document with page, cell or paragraph.

    The number of a paragraph counts from 1, as people count.
    """
    row = statement.statement
    where: Sequence[str] = [
        w
        for w in (
            f"page {row.page}" if row.page else "",
            f"cell {row.cell}" if row.cell else "",
            f"paragraph {row.block + 1}" if row.block is not None and not row.page and not row.cell else "",
        )
        if w
    ]
    return ", ".join([document, *where])
